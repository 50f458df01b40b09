"""The figures, and who may change them which way."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.rules import (
    BASES,
    DEFAULT,
    DIRECTIONS,
    TIERS,
    Basis,
    Looser,
    Rules,
    Tier,
    UnknownFigure,
    names,
    stricter,
    tightest,
)
from agents.gates.window import Window
from contracts.outcome import Channel

STRICTER: Mapping[str, Any] = {
    "touch_gap_days": 3,
    "channel_cooldown_days": 7,
    "warm_up_days": 21,
    "inbox_fresh_minutes": 1,
    "wash_days": 7,
    "test_email_daily": 5,
    "guard_seconds": 60,
    "daily.email": 20,
    "weekly.linkedin": 40,
    "weekly.email": 100,
    "bounds.hot": 90,
    "bounds.warm": 75,
    "minimum.email": "cool",
    "windows.email": "mon-thu 10:00-16:00",
    "consent.AU/email": "inferred",
    "wash_countries": ["au", "nz"],
}
LOOSER: Mapping[str, Any] = {
    "touch_gap_days": 1,
    "channel_cooldown_days": 4.9,
    "warm_up_days": 0,
    "inbox_fresh_minutes": 6,
    "wash_days": 29,
    "test_email_daily": 16,
    "guard_seconds": 16,
    "daily.email": 51,
    "weekly.linkedin": 81,
    "bounds.hot": 84,
    "minimum.voice": "cool",
    "windows.voice": "sat 10:00-11:00",
    "consent.US/voice": "express",
    "wash_countries": ["NZ"],
    "credit_price.email": 0,
}


def test_defaults_are_the_figures_of_the_specification() -> None:
    """Spec 4.3, 5.7, 5.9, 6 and 5.2's register."""
    assert (DEFAULT.touch_gap.days, DEFAULT.channel_cooldown.days) == (2, 5)
    assert (DEFAULT.warm_up.days, DEFAULT.wash.days) == (14, 28)
    assert (DEFAULT.inbox_fresh.seconds, DEFAULT.test_email_daily) == (300, 15)
    assert DEFAULT.guard.seconds == 17
    assert dict(DEFAULT.weekly) == {"linkedin": 80}
    assert set(DEFAULT.credit_price.values()) == {1}
    assert dict(DEFAULT.daily) == {
        "email": 50,
        "sms": 100,
        "whatsapp": 100,
        "voice": 50,
        "linkedin": 17,
        "mail": 1000,
    }
    tiers = [DEFAULT.tier(score) for score in (100, 85, 84.9, 70, 69.9, 40, 39.9, 0)]
    assert [t.value for t in tiers] == ["hot"] * 2 + ["warm"] * 2 + ["cool"] * 2 + ["cold"] * 2
    assert {c.value: t.value for c, t in DEFAULT.minimum.items()} == {
        "email": "cold",
        "linkedin": "cold",
        "voice": "warm",
        "sms": "hot",
        "whatsapp": "hot",
        "mail": "hot",
    }


@pytest.mark.parametrize("name", STRICTER)
def test_anybody_may_be_stricter(name: str) -> None:
    """Each figure in its own direction."""
    made = stricter(DEFAULT, {name: STRICTER[name]})
    assert made != DEFAULT
    assert tightest(DEFAULT, {name: STRICTER[name]}) == made


@pytest.mark.parametrize("name", LOOSER)
def test_only_the_operator_may_be_looser(name: str) -> None:
    """A client or campaign is refused, and told which figure it was."""
    with pytest.raises(Looser, match="may only be stricter") as caught:
        stricter(DEFAULT, {name: LOOSER[name]})
    assert caught.value.name == name
    assert str(caught.value).startswith(f"{name}: ")
    assert stricter(DEFAULT, {name: LOOSER[name]}, by_operator=True) != DEFAULT


def test_every_figure_has_a_looser_and_a_stricter_example_here() -> None:
    """So that no direction goes untested."""
    groups = {name.partition(".")[0] for name in STRICTER}
    assert groups | {"credit_price"} == set(DIRECTIONS)
    assert {name.partition(".")[0] for name in LOOSER} == set(DIRECTIONS)


def test_one_looser_figure_refuses_all_of_them() -> None:
    """All or nothing."""
    with pytest.raises(Looser, match=r"daily\.sms"):
        stricter(DEFAULT, {"touch_gap_days": 4, "daily.sms": 101})


