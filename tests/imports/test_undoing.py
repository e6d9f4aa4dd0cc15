"""A file taken out again: what nobody has touched goes, what somebody has worked on stays and is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Account, Contact, Entry, Touch, User
from rca.lib.refused import Refused
from rca.models import Closure, Complaint, Import, Opened
from tests.imports.desk import line, run, tried, worked
from tests.imports.files import row, write
from tests.make import make_account, make_complaint, make_promise, make_session

pytestmark = pytest.mark.django_db


def undone(batch: Import, by: User) -> Import:
    batch.undo(by=by)
    return worked(batch)


def test_what_nobody_has_touched_goes_with_all_that_came_with_it(lin: User) -> None:
    mine = make_complaint(make_account("Harbour Books", by=lin), by=lin)
    batch = run(lin, line(1, mail="june@harbour.example"), line(2, "Globex", mail="a@globex.example", status="Closed"))
    assert Account.objects.count() == 2 and Contact.objects.count() == 2
    assert undone(batch, lin).state == "undone"
    assert list(Complaint.objects.all()) == [mine] and Touch.objects.count() == 1 and not Closure.objects.exists()
    assert (
        Account.objects.get().name == "Harbour Books" and not Contact.objects.exists() and not Opened.objects.exists()
    )
    assert "taken out: 2 complaints, 1 account and 2 contacts" in Entry.objects.get(act="undone").says


WORK: dict[str, Callable[[Complaint, User], object]] = {
    "a note": lambda one, by: one.note(by=by, text="Rang them."),
    "a promise": lambda one, by: make_promise(one, by=by),
    "a session": lambda one, by: make_session(by=by, complaints=[one]),
    "owning up": lambda one, by: one.acknowledge(by=by, words="You are right.", how="phone", our_mistake="yes"),
    "a link": lambda one, by: one.relate(by=by, other=make_complaint(one.account, by=by)),
    "a mail": lambda one, by: one.mails.create(raw=b"x", digest="x", received_at=one.received_at, state="followed"),
}


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.replace(" ", "_"))
def test_what_somebody_has_worked_on_stays_and_is_named_beforehand(
    lin: User, ada: User, as_lin: Client, work: str
) -> None:
    batch = run(lin, line(1), line(2), line(3, "Globex"))
    one = Complaint.objects.get(external_id="2")
    WORK[work](one, lin)
    page = as_lin.get(f"/imports/{batch.ref}/undoing/").content.decode()
    assert one.ref in page and "1 stays" in page
    undone(batch, lin)
    assert list(batch.complaints.all()) == [one] and Account.objects.get().name == "Harbour Books"
    entry = Entry.objects.get(act="undone")
    assert f"{one.ref} stayed" in entry.says and entry.after == {"stayed": [one.ref]}


def test_an_account_that_is_used_otherwise_stays(lin: User, ada: User) -> None:
    batch = run(lin, line(1), line(2, "Globex"), line(3, "Initech"))
    make_complaint(Account.objects.get(name="Globex"), by=ada)
    Account.objects.get(name="Initech").amend(by=ada, segment="office")
    undone(batch, lin)
    assert set(Account.objects.values_list("name", flat=True)) == {"Globex", "Initech"}


def test_former_values_come_back_where_nobody_changed_them_since(lin: User, ada: User) -> None:
    run(lin, line(1, thing="Cards"), line(2, thing="Cards"), line(3))
    batch = run(lin, line(1, thing="Boxes"), line(2, thing="Boxes"), line(3, status="Closed"), name="second.csv")
    Complaint.objects.get(external_id="2").amend(by=ada, product="Big boxes")
    undone(batch, lin)
    products = list(Complaint.objects.order_by("external_id").values_list("product", "state"))
    assert products == [("Cards", "open"), ("Big boxes", "open"), ("", "open")] and not Closure.objects.exists()


def test_undoing_asks_on_a_page_and_is_done_by_the_worker(lin: User, as_lin: Client) -> None:
    batch = run(lin, line(1), line(2))
    assert "all go" in as_lin.get(f"/imports/{batch.ref}/undoing/").content.decode()
    assert Complaint.objects.count() == 2
    assert as_lin.post(f"/imports/{batch.ref}/undoing/").status_code == 302
    assert worked(batch).state == "undone" and not Complaint.objects.exists()
    with pytest.raises(Refused, match="nothing of it to take out"):
        batch.undo(by=lin)


def test_a_file_that_was_only_tried_has_nothing_to_undo(lin: User) -> None:
    with pytest.raises(Refused, match="nothing of it to take out"):
        tried(lin, line(1)).undo(by=lin)


def test_after_undoing_the_same_file_can_come_in_again(lin: User) -> None:
    undone(run(lin, line(1)), lin)
    assert run(lin, line(1)).created == 1


def test_the_command_undoes_by_number(lin: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_complaints", str(write(tmp_path, row(1), row(2))), "--preset", "cfpb")
    call_command("import_complaints", "--undo", Import.objects.get().ref)
    assert "taken out again. 0 of 2 stayed" in capsys.readouterr().out and not Complaint.objects.exists()
    with pytest.raises(CommandError, match="There is no import I-999"):
        call_command("import_complaints", "--undo", "I-999")


def test_the_command_maps_columns_and_resumes_only_what_stopped(lin: User, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("No;Cust;When;Text\n7;Harbour Books;03/04/2021;Late again.\n", encoding="utf-8")
    pairs = [f"--map={pair}" for pair in ("No=external_id", "Cust=account", "When=received_at", "Text=words")]
    with pytest.raises(CommandError, match="has stopped half way"):
        call_command("import_complaints", str(path), *pairs, "--resume", "--month-first", "--preset", "any")
    call_command("import_complaints", str(path), *pairs, "--month-first", "--preset", "any", "--zone", "UTC")
    assert f"{Complaint.objects.get().received_at:%d %B}" == "04 March"
    with pytest.raises(CommandError, match="write COLUMN=FIELD"):
        call_command("import_complaints", str(path), "--map", "Cust=nonsense")
