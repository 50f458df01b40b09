"""Lead files, however they were saved: every row is read or named, none is lost."""

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.intake.reading import Accepted, Reject, Source, Unreadable, read

TEXT = "Name;Ort;Notiz\r\nBäckerei Öz;Köln;„frisch“ – täglich\r\nCafé;Zürich;\r\n"


def opened(data: bytes, **more: Any) -> Source:
    return read(io.BytesIO(data), **more)


def rows(source: Source) -> list[dict[str, Any]]:
    found = list(source.rows)
    assert all(isinstance(row, Accepted) for row in found), found
    return [row.data for row in found if isinstance(row, Accepted)]


def rejects(source: Source) -> list[Reject]:
    return [row for row in source.rows if isinstance(row, Reject)]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    """UTF-8 with and without mark, UTF-16 either way and without mark, Windows-1252."""
    source = opened(TEXT.encode(encoding))
    assert source.delimiter == ";"
    assert rows(source) == [
        {"Name": "Bäckerei Öz", "Ort": "Köln", "Notiz": "„frisch“ – täglich"},
        {"Name": "Café", "Ort": "Zürich", "Notiz": ""},
    ]
    assert source.columns == ("Name", "Ort", "Notiz")


def test_a_file_in_utf_16_with_its_mark_at_the_other_end_is_read() -> None:
    """Big-endian with a byte order mark."""
    assert len(rows(opened(b"\xfe\xff" + TEXT.encode("utf-16-be")))) == 2


def test_latin_1_is_said_once_and_only_where_it_is() -> None:
    """A clear word, with the option that overrides the guess; UTF-8 lines beside it stay UTF-8."""
    data = "Name,Ort\nBäckerei,Köln\n".encode() + "Café,Zürich\nCafé,Genève\n".encode("latin-1")
    source = opened(data)
    assert [row["Ort"] for row in rows(source)] == ["Köln", "Zürich", "Genève"]
    assert len(source.notes) == 1
    assert "Latin-1" in source.notes[0]
    assert "--encoding" in source.notes[0]
    clean = opened("Name,Ort\nBäckerei,Köln\n".encode())
    assert rows(clean)
    assert clean.notes == []