def test_groups_may_be_written_as_groups() -> None:
    """As TOML tables come."""
    assert stricter(DEFAULT, {"daily": {"email": 20}}) == stricter(DEFAULT, {"daily.email": 20})


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("touch_gap", "touch_gap_days"),
        ("daily.emial", "daily.email"),
        ("daily", "daily.email"),
        ("bounds.cold", "bounds.cool"),
        ("minimum.fax", "minimum.sms"),
        ("zzz", "touch_gap_days"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name: str, near: str) -> None:
    """Or with all of them, where none is near."""
    with pytest.raises(UnknownFigure, match=near.split(".")[0]) as caught:
        stricter(DEFAULT, {name: 1})
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("touch_gap_days", -1),
        ("touch_gap_days", "soon"),
        ("touch_gap_days", float("nan")),
        ("touch_gap_days", float("inf")),
        ("daily.email", None),
        ("minimum.sms", "boiling"),
        ("consent.CA/email", "maybe"),
        ("windows.email", "9 to 5"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: object) -> None:
    """The operator's too."""
    with pytest.raises(ValueError, match=name):
        stricter(DEFAULT, {name: value}, by_operator=True)


def test_bounds_that_do_not_fall_are_refused() -> None:
    """Hot above warm above cool, and none above 100."""
    for override in ({"bounds.warm": 90}, {"bounds.hot": 101}):
        with pytest.raises(ValueError, match="bounds must fall"):
            stricter(DEFAULT, override, by_operator=True)


def test_a_send_is_judged_by_the_stricter_of_resource_and_campaign() -> None:
    """The operator gives a mailbox 200 a day or 10; the campaign's 20 is what binds, or the 10."""
    roomy = stricter(DEFAULT, {"daily.email": 200}, by_operator=True)
    narrow = stricter(DEFAULT, {"daily.email": 10}, by_operator=True)
    assert tightest(roomy, {"daily.email": 20}).daily[Channel.EMAIL] == 20
    assert tightest(narrow, {"daily.email": 20}).daily[Channel.EMAIL] == 10
    assert tightest(roomy, {}).daily[Channel.EMAIL] == 200


def test_of_two_windows_both_hold() -> None:
    """A campaign's hours that reach beyond the operator's are cut to them."""
    made = tightest(DEFAULT, {"windows.email": "mon-sat 07:00-12:00"})
    assert made.windows[Channel.EMAIL] == Window.parse("mon-fri 09:00-12:00")


@given(
    st.lists(
        st.sampled_from(sorted({*STRICTER, *LOOSER} - {"windows.voice"})), unique=True, max_size=6
    ),
    st.booleans(),
)
def test_the_tightest_is_never_looser_than_either(chosen: list[str], loose_first: bool) -> None:
    """Whatever is asked for, the result may be declared by anybody over what stood before."""
    first, second = (LOOSER, STRICTER) if loose_first else (STRICTER, LOOSER)
    asked = {name: first.get(name, second.get(name)) for name in chosen}
    made = tightest(DEFAULT, asked)
    same = {name: _value(made, name) for name in chosen}
    assert stricter(DEFAULT, same) == made


def _value(rules: Rules, name: str) -> object:
    group, _, part = name.partition(".")
    found = getattr(rules, group)
    if not part:
        return found
    keys = {str(key): value for key, value in found.items()}
    return keys[part]


def test_a_version_names_the_figures() -> None:
    """Equal figures have equal versions on the same base, other figures another one."""
    one = stricter(DEFAULT, {"touch_gap_days": 3, "daily.email": 20})
    same = stricter(stricter(DEFAULT, {"daily.email": 20}), {"touch_gap_days": 3})
    other = stricter(DEFAULT, {"touch_gap_days": 4})
    assert one.version == same.version
    assert len({DEFAULT.version, one.version, other.version}) == 3
    assert one.version.startswith(f"{DEFAULT.version}+")
    assert stricter(DEFAULT, {}) is DEFAULT
    assert stricter(DEFAULT, {"touch_gap_days": 2, "daily.email": 50}) is DEFAULT


@pytest.mark.parametrize(
    ("country", "channel", "basis"),
    [
        ("CA", Channel.EMAIL, Basis.INFERRED),
        ("ca", Channel.SMS, Basis.INFERRED),
        ("US", Channel.VOICE, Basis.WRITTEN),
        ("US", Channel.EMAIL, Basis.NONE),
        ("DE", Channel.WHATSAPP, Basis.EXPRESS),
        ("AU", Channel.EMAIL, Basis.NONE),
    ],
)
def test_consent_that_must_be_on_record(country: str, channel: Channel, basis: Basis) -> None:
    """By country and channel (facts/reliability E2)."""
    assert DEFAULT.consent_needed(country, channel) is basis


def test_names_list_every_figure() -> None:
    """What an operator can write, for help and for the nearest name."""
    known = names()
    assert {"touch_gap_days", "daily.email", "minimum.mail", "bounds.cool"} <= set(known)
    assert "bounds.cold" not in known
    assert {name.partition(".")[0] for name in known} == set(DIRECTIONS) - {"consent"}


def test_tiers_and_bases_stand_in_order() -> None:
    """Comparisons go by these orders."""
    assert TIERS == (Tier.HOT, Tier.WARM, Tier.COOL, Tier.COLD)
    assert BASES == (Basis.NONE, Basis.INFERRED, Basis.EXPRESS, Basis.WRITTEN)
