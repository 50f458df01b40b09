"""What commands print, as words and as JSON, and how they end."""

import json

import pytest

from agents.cli import session
from contracts.ids import SendId
from tests.agents.cast import Cast
from tests.agents.cli.place import DECLARED, Place
from tests.agents.stage import scored

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def test_apply_says_what_changed_and_then_nothing(empty: Place) -> None:
    """Dry run first, then for good, then the same again."""
    empty.run("migrate")
    path = empty.write("declared.toml", DECLARED)
    dry = empty.run("apply", path, "--dry-run", "--json")
    assert {json.loads(line)["state"] for line in dry.stdout.splitlines()} == {"new"}
    assert "dry run: nothing was written" in dry.stderr
    states = [row["state"] for row in empty.json("apply", path, "--json")]
    assert states == ["new", "new", "new"]
    assert {row["state"] for row in empty.json("apply", path, "--json")} == {"same"}
    changed = empty.write("declared.toml", DECLARED.replace("per_day = 20", "per_day = 30"))
    (row,) = [r for r in empty.json("apply", changed, "--json") if r["state"] == "changed"]
    assert (row["kind"], row["version"], row["fields"]) == ("resource", 2, "per_day")


def test_apply_refuses_a_file_by_every_problem(empty: Place) -> None:
    """Exit code 3, each place with what to write; nothing is applied."""
    empty.run("migrate")
    wrong = DECLARED.replace("per_day", "per_dai").replace('"America/Chicago"', '"Chicago"')
    done = empty.apply(wrong)
    assert done.exit_code == session.CONFIGURATION
    assert "did you mean 'per_day'?" in done.stderr
    assert "no such time zone" in done.stderr
    assert empty.run("leads", "list").exit_code == session.NOTHING


# ── leads, explain ────────────────────────────────────────────────────────────────────────────


def test_leads_are_listed_with_what_comes_next(busy: Place) -> None:
    """By status, campaign, held; a row has the store's own names."""
    rows = {row["lead"]: row for row in busy.json("leads", "list", "--json")}
    assert (rows["lead-1"]["status"], rows["lead-1"]["campaign"]) == ("in_sequence", "spring")
    assert rows["lead-1"]["next"].startswith("2026-01-12T15:00")
    assert (rows["lead-1"]["attempt_count"], rows["lead-3"]["hold"]) == (1, "not_target")
    held = busy.json("leads", "list", "--held", "--json")
    assert [row["lead"] for row in held] == ["lead-3"]
    assert len(busy.json("leads", "list", "--limit", 1, "--json")) == 1
    assert len(busy.json("leads", "list", "--status", "new", "--json")) == 1
    none = busy.run("leads", "list", "--campaign", "winter")
    assert (none.exit_code, none.stderr) == (session.NOTHING, "no lead matches\n")
    shown = busy.run("leads", "list")
    assert (shown.exit_code, "lead-1" in shown.stdout, "not_target" in shown.stdout) == (
        0,
        True,
        True,
    )


def test_explain_tells_the_whole_story_in_the_leads_own_time(busy: Place) -> None:
    """Who, where they stand, what happened by day, what comes next."""
    told = busy.run("explain", "lead-1").stdout
    assert told.startswith("Blue Door 1  ·  in_sequence: in campaign spring\n")
    for words in (
        "times in America/Chicago",
        "Tue 06 Jan 2026",
        "09:00  Scored 72 (warm); reachable by email.",
        "Joined campaign spring (version 1, 2 steps).",
        "Sent step 1 by email from mira.",
        "next  Step 2 by email, Mon 12 Jan 2026 09:00 (America/Chicago) (the same channel rests",
    ):
        assert words in told
    assert told.index("Scored") < told.index("Joined") < told.index("Sent step 1")


