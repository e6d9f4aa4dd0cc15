"""Spreadsheets as people make them: several sheets, titles above the table, merged cells, formulas, real dates."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from rca.imports.formats import Format
from rca.imports.guessing import columns_of, guess
from rca.imports.reading import look
from rca.lib.refused import Refused
from tests.imports.reads import taken, xlsx_of, zipped

HEADINGS = ["Ticket ID", "Customer", "Created", "Description"]


def test_dates_are_dates_and_numbers_keep_no_point(tmp_path: Path) -> None:
    rows = [HEADINGS, [40113, "Harbour Books", datetime(2021, 3, 4, 9, 12), "Wrong again"],
            [40114, "Globex", date(2021, 3, 5), "Late"]]  # fmt: skip
    source = look(xlsx_of(tmp_path, rows))
    found, refused = taken(source)
    assert not refused and [one.external_id for one in found] == ["40113", "40114"]
    assert [one.received_at.hour for one in found] == [9, 0] and found[0].account == "Harbour Books"


def test_a_title_above_the_table_is_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = [
        ["Complaints 2021"],
        [],
        HEADINGS,
        [1, "Harbour Books", "2021-03-04", "Wrong"],
        [2, "", "2021-03-04", "Late"],
    ]
    source = look(xlsx_of(tmp_path, rows))
    assert source.format.heading == 3 and "The rows above row 3" in source.why["heading"]
    found, refused = taken(source)
    assert len(found) == 1 and refused[0][0] == 5


def test_the_first_sheet_with_anything_is_taken_and_another_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Cover")
    for name, who in (("Old", "Harbour Books"), ("New", "Globex")):
        page = book.add_worksheet(name)
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, [1, who, "2021-03-04", "Late"])
    book.close()
    source = look(path)
    assert source.sheets == ["Old", "New"] and source.format.sheet == "Old" and "first of 2" in source.why["sheet"]
    other = look(path, format=Format("xlsx", sheet="New"))
    assert taken(other)[0][0].account == "Globex"
    with pytest.raises(Refused, match=r"has no sheet “Gone”\. It has: Cover, Old, New"):
        look(path, format=Format("xlsx", sheet="Gone"))


def test_a_merged_cell_says_the_same_in_all_its_rows_and_a_formula_its_result(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, HEADINGS)
    page.merge_range(1, 1, 3, 1, "Harbour Books")
    for row in (1, 2, 3, 4):
        page.write_formula(row, 0, f"=100+{row}", None, 100 + row)
        page.write_row(row, 2, ["2021-03-04", f"Late for the {row}th time"])
    page.write(4, 1, "Globex")
    book.close()
    found, refused = taken(look(path))
    assert not refused and [one.external_id for one in found] == ["101", "102", "103", "104"]
    assert [one.account for one in found] == ["Harbour Books"] * 3 + ["Globex"]


def test_day_and_month_written_as_text_are_found_out_in_a_sheet_too(tmp_path: Path) -> None:
    rows = [HEADINGS, [1, "Acme", "25/03/2021", "Late"], [2, "Acme", "04/03/2021", "Late"]]
    source = look(xlsx_of(tmp_path, rows))
    assert source.format.day_first is True
    assert [one.received_at.month for one in taken(source)[0]] == [3, 3]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"[Content_Types].xml": b"", "word/document.xml": b""}, "is an archive and not a spreadsheet"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}, "of another kind"),
        ({"xl/workbook.bin": b""}, "of another kind"),
        ({"xl/workbook.xml": b"<workbook/>"}, "file.xlsx"),
    ],
    ids=["word", "open document", "binary", "empty"],
)
def test_what_is_no_such_spreadsheet_is_refused_in_a_sentence(
    tmp_path: Path, members: dict[str, bytes], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        look(zipped(tmp_path / "file.xlsx", members))


def test_an_empty_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no sheet with anything in it"):
        look(xlsx_of(tmp_path, []))


def test_a_sheet_is_guessed_as_a_csv_is(tmp_path: Path) -> None:
    source = look(
        xlsx_of(tmp_path, [HEADINGS, [1, "Acme", datetime(2021, 3, 4), "Late"], [2, "Acme", datetime(2021, 3, 5), "x"]])
    )
    assert columns_of(guess(source)).fields == {
        "ticket_id": "external_id", "customer": "account", "created": "received_at", "description": "words",
    }  # fmt: skip
