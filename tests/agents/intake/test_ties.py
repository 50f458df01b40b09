"""Exact identity: which records are one lead, which one account, and what joins nobody."""

from typing import Any

import pytest

from agents.intake.ties import STRENGTH, Holder, Key, Tie, keys, person, shared_domains, tie
from agents.names import Names
from contracts.ids import AccountId, LeadId
from contracts.lead import LeadFields

NAMES = Names("a secret of the tests")
BAKERY = {
    "business_name": "Harbour Street Bakery Ltd.",
    "address": "12 Harbour Street",
    "postcode": "H91 X2Y3",
    "country": "IE",
    "phone": "+353 91 565 000",
}
ALL = {"name+phone", "name+address", "address+phone"}


def found(tenant: str = "acme", **fields: Any) -> dict[str, str]:
    return {k.kind: k.hash for k in keys(LeadFields.model_validate(fields), tenant, NAMES)}


def shared(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    a, b = found(**one), found(**other)
    return {kind for kind in a if a[kind] == b.get(kind)}


def holder(number: int, who: str | None = None) -> Holder:
    return Holder(LeadId(f"lead-{number}"), AccountId(f"account-{number}"), who)


def test_keys_are_the_four_exact_ones_and_upstreams_own() -> None:
    """Design §3: e-mail; name with phone; name with address; address with phone."""
    all_ = found(**BAKERY, email="a@b.example", dedup_key="1")
    assert tuple(all_) == STRENGTH
    assert found(business_name="Bakery") == {}
    assert found(phone="+353 91 565 000") == {}


def test_keys_hold_no_personal_data_and_differ_by_client_and_secret() -> None:
    """Hashed with the installation's key; two clients' keys never meet."""
    own = found(**BAKERY, email="a@b.example")
    assert all(len(hash_) == 40 and int(hash_, 16) >= 0 for hash_ in own.values())
    other = found("beta", **BAKERY, email="a@b.example")
    assert not set(own.values()) & set(other.values())
    lead = LeadFields.model_validate({**BAKERY, "email": "a@b.example"})
    elsewhere = keys(lead, "acme", Names("another secret of tests"))
    assert not set(own.values()) & {key.hash for key in elsewhere}


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"business_name": "HARBOUR STREET BAKERY"}, ALL),
        ({"phone": "091 565000"}, ALL),
        ({"address": "12, Harbour St.", "postcode": "h91x2y3"}, ALL),
        ({"address": "14 Harbour Street"}, {"name+phone"}),
        ({"phone": "+353 91 565 001"}, {"name+address"}),
        ({"business_name": "Quay Cafe"}, {"address+phone"}),
        ({"postcode": "H91 X2Y4"}, {"name+phone"}),
    ],
)  # fmt: skip
def test_writing_makes_no_difference_and_facts_do(change: dict[str, Any], kinds: set[str]) -> None:
    """Legal form, case, national form, street kinds and blanks are writing."""
    assert shared(BAKERY, {**BAKERY, **change}) == kinds


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@b.example", "A@B.Example", True),
        ("a@b.example", "b@b.example", False),
        ("alex.example@gmail.com", "alex.example@gmail.com", True),
        ("info@gmail.com", "info@gmail.com", False),
        ("info@wixsite.com", "info@wixsite.com", False),
        ("contact@subway.com", "contact@subway.com", False),
        ("alex.example@subway.com", "alex.example@subway.com", True),
        ("info@b.example", "info@b.example", True),
        ("noreply@b.example", "noreply@b.example", False),
        ("not an address", "not an address", False),
    ],
)
def test_an_address_joins_who_owns_it(one: str, other: str, same: bool) -> None:
    """Shared mailboxes of mail hosts, site builders and chains join nobody."""
    assert shared({"email": one}, {"email": other}) == ({"email"} if same else set())


def test_a_number_that_a_chain_lists_everywhere_joins_nobody() -> None:
    """Toll-free."""
    branch = {"business_name": "Pizza", "phone": "+1 800 234 5678", "country": "US"}
    assert found(**branch) == {}


def test_a_number_whose_country_nobody_knows_joins_by_its_digits() -> None:
    """Listings without area code; only beside a name or an address."""
    one = {"business_name": "Site", "phone": "769-4540"}
    assert shared(one, {**one, "phone": "7694540"}) == {"name+phone"}


def test_the_lists_of_domains_are_read() -> None:
    """Mail hosts, site builders, chains."""
    assert {"mail", "builder", "chain"} == set(shared_domains().values())


def test_nobody_holding_a_key_is_no_tie() -> None:
    """A new lead."""
    assert tie([Key("email", "x")], None, {}) is None


def test_the_surest_key_decides_and_others_show_that_leads_are_one() -> None:
    """An e-mail names one lead, a phone with name another: with this record they are one."""
    keys_ = [Key("email", "x"), Key("name+phone", "y"), Key("name+address", "z")]
    held = {"x": holder(1), "y": holder(2), "z": holder(1)}
    assert tie(keys_, None, held) == Tie(
        AccountId("account-1"), LeadId("lead-1"), ("email", "name+address"), (holder(2),)
    )
    assert tie(keys_, None, held).also == (LeadId("lead-2"),)  # type: ignore[union-attr]


def test_another_person_of_one_business_joins_the_account() -> None:
    """Two mailboxes of their own, one name and number: colleagues, not one lead."""
    keys_ = [Key("email", "mine"), Key("name+phone", "y")]
    joined = tie(keys_, "mine", {"y": holder(1, "theirs")})
    assert joined == Tie(AccountId("account-1"), None, ("name+phone",))
    same = tie(keys_, "mine", {"y": holder(1, "mine")})
    assert same is not None
    assert same.lead == "lead-1"
    unknown = tie(keys_, "mine", {"y": holder(1, None)})
    assert unknown is not None
    assert unknown.lead == "lead-1"


def test_an_account_that_upstream_named_is_not_left_for_a_number() -> None:
    """Only the same person or id is stronger than upstream's own word."""
    keys_ = [Key("name+phone", "y")]
    assert tie(keys_, None, {"y": holder(1)}, AccountId("account-7")) is None
    assert tie(keys_, None, {"y": holder(1)}, AccountId("account-1")) is not None
    assert tie([Key("email", "y")], None, {"y": holder(1)}, AccountId("account-7")) is not None


def test_a_shared_mailbox_is_no_persons() -> None:
    """`info@` may name a lead, but not tell colleagues apart."""
    for email, own in (("info@b.example", False), ("alex@b.example", True)):
        lead = LeadFields.model_validate({"email": email})
        assert (person(keys(lead, "acme", NAMES), lead) is not None) == own