def test_explain_finds_a_lead_by_id_by_its_start_and_by_name(busy: Place) -> None:
    """Several that match are listed; none is said so."""
    assert busy.json("explain", "Blue Door 2", "--json")[0]["lead"] == "lead-2"
    several = busy.run("explain", "lead-")
    assert (several.exit_code, "3 leads match; name one" in several.stderr) == (session.USAGE, True)
    none = busy.run("explain", "nobody")
    assert (none.exit_code, "see `leadwire leads list`" in none.stderr) == (session.NOTHING, True)
    (one,) = busy.json("leads", "show", "lead-3", "--json")
    assert (one["status"], one["next"]) == ("new", "Held: its route is not TARGET. (route OTHER)")


def test_an_erased_lead_is_still_explained_and_stays_suppressed(busy: Place) -> None:
    """Its story has no names; the stop outlives it."""
    asked = busy.run("leads", "erase", "lead-1", "--reason", "a letter", input="n\n")
    assert asked.exit_code == 1
    done = busy.run("leads", "erase", "lead-1", "--reason", "a letter of 3 May", "--yes")
    assert (done.exit_code, "it stays suppressed" in done.stdout) == (0, True)
    (told,) = busy.json("explain", "lead-1", "--json")
    assert {stop["reason"] for stop in told["stops"]} == {"suppressed"}
    assert "blue-door" not in json.dumps(told)
    assert busy.run("explain", "lead-1").stdout.startswith("(erased)")


def test_the_summary_counts_by_campaign_and_day(busy: Place) -> None:
    """What was sent, held and ended on a day; another day has nothing."""
    rows = busy.json("summary", "--since", "2026-01-06", "--json")
    counts = {(row["kind"], row["code"]): row["count"] for row in rows}
    assert (counts["outcome", "contacted"], counts["hold", "not_target"]) == (2, 1)
    assert busy.run("summary", "--since", "2025-01-06").exit_code == session.NOTHING


# ── pause, resume ─────────────────────────────────────────────────────────────────────────────


def test_a_pause_says_since_when_and_what_still_flies(busy: Place) -> None:
    """The same pause twice is one; a resume lifts it; a third has nothing to lift."""
    first = busy.run("pause", "campaign:spring", "--reason", "a doubt")
    assert first.exit_code == 0
    assert "paused campaign spring since 2026-01-06 16:00:00 UTC: a doubt" in first.stdout
    assert "0 calls in flight" in first.stdout
    assert busy.run("pause", "campaign:spring", "--reason", "again").stdout == first.stdout
    (told,) = busy.json("explain", "lead-1", "--json")
    assert [stop["reason"] for stop in told["stops"]] == ["paused"]
    lifted = busy.run("resume", "campaign:spring", "--reason", "it was none")
    assert (lifted.exit_code, lifted.stdout.startswith("lifted paused of 2026-01-06")) == (0, True)
    nothing = busy.run("resume", "campaign:spring", "--reason", "once more")
    assert (nothing.exit_code, "nothing was paused" in nothing.stderr) == (session.NOTHING, True)


def test_a_pause_works_with_the_bus_away(busy: Place) -> None:
    """The stop is durable; what would be said of it stays in the outbox."""
    busy.bus.write_bytes(b"this is no bus" * 100)
    done = busy.run("pause", "all", "--reason", "now", "--kill")
    assert (done.exit_code, "paused everything" in done.stdout) == (0, True)
    assert "kept in the outbox, the bus is away" in done.stderr
    (told,) = busy.json("explain", "lead-1", "--json")
    assert [stop["reason"] for stop in told["stops"]] == ["killed"]


@pytest.mark.parametrize("scope", ["nonsense", "campaign:winter", "channel:smoke"])
def test_a_scope_that_names_nothing_is_a_usage_error(busy: Place, scope: str) -> None:
    """Exit code 2, and what may be written."""
    done = busy.run("pause", scope, "--reason", "x")
    assert (done.exit_code, bool(done.stderr), done.stdout) == (session.USAGE, True, "")


