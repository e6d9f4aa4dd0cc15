from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from accounts.models import Account, Entry, User
from rca.communications.merging import blocks
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, FixNote, Message, Telling, Waiver
from tests.conftest import TUESDAY
from tests.make import make_account, make_contact, make_message, make_note, make_promise


def jobs(message: Message) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status, scheduled_at, args FROM procrastinate_jobs WHERE (args->>'message')::int = %s",
            [message.pk],
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_an_email_is_queued_for_its_slot_with_its_job(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada, at=TUESDAY)
    assert (message.state, message.channel, message.address) == ("queued", "email", "june@harbourbooks.example")
    assert message.due_at == TUESDAY + timedelta(seconds=30)
    (job,) = jobs(message)
    assert (job["task_name"], job["status"], job["scheduled_at"]) == ("deliver", "todo", message.due_at)


def test_message_and_job_stand_or_fall_together(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        message = make_message(cause, harbour, by=ada)
        assert jobs(message)
        raise ZeroDivisionError
    assert not Message.objects.exists() and not jobs(message)


def test_a_phone_account_becomes_a_task_in_their_hours(
    note: FixNote, cause: Cause, tolland: Account, ada: User
) -> None:
    monday = datetime(2026, 3, 9, 15, tzinfo=UTC)
    message = make_message(cause, tolland, by=ada, at=monday)
    assert (message.state, message.channel) == ("task", "phone")
    assert message.due_at == datetime(2026, 3, 10, 9, tzinfo=UTC) and not jobs(message)


def test_the_letter_has_their_name_their_words_their_promises_and_who_signs(
    note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    make_promise(harbour.complaints.get(), by=ada)
    body = make_message(cause, harbour, by=ada).body
    assert body.startswith("Dear June,")
    assert "You told us: “Your own website says £19.90, so why did I pay £24.50?” Thank you for telling us." in body
    assert "It was our mistake, and we are sorry." in body
    assert "- A call back (tell you what we found): " in body
    assert body.endswith("Ada Okafor\nFairlight Wholesale, 01632 960 114")
    assert "\ue000" not in body


def test_an_account_that_never_complained_hears_that_we_found_it_and_nothing_that_a_colleague_wrote(
    note: FixNote, cause: Cause, northgate: Account, ada: User
) -> None:
    body = make_message(cause, northgate, by=ada).body
    assert "You had not told us of this; we found it ourselves." in body and "Sam Wells" not in body


def test_without_an_approved_note_nobody_is_told(cause: Cause, harbour: Account, ada: User) -> None:
    note = make_note(cause, by=ada)
    with pytest.raises(Refused, match="This note is not approved yet") as caught:
        make_message(cause, harbour, by=ada, note=note)
    assert caught.value.steps == [("Read and approve it", f"/tell/note/{cause.ref}/")]


def test_an_older_text_is_refused_once_a_newer_is_approved(
    note: FixNote, cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    note.amend(by=ada, owed="").approve(by=lin)
    with pytest.raises(Refused, match="There is a newer approved note"):
        make_message(cause, harbour, by=ada, note=note)


def test_nobody_is_told_twice(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada)
    with pytest.raises(Refused, match="is being told already: a message is under way"):
        make_message(cause, harbour, by=ada)
    message.stop(by=ada)
    Telling.objects.tell(by=ada, affected=message.affected, channel="person")
    with pytest.raises(Refused, match="Harbour Books has been told in person already"):
        make_message(cause, harbour, by=ada)


def test_a_waived_account_is_not_told(note: FixNote, cause: Cause, harbour: Account, ada: User, vic: User) -> None:
    Waiver.objects.create(affected=cause.affected.get(account=harbour), by=vic, at=TUESDAY, reason="Merged.")
    with pytest.raises(Refused, match="is waived, by Vic Moreau"):
        make_message(cause, harbour, by=ada)


def test_who_asked_not_to_be_contacted_is_not_even_by_a_lead_with_a_reason(
    note: FixNote, cause: Cause, harbour: Account, ada: User, vic: User
) -> None:
    harbour.contacts.get().preference.ask(by=ada, channel="email", do_not_contact=True)
    for how in ({}, {"channel": "phone"}, {"any_hour": True, "override_reason": "It is urgent."}):
        with pytest.raises(Refused, match="June Carver asked not to be contacted"):
            make_message(cause, harbour, by=vic, **how)


def test_a_colleague_who_may_be_contacted_is_told_instead(
    note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    harbour.contacts.get().preference.ask(by=ada, do_not_contact=True)
    make_contact(harbour, by=ada, name="Ben Carver", email="ben@harbourbooks.example")
    assert make_message(cause, harbour, by=ada).address == "ben@harbourbooks.example"


def test_another_channel_takes_a_reason_and_a_lead(
    note: FixNote, cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    with pytest.raises(Refused, match="June Carver asked for e-mail: say why"):
        make_message(cause, harbour, by=lin, channel="phone")
    with pytest.raises(Forbidden, match="to write outside a customer’s hours takes a support lead"):
        make_message(cause, harbour, by=ada, channel="phone", override_reason="Their mail is down.")
    message = make_message(cause, harbour, by=lin, channel="phone", override_reason="Their mail is down.")
    assert message.state == "task" and message.override_reason == "Their mail is down."


@time_machine.travel(datetime(2026, 3, 10, 22, tzinfo=UTC), tick=False)
def test_outside_their_hours_takes_a_reason_and_a_lead(
    note: FixNote, cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    harbour.contacts.get().preference.ask(by=ada, channel="email", opens=time(9), closes=time(17))
    with pytest.raises(Refused, match="It is outside the hours of June Carver"):
        make_message(cause, harbour, by=lin, any_hour=True)
    with pytest.raises(Forbidden):
        make_message(cause, harbour, by=ada, any_hour=True, override_reason="They open a shop on it tomorrow.")
    message = make_message(cause, harbour, by=lin, any_hour=True, override_reason="They open a shop on it tomorrow.")
    assert message.due_at == datetime(2026, 3, 10, 22, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "opens", "now", "due"),
    [  # their wall clock on the nights when the clocks change, and across the date line
        ("America/New_York", time(2, 30), datetime(2026, 3, 8, 6, 0, tzinfo=UTC), "2026-03-08T07:30:00+00:00"),
        ("Europe/Berlin", time(9), datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "2026-10-25T08:00:00+00:00"),
        ("Pacific/Kiritimati", time(9), datetime(2026, 3, 10, 12, 0, tzinfo=UTC), "2026-03-10T19:00:00+00:00"),
        ("Australia/Lord_Howe", time(9), datetime(2026, 4, 4, 12, 0, tzinfo=UTC), "2026-04-04T22:30:00+00:00"),
    ],
)
def test_the_slot_is_by_their_clock_on_nights_when_clocks_change(
    note: FixNote, cause: Cause, harbour: Account, ada: User, zone: str, opens: time, now: datetime, due: str
) -> None:
    harbour.amend(by=ada, time_zone=zone)
    harbour.contacts.get().preference.ask(by=ada, channel="email", opens=opens, closes=time(17))
    message = make_message(cause, harbour, by=ada, at=now)
    assert message.due_at.astimezone(UTC).isoformat() == due


def test_an_address_that_came_back_falls_back_to_the_telephone_without_a_reason(
    note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    contact = harbour.contacts.get()
    contact.swap(version=None, labels={}, bounced_at=TUESDAY)
    assert make_message(cause, harbour, by=ada).channel == "phone"


def test_with_no_way_to_reach_them_it_says_which_are_missing(cause: Cause, note: FixNote, ada: User) -> None:
    silent = make_account("Wickham Reading Rooms", by=ada)
    cause.affect(by=ada, account=silent, why="on the list of January")
    with pytest.raises(Refused, match="Nobody is known there: add a contact") as caught:
        make_message(cause, silent, by=ada)
    assert caught.value.steps[0] == ("Open the account", silent.get_absolute_url())


@pytest.mark.parametrize("address", ["june@x.example\r\nBcc: all@x.example", "june", "a@b@c"])
def test_what_is_no_address_is_refused_before_anything_is_queued(
    note: FixNote, cause: Cause, harbour: Account, ada: User, address: str
) -> None:
    harbour.contacts.update(email=address)
    with pytest.raises(Refused, match="is no e-mail address"):
        make_message(cause, harbour, by=ada)


def test_a_viewer_may_not_tell(note: FixNote, cause: Cause, harbour: Account, noor: User) -> None:
    with pytest.raises(Forbidden, match="to tell a customer takes an agent"):
        make_message(cause, harbour, by=noor)


def test_it_is_in_the_ledger_of_message_account_and_cause(
    note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    message = make_message(cause, harbour, by=ada)
    for ref in (message.ref, harbour.ref, cause.ref):
        assert Entry.objects.about([ref]).filter(act="queued", by=ada).exists()


def test_the_page_sends_and_shows_the_undo(note: FixNote, cause: Cause, harbour: Account, as_ada: Client) -> None:
    row = cause.affected.get(account=harbour)
    page = as_ada.get(f"/tell/{row.pk}/").content.decode()
    assert "Dear <mark>June</mark>" in page and "Send it" in page
    answer = as_ada.post(f"/tell/{row.pk}/sending/", {}, follow=True)
    message = Message.objects.get()
    assert answer.redirect_chain == [(f"/tell/{message.ref}/", 302)]
    assert f'action="/tell/{message.ref}/stop/"' in answer.content.decode()
    assert as_ada.post(f"/tell/{row.pk}/sending/", {}).status_code == 409


def test_stopping_in_time_leaves_nothing_to_send(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada)
    message.stop(by=ada)
    assert message.state == "cancelled" and Entry.objects.about([message.ref])[0].act == "message_stopped"
    assert make_message(cause, harbour, by=ada).state == "queued"


def test_stopping_too_late_says_so(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada)
    Message.objects.update(state="claimed")
    with pytest.raises(Refused, match=r"too late to stop M-.*being sent"):
        message.stop(by=ada)


def test_where_no_hours_were_said_nobody_is_rung_up_at_night(
    note: FixNote, cause: Cause, tolland: Account, ada: User
) -> None:
    tolland.contacts.get().preference.ask(by=ada, channel="phone")
    friday_night = datetime(2026, 3, 13, 23, tzinfo=UTC)
    message = make_message(cause, tolland, by=ada, at=friday_night)
    assert message.due_at == datetime(2026, 3, 16, 9, tzinfo=UTC)


def test_several_lines_of_what_changed_are_a_list_with_or_without_dashes(
    cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    make_note(cause, by=ada, approved_by=lin, changed="The old forms are gone.\nThe new ones print their last day.")
    body = make_message(cause, harbour, by=ada).body
    assert ("ul", ["The old forms are gone.", "The new ones print their last day."]) in blocks(body)
