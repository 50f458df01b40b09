"""One TOML file → clients, resources, campaigns: what is refused, and what applying changes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from agents import declaring
from agents.declaring import DeclarationError, parse
from contracts.outcome import Mode
from statestore.base import Committed, Lost
from tests.agents.stage import START, TENANT, Table, document


def problems(whole: dict[str, Any]) -> str:
    """What is said of a document that cannot be applied."""
    with pytest.raises(DeclarationError) as error:
        declaring.parse(whole)
    return str(error.value)


def misread(tmp_path: Path, raw: bytes) -> str:
    """What is said of a file that cannot be applied."""
    path = tmp_path / "leadwire.toml"
    path.write_bytes(raw)
    with pytest.raises(DeclarationError) as error:
        declaring.read(path)
    return str(error.value)


def with_key(table: str, name: str) -> dict[str, Any]:
    """A document with one key too many."""
    return document(**{table: {name: 1}})


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        ({**document(), "campain": []}, "campain: no such table; did you mean 'campaign'?"),
        (with_key("client", "postel"), "client harbour: no key 'postel'"),
        (with_key("campaign", "gap_days"), "no key 'gap_days'; did you mean 'gaps_days'?"),
        (with_key("resource", "per_dai"), "no key 'per_dai'; did you mean 'per_day'?"),
        (
            document(resource={"inbox": {"kind": "none", "maildirs": "/x"}}),
            "no key 'inbox.maildirs'; did you mean 'maildir'?",
        ),
        (
            document(campaign={"sequence": [{"template": "hello", "chanel": "email"}]}),
            "no key 'sequence.0.chanel'; did you mean 'channel'?",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    whole: dict[str, Any], words: str
) -> None:
    """At any depth, by its place."""
    assert words in problems(whole)


def test_every_problem_is_named_at_once() -> None:
    """Nobody mends a file one error at a time."""
    whole = document(client={"zone": "Mars/North"}, resource={"per_day": -1})
    whole["extra"] = {}
    said = problems(whole)
    for words in ("no such time zone", "resource mira: per_day", "extra: no such table"):
        assert words in said


@pytest.mark.parametrize("name", ["password", "smtp_password", "api_key", "token"])
def test_a_literal_secret_is_refused_and_not_repeated(name: str) -> None:
    """Only references may stand in a file."""
    said = problems(document(resource={"settings": {name: "hunter2"}}))
    assert (f"settings.{name} holds a literal secret" in said, "hunter2" in said) == (True, False)
    declaring.parse(document(resource={"settings": {name: "env:SMTP_PASSWORD"}}))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('name = "Caf\xe9"'.encode("latin-1"), "not UTF-8 at byte 11; save it as UTF-8"),
        (b"[[client]\n", "not TOML"),
        (b"\x00", "not TOML"),
        (b'[client]\nid = "x"\n', "client: write [[client]], one table each"),
    ],
    ids=["latin-1", "broken", "binary", "one table"],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, raw: bytes, words: str) -> None:
    """A line that a person can act on."""
    assert words in misread(tmp_path, raw)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(DeclarationError, match="No such file"):
        declaring.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (document(campaign={"client": "harbor"}), "no client 'harbor'; did you mean 'harbour'?"),
        (document(campaign={"resources": ["mirra"]}), "no resource 'mirra'; did you mean 'mira'?"),
        (document(campaign={"accept_no_inbox": False}), "nobody reads the answers of mira"),
        (document(client={"sender": None}), "needs [client.sender]"),
        (document(campaign={"sequence": [{"template": "helo"}]}), "no template 'helo'"),
        (document(campaign={"sequence": []}), "sequence"),
        (document(campaign={"gaps_days": [0.5]}), "none under one day"),
        (document(campaign={"max_touchpoints": 16}), "max_touchpoints"),
        (document(campaign={"window": "mon-fri 17:00-09:00"}), "window"),
        (document(campaign={"rules": {"touch_gap_days": 1}}), "touch_gap_days: 1"),
        (document(campaign={"rules": {"touch_gap": 3}}), "touch_gap"),
        (document(resource={"inbox": {"kind": "read"}}), "inbox kind `read` needs `maildir`"),
        (document(client={"id": "a,b"}), "ids are letters"),
    ],
)
def test_what_does_not_fit_together_is_refused(whole: dict[str, Any], words: str) -> None:
    """Names that lead nowhere, figures that only the operator may loosen, half a sender."""
    assert words in problems(whole)


def test_a_thing_that_is_declared_twice_is_refused() -> None:
    """By its name."""
    whole = document()
    whole["resource"] *= 2
    assert "resource mira: declared twice" in problems(whole)


def test_the_example_in_the_repository_can_be_applied() -> None:
    """Every TOML example that we ship is one that works."""
    root = Path(declaring.__file__).resolve().parents[1]
    for path in sorted(root.glob("deploy/**/*.toml")):
        declaring.parse(tomllib.loads(path.read_text(encoding="utf-8")))


# ── applying ──────────────────────────────────────────────────────────────────────────────────


async def applied(table: Table, whole: dict[str, Any], *, dry: bool = False) -> list[Any]:
    """Applies a document; returns (kind, state, version, fields) of each change."""
    declared = declaring.parse(whole)
    plan = await declaring.plan(declared, table.store, table.clock.now(), Mode.LIVE)
    if not dry:
        results = await table.commits.commit(plan.units)
        assert all(isinstance(result, Committed) for result in results)
    return [(c.kind, c.state, c.version, c.fields) for c in plan.changes]


async def test_applying_makes_rows_versions_and_the_clients_credit() -> None:
    """And says so on the bus."""
    table = Table()
    changes = await applied(table, document())
    assert [(kind, state, version) for kind, state, version, _ in changes] == [
        ("client", "new", 1),
        ("resource", "new", 1),
        ("campaign", "new", 1),
    ]
    assert [r.ref.key for r in await table.rows("definition")] == ["spring@1"]
    assert await table.store.credit([TENANT]) == {TENANT: 100}
    assert [o.event.topic for o in table.relay.out] == ["client.declared", "campaign.activated"]


async def test_the_same_file_again_changes_nothing() -> None:
    """No row, no version, no event, no credit a second time."""
    table = Table()
    await applied(table, document())
    table.relay.out.clear()
    plan = await declaring.plan(declaring.parse(document()), table.store, START, Mode.LIVE)
    assert ({c.state for c in plan.changes}, plan.units) == ({"same"}, [])
    assert await table.store.credit([TENANT]) == {TENANT: 100}


async def test_a_change_makes_the_next_number_and_leaves_the_old_definition() -> None:
    """Touches keep the number they were sent under."""
    table = Table()
    await applied(table, document())
    (_, _, change) = await applied(table, document(campaign={"offer": "Another offer"}))
    assert change == ("campaign", "changed", 2, ("offer",))
    rows = {r.ref.key: r.data["offer"] for r in await table.rows("definition")}
    assert rows == {"spring@1": "", "spring@2": "Another offer"}
    (row,) = await table.rows("campaign")
    assert (row.data["version"], row.data["offer"]) == (2, "Another offer")


async def test_a_dry_run_writes_nothing() -> None:
    """It says what would be."""
    table = Table()
    changes = await applied(table, document(), dry=True)
    assert [state for _, state, _, _ in changes] == ["new"] * 3
    assert (await table.rows("client"), table.relay.out) == ([], [])


async def test_two_who_apply_at_once_do_not_both_win() -> None:
    """The second is told; running it again sees the first one's change."""
    table = Table()
    await applied(table, document())
    one = declaring.parse(document(campaign={"offer": "One"}))
    two = declaring.parse(document(campaign={"offer": "Two"}))
    plans = [await declaring.plan(d, table.store, START, Mode.LIVE) for d in (one, two)]
    first = await table.commits.commit(plans[0].units)
    second = await table.commits.commit(plans[1].units)
    assert isinstance(first[0], Committed)
    assert isinstance(second[0], Lost)


async def test_a_changed_clients_credit_is_not_given_twice() -> None:
    """Credits are what it had when it was first declared; a change says something else."""
    table = Table()
    await applied(table, document())
    await applied(table, document(client={"name": "Harbour & Sons"}))
    assert await table.store.credit([TENANT]) == {TENANT: 100}


def test_a_template_that_is_to_go_without_its_page_must_be_able_to() -> None:
    """Named before anybody waits a day for it; one with a guard is taken."""
    hello = {"id": "hello", "subject": "x", "needs_page": "wait_then_without"}
    again = {"id": "again", "body": "x"}
    bare = {**hello, "body": "See {{ landing_page.url }}"}
    with pytest.raises(DeclarationError, match="template hello: needs_page = wait_then_without"):
        parse(document(campaign={"templates": [bare, again]}))
    guarded = {**hello, "body": "Hi{% if landing_page %}, {{ landing_page.url }}{% endif %}"}
    assert parse(document(campaign={"templates": [guarded, again]}))
