"""What was read → the gates' `Facts`: one way for the planner and the sender.

The planner knows no content, resource or command yet and leaves them None; it asks only the gates
that need none of these. The sender leaves nothing None that it could read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from agents import definitions
from agents.base import View
from agents.gates import facts, quota
from agents.gates.rules import DEFAULT, Basis, Rules, stricter, tightest
from agents.identity import calendars, zones
from agents.orchestrator.lifecycle import Lead, standing
from contracts.ids import (
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    ResourceId,
    SendId,
    TenantId,
)
from contracts.outcome import Channel, SendState
from statestore.base import Send, Usage

ANCHOR = datetime(1970, 1, 1, tzinfo=UTC)
"""From which the windows of policy `fixed_24h` are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a touch is for, and under which declarations."""

    tenant: TenantId
    account: AccountId
    lead: LeadId
    record: Lead
    client: definitions.Client | None
    campaign: definitions.Campaign
    channel: Channel
    send: SendId
    follow_up: bool
    answers: facts.Answers | None = None

    @property
    def profile(self) -> Mapping[str, Any]:
        """What rules may know of the lead."""
        return self.record.profile

    @property
    def address(self) -> AddressHash | None:
        """Where the touch would go."""
        found = self.profile.get("addresses", {}).get(self.channel.value)
        return AddressHash(found) if found else None


def intent(
    subject: Subject, resource: str | None = None, answers: facts.Answers | None = None
) -> facts.Intent:
    """Returns who would be sent to, over what, and why."""
    every = {AddressHash(a) for a in subject.profile.get("addresses", {}).values()}
    return facts.Intent(
        tenant=subject.tenant,
        account=subject.account,
        lead=subject.lead,
        campaign=CampaignId(subject.campaign.id),
        send=subject.send,
        channel=subject.channel,
        address=subject.address,
        others=tuple(sorted(every - {subject.address})),
        domain=subject.profile.get("domain") if subject.channel is Channel.EMAIL else None,
        resource=ResourceId(resource) if resource else None,
        purpose="answer" if answers else "cadence",
        follow_up=subject.follow_up,
        answers=answers,
    )


def rules_for(campaign: definitions.Campaign, resource: definitions.Resource | None) -> Rules:
    """The operator's figures, then the resource's cap, then the campaign's stricter ones."""
    channels = {step.channel.value for step in campaign.sequence}
    asked: dict[str, Any] = dict(campaign.rules)
    asked |= {f"windows.{channel}": campaign.window for channel in channels}
    cap = None if resource is None else resource.per_day
    kind = None if resource is None else resource.channel.value
    return _rules(tuple(sorted(asked.items())), cap, kind)


@lru_cache(maxsize=256)
def _rules(asked: tuple[tuple[str, Any], ...], cap: int | None, channel: str | None) -> Rules:
    base = DEFAULT
    if cap is not None and channel is not None:
        base = stricter(base, {f"daily.{channel}": cap}, by_operator=True)
    return tightest(base, dict(asked))


def stops(tenant: TenantId, pairs: Iterable[tuple[TenantId, str]], view: View) -> facts.Stops:
    """Returns what was found under the keys that were read."""
    read = frozenset(pairs)
    found = tuple(stop for pair in read for stop in view.stops.get(pair, ()))
    return facts.Stops(read, tuple(sorted(found, key=lambda stop: (stop.at, stop.id))))


def recipient(profile: Mapping[str, Any], client: definitions.Client | None) -> facts.Recipient:
    """Where the person is: known zones, else the country's, else the client's country's."""
    assumed: list[str] = []
    country = profile.get("country")
    if not country and client is not None:
        country = client.country
        assumed.append(f"country: the client's, {country}")
    places = tuple(profile.get("zones") or ())
    if not places and country:
        places = zones.country_zones(str(country))
        assumed.append(f"zones: all of {country}")
    region = profile.get("region")
    calendar, holiday = calendar_of(str(country or ""), str(region or ""))
    if holiday is None:
        assumed.append("calendar: unknown, weekdays only")
    return facts.Recipient(
        zones=places or None,
        country=str(country) if country else None,
        holiday=holiday,
        calendar=calendar,
        assumed=tuple(assumed),
    )


@lru_cache(maxsize=1024)
def calendar_of(country: str, region: str) -> tuple[str, Callable[[date], str | None] | None]:
    """The calendar of a region, else of its country, with its public holidays; none: weekdays."""
    for name in (f"{country}-{region}", country):
        try:
            calendars.holidays(name, 2026)
        except calendars.UnknownRegion:
            continue
        return name, _holiday(name)
    return "", None


def holidays_of(calendar: str) -> Callable[[date], str | None] | None:
    """The public holidays of a calendar that `calendar_of` named."""
    return _holiday(calendar) if calendar else None


