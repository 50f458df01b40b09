"""The orchestrator: facts of a lead come in, its next touch goes out.

For each account key of a batch: read the leads, join the facts (`lifecycle.py`), plan
(`policy.py`), and commit rows, timer, commands and history together. It alone writes leads' rows
and plans; it never calls anybody and knows no channel: a new one joins with a template.
"""

from collections.abc import Sequence
from datetime import timedelta

from agents.base import Deciding, Group, Reads, View
from agents.names import Names
from agents.orchestrator import arrivals, facts, planning, resuming, wants
from agents.orchestrator.record import KIND, Record, read
from agents.orchestrator.turn import Turn
from contracts.catalogue import CATALOGUE
from contracts.envelope import Event, topic_of
from contracts.ids import LeadId, PartitionKey, TenantId, account_of, tenant_of
from statestore.base import Unit

NAME = "orchestrator"
TOPICS = tuple(topic_of(entry.type) for entry in CATALOGUE if NAME in entry.readers)
GUARD = timedelta(minutes=30)
"""How long the orchestrator waits for a draft or a send before it asks again."""


class Orchestrator(Deciding):
    """Deciding agent of spec 2; one per process, as many as there are partitions."""

    name = NAME
    topics = TOPICS

    def __init__(self, names: Names) -> None:
        self.names = names

    def reads(self, groups: Sequence[Group], view: View) -> Reads:
        return wants.reads(groups, view, self.names)

    def decide(self, key: PartitionKey, events: Sequence[Event], view: View) -> Unit | None:
        tenant, account = tenant_of(key), account_of(key)
        turn = Turn(key, tenant, account, view, self.names, records(tenant, account, view))
        for event in events:
            self.take(turn, event)
        planning.plan_all(turn)
        return turn.unit()

    def take(self, turn: Turn, event: Event) -> None:
        """Takes one event: a declaration, a timer, an arrival, a draft's fate, or a fact."""
        topic = event.topic
        turn.cause = event
        if topic.startswith(("campaign.", "control.", "client.")):
            resuming.reopen_holds(turn, event)
        elif topic == "timer.due":
            turn.due(event)
        elif topic == "lead.scored":
            arrivals.scored(turn, event)
        elif topic.startswith("lead.content_"):
            facts.content(turn, event)
        else:
            facts.joined(turn, event)


def records(tenant: TenantId, account: str, view: View) -> dict[LeadId, Record]:
    """Returns the account's leads as they were read."""
    rows = view.children.get((tenant, account, KIND), [])
    return {LeadId(row.ref.key): read(row) for row in rows}
