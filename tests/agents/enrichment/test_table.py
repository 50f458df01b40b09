"""A client's own table as a source: exact matches in three ways, doubt where rows disagree, and bad
input named while the lead goes on."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.enrichment.base import Answer, SourceFailed, Subject
from agents.enrichment.table import TableSource, Undescribed, described
from agents.enrichment.waterfall import ask_all
from contracts.lead import LeadFields
from tests.agents.enrichment.values import NOW, PROFILE, routed

BAKERY = "Harbour Street Bakery Ltd,12 Harbour Street,https://www.bakery.example/shop"
CRM = f"""Company,Street,Web,Phone,Mail,Staff,Boss,Role,Updated
{BAKERY},+353 1 555 0142,info@bakery.example,12,Aoife Byrne,Owner,2026-03-01
Quay Garage,1 Quay Road,garage.example,01 555 0199,hi@garage.example,5,,,2024-01-01
Twin One,3 Elm,twin.example,,one@twin.example,7,,,2026-01-01
Twin Two,4 Elm,twin.example,,two@twin.example,9,,,2026-01-01
Mailer,5 Elm,gmail.com,,x@gmail.com,1,,,2026-01-01
"""
DESCRIPTION = """
client = "harbour"
file = "crm.csv"
as_of = "Updated"
country = "IE"
[match]
domain = "Web"
phone = "Phone"
name = "Company"
address = "Street"
[fields]
email = "Mail"
employees = "Staff"
decision_makers = { name = "Boss", title = "Role" }
"""


def source(folder: Path, text: str = DESCRIPTION, data: str | bytes = CRM) -> TableSource:
    """A table in a folder, described."""
    octets = data.encode() if isinstance(data, str) else data
    (folder / "crm.csv").write_bytes(octets)
    (folder / "crm.toml").write_text(text, "utf-8")
    return TableSource(described(folder / "crm.toml"))


def subject(**lead: str) -> Subject:
    given = {"country": "IE", **lead}
    return Subject(tenant="harbour", lead=LeadFields.model_validate(given), now=NOW)


def values(answer: Answer) -> dict[str, Any]:
    return {one.field: one.value for one in answer.findings}


@pytest.mark.parametrize(
    "lead",
    [
        {"website": "http://bakery.example"},
        {"website": "https://www.bakery.example/contact?x=1"},
        {"email": "someone@bakery.example"},
        {"phone": "01 555 0142"},
        {"business_name": "HARBOUR STREET BAKERY", "address": "12 harbour street"},
    ],
)
async def test_a_lead_is_found_exactly_in_each_way(tmp_path: Path, lead: dict[str, str]) -> None:
    table = source(tmp_path)
    about = subject(**lead)
    assert table.cannot(about) is None
    answer = await table.find(about)
    assert values(answer) == {
        "email": "info@bakery.example",
        "company.employees": "12",
        "decision_makers": {"name": "Aoife Byrne", "title": "Owner"},
    }
    one = answer.findings[0]
    assert (one.source, one.place, one.doubt) == ("table:crm", "crm.csv row 1", "")
    assert one.at == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "lead",
    [
        {"website": "http://other.example"},
        {"business_name": "Harbour Street Bakery", "address": "13 Harbour Street"},
        {"business_name": "Harbour Bakery", "address": "12 Harbour Street"},
        {"email": "x@gmail.com"},
        {"website": "gmail.com"},
    ],
)
async def test_what_only_resembles_is_not_found(tmp_path: Path, lead: dict[str, str]) -> None:
    assert values(await source(tmp_path).find(subject(**lead))) == {}


async def test_a_lead_with_nothing_to_match_by_is_passed_over(tmp_path: Path) -> None:
    words = source(tmp_path).cannot(subject(business_name="Harbour Street Bakery"))
    assert words == "the lead has nothing to match by (domain, name and address, phone)"


async def test_rows_that_fit_by_different_columns_wait_for_a_person(tmp_path: Path) -> None:
    found = await source(tmp_path).find(subject(website="bakery.example", phone="01 555 0199"))
    assert {one.doubt for one in found.findings} == {"row 1 fits by domain, row 2 by phone"}


async def test_rows_that_fit_and_disagree_are_doubtful_where_they_do(tmp_path: Path) -> None:
    found = await source(tmp_path).find(subject(website="twin.example"))
    doubts = {one.field: one.doubt for one in found.findings}
    assert doubts == {"email": "", "company.employees": "rows that fit by domain disagree"}


async def test_another_clients_leads_do_not_see_it(tmp_path: Path) -> None:
    table = source(tmp_path)
    lead = routed(website="bakery.example")
    for tenant, outcome in (("harbour", ["found"]), ("rival", [])):
        result = await ask_all(lead, [table], tenant=tenant, profile=PROFILE, now=NOW)
        assert [one.outcome for one in result.enrichment.tried] == outcome


async def test_sqlite_is_read_by_its_table_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "the firms" (Web TEXT, Mail TEXT, Staff INTEGER)')
        connection.execute(
            'INSERT INTO "the firms" VALUES (?, ?, ?)',
            ("bakery.example", "info@bakery.example", 12),
        )
    before = path.read_bytes()
    (tmp_path / "crm.toml").write_text(
        'client = "harbour"\nfile = "crm.db"\ntable = "the firms"\n'
        '[match]\ndomain = "Web"\n[fields]\nemail = "Mail"\nemployees = "Staff"\n'
    )
    table = TableSource(described(tmp_path / "crm.toml"))
    found = await table.find(subject(website="bakery.example"))
    assert values(found) == {"email": "info@bakery.example", "company.employees": "12"}
    assert path.read_bytes() == before


async def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    table = source(tmp_path)
    about = subject(website="bakery.example")
    assert values(await table.find(about))["email"] == "info@bakery.example"
    changed = CRM.replace("info@bakery.example", "orders@bakery.example")
    (tmp_path / "crm.csv").write_text(changed)
    assert values(await table.find(about))["email"] == "orders@bakery.example"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            CRM.replace("Mail,", "E-Mail,"),
            "crm.csv: there is no column 'Mail'; did you mean 'E-Mail'",
        ),
        ("", "crm.csv cannot be read"),
        (b"PK\x03\x04spreadsheet", "a spreadsheet or archive"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "is SQLite; name its table"),
    ],
)
async def test_a_table_that_cannot_be_used_is_named_and_the_lead_goes_on(
    tmp_path: Path, data: str | bytes, words: str
) -> None:
    table = source(tmp_path, data=data)
    with pytest.raises(SourceFailed, match=words.replace("(", r"\(")):
        await table.find(subject(website="bakery.example"))
    lead = routed(website="bakery.example")
    result = await ask_all(lead, [table], tenant="harbour", profile=PROFILE, now=NOW)
    (tried,) = result.enrichment.tried
    assert tried.outcome == "failed"
    assert words in tried.why


async def test_a_table_that_is_gone_is_named(tmp_path: Path) -> None:
    table = source(tmp_path)
    (tmp_path / "crm.csv").unlink()
    with pytest.raises(SourceFailed, match=r"crm\.csv cannot be read: No such file"):
        await table.find(subject(website="bakery.example"))


async def test_rows_that_cannot_be_read_are_counted_and_the_others_go_on(tmp_path: Path) -> None:
    broken = CRM.replace("Quay Garage,1 Quay Road", "Quay Garage,1 Quay Road,one,cell,too,many,,,")
    found = await source(tmp_path, data=broken).find(subject(website="bakery.example"))
    assert found.note == "1 rows of it cannot be read"
    assert "email" in values(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DESCRIPTION.replace('client = "harbour"', ""), "client is missing"),
        (DESCRIPTION.replace("[match]", "[matches]"), "no key 'matches'; did you mean 'match'"),
        (DESCRIPTION.replace("domain =", "domains ="), "no way to match 'domains'"),
        (DESCRIPTION.replace("employees =", "employes ="), "no field 'employes'"),
        (DESCRIPTION.replace('address = "Street"', ""), "match.name and match.address go together"),
        (DESCRIPTION + "\nconfidence = 3", "no field 'confidence'"),
        ("confidence = 3\n" + DESCRIPTION, "confidence is a number above 0"),
        (DESCRIPTION.replace('email = "Mail"', "email = { a = 'b' }"), "a column's name"),
        ("client = [", "not readable as TOML"),
    ],
)
def test_a_wrong_description_is_refused_with_the_remedy(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Undescribed) as caught:
        source(tmp_path, text)
    assert words in str(caught.value)
    assert "crm.toml" in str(caught.value)