@lru_cache(maxsize=1024)
def _holiday(region: str) -> Callable[[date], str | None]:
    def holiday(day: date) -> str | None:
        found = calendars.holiday(region, day)
        return found.name if found is not None and found.type == "public" else None

    return holiday


def touches(subject: Subject, view: View) -> tuple[facts.Touch, ...]:
    """Earlier sends to any address of the person, over leads, campaigns and channels."""
    found: dict[SendId, Send] = {}
    for address in subject.profile.get("addresses", {}).values():
        found |= {send.id: send for send in view.sends_to.get(AddressHash(address), ())}
    found.pop(subject.send, None)
    return tuple(sorted((facts.touch(s) for s in found.values()), key=lambda t: t.at))


def planning_facts(subject: Subject, view: View) -> facts.Facts:
    """What the planner knows: everything but content, resource and command."""
    wanted = intent(subject, answers=subject.answers)
    client = subject.client
    return facts.Facts(
        intent=wanted,
        rules=rules_for(subject.campaign, None),
        status=standing(subject.record).status,
        client=_client(client, view),
        campaign=campaign_facts(subject.campaign),
        touches=touches(subject, view),
        stops=stops(subject.tenant, wanted.pairs(), view),
        als=subject.profile.get("als"),
        consent=consent(subject.profile),
        recipient=recipient(subject.profile, client),
    )


def _client(client: definitions.Client | None, view: View) -> facts.Client | None:
    if client is None:
        return None
    credits_left = view.credit.get(TenantId(client.id))
    return facts.Client(
        status=client.status, active_since=client.active_since, credits=credits_left
    )


def campaign_facts(campaign: definitions.Campaign) -> facts.Campaign:
    """The campaign's row as the gates read it."""
    return facts.Campaign(status=campaign.status, permission=facts.Permission(campaign.mode))


def consent(profile: Mapping[str, Any]) -> facts.Consent:
    """What consent is on record; none is a value, not an absence."""
    basis = profile.get("consent")
    return facts.Consent(basis=Basis(basis) if basis in set(Basis) else Basis.NONE)


def resource_facts(
    resource: definitions.Resource,
    campaign: definitions.Campaign,
    watermark: datetime | None,
    rules: Rules,
) -> facts.Resource:
    """A resource with its policies and how its answers arrive."""
    kind = resource.inbox.kind
    inbox = facts.Inbox(
        kind=kind,
        watermark=watermark,
        ready=watermark is not None if kind == "pushed" else None,
        backlog=timedelta() if kind == "pushed" and watermark is not None else None,
        accepted=campaign.accept_no_inbox,
    )
    return facts.Resource(
        id=ResourceId(resource.id),
        channel=resource.channel,
        kind=resource.vendor,
        policies=policies(resource, rules),
        paused=not resource.enabled,
        inbox=inbox,
    )


def policies(resource: definitions.Resource, rules: Rules) -> tuple[quota.Policy, ...]:
    """The quota policies of a resource under the rules of a campaign."""
    weekly = rules.weekly.get(resource.channel)
    return quota.named(
        resource.policy,
        int(rules.daily[resource.channel]),
        rules.guard,
        weekly=int(weekly) if weekly is not None else None,
        zone=resource.zone,
        anchor=ANCHOR,
    )


def sending_facts(
    subject: Subject,
    send: Send,
    resource: definitions.Resource,
    view: View,
    *,
    content: facts.Content | None,
    approval: facts.Approval | None,
    command: facts.Command,
    incarnation: str,
    testing: facts.Testing,
    watermark: datetime | None,
    answers: facts.Answers | None,
) -> facts.Facts:
    """Everything that the sixteen gates need at the moment of sending."""
    wanted = intent(subject, resource.id, answers)
    rules = rules_for(subject.campaign, resource)
    held = send.state is SendState.PLANNED and send.ambiguous
    return facts.Facts(
        intent=wanted,
        rules=rules,
        status=standing(subject.record).status,
        client=_client(subject.client, view),
        campaign=campaign_facts(subject.campaign),
        content=content,
        approval=approval,
        resource=resource_facts(resource, subject.campaign, watermark, rules),
        usage=view.usage.get(ResourceId(resource.id), _NOTHING),
        reserved_at=send.claimed_at if held else None,
        touches=touches(subject, view),
        stops=stops(subject.tenant, wanted.pairs(), view),
        als=subject.profile.get("als"),
        consent=consent(subject.profile),
        recipient=recipient(subject.profile, subject.client),
        command=command,
        incarnation=incarnation,
        mode=send.mode,
        testing=testing,
    )


_NOTHING = Usage()
