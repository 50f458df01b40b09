"""`leads publish` and `leads import`: every row judged, nothing lost, nothing twice."""

import json

import pytest

from agents.base import DecidingTurn
from agents.cli import session
from agents.intake.agent import Intake
from agents.scoring.agent import Scoring
from bus.base import Delivery
from contracts.outcome import Mode
from tests.agents.cast import Cast
from tests.agents.cli.place import Place
from tests.agents.stage import NAMES

HEAD = "business_name,category,email,phone,address,city,region,country,route\n"
ONE = "Blue Door,childcare,desk@blue-door.example,,12 Quay Street,Chicago,IL,US,TARGET\n"
TWO = "Red Door,childcare,desk@red-door.example,,9 Elm Street,Chicago,IL,US,TARGET\n"
SAME = "Blue Door Ltd,childcare,Desk@Blue-Door.example,,12 Quay St,Chicago,IL,US,TARGET\n"
NOBODY = "Grey Door,childcare,,,,,,US,TARGET\n"


def published(place: Place) -> list[Delivery]:
    """What lies at the door."""
    return place.published("inbound.leads")


@pytest.mark.parametrize("command", ["publish", "import"])
def test_rows_are_published_under_names_of_their_own(place: Place, command: str) -> None:
    """The same file twice brings no lead twice."""
    file = place.write("leads.csv", HEAD + ONE + TWO)
    for _ in range(2):
        (count,) = place.json("leads", command, file, "--json")
        assert (count["accepted"], count["rejected"], count["published"]) == (2, 0, 2)
    deliveries = published(place)
    assert len({d.message.headers["ce_id"] for d in deliveries}) == 2
    assert {d.message.headers["ce_tenant"] for d in deliveries} == {"harbour"}

    async def act(cast: Cast) -> int:
        scoring = Scoring(enriched=False)
        cast.hear(scoring.name, scoring.topics, DecidingTurn(scoring, cast.table.commits))
        await Intake(cast.table.commits, NAMES, Mode.LIVE)(deliveries)
        await cast.play()
        return len(cast.vendor.calls)

    assert place.play(act) == 2
    assert place.json("leads", "import", file, "--dry-run", "--json")[0]["already_known"] == 2


def test_a_dry_run_judges_every_row_and_publishes_nothing(place: Place) -> None:
    """Duplicates within the file are named by row."""
    file = place.write("leads.csv", HEAD + ONE + TWO + SAME)
    done = place.run("leads", "import", file, "--dry-run", "--json")
    count = json.loads(done.stdout)
    assert (count["accepted"], count["duplicates_in_file"], count["published"]) == (3, 1, 0)
    assert "dry run: nothing was published" in done.stderr
    assert "the same lead as row" in done.stderr
    assert published(place) == []


def test_a_bad_row_is_named_kept_and_harms_no_other(place: Place) -> None:
    """Exit code 1; the rejects file has row, reason and what was written."""
    file = place.write("leads.csv", HEAD + ONE + NOBODY + TWO)
    rejects = place.folder / "rejects.jsonl"
    done = place.run("leads", "import", file, "--rejects", rejects, "--json")
    count = json.loads(done.stdout)
    assert (done.exit_code, count["accepted"], count["rejected"]) == (session.FAILED, 2, 1)
    (row,) = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert row["row"] == 2
    assert "nobody is reachable" in json.dumps(row)
    assert "Grey Door" in json.dumps(row)
    assert len(published(place)) == 2


def test_strict_publishes_nothing_where_a_row_is_rejected(place: Place) -> None:
    """All or nothing, and it says which."""
    file = place.write("leads.csv", HEAD + ONE + NOBODY)
    done = place.run("leads", "publish", file, "--strict")
    assert (done.exit_code, "nothing was published (--strict)" in done.stderr) == (1, True)
    assert published(place) == []


def test_latin_1_is_read_for_what_it_is(place: Place) -> None:
    """Found out, or said; never mangled."""
    text = HEAD + ONE.replace("Blue Door", "Café Bleu")
    file = place.write("leads.csv", text.encode("latin-1"))
    assert place.json("leads", "import", file, "--json")[0]["accepted"] == 1
    (delivery,) = published(place)
    assert "Café Bleu" in delivery.message.value.decode()
    done = place.run("leads", "import", file, "--encoding", "utf-8")
    assert (done.exit_code, bool(done.stderr), done.exception.__class__) == (1, True, SystemExit)


def test_a_missing_column_is_named_with_those_that_are_there(place: Place) -> None:
    """Before a row is read."""
    file = place.write("leads.csv", HEAD + ONE)
    done = place.run("leads", "import", file, "--map", "email=mail_address")
    assert (done.exit_code, "mail_address" in done.stderr) == (session.FAILED, True)


def test_json_lines_come_from_stdin(place: Place) -> None:
    """One object a line; a broken line is rejected with its number."""
    lead = {"business_name": "Blue Door", "email": "desk@blue-door.example", "country": "US"}
    text = json.dumps(lead) + "\n{broken\n"
    done = place.run("leads", "publish", "-", "--format", "jsonl", "--json", input=text)
    count = json.loads(done.stdout)
    assert (done.exit_code, count["accepted"], count["rejected"]) == (1, 1, 1)
    assert "2" in done.stderr


def test_an_empty_file_says_so(place: Place) -> None:
    """Exit code 6: nothing matched."""
    done = place.run("leads", "import", place.write("leads.csv", HEAD))
    assert done.exit_code == session.NOTHING


def test_a_client_that_nobody_declared_is_refused_by_name(place: Place) -> None:
    """Each row says so; nothing is published under it."""
    file = place.write("leads.csv", HEAD + ONE)
    done = place.run("leads", "import", file, "--client", "nobody")
    assert (done.exit_code, "nobody" in done.stderr) == (session.FAILED, True)
    assert published(place) == []


def test_what_the_door_refused_is_listed(place: Place) -> None:
    """With code, pointer and origin; as JSON with what came in."""
    assert place.run("leads", "rejected").exit_code == session.NOTHING

    async def act(cast: Cast) -> None:
        from bus.base import Message

        bad = Delivery(Message("inbound.leads", "k", {}, b"{"), 0, 3)
        await Intake(cast.table.commits, NAMES, Mode.LIVE)([bad])

    place.play(act)
    (row,) = place.json("leads", "rejected", "--json")
    assert (row["code"], row["origin"], row["value"]) == ("malformed", "inbound.leads/0/3", "{")
