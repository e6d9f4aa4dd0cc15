"""Invitations: who gets one, what a calendar reads in it, never the same one twice, and what happens when it moves."""

import json
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from icalendar import Calendar

from accounts.models import Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import FiveWhys, Invitation
from rca.whys.inviting import deliver


def plan(by: User, **facts: Any) -> FiveWhys:
    begins = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    facts = {"slot_from": begins, "slot_until": begins + timedelta(minutes=45), "place": "room 2", **facts}
    session: FiveWhys = FiveWhys.objects.plan(by=by, problem="You charged me; twice, “again”.", **facts)
    return session


def send_all() -> None:
    for one in Invitation.objects.filter(state="queued"):
        deliver(one.pk)


def event(message: Any) -> Any:
    """What the calendar of whoever got this mail reads: the part, its method and its event."""
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    read = Calendar.from_ical(parts[0].get_payload(decode=True))
    assert parts[0].get_param("method") == read["METHOD"]
    return read["METHOD"], read.walk("VEVENT")[0]


GUESTS = [
    ("Ada Okafor", "took the call", None),
    ("Rosa Klein", "buying", None, "rosa@klein.example"),
    ("Dev", "portal", None),
]


@pytest.fixture
def session(lin: User, ada: User) -> FiveWhys:
    return plan(lin, participants=[("Ada Okafor", "took the call", ada), *GUESTS[1:]])


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'invite' ORDER BY id")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_whoever_has_an_address_is_invited_and_each_invitation_has_its_job(session: FiveWhys) -> None:
    rows = list(session.invitations.all())
    assert {one.email for one in rows} == {"lin@fairlight.example", "ada@fairlight.example", "rosa@klein.example"}
    assert {job["invitation"] for job in jobs()} == {one.pk for one in rows}
    assert Entry.objects.get(act="invited").says == "Invited by mail: Lin Haddad, Ada Okafor and Rosa Klein."


def test_the_mail_holds_an_event_that_a_calendar_takes(session: FiveWhys, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://amends.fairlight.example"
    send_all()
    message = next(one for one in mail.outbox if "rosa@klein.example" in one.to[0])
    method, read = event(message)
    assert method == "REQUEST" and read["UID"] == f"{session.ref}@amends.fairlight.example" and read["SEQUENCE"] == 0
    assert read["DTSTART"].dt == session.slot_from and read["DTEND"].dt == session.slot_until
    assert read["ATTENDEE"].lower() == "mailto:rosa@klein.example" and read["ATTENDEE"].params["RSVP"] == "TRUE"
    assert read["ORGANIZER"].lower() == "mailto:lin@fairlight.example" and read["LOCATION"] == "room 2"
    assert (
        f"https://amends.fairlight.example/whys/{session.ref}/" in read["DESCRIPTION"] and read["STATUS"] == "CONFIRMED"
    )
    assert "You charged me; twice, “again”." in read["SUMMARY"]
    assert f"/whys/{session.ref}/" in message.body and message.reply_to == ["Lin Haddad <lin@fairlight.example>"]


def test_nobody_is_asked_twice_for_the_same_slot(session: FiveWhys, lin: User) -> None:
    send_all()
    for one in Invitation.objects.all():
        assert deliver(one.pk) == "sent"
    session.amend(by=lin, problem="Worded better.")
    session.join(by=lin, name="Jo")
    assert len(mail.outbox) == 3 == Invitation.objects.count()


def test_a_slot_that_moves_is_the_next_number_of_the_same_event(session: FiveWhys, lin: User) -> None:
    send_all()
    later = session.slot_from + timedelta(hours=3)
    session.amend(by=lin, slot_from=later, slot_until=later + timedelta(hours=1))
    mail.outbox.clear()
    send_all()
    methods = {(method, read["SEQUENCE"], read["DTSTART"].dt) for method, read in map(event, mail.outbox)}
    assert methods == {("REQUEST", 1, later)} and len(mail.outbox) == 3
    assert all(one.subject.startswith("Moved: ") for one in mail.outbox)


def test_what_was_moved_before_it_went_is_never_sent(session: FiveWhys, lin: User) -> None:
    later = session.slot_from + timedelta(hours=3)
    session.amend(by=lin, slot_from=later, slot_until=later + timedelta(hours=1))
    send_all()
    assert {event(one)[1]["SEQUENCE"] for one in mail.outbox} == {1} and len(mail.outbox) == 3
    assert Invitation.objects.filter(sequence=0, state="dropped").count() == 3


def test_whoever_is_taken_off_gets_the_word_and_whoever_heard_nothing_does_not(session: FiveWhys, lin: User) -> None:
    rosa, ada = session.participants.get(name="Rosa Klein"), session.participants.get(name="Ada Okafor")
    ada.leave(by=lin)
    send_all()
    assert not [one for one in mail.outbox if "ada@" in one.to[0]]
    mail.outbox.clear()
    rosa.leave(by=lin)
    send_all()
    method, read = event(mail.outbox[0])
    assert (method, read["STATUS"], len(mail.outbox)) == ("CANCEL", "CANCELLED", 1)
    session.join(by=lin, name="Rosa Klein", email="rosa@klein.example")
    mail.outbox.clear()
    send_all()
    assert event(mail.outbox[0])[0] == "REQUEST" and event(mail.outbox[0])[1]["SEQUENCE"] > read["SEQUENCE"]


def test_a_guest_without_an_address_leaves_everybody_elses_invitation_alone(session: FiveWhys, lin: User) -> None:
    send_all()
    session.participants.get(name="Dev").leave(by=lin)
    assert not Invitation.objects.filter(method="cancel").exists()


def test_calling_it_off_tells_everybody_once_and_keeps_everything(session: FiveWhys, lin: User, ada: User) -> None:
    send_all()
    mail.outbox.clear()
    with pytest.raises(Refused, match="Say why it is not held"):
        session.call_off(by=lin, reason=" ")
    session.call_off(by=ada, reason="Everybody is ill.")
    send_all()
    assert {event(one)[0] for one in mail.outbox} == {"CANCEL"} and len(mail.outbox) == 3
    assert all("Everybody is ill." in one.body for one in mail.outbox)
    with pytest.raises(Refused, match="only a planned session is called off"):
        session.call_off(by=lin, reason="Again.")
    with pytest.raises(Refused, match="was called off"):
        session.ask(by=lin)
    with pytest.raises(Refused, match="was called off"):
        session.start(by=lin)
    assert session.participants.count() == 3 and Entry.objects.get(act="called_off").words == "Everybody is ill."


def test_a_viewer_calls_nothing_off(session: FiveWhys, noor: User) -> None:
    with pytest.raises(Forbidden, match="to plan a Five Whys session takes an agent"):
        session.call_off(by=noor, reason="No.")


def test_a_slot_taken_away_takes_it_out_of_the_calendars(session: FiveWhys, lin: User) -> None:
    send_all()
    mail.outbox.clear()
    session.amend(by=lin, slot_from=None, slot_until=None)
    send_all()
    assert {event(one)[0] for one in mail.outbox} == {"CANCEL"} and len(mail.outbox) == 3


@pytest.mark.parametrize("facts", [{"slot_from": None, "slot_until": None}, {"slot_from": datetime.min}])
def test_without_a_day_or_when_it_is_over_nobody_is_invited(lin: User, facts: dict[str, Any]) -> None:
    if facts["slot_from"]:
        facts = {"slot_from": now() - timedelta(hours=2), "slot_until": now() - timedelta(hours=1)}
    plan(lin, **facts)
    assert not Invitation.objects.exists()


def test_a_session_that_has_begun_sends_no_late_invitation(session: FiveWhys, lin: User) -> None:
    session.start(by=lin)
    send_all()
    assert not mail.outbox


def test_a_server_that_is_not_there_is_tried_again_and_sends_once(session: FiveWhys, monkeypatch: Any) -> None:
    one = session.invitations.first()
    monkeypatch.setattr(EmailBackend, "open", lambda self: (_ for _ in ()).throw(OSError("no route")))
    assert one and deliver(one.pk) == "put off" and len(jobs()) == 4
    monkeypatch.undo()
    assert deliver(one.pk) == "sent" and deliver(one.pk) == "sent" and len(mail.outbox) == 1


def test_an_address_that_is_refused_is_said_where_the_session_is_planned(
    session: FiveWhys, monkeypatch: Any, as_lin: Client
) -> None:
    refused = SMTPRecipientsRefused({"rosa@klein.example": (550, b"no such user")})
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, _: (_ for _ in ()).throw(refused))
    assert deliver(session.invitations.get(email="rosa@klein.example").pk) == "failed"
    page = as_lin.get(f"/whys/{session.ref}/edit/").content.decode()
    assert "not invited: The mail server refused it" in page and "no such user" in page
    assert "Rosa Klein: not invited" in as_lin.get("/whys/").content.decode()


