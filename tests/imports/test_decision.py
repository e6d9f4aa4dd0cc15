"""Names in doubt: who they may be, one decision for all rows of a name, and never the same question twice."""

import pytest
from django.test import Client

from accounts.models import Account, Entry, User
from rca.imports.importing import bring_in
from rca.imports.keeping import Handed
from rca.lib.refused import Refused
from rca.models import Complaint, Doubt, Import
from tests.imports.desk import FIELDS, content, line, run, tried, worked
from tests.make import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour_books(lin: User) -> Account:
    return make_account("Harbour Books", by=lin, email="june@harbourbooks.example", phone="01632 960201")


@pytest.mark.parametrize(
    ("cust", "cells", "why"),
    [
        ("Harbour Bookshop", {}, "nearly the same name"),
        ("J. Carver", {"mail": "june@HARBOURBOOKS.example"}, "same e-mail address as June Carver"),
        ("J. Carver", {"phone": "+44 1632 960201"}, "same number as June Carver"),
        ("The Book People", {"mail": "bob@harbourbooks.example"}, "same mail domain, harbourbooks.example"),
    ],
)
def test_a_name_that_may_be_an_account_waits_for_a_person_and_says_why(
    lin: User, harbour_books: Account, cust: str, cells: dict[str, str], why: str
) -> None:
    batch = tried(lin, line(1, cust, **cells), line(2, cust), line(3, "Globex"))
    doubt = Doubt.objects.get()
    assert (doubt.name, doubt.account, doubt.why, doubt.rows) == (cust, harbour_books, why, 2)
    assert (batch.created, batch.waiting) == (1, 2)


def test_a_domain_that_is_anybodys_and_another_name_are_no_doubt(lin: User) -> None:
    make_account("Harbour Books", by=lin, email="june@gmail.com")
    tried(lin, line(1, "Globex", mail="bob@gmail.com"))
    assert not Doubt.objects.exists()


def test_a_name_that_is_accepted_becomes_an_alias_and_is_never_asked_again(
    as_lin: Client, lin: User, harbour_books: Account
) -> None:
    batch = tried(lin, line(1, "Harbour Bookshop"), line(2, "Harbour Bookshop"))
    body = {"doubt": Doubt.objects.get().pk, "decision": "same"}
    assert as_lin.post(f"/imports/{batch.ref}/decision/", body).status_code == 302
    assert harbour_books.aliases.get().name == "Harbour Bookshop"
    batch.refresh_from_db()
    batch.run(by=lin)
    assert (worked(batch).created, batch.waiting) == (2, 0) and harbour_books.complaints.count() == 2
    assert run(lin, line(3, "HARBOUR BOOKSHOP"), name="next.csv").waiting == 0
    assert Entry.objects.filter(act="decided", ref=batch.ref).count() == 1


def test_a_new_account_and_one_that_is_left_out(lin: User, harbour_books: Account) -> None:
    make_account("Globex", by=lin)
    batch = tried(lin, line(1, "Harbour Bookshop"), line(2, "Globexx"))
    for doubt, decision in zip(batch.doubts.order_by("name"), ("skip", "new"), strict=True):
        batch.decide(by=lin, doubt=doubt, decision=decision)
    batch.run(by=lin)
    assert (worked(batch).created, batch.skipped, batch.waiting) == (1, 1, 0)
    assert Complaint.objects.get().account.name == "Harbour Bookshop"


def test_rows_that_waited_come_in_once_their_name_is_decided(lin: User, harbour_books: Account) -> None:
    batch = run(lin, line(1, "Harbour Bookshop"), line(2, "Globex"))
    assert (batch.state, batch.created, batch.waiting) == ("done", 1, 1)
    with pytest.raises(Refused, match="Decide about a name first"):
        batch.go_on(by=lin)
    batch.decide(by=lin, doubt=batch.doubts.get(), decision="same")
    batch.go_on(by=lin)
    assert (worked(batch).created, batch.waiting, batch.rows, batch.state) == (2, 0, 2, "done")
    with pytest.raises(Refused, match="have been dealt with"):
        batch.decide(by=lin, doubt=batch.doubts.get(), decision="skip")


def test_a_name_of_another_account_cannot_become_an_alias(lin: User, harbour_books: Account) -> None:
    batch = tried(lin, line(1, "Harbour Bookshop"))
    make_account("Harbour Bookshop", by=lin)
    with pytest.raises(Refused, match="is Harbour Bookshop already"):
        batch.decide(by=lin, doubt=batch.doubts.get(), decision="same")


def test_the_command_asks_too_and_takes_what_was_decided(tmp_path: object, lin: User, harbour_books: Account) -> None:
    path = tmp_path / "desk.csv"  # type: ignore[operator]
    path.write_bytes(content(line(1, "Harbour Bookshop")))
    first = bring_in(path, "any", by=lin, fields=FIELDS)
    assert (first.created, first.waiting) == (0, 1)
    first.decide(by=lin, doubt=first.doubts.get(), decision="new")
    assert bring_in(path, "any", by=lin, fields=FIELDS).created == 1
    assert bring_in(path, "any", by=lin, fields=FIELDS).unchanged == 1


def test_doubts_can_be_opened_or_left_out_without_asking(lin: User, harbour_books: Account) -> None:
    for go, created, skipped in (("skip", 0, 1), ("new", 1, 0)):
        batch = Import.objects.receive(by=lin, files=[Handed(f"{go}.csv", [content(line(1, "Harbour Bookshop"))])])
        worked(batch)
        batch.correct(by=lin, preset="any", mapping={"fields": FIELDS, "values": {}}, doubts_go=go)
        batch.try_out(by=lin)
        worked(batch).run(by=lin)
        assert (worked(batch).created, batch.skipped) == (created, skipped)
