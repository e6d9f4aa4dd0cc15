"""What a delimited file is found to be: its letters, its delimiter, its headings, its rows."""

import re
from pathlib import Path

import pytest

from rca.imports.formats import Format
from rca.imports.presets import PRESETS, Columns, mapped
from rca.imports.reading import look, records
from rca.lib.refused import Refused
from tests.imports.files import row, write
from tests.imports.reads import csv_of, taken

TABLE = "Ticket,Customer,Created,Description\n1,Café Noir,25/03/2021,Das Gerät ist kaputt “wieder”\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"),
    ],
)  # fmt: skip
def test_the_letters_are_found_and_shown_by_a_word_of_the_file(tmp_path: Path, encoding: str, found: str) -> None:
    source = csv_of(tmp_path, TABLE, encoding)
    assert source.format.encoding == found and "“Café” should read right." in source.why["encoding"]
    assert source.sample["customer"] == ["Café Noir"]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1251", "Деньги списали дважды, верните"), ("cp1250", "Zażółć gęślą jaźń, częściowo źle"), ("latin-1", "Über")],
)
def test_other_letters_of_one_byte_are_told_by_what_looks_like_words(tmp_path: Path, encoding: str, words: str) -> None:
    source = csv_of(tmp_path, f"id;text\n1;{words}\n2;{words}\n", encoding)
    assert source.sample["text"][0] == words and "It is not UTF-8" in source.why["encoding"]


def test_a_few_broken_letters_do_not_turn_a_whole_utf_8_file_into_noise(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"id,text\n" + "1,Café für Elise\n".encode() * 50 + b"2,caf\xe9\n")
    source = look(path)
    assert source.format.encoding == "utf-8" and "Nearly all of it reads as UTF-8" in source.why["encoding"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = ["id;who;text", '1;Acme;"one; two"', '2;Globex;"first\nsecond"', '3;Acme;"a, b; c | d"']
    text = "".join(re.sub(";(?! )", delimiter, line) + end for line in lines)
    source = csv_of(tmp_path, text)
    assert source.format.delimiter == delimiter and list(source.headings) == ["id", "who", "text"] and source.rows == 3
    assert source.sample["text"] == ["one; two", "first\nsecond", "a, b; c | d"]
    assert source.why["delimiter"] == "3 columns in every row."


def test_a_first_line_that_names_the_delimiter_is_believed_and_is_no_heading(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "sep=;\nid;text\n1;a,b\n")
    assert source.format.delimiter == ";" and list(source.headings) == ["id", "text"] and source.rows == 1


def test_lines_above_the_headings_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    text = "Report of complaints,,\nmade on 1 March 2021,,\n\nid,who,text\n1,Acme,late\n\n2,Globex,broken\n"
    source = csv_of(tmp_path, text)
    assert (source.format.heading, source.rows, list(source.headings)) == (4, 2, ["id", "who", "text"])
    by_hand = Columns({"who": "account", "text": "words", "id": "received_at"})
    found = records(source, source.format, PRESETS["any"], by_hand)
    assert [(one.number, one.cells["who"]) for one in found] == [(5, "Acme"), (7, "Globex")]


def test_headings_that_come_twice_or_are_missing_each_have_a_name_of_their_own(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "Comment,,Comment,id\na,b,c,1\n")
    assert source.headings == {"comment": "Comment", "column_2": "column 2", "comment_2": "Comment", "id": "id"}
    assert [source.sample[column][0] for column in source.headings] == ["a", "b", "c", "1"]


def test_what_a_person_corrects_is_what_the_file_is_read_as(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "id;when;text\n1;04/03/2021;Müller\n", "cp1252")
    assert source.format.day_first is None and "either way" in source.why["day_first"]
    again = look(source.path, format=Format.from_json({**source.format.as_json(), "day_first": True, "newer": 1}))
    assert again.format.day_first is True and again.format.delimiter == ";" and again.why["encoding"]
    wrong = look(source.path, format=Format(encoding="cp850", delimiter=";"))
    assert wrong.sample["text"] != ["Müller"] and "You said so." in wrong.why["encoding"]


def test_a_format_comes_back_from_json_as_it_went_in() -> None:
    one = Format("xlsx", "utf-16", ";", False, "Europe/Paris", "Sheet 1", 3)
    assert Format.from_json(one.as_json()) == one


def test_a_zone_that_there_is_not_is_refused(tmp_path: Path) -> None:
    source = csv_of(tmp_path, TABLE)
    with pytest.raises(Refused, match="There is no time zone Mars/Base"):
        look(source.path, format=Format(zone="Mars/Base"))


def test_reading_goes_on_behind_the_cursor(tmp_path: Path) -> None:
    source = look(write(tmp_path, *(row(number) for number in range(30))))
    preset = PRESETS["cfpb"]
    whole = list(records(source, source.format, preset, mapped(preset, source)))
    rest = list(records(source, source.format, preset, mapped(preset, source), cursor=25))
    assert rest == whole[25:] and rest[0].number == 27 and rest[-1].position == source.size


def test_row_errors_name_row_column_value_and_reason(tmp_path: Path) -> None:
    text = (
        "Ticket ID,Cust,Cust email,Created,Description,Closed,Status\n"
        "1,Harbour Books,june@harbour.example,25/03/2021,Wrong again,,Open\n"
        "2,Harbour Books,,31/02/2024,Late,,Open\n"
        "3,Harbour Books,sue@@tern.example,25/03/2021,Late,,Open\n"
        "4,Harbour Books,,25/03/2021,Late,24/03/2021,Closed\n"
        "5,Harbour Books,,25/03/2021,,,Open\n"
        "6,Harbour Books,,25/03/2021,Late,25/03/2021,Closed\n"
    )
    rows, refused = taken(csv_of(tmp_path, text))
    assert [one.external_id for one in rows] == ["1", "6"]
    assert [(number, one.column, one.value, one.why) for number, one in refused] == [
        (3, "Created", "31/02/2024", "This is no date: February has no 31st."),
        (4, "Cust email", "sue@@tern.example", "This is no address: it has 2 @ signs."),
        (5, "Closed", "24/03/2021", "It ended before it was received."),
        (6, "Description", "", "It has no words of the customer’s."),
    ]


def test_rows_are_estimated_and_said_to_be_so_where_counting_would_take_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rca.imports.reading.COUNTED", 1000)
    monkeypatch.setattr("rca.imports.reading.SAMPLED", 300)
    source = csv_of(tmp_path, "id,text\n" + "".join(f"{number:06},same length\n" for number in range(200_000)))
    assert not source.counted and source.why["rows"].startswith("About") and 100_000 < source.rows < 4_000_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "is a PDF, not a table"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"\x1f\x8b\x08", "is a compressed file: unpack it"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        (b'id,text\n1,"' + b"x" * 2_000_000, "A quotation mark is probably opened and never closed."),
        (b"a," * 16_384 + b"b\n", "has 16,385 columns; 1,000 is the most"),
    ],
    ids=["pdf", "png", "gzip", "html", "utf-32", "open quote", "16,385 columns"],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        look(path)
    assert sentence in refused.value.sentence
