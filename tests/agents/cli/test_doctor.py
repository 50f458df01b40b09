"""`leadwire doctor` on an embedded installation: what it says, how it ends, what it leaves."""

import json
from pathlib import Path

from tests.agents.cli.place import DECLARED, Place

HOST = DECLARED.replace(
    "per_day = 20", 'per_day = 20\nsettings = { host = "smtp.harbour.example" }'
)
"""The usual declaration, with a mail server: what an adapter can be made of."""


def findings(place: Place, *options: str, **env: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and the states of each check."""
    done = place.run("doctor", "--json", *options, **env)
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        found.setdefault(one["check"], []).append(one["state"])
        assert one["state"] == "ok" or one["next"], one
    return done.exit_code, found


def test_an_installation_that_was_declared(place: Place) -> None:
    """Warnings alone end with 0."""
    assert place.apply(HOST).exit_code == 0
    code, found = findings(place, "--offline")
    assert code == 0
    assert found["store"] == found["migrations"] == found["durability"] == ["ok"]
    assert found["clients"] == found["campaigns"] == found["switches"] == ["ok"]
    assert found["unsubscribe"] == ["warn"]


def test_nothing_is_made_by_looking(empty: Place) -> None:
    """Without a store it fails and names the command that makes one; no file appears."""
    before = sorted(empty.folder.iterdir())
    code, found = findings(empty, "--offline")
    assert (code, found["store"], found["bus"]) == (1, ["fail"], ["warn"])
    assert "leadwire migrate" in empty.run("doctor", "--offline").output
    assert sorted(empty.folder.iterdir()) == before


def test_a_wrong_setting_is_the_first_thing_said(place: Place) -> None:
    """An unknown name, an unknown engine, a secret that leads nowhere."""
    code, found = findings(place, LEADWIRE_BUSS="x")
    assert (code, found) == (1, {"settings": ["fail"]})
    assert "did you mean bus" in place.run("doctor", LEADWIRE_BUSS="x").output
    code, found = findings(place, "--offline", LEADWIRE_STORE="oracle:x")
    assert (code, found["store"]) == (1, ["fail"])
    code, found = findings(place, "--offline", TEST_SECRET="")
    assert (code, found["settings"]) == (1, ["ok", "fail"])


def test_a_pause_and_what_is_left_over_are_shown(busy: Place) -> None:
    """Each with the command that goes on from there."""
    assert busy.run("pause", "campaign:spring", "--reason", "prices changed").exit_code == 0
    said = busy.run("doctor", "--offline").output
    assert "prices changed" in said
    assert "→ leadwire resume campaign:spring" in said


def test_a_store_that_is_no_store(place: Place) -> None:
    """A damaged file is named, and the rest is looked at."""
    Path(place.store).write_bytes(b"no database at all" * 100)
    code, found = findings(place, "--offline")
    assert (code, found["store"], found["bus"]) == (1, ["fail"], ["ok"])


def test_a_broken_mailbox_is_named(place: Place) -> None:
    """A secret that is not set is found before a send meets it."""
    login = 'host = "smtp.harbour.example", username = "mira", password = "env:NOT_SET"'
    assert place.apply(HOST.replace('host = "smtp.harbour.example"', login)).exit_code == 0
    done = place.run("doctor", "--offline")
    assert done.exit_code == 1
    assert "NOT_SET" in done.output
