from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Contact, Preference, User
from rca.communications import mailing
from rca.lib.refused import Forbidden, Refused
from rca.models import Affected, Cause, FixNote, Message
from tests.make import make_account, make_note

NINE = datetime(2026, 3, 10, 9, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def crowd(cause: Cause, ada: User) -> dict[str, Account]:
    """One for each way besides those of the cause: lined up, not to be contacted, nobody known."""
    late = make_account("Moor Lane Stationers", by=ada, email="bob@moorlane.example")
    late.contacts.get().preference.ask(by=ada, channel="email", opens=time(18))
    quiet = make_account("Ardley Parish Council", by=ada, email="clerk@ardley.example")
    quiet.contacts.get().preference.ask(by=ada, do_not_contact=True)
    nobody = make_account("Wickham Reading Rooms", by=ada)
    for account in (late, quiet, nobody):
        cause.affect(by=ada, account=account, why="on an invoice since January")
    return {"late": late, "quiet": quiet, "nobody": nobody}


def grouped(cause: Cause) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in mailing.preview(cause, NINE):
        found.setdefault(row.plan.group, []).append(row.affected.account.name)
    return found


def test_everybody_stands_in_the_group_of_what_will_happen(cause: Cause, crowd: dict[str, Account]) -> None:
    assert grouped(cause) == {
        "now": ["Harbour Books", "Northgate Library"],
        "hand": ["Tolland Primary School"],
        "later": ["Moor Lane Stationers"],
        "out": ["Ardley Parish Council", "Wickham Reading Rooms"],
    }


@time_machine.travel(NINE, tick=False)
def test_one_press_sends_lines_up_and_makes_tasks_and_a_second_does_nothing(
    cause: Cause, note: FixNote, crowd: dict[str, Account], ada: User
) -> None:
    tally = mailing.send_all(by=ada, cause=cause)
    assert (tally.now, tally.later, tally.hand, tally.out) == (2, 1, 1, 2)
    assert tally.says == "2 on their way, 1 lined up, 1 to be done by hand, 2 left out."
    assert mailing.send_all(by=ada, cause=cause)[:4] == (0, 0, 0, 2) and Message.objects.count() == 4


def test_cut_half_way_the_next_run_goes_on_and_nobody_hears_it_twice(
    cause: Cause, note: FixNote, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = Message.objects.send, []

    def dies_at_the_second(**how: Any) -> Message:
        if len(sent) == 1:
            raise KeyboardInterrupt
        sent.append(send(**how))
        return sent[-1]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(Message.objects), "send", lambda self, **how: dies_at_the_second(**how))
        mailing.send_all(by=ada, cause=cause)
    assert Message.objects.count() == 1
    mailing.send_all(by=ada, cause=cause)
    assert sorted(Message.objects.values_list("account__name", flat=True)) == [
        "Harbour Books", "Northgate Library", "Tolland Primary School"]  # fmt: skip


def test_what_is_too_many_for_one_request_goes_on_in_the_worker(cause: Cause, note: FixNote, ada: User) -> None:
    tally = mailing.send_all(by=ada, cause=cause, most=2)
    assert tally.left == 1 and tally.says.endswith("the worker goes on with 1 more.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'mail_the_rest'")
        assert cursor.fetchone() is not None


def test_without_an_approved_note_nobody_is_written_to(cause: Cause, ada: User) -> None:
    with pytest.raises(Refused, match=f"There is no fix note for {cause.ref} yet"):
        mailing.send_all(by=ada, cause=cause)
    make_note(cause, by=ada)
    with pytest.raises(Refused, match="This note is not approved yet"):
        mailing.send_all(by=ada, cause=cause)


def test_a_viewer_may_not_tell_everybody(cause: Cause, note: FixNote, noor: User) -> None:
    with pytest.raises(Forbidden, match="to tell a customer takes an agent"):
        mailing.send_all(by=noor, cause=cause)


@time_machine.travel(NINE, tick=False)
def test_the_page_shows_the_groups_one_letter_and_all_numbers_in_one_button(
    cause: Cause, note: FixNote, crowd: dict[str, Account], as_ada: Client
) -> None:
    page = as_ada.get(f"/tell/all/{cause.ref}/").content.decode()
    assert "Send 2, line up 1, make 1 task" in page
    assert "Ardley Parish Council" in page and "asked not to be contacted" in page
    other = as_ada.get(f"/tell/all/{cause.ref}/?account={crowd['late'].ref}").content.decode()
    assert "Moor Lane Stationers will read" in other
    assert as_ada.post(f"/tell/all/{cause.ref}/mailing/").status_code == 302
    assert Message.objects.count() == 4
    assert "4 under way already" in as_ada.get(f"/tell/all/{cause.ref}/").content.decode()


def test_the_preview_asks_the_same_number_of_queries_for_ten_and_for_a_thousand(
    cause: Cause, note: FixNote, as_ada: Client, ada: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get(f"/tell/all/{cause.ref}/").status_code == 200
        return len(captured)

    few = queries()
    accounts = Account.objects.bulk_create(
        Account(name=f"Shop {n}", opened_at=NINE) for n in range(997)
    )  # fmt: skip
    people = Contact.objects.bulk_create(
        Contact(account=one, name="Pat Orr", email=f"pat{one.pk}@shop.example") for one in accounts
    )
    Preference.objects.bulk_create(Preference(contact=one) for one in people)
    Affected.objects.bulk_create(
        Affected(cause=cause, account=one, how="hand", why="all", by=ada, at=NINE) for one in accounts
    )
    assert queries() == few <= 25


def test_the_outbox_asks_the_same_number_of_queries_for_ten_and_for_a_thousand(
    cause: Cause, note: FixNote, harbour: Account, as_ada: Client, ada: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get("/tell/").status_code == 200
        return len(captured)

    def write(number: int) -> None:
        Message.objects.bulk_create(
            Message(account=harbour, channel="email", subject="x", body="x", state="failed", due_at=NINE, by=ada,
                    at=NINE, contact=harbour.contacts.get(), affected=cause.affected.first())
            for _ in range(number)
        )  # fmt: skip

    write(10)
    few = queries()
    write(990)
    assert queries() == few <= 15


def test_an_empty_outbox_says_what_comes_first(as_ada: Client) -> None:
    assert "Nobody has been written to yet" in as_ada.get("/tell/").content.decode()