def test_a_line_that_breaks_while_it_is_sent_is_never_tried_again_by_itself(
    session: FiveWhys, monkeypatch: Any
) -> None:
    one = session.invitations.get(email="rosa@klein.example")
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, _: (_ for _ in ()).throw(SMTPServerDisconnected()))
    assert deliver(one.pk) == "claimed"
    monkeypatch.undo()
    assert deliver(one.pk) == "claimed" and not mail.outbox
    Invitation.objects.filter(pk=one.pk).update(claimed_at=now() - timedelta(minutes=3))
    one.refresh_from_db()
    assert "it is not known whether the invitation went" in one.says


def test_the_plan_page_takes_guests_with_an_address_and_names_those_to_be_told(as_lin: Client, lin: User) -> None:
    day = (now() + timedelta(days=3)).date().isoformat()
    typed = {"problem": "Why late?", "facilitator": lin.pk, "day": day, "opens": "14:00", "closes": "14:45"}
    bad = as_lin.post("/whys/new/", {**typed, "participants": "Rosa Klein, buying, rosa@"})
    assert bad.status_code == 422 and "“rosa@” is no e-mail address." in bad.content.decode()
    as_lin.post("/whys/new/", {**typed, "participants": "Rosa Klein, buying, rosa@klein.example\nDev, portal"})
    session = FiveWhys.objects.get()
    assert session.invitations.filter(email="rosa@klein.example").exists()
    assert "Tell them yourself, no address is known: Dev." in as_lin.get("/whys/").content.decode()


def test_the_api_invites_and_calls_off(api: Any, lin: User) -> None:
    begins = now() + timedelta(days=1)
    ends = begins + timedelta(hours=1)
    body = {"problem": "Why late?", "slot_from": begins.isoformat(), "slot_until": ends.isoformat(),
            "participants": [{"name": "Rosa", "email": "rosa@klein.example"}]}  # fmt: skip
    made = api(lin).post("/api/v1/whys/", body, format="json").json()
    assert {one["email"] for one in made["invitations"]} == {"lin@fairlight.example", "rosa@klein.example"}
    off = api(lin).post(f"/api/v1/whys/{made['ref']}/calling-off/", {"reason": "Ill."}, format="json").json()
    assert (off["state"], off["called_off"]) == ("called_off", "Ill.")
