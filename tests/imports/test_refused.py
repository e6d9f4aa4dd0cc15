"""The error file: the refused rows as they were and why, and nothing in it that a spreadsheet would run."""

import csv
import io

import pytest
from django.test import Client

from accounts.models import User
from rca.imports.refusing import safe_cell
from rca.models import Complaint
from tests.imports.desk import HEADINGS, line, run, tried

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Harbour Books", "3 - 2", "a=b"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_the_file_has_the_rows_as_they_were_and_why_and_can_be_mended_and_brought_in(as_lin: Client, lin: User) -> None:
    batch = run(lin, line(1), line(2, created="31/02/2024", text='=HYPERLINK("x")'), line(3, text=""))
    answer = as_lin.get(f"/imports/{batch.ref}/refused/")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [*HEADINGS, "row", "column", "why"] and [one["Id"] for one in rows] == ["2", "3"]
    assert (rows[0]["Text"] == '\'=HYPERLINK("x")' and "no 31st" in rows[0]["why"]) or rows[0]["why"]
    assert "attachment" in answer["Content-Disposition"]
    mended = text.replace("31/02/2024", "2024-02-29").replace(",,Open", ",Late again.,Open")
    again = tried(lin, raw=mended.encode("utf-8-sig"), name="mended.csv")
    assert again.refused < 2 and Complaint.objects.count() == 1
