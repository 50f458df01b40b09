"""Whether a touch that is due has to wait for its lead's landing page (spec 1.4)."""

from agents.definitions import Campaign
from agents.orchestrator import facts, policy
from agents.orchestrator.policy import Hold, Touch, Wait
from agents.orchestrator.record import Record, moment, text
from agents.orchestrator.turn import Turn


def without_page(
    turn: Turn, record: Record, planned: Touch, campaign: Campaign
) -> Wait | Hold | None:
    """Why a touch that is due cannot go yet for want of its lead's landing page; None: it can.

    Notes when it was first due. One whose draft is written has waited already.
    """
    if facts.page(record) or planned.send in record.lead.facts.get("content", {}):
        return None
    template = campaign.template(planned.template)
    if template.page_rule == "no":
        return None
    since = record.asked.get(f"page:{planned.send}")
    if since is None:
        record.asked[f"page:{planned.send}"] = text(turn.now)
        record.changed = True
    return policy.page_wait(template, moment(since) or turn.now, turn.now)
