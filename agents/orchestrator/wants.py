"""What a turn of the orchestrator reads: leads of the accounts, then what planning them needs."""

from collections.abc import Iterable, Sequence

from agents.base import Group, Reads, View
from agents.names import Names
from agents.orchestrator.arrivals import profile
from agents.orchestrator.record import KIND, read
from contracts.ids import OPERATOR, AccountId, AddressHash, LeadId, TenantId, account_of, tenant_of
from statestore.base import Ref

DECLARED = ("campaign", "resource")


def reads(groups: Sequence[Group], view: View, names: Names) -> Reads:
    """First the accounts' leads and what their clients declared, then stops and the ledger."""
    if not view.scans:
        return _first(groups)
    if not view.stops:
        return _second(groups, view, names)
    return Reads()


def _first(groups: Sequence[Group]) -> Reads:
    tenants = {tenant_of(key) for key, _ in groups}
    scans = [(tenant, kind, None) for tenant in tenants for kind in DECLARED]
    holds = [
        (event.tenant, "hold", str(event.data["scope"]))
        for _, events in groups
        for event in events
        if event.data.get("scope")
    ]
    campaigns = [
        (event.tenant, "hold", f"campaign:{event.data['campaign_id']}")
        for _, events in groups
        for event in events
        if event.topic.startswith("campaign.")
    ]
    return Reads(
        rows=tuple(Ref(tenant, "client", tenant) for tenant in tenants),
        children=tuple((tenant_of(key), account_of(key), KIND) for key, _ in groups),
        scans=tuple({*scans, *holds, *campaigns}),
    )


def _second(groups: Sequence[Group], view: View, names: Names) -> Reads:
    pairs: set[tuple[TenantId, str]] = {(OPERATOR, "global")}
    leads: set[tuple[TenantId, LeadId]] = set()
    people: set[tuple[TenantId, AddressHash]] = set()
    for key, events in groups:
        tenant, account = tenant_of(key), account_of(key)
        records = [read(row) for row in view.children.get((tenant, account, KIND), [])]
        arriving = [e for e in events if e.topic == "lead.scored"]
        mine = {LeadId(str(event.data["lead_id"])) for event in arriving}
        mine |= {record.id for record in records}
        leads |= {(tenant, lead) for lead in mine}
        profiles = [record.lead.profile for record in records]
        profiles += [profile(event, names) for event in arriving]
        addresses = {AddressHash(a) for p in profiles for a in p.get("addresses", {}).values()}
        domains = {str(p["domain"]) for p in profiles if p.get("domain")}
        people |= {(tenant, address) for address in addresses}
        for stop_key in stop_keys(tenant, account, mine, addresses, domains):
            pairs |= {(tenant, stop_key), (OPERATOR, stop_key)}
    pairs |= _campaign_pairs(view)
    return Reads(
        stops=tuple(pairs),
        sends_of=tuple(leads),
        sends_to=tuple(people),
        credit=tuple({tenant_of(key) for key, _ in groups}),
    )


def stop_keys(
    tenant: TenantId,
    account: AccountId,
    leads: Iterable[LeadId],
    addresses: Iterable[AddressHash],
    domains: Iterable[str],
) -> list[str]:
    """The keys under which a stop may hold up leads of an account, channels left out."""
    return [
        "global",
        f"client:{tenant}",
        f"account:{account}",
        *(f"lead:{lead}" for lead in leads),
        *(f"address:{address}" for address in addresses),
        *(f"domain:{domain}" for domain in domains),
    ]


CHANNELS = ("email", "sms", "whatsapp", "linkedin", "voice", "mail")


def _campaign_pairs(view: View) -> set[tuple[TenantId, str]]:
    found: set[tuple[TenantId, str]] = set()
    for (tenant, kind, _), rows in view.scans.items():
        keys = [f"{kind}:{row.ref.key}" for row in rows if kind in DECLARED]
        for key in [*keys, *(f"channel:{channel}" for channel in CHANNELS)]:
            found |= {(tenant, key), (OPERATOR, key)}
    return found