def test_an_opt_out_is_never_lifted_by_hand(busy: Place) -> None:
    """Exit code 5: refused by policy, by name."""
    busy.run("leads", "erase", "lead-1", "--reason", "a letter", "--yes")
    done = busy.run("resume", "lead:lead-1", "--reason", "please")
    assert (done.exit_code, "still stopped by suppressed" in done.stderr) == (session.REFUSED, True)


# ── unknowns ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "topic", "code"),
    [("sent", "contacted", "settled_by_hand"), ("not-sent", "refused", "declined_by_hand")],
)
def test_an_unknown_send_is_settled_by_a_persons_word(
    doubtful: Place, word: str, topic: str, code: str
) -> None:
    """Listed by name, settled once, and the lead goes on."""
    (row,) = doubtful.json("unknowns", "list", "--json")
    assert (row["lead"], row["step"], row["code"]) == ("lead-1", 1, "timeout")
    words = ("unknowns", "settle", row["send"], "--as", word, "--reason", "their list")
    done = doubtful.run(*words)
    assert (done.exit_code, done.stdout) == (0, f"{row['send']}: {word}\n")
    again = doubtful.run(*words)
    assert (again.exit_code, "is no unknown send" in again.stderr) == (session.NOTHING, True)
    assert doubtful.run("unknowns", "list").exit_code == session.NOTHING

    async def look(cast: Cast) -> tuple[str, str, int]:
        send = (await cast.table.store.sends(None, [SendId(row["send"])]))[SendId(row["send"])]
        return send.state.value, send.code, await cast.credit()

    expected = ("sent", code, 99) if word == "sent" else ("refused", code, 100)
    assert doubtful.play(look) == expected


def test_settling_what_is_no_send_says_so(doubtful: Place) -> None:
    """And a word that is none is a usage error."""
    done = doubtful.run("unknowns", "settle", "nobody", "--as", "sent", "--reason", "x")
    assert done.exit_code == session.NOTHING
    done = doubtful.run("unknowns", "settle", "nobody", "--as", "perhaps", "--reason", "x")
    assert done.exit_code == session.USAGE


# ── dead letters ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def dead(place: Place) -> Place:
    """A command that no sender can take: its send is not in the ledger."""

    async def act(cast: Cast) -> None:
        cast.deaf = frozenset({"outreach.email.send"})
        await cast.tell(scored(1))
        (command,) = cast.said("outreach.email.send")
        cast.deaf = frozenset()
        stray = {**command.data, "send_id": "of another store"}
        await cast.tell(command.with_(data=stray))

    place.play(act)
    return place


def test_a_dead_letter_is_listed_and_shown_whole(dead: Place) -> None:
    """Reason, attempts, origin; its bytes and headers; found by the start of its id."""
    (row,) = dead.json("dlq", "list", "--json")
    assert (row["agent"], row["reason"], row["attempts"]) == ("sender", "permanent", 1)
    assert row["origin"] == "outreach.email.send/0/0"
    (shown,) = dead.json("dlq", "show", row["id"][:8])
    assert json.loads(shown["value"])["send_id"] == "of another store"
    assert "of another store" in row["detail"]
    assert shown["headers"]["ce_type"] == "outreach.email.send.v1"
    assert dead.run("dlq", "list", "--agent", "intake").exit_code == session.NOTHING
    assert dead.run("dlq", "show", "zzz").exit_code == session.NOTHING


