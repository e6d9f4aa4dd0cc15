"""What cannot be taken is refused with its row, column and reason; the rest of the file goes in."""

from pathlib import Path

import pytest

from accounts.models import Account, User
from rca.imports.importing import bring_in
from rca.lib.refused import Refused
from rca.models import Complaint, Import, RefusedRow
from tests.imports.files import HEADINGS, row, text, write

pytestmark = pytest.mark.django_db


def brought(path: Path) -> Import:
    return bring_in(path, "cfpb", by=User.objects.system("importer"))


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"date": "31/02/23"}, "Date received", "This is no date"),
        ({"date": "yesterday"}, "Date received", "This is no date"),
        ({"date": ""}, "Date received", "does not say when"),
        ({"date": "03/22/2203"}, "Date received", "still to come"),
        ({"words": "None"}, "Consumer complaint narrative", "no words of the customer’s"),
        ({"words": "\x00 \x00"}, "Consumer complaint narrative", "no words of the customer’s"),
        ({"words": "x" * 200_000}, "Consumer complaint narrative", "200,000 characters long and 100,000 is the most"),
        ({"company": "N/A"}, "Company", "about which company"),
        ({"company": "x" * 201}, "Company", "201 characters"),
        ({"via": "Pigeon"}, "Submitted via", "This way is not known here"),
        ({"id": ""}, "Complaint ID", "it would be doubled next time"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_row_that_cannot_be_taken_is_kept_with_its_column_and_why(
    tmp_path: Path, cells: dict[str, str], column: str, why: str
) -> None:
    batch = brought(write(tmp_path, row(1), row(2, **cells), row(3)))
    assert (batch.created, batch.refused) == (2, 1)
    refusal = RefusedRow.objects.get()
    assert (refusal.row, refusal.column) == (3, column) and why in refusal.why
    assert refusal.raw["company"] == row(2, **cells)["Company"]


def test_a_cell_of_200_kb_that_nobody_reads_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(text({**row(1), "Notes": "x" * 200_000}, headings=[*HEADINGS, "Notes"]))
    assert brought(path).created == 1


def test_nul_bytes_go_and_the_words_stay(tmp_path: Path) -> None:
    brought(write(tmp_path, row(1, words="You charged\x00 me\x00 twice.", company="Harbour\x00 Loans")))
    one = Complaint.objects.get()
    assert (one.words, one.account.name) == ("You charged me twice.", "Harbour Loans")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_letters_of_a_file_are_found_out(tmp_path: Path, encoding: str) -> None:
    brought(write(tmp_path, row(1, words="Cobbler’s Café", company="Café Noir"), encoding=encoding))
    assert Complaint.objects.get().words == "Cobbler’s Café" and Account.objects.get().name == "Café Noir"


def test_the_open_data_interfaces_headings_and_dates_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "snake.csv"
    headings = [name.lower().replace(" ", "_").replace("-", "_") for name in HEADINGS]
    cells = {**row(7), "Date received": "2017-03-21", "Date sent to company": "2017-03-21T00:00:00.000"}
    path.write_text(text(dict(zip(headings, (cells[name] for name in HEADINGS), strict=True)), headings=headings))
    brought(path)
    assert f"{Complaint.objects.get().received_at:%Y-%m-%d}" == "2017-03-21"


def test_words_over_several_lines_are_one_row_and_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    brought(write(tmp_path, row(1, words="First line.\n\n“Second”, with a comma."), row(2, date="never")))
    assert Complaint.objects.get().words == "First line.\n\n“Second”, with a comma."
    assert RefusedRow.objects.get().row == 3


def test_a_row_with_too_few_cells_is_refused_and_the_next_one_taken(tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    lines = text(row(1), row(2)).splitlines()
    path.write_text("\n".join([*lines[:2], "03/22/23,Loan", "", lines[2]]))
    batch = brought(path)
    assert batch.created == 2 and "It has 2 cells where the headings name 9" in batch.refusals.get(row=3).why


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "complaints.csv is empty."),
        (b"\n\n\n", "has no column"),
        (b"\xef\xbb\xbf", "has no column"),
        (
            b"Company,Issue\nHarbour Loans,Late\n",
            "complaints.csv has no column date_received, which",
        ),
        (b"\xff\xfe\x00\xd8\x00\xd8", "begins as UTF-16 and does not go on so"),
        (b"%PDF-1.7 \x00\x01\x02", "is a PDF, not a table"),
    ],
    ids=["empty", "blank lines", "only a mark", "other columns", "broken UTF-16", "a PDF"],
)
def test_a_file_that_is_no_such_file_is_refused_whole_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
        brought(path)
    assert not Import.objects.exists() and not Complaint.objects.exists()


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: No such file"):
        brought(tmp_path / "nowhere.csv")


def test_headings_without_rows_bring_in_nothing(tmp_path: Path) -> None:
    batch = brought(write(tmp_path))
    assert (batch.rows, batch.state) == (0, Import.State.DONE)


def test_a_case_that_the_source_still_works_on_is_open_and_waits_for_nobody(tmp_path: Path) -> None:
    brought(write(tmp_path, row(1, response="In progress")))
    assert Complaint.objects.open().count() == 1 and not Complaint.objects.overdue().exists()
