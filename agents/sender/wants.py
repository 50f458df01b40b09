"""What a sender reads before a claim: the ledger's row, then everything its gates look at."""

from collections.abc import Iterable, Sequence

from agents.base import Group, Reads, View
from agents.orchestrator.record import KIND, read
from contracts.envelope import Event
from contracts.ids import OPERATOR, AddressHash, ResourceId, SendId, TenantId
from contracts.outcome import Mode
from statestore.base import Ref, Send


def test_counter(send: Send) -> Ref:
    """The row of when a client's test e-mails went, over all resources (spec 5.7)."""
    return Ref(send.tenant, "counter", "test-email")


def reads(groups: Sequence[Group], view: View, *, testing: bool = False) -> Reads:
    """First ledger rows, then rows by their ids, then what the lead's addresses lead to.

    `testing`: the process is in test mode, so every send counts as a test.
    """
    if not view.sends:
        named = {(e.tenant, SendId(str(e.data["send_id"]))) for _, es in groups for e in es}
        return Reads(sends=tuple(named))
    sends = list(_called(groups, view))
    if not view.rows:
        return _rows(sends, groups, testing)
    if not view.stops:
        return _behind(sends, view)
    return Reads()


def _called(groups: Sequence[Group], view: View) -> Iterable[Send]:
    for _, events in groups:
        for event in events:
            send = view.sends.get(SendId(str(event.data["send_id"])))
            if send is not None:
                yield send


def refs_of(send: Send) -> dict[str, Ref]:
    """The rows that a send's claim reads, by what they are."""
    tenant = send.tenant
    return {
        "client": Ref(tenant, "client", tenant),
        "campaign": Ref(tenant, "campaign", send.campaign),
        "definition": Ref(tenant, "definition", f"{send.campaign}@{send.definition}"),
        "resource": Ref(tenant, "resource", send.resource),
        "lead": Ref(tenant, KIND, send.lead),
        "person": Ref(tenant, "person", send.person),
        "content": Ref(tenant, "content", str(send.content)),
        "watermark": Ref(tenant, "watermark", send.resource),
        "contact": Ref(tenant, "contact", send.address_hash),
        "wash": Ref(tenant, "wash", send.address_hash),
    }


def _rows(sends: Sequence[Send], groups: Sequence[Group], testing: bool) -> Reads:
    if not sends:
        return Reads()
    refs = {ref for send in sends for ref in refs_of(send).values()}
    refs |= {test_counter(send) for send in sends if testing or send.mode is Mode.TEST}
    for _, events in groups:
        refs |= {answered for event in events if (answered := message_ref(event))}
    earlier = {
        (event.tenant, SendId(str(id_)))
        for _, events in groups
        for event in events
        for id_ in event.data.get("earlier", ())
    }
    return Reads(rows=tuple(refs), sends=tuple(earlier))


def message_ref(event: Event) -> Ref | None:
    """The incoming message that a send answers."""
    message = event.data.get("answers")
    return Ref(event.tenant, "message", str(message)) if message else None


def _behind(sends: Sequence[Send], view: View) -> Reads:
    pairs: set[tuple[TenantId, str]] = {(OPERATOR, "global")}
    people: set[tuple[TenantId, AddressHash]] = set()
    for send in sends:
        row = view.rows.get(refs_of(send)["lead"])
        profile = read(row).lead.profile if row is not None else {}
        addresses = {AddressHash(a) for a in profile.get("addresses", {}).values()}
        people |= {(send.tenant, address) for address in addresses | {send.address_hash}}
        pairs |= set(keys_of(send, profile, addresses))
    return Reads(
        stops=tuple(pairs),
        sends_to=tuple(people),
        usage=tuple({ResourceId(send.resource) for send in sends}),
        credit=tuple({send.tenant for send in sends}),
    )


def keys_of(
    send: Send, profile: dict[str, object], addresses: Iterable[AddressHash]
) -> Iterable[tuple[TenantId, str]]:
    """Every (tenant, key) under which a stop may hold a send."""
    domain = profile.get("domain")
    keys = [
        "global",
        f"client:{send.tenant}",
        f"campaign:{send.campaign}",
        f"channel:{send.channel.value}",
        f"resource:{send.resource}",
        f"account:{send.account}",
        f"lead:{send.lead}",
        f"address:{send.address_hash}",
        *(f"address:{address}" for address in addresses),
        *([f"domain:{domain}"] if domain else []),
    ]
    return [(tenant, key) for key in keys for tenant in (send.tenant, OPERATOR)]