def test_a_dead_letter_is_given_to_its_agent_again(dead: Place) -> None:
    """To it alone, under a try of its own; a dry run gives nothing."""
    (row,) = dead.json("dlq", "list", "--json")
    dry = dead.run("dlq", "replay", "--agent", "sender", "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, f"would replay {row['id']}\n")
    assert len(dead.json("dlq", "list", "--json")) == 1
    done = dead.run("dlq", "replay", row["id"])
    assert (done.exit_code, done.stdout) == (0, f"replaying {row['id']}\n")
    assert dead.run("dlq", "list").exit_code == session.NOTHING
    (kept,) = dead.json("dlq", "list", "--all", "--json")
    assert (kept["state"], kept["note"]) == ("replayed", "tester")
    assert dead.run("dlq", "replay", "--reason", "permanent").exit_code == session.NOTHING
    assert dead.run("dlq", "replay").exit_code == session.USAGE


def test_a_dead_letter_is_discarded_with_a_reason_and_kept(dead: Place) -> None:
    """Once; the second time says what it is."""
    (row,) = dead.json("dlq", "list", "--json")
    done = dead.run("dlq", "discard", row["id"], "--reason", "of an old store")
    assert (done.exit_code, done.stdout) == (0, f"discarded {row['id']}\n")
    again = dead.run("dlq", "discard", row["id"], "--reason", "again")
    assert (again.exit_code, "is discarded already" in again.stderr) == (session.NOTHING, True)
    (kept,) = dead.json("dlq", "list", "--all", "--json")
    assert kept["note"] == "tester: of an old store"


# ── config, run ───────────────────────────────────────────────────────────────────────────────


def test_settings_are_shown_with_their_sources(empty: Place) -> None:
    """A secret is a reference, so nothing needs masking."""
    rows = {r["setting"]: r for r in empty.json("config", "show", "--source", "--json")}
    assert (rows["mode"]["value"], rows["mode"]["source"]) == ("demo", "environment")
    assert (rows["slots"]["source"], rows["secret"]["value"]) == ("default", "env:TEST_SECRET")
    assert empty.run("config", "check").stdout.startswith("ok  settings from")


def test_a_table_shows_what_strangers_wrote_as_it_is(
    empty: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting's meaning and a business's name may hold what a terminal library takes for markup,
    and a name what a terminal takes for a command."""
    assert "[/PREFIX]" in empty.run("config", "show").stdout.replace("\n", "")
    session.table(["name"], [["[/b] and [red]Fish[/red]"], ["\x1b[2Jgone"], ["one\ntwo"]])
    shown = capsys.readouterr().out
    assert "[/b] and [red]Fish[/red]" in shown
    assert "\x1b" not in shown
    assert all(line in shown for line in ("one", "two"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LEADWIRE_SLOT", "3", "did you mean slots?"),
        ("LEADWIRE_SECRET", "literal words", "env:NAME or file:PATH"),
        ("LEADWIRE_SECRET", "", "no secret: set LEADWIRE_SECRET"),
        ("TEST_SECRET", "", "the environment variable TEST_SECRET is empty"),
        ("TEST_SECRET", "short", "shorter than 16 characters"),
        ("LEADWIRE_STORE", "redis:x", "memory:, sqlite:PATH or postgres:"),
        ("LEADWIRE_CLOCK", "stepped:/none/clock", "no clock file"),
        ("LEADWIRE_MODE", "live", "mode live takes no stepped clock"),
        ("LEADWIRE_CONFIG", "/none/leadwire.toml", "no file /none/leadwire.toml"),
    ],
)
def test_wrong_settings_are_named_with_what_to_write(
    empty: Place, name: str, value: str, words: str
) -> None:
    """Exit code 3, one line, nothing repeated that was secret."""
    done = empty.run("config", "check", **{name: value})
    assert (done.exit_code, words in done.stderr) == (session.CONFIGURATION, True)
    assert "literal words" not in done.stderr


def test_an_unknown_agent_is_named_with_those_that_there_are(place: Place) -> None:
    """Exit code 2, before anything is opened."""
    done = place.run("run", "sendr")
    assert done.exit_code == session.USAGE
    assert "no agent 'sendr'; there are all, intake, enrichment, scoring" in done.stderr


def test_a_command_needs_a_store_that_outlives_a_process(empty: Place) -> None:
    """Nothing to look at in somebody else's memory."""
    done = empty.run("leads", "list", LEADWIRE_STORE="memory:")
    assert (done.exit_code, "LEADWIRE_STORE=sqlite:PATH" in done.stderr) == (3, True)
