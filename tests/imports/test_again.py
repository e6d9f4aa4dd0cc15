"""The same file again, another file of the same rows, a file that stopped half way."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, User
from rca.imports import chunks
from rca.imports.cells import Row
from rca.imports.importing import bring_in
from rca.imports.taking import Taker
from rca.lib.refused import Forbidden, Refused
from rca.models import CauseWord, Complaint, Import
from tests.imports.desk import worked
from tests.imports.files import row, write
from tests.make import make_account, make_cause

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer(db: None) -> User:
    return User.objects.system("importer")


def test_the_same_file_again_writes_nothing(tmp_path: Path, importer: User) -> None:
    path = write(tmp_path, row(1), row(2))
    bring_in(path, "cfpb", by=importer)
    entries = Entry.objects.exclude(act="imported").count()
    again = bring_in(path, "cfpb", by=importer)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    assert Complaint.objects.count() == 2 and Entry.objects.exclude(act="imported").count() == entries


def test_what_the_file_says_otherwise_is_changed_and_before_and_after_are_kept(tmp_path: Path, importer: User) -> None:
    bring_in(write(tmp_path, row(1, words="Twise.")), "cfpb", by=importer)
    again = bring_in(write(tmp_path, row(1, words="Twice."), name="second.csv"), "cfpb", by=importer)
    entry = Entry.objects.get(act="amended")
    assert again.changed == 1 and (entry.before, entry.after) == ({"words": "Twise."}, {"words": "Twice."})


def test_what_a_linked_complaint_says_anew_counts_for_its_cause_and_not_when_it_is_taken_back(
    tmp_path: Path, importer: User, lin: User
) -> None:
    bring_in(write(tmp_path, row(1, words="Damp paper.")), "cfpb", by=importer)
    cause = make_cause(by=lin)
    cause.link(by=lin, complaint=Complaint.objects.get())
    words = CauseWord.objects.filter(cause=cause).values_list("lexeme", flat=True)
    assert set(words) == {"damp", "paper"}
    again = bring_in(write(tmp_path, row(1, words="Torn paper."), name="second.csv"), "cfpb", by=importer)
    assert set(words.all()) == {"torn", "paper"}
    again.undo(by=importer)
    worked(again)
    assert set(words.all()) == {"damp", "paper"}


def test_an_emptied_cell_never_empties_what_is_here(tmp_path: Path, importer: User) -> None:
    bring_in(write(tmp_path, row(1)), "cfpb", by=importer)
    again = bring_in(write(tmp_path, {**row(1, product="None"), "Product": ""}, name="second.csv"), "cfpb", by=importer)
    assert again.unchanged == 1 and Complaint.objects.get().product == "Payday loan"


def test_what_a_person_put_right_here_is_not_undone_by_the_file(tmp_path: Path, importer: User, ada: User) -> None:
    path = write(tmp_path, row(1))
    bring_in(path, "cfpb", by=importer)
    Complaint.objects.get().amend(by=ada, product="Title loan")
    assert bring_in(path, "cfpb", by=importer).changed == 0
    assert Complaint.objects.get().product == "Title loan"


def test_accounts_are_found_by_name_and_by_other_spellings_before_one_is_opened(
    tmp_path: Path, importer: User, ada: User
) -> None:
    harbour = make_account("Harbour Loans", by=ada)
    harbour.call_also(by=ada, name="HL Ltd.")
    rows = [
        row(1, company="HARBOUR  LOANS"),
        row(2, company="hl ltd."),
        row(3, company="Globex"),
        row(4, company="GLOBEX"),
    ]
    bring_in(write(tmp_path, *rows), "cfpb", by=importer)
    assert harbour.complaints.count() == 2 and Account.objects.count() == 2
    assert Account.objects.get(name="Globex").source == "cfpb"


def test_a_number_that_comes_twice_in_one_file_is_one_complaint_with_the_later_words(
    tmp_path: Path, importer: User
) -> None:
    batch = bring_in(write(tmp_path, row(1, words="First."), row(2), row(1, words="Later.")), "cfpb", by=importer)
    assert (batch.created, batch.changed) == (2, 1)
    assert Complaint.objects.get(external_id="1").words == "Later."


def test_a_dry_run_says_what_would_happen_and_writes_none_of_it(tmp_path: Path, importer: User) -> None:
    path = write(tmp_path, row(1), row(2, date="never"), row(1))
    batch = bring_in(path, "cfpb", by=importer, dry_run=True)
    assert (batch.state, batch.created, batch.refused) == (Import.State.CHECKED, 1, 1)
    assert batch.refusals.get().column == "Date received"
    assert not Complaint.objects.exists() and not Account.objects.exists() and not Entry.objects.exists()
    assert bring_in(path, "cfpb", by=importer).created == 1


def test_an_import_that_stopped_goes_on_behind_its_last_whole_chunk(
    tmp_path: Path, importer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 10)
    path = write(tmp_path, *(row(number) for number in range(35)))

    def stop(batch: Import, share: float) -> None:
        if batch.cursor == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(path, "cfpb", by=importer, progress=stop)
    stopped = Import.objects.get()
    assert (stopped.state, stopped.cursor, Complaint.objects.count()) == (Import.State.FAILED, 20, 20)
    batch = bring_in(path, "cfpb", by=importer)
    assert (batch.pk, batch.state, batch.rows, batch.created) == (stopped.pk, Import.State.DONE, 35, 35)
    assert Complaint.objects.count() == 35


def test_a_chunk_that_fails_leaves_nothing_of_itself(
    tmp_path: Path, importer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 10)
    take = Taker.take
    calls: list[list[tuple[Row, int]]] = []

    def fail(self: Taker, rows: list[tuple[Row, int]]) -> None:
        take(self, rows)
        calls.append(rows)
        if len(calls) == 2:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(Taker, "take", fail)
    path = write(tmp_path, *(row(number, company=f"Company {number}") for number in range(15)))
    with pytest.raises(RuntimeError):
        bring_in(path, "cfpb", by=importer)
    stopped = Import.objects.get()
    assert (stopped.cursor, stopped.created, stopped.failure) == (10, 10, "the disk is full")
    assert Complaint.objects.count() == Account.objects.count() == 10


def test_a_chunk_asks_as_many_queries_for_two_rows_as_for_two_hundred(tmp_path: Path, importer: User) -> None:
    def queries(first: int, rows: int) -> int:
        path = write(tmp_path, *(row(first + number) for number in range(rows)), name=f"{rows}.csv")
        with CaptureQueriesContext(connection) as captured:
            bring_in(path, "cfpb", by=importer)
        return len(captured)

    queries(0, 1)  # opens the account
    assert queries(1000, 2) == queries(2000, 200)


def test_who_may_not_import_is_told_who_may(tmp_path: Path, ada: User) -> None:
    with pytest.raises(Forbidden, match="to import complaints takes a support lead"):
        bring_in(write(tmp_path, row(1)), "cfpb", by=ada)


def test_another_kind_of_file_is_refused_with_the_kinds_there_are(tmp_path: Path, lin: User) -> None:
    with pytest.raises(Refused, match="There is no preset pigeon: choose cfpb"):
        bring_in(write(tmp_path, row(1)), "pigeon", by=lin)


def test_the_command_names_the_refused_rows_and_keeps_a_broken_file_to_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = StringIO()
    call_command("import_complaints", str(write(tmp_path, row(1), row(2, date="never"))), "--dry-run", stdout=out)
    assert "Nothing written. complaints.csv: 2 rows: 1 new, 0 changed, 0 as they were, 1 refused." in out.getvalue()
    assert "row 3, Date received “never”: This is no date" in out.getvalue()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_complaints", str(tmp_path / "nowhere.csv"))


def test_what_was_brought_in_stands_on_its_pages(
    tmp_path: Path, importer: User, ada: User, signed_in: Callable[..., object]
) -> None:
    bring_in(write(tmp_path, row(1), row(2, response="In progress")), "cfpb", by=importer)
    client = signed_in(ada)
    for one in Complaint.objects.all():
        page = client.get(f"/complaints/{one.ref}/")  # type: ignore[attr-defined]
        assert page.status_code == 200 and "You charged me twice." in page.content.decode()
    assert "unknown" in client.get("/accounts/").content.decode()  # type: ignore[attr-defined]