def test_an_encoding_that_was_given_is_taken_at_its_word() -> None:
    """And a row that is not in it is named, with the remedy."""
    data = "Name,Ort\nJosé,Málaga\n"
    assert rows(opened(data.encode("cp850"), encoding="cp850"))[0]["Name"] == "José"
    bad = rejects(opened(data.encode("latin-1"), encoding="utf-8"))
    assert [(row.row, row.code) for row in bad] == [(1, "malformed")]
    assert "not valid utf-8" in bad[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    """By the header; one within quotes does not count."""
    data = delimiter.join(["Name", '"Ort, Land; alles|hier"', "Tel"]) + "\n"
    data += delimiter.join(["A", "B", "C"]) + "\n"
    source = opened(data.encode())
    assert source.delimiter == delimiter
    assert rows(source) == [{"Name": "A", "Ort, Land; alles|hier": "B", "Tel": "C"}]


def test_a_spreadsheets_hint_names_the_delimiter() -> None:
    """`sep=;` in the first line."""
    assert rows(opened(b"sep=;\nName;Ort\nA,B;C\n")) == [{"Name": "A,B", "Ort": "C"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_read(end: str) -> None:
    """Unix, Windows, old Macintosh; blank lines are none, lines of delimiters neither."""
    data = end.join(["Name,Ort", "A,B", "", ",", "C,D", ""])
    assert [row["Name"] for row in rows(opened(data.encode()))] == ["A", "C"]


def test_cells_may_hold_line_breaks_quotes_and_delimiters() -> None:
    """RFC 4180; the line that a record begins on is counted."""
    data = b'Name,Note\n"A, ""the best""","one\ntwo\n"\nB,x\n'
    source = opened(data)
    first, second = list(source.rows)
    assert isinstance(first, Accepted)
    assert first.data == {"Name": 'A, "the best"', "Note": "one\ntwo\n"}
    assert (first.line, second.line, second.row) == (2, 5, 2)


def test_a_quote_within_a_cell_is_a_letter() -> None:
    """Inches are not quotations."""
    assert rows(opened(b'Name,Size\n5" pipe,6"\nB,C\n'))[0] == {"Name": '5" pipe', "Size": '6"'}


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    """Not the rest of the file."""
    data = b'Name,Ort\nA,"B\n' + b"C,D\n" * 500
    found = list(opened(data).rows)
    assert [type(row) for row in found[:2]] == [Reject, Accepted]
    assert isinstance(found[0], Reject)
    assert (found[0].code, found[0].row, found[0].line) == ("open_quote", 1, 2)
    assert len(found) == 501
    assert found[-1].line == 502


def test_ragged_rows_are_named_with_the_remedy_and_their_neighbours_read() -> None:
    """Too many cells, too few; blank cells at the end are no error."""
    source = opened(b"Name,Ort,Tel\nA,B,C\nA,B,C,D\nA,B\nA,B,C,,\n")
    found = list(source.rows)
    assert [type(row) for row in found] == [Accepted, Reject, Reject, Accepted]
    many, few = (row for row in found if isinstance(row, Reject))
    assert (many.row, many.line, many.code, many.raw) == (2, 3, "ragged", "A,B,C,D")
    assert "put cells that hold ',' into quotes" in many.message
    assert "'Tel' on, are missing" in few.message


def test_columns_without_or_with_one_name_are_told_apart() -> None:
    """A blank header gets its number, a repeated one its count, and the note says so."""
    source = opened(b"Name,,Name,Tel\nA,B,C,D\n")
    assert source.columns == ("Name", "column_2", "Name_2", "Tel")
    assert source.notes == ["columns named twice: Name; later ones get a number"]


def test_nul_in_a_cell_is_named_with_its_column() -> None:
    """The pointer names the cell; the next row is read."""
    source = opened(b"Name,a/b\nA,x\x00y\nB,C\n")
    bad, good = list(source.rows)
    assert isinstance(bad, Reject)
    assert (bad.code, bad.pointer) == ("malformed", "/a~1b")
    assert isinstance(good, Accepted)


def test_a_row_over_the_limit_is_named_and_the_next_one_read() -> None:
    """5 MB of one cell; what is kept of it for the record is cut."""
    for data, kind in ((b"Name,Ort\nA," + b"x" * 5_000_000 + b"\nB,C\n", "csv"),
                       (b'{"a":"' + b"x" * 5_000_000 + b'"}\n{"a":1}\n', "jsonl")):  # fmt: skip
        bad, good = list(opened(data, format=kind).rows)
        assert isinstance(bad, Reject)
        assert bad.code == "too_large"
        assert len(bad.raw) < 3000
        assert isinstance(good, Accepted)


def test_a_quoted_cell_over_many_lines_is_held_to_the_limit_too() -> None:
    """Joined lines count together."""
    data = b'Name,Ort\nA,"' + (b"x" * 900 + b"\n") * 20 + b'"\nB,C\n'
    bad, good = list(opened(data, max_bytes=1000).rows)
    assert isinstance(bad, Reject)
    assert bad.code == "too_large"
    assert isinstance(good, Accepted)


def test_jsonl_gives_objects_and_names_lines_that_are_none() -> None:
    """With the JSON pointer; keys and values come through as they are."""
    data = b'{"a":{"b":[1,null]},"c":""}\n\n[1]\n{"a":\n{"x":"\\ud800"}\n{"z":"\\u0000"}\n{"ok":1}'
    found = list(opened(data, format="jsonl").rows)
    assert isinstance(found[0], Accepted)
    assert found[0].data == {"a": {"b": [1, None]}, "c": ""}
    bad = [(r.row, r.line, r.code, r.pointer) for r in found if isinstance(r, Reject)]
    assert bad == [
        (2, 3, "malformed", ""),
        (3, 4, "malformed", ""),
        (4, 5, "malformed", "/x"),
        (5, 6, "malformed", "/z"),
    ]
    assert isinstance(found[5], Accepted)
    assert found[5].data == {"ok": 1}


def test_jsonl_in_latin_1_says_which_byte_and_reads_with_its_encoding() -> None:
    """JSON is UTF-8 (RFC 8259); who saved it otherwise says so."""
    data = '{"a":"é"}\n'.encode("latin-1")
    assert "not UTF-8: byte 0xe9" in rejects(opened(data))[0].message
    assert rows(opened(data, encoding="latin-1")) == [{"a": "é"}]


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [(b'{"a":1}\n', "-", "jsonl"), (b"a,b\n1,2\n", "-", "csv"),
     (b' \n{"a":1}\n', "x.jsonl", "jsonl"),
     (b"\xef\xbb\xbf" + b'{"a":1}\n', "-", "jsonl")],
)  # fmt: skip
def test_the_format_is_found_out(data: bytes, name: str, format: str) -> None:
    """By content first, then by name."""
    assert opened(data, name=name).format == format


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b'[{"a":1}]', "jq -c '.[]'"),
        (b'{\n "a": 1\n}\n', "jq -c ."),
        (b"PK\x03\x04....", "save it as CSV"),
        (b"\x1f\x8b\x08", "gunzip -c"),
        (b"\xff\xfe\x00\x00N\x00\x00\x00", "UTF-32"),
        (b"\n\nName,Ort\n", "the first line should name the columns"),
    ],
)
def test_what_is_no_lead_file_says_what_it_is_and_what_to_do(data: bytes, words: str) -> None:
    """Before any row is read."""
    with pytest.raises(Unreadable) as caught:
        opened(data, name="leads.csv")
    assert words in str(caught.value)
    assert "leads.csv" in str(caught.value)


def test_an_unknown_encoding_is_refused_by_name() -> None:
    """A typo in --encoding."""
    with pytest.raises(Unreadable, match="no encoding 'utf-9'"):
        opened(b"a,b\n", encoding="utf-9")


def test_reading_streams() -> None:
    """The first row is there before the rest was asked for, and an endless file is no problem."""

    class Endless(io.RawIOBase):
        asked = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            Endless.asked += 1
            return b"Name,Ort\n" if Endless.asked == 1 else b"A,B\n" * 1000

    stream: BinaryIO = Endless()  # type: ignore[assignment]
    source = read(stream)
    found: Iterator[Accepted | Reject] = source.rows
    for _ in range(5000):
        assert isinstance(next(found), Accepted)
    assert Endless.asked < 20


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width).filter(
            lambda row: any(map(str.strip, row))
        ),
        max_size=6,
    ).map(lambda body: (width, body))
)


@given(TABLE, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-16"]))
def test_any_table_reads_back(
    table: tuple[int, list[list[str]]], delimiter: str, code: str
) -> None:
    """Whatever a CSV writer wrote: every cell as it was, every row in order."""
    width, body = table
    kept = [row for row in body if "".join(row).strip(f" \t\r\n{delimiter}")]
    header = [f"c{number}" for number in range(width)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *kept])
    source = opened(out.getvalue().encode(code), name="t.csv")
    assert [list(row.values()) for row in rows(source)] == kept


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_rejects_or_a_reason(data: bytes) -> None:
    """Never another exception, whatever was uploaded; every row is accounted for."""
    try:
        found = list(opened(b"Name,Ort\n" + data).rows)
    except Unreadable:
        return
    assert [row.row for row in found] == list(range(1, len(found) + 1))
