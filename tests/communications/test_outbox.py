import smtplib
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import Account, Entry, User
from rca.communications import outbox
from rca.communications.letters import link
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.models import Cause, FixNote, Message, Telling
from tests.make import make_message

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def message(note: FixNote, cause: Cause, harbour: Account, ada: User) -> Message:
    return make_message(cause, harbour, by=ada, at=now() - timedelta(minutes=1))


def breaks(monkeypatch: pytest.MonkeyPatch, error: Exception, step: str = "send_messages") -> None:
    """The mail server answers, or does not, with that error."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(EmailBackend, step, fail, raising=False)


def test_a_delivered_mail_is_accepted_and_they_count_as_told(message: Message, ada: User) -> None:
    assert outbox.deliver(message.pk) == "accepted"
    message.refresh_from_db()
    assert message.state == "accepted" and message.attempts == 1
    telling = Telling.objects.get(affected=message.affected)
    assert (telling.message, telling.by, telling.channel) == (message, ada, "email")
    assert message.account.touches.filter(way="out", about=message.ref).exists()
    acts = set(Entry.objects.about([message.ref]).values_list("act", flat=True))
    assert {"queued", "accepted", "told"} <= acts


def test_the_mail_has_both_forms_the_fixed_number_and_nothing_that_says_machine(message: Message) -> None:
    outbox.deliver(message.pk)
    message.refresh_from_db()
    (sent,) = mail.outbox
    raw = message_from_bytes(sent.message().as_bytes())
    assert raw["Message-ID"] == message.message_id and raw["To"] == "June Carver <june@harbourbooks.example>"
    assert raw["From"] == "Fairlight Wholesale <support@fairlight.example>"
    assert raw["Reply-To"] is None and raw["Auto-Submitted"] is None
    plain, html = (part.get_payload(decode=True).decode() for part in raw.get_payload())
    assert "Dear June," in plain and link(message.pk) in plain and link(message.pk) in html
    assert "<h2>What happened</h2>" in html and "&#x27;" not in plain


def test_a_mail_never_names_our_people_apart_from_who_signs_or_our_numbers(message: Message) -> None:
    outbox.deliver(message.pk)
    whole = mail.outbox[0].message().as_string()
    for inside in (message.ref, message.affected.cause.ref, "Lin Haddad", "Sam Wells"):
        assert inside not in whole


@pytest.mark.parametrize(
    "bad", ["a\r\nBcc: all@example.com", "a\nX-Evil: 1", "a\u2028Bcc: b", "a\x85Bcc: b", "a\x0bB: b"]
)
def test_no_header_can_be_smuggled_in_by_a_subject_or_a_name(message: Message, bad: str) -> None:
    Message.objects.update(subject=bad)
    message.contact.swap(version=None, labels={}, name=bad)
    assert outbox.deliver(message.pk) == "accepted"
    raw = mail.outbox[0].message().as_bytes()
    assert set(message_from_bytes(raw).keys()) == {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"}  # fmt: skip
    assert mail.outbox[0].recipients() == [f"{message_from_bytes(raw)['To']}"] or len(mail.outbox[0].to) == 1


def test_an_address_with_a_line_break_fails_and_is_not_sent(message: Message) -> None:
    Message.objects.update(address="june@x.example\r\nBcc: all@x.example")
    assert outbox.deliver(message.pk) == "failed" and not mail.outbox
    message.refresh_from_db()
    assert message.failure.startswith("It could not be written as a mail")


def test_a_second_run_of_the_job_sends_nothing(message: Message) -> None:
    outbox.deliver(message.pk)
    assert outbox.deliver(message.pk) == "accepted" and len(mail.outbox) == 1


def test_of_two_workers_one_takes_it(message: Message) -> None:
    second = Message.objects.get(pk=message.pk)
    assert outbox.claim(message) and not outbox.claim(second)


def test_before_its_slot_it_stays(note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada)
    assert outbox.deliver(message.pk) == "queued" and not mail.outbox


def test_a_refusal_of_the_server_is_failed_with_its_words_and_they_stay_untold(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, smtplib.SMTPRecipientsRefused({"june": (550, b"5.1.1 No such user")}))
    assert outbox.deliver(message.pk) == "failed"
    message.refresh_from_db()
    assert "550 5.1.1 No such user" in message.failure
    assert not Telling.objects.exists() and message in Message.objects.in_trouble()


def test_what_is_only_put_off_is_tried_three_times_by_itself(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, smtplib.SMTPDataError(451, b"Try later"))
    states = []
    for _ in range(3):
        outbox.deliver(message.pk)
        message.refresh_from_db()
        states.append(message.state)
        Message.objects.update(due_at=now())
    assert states == ["queued", "queued", "failed"] and message.attempts == 3


def test_a_server_that_cannot_be_reached_is_no_doubt(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, ConnectionRefusedError("nobody there"), "open")
    outbox.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "queued" and message.due_at > now() and "could not be reached" in message.failure


@pytest.mark.parametrize(
    "error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("slow"), ConnectionResetError()]
)
def test_a_line_that_breaks_while_it_is_sent_is_a_doubt(
    message: Message, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    breaks(monkeypatch, error)
    assert outbox.deliver(message.pk) == "unknown"
    assert outbox.deliver(message.pk) == "unknown"
    message.refresh_from_db()
    assert message.attempts == 1 and not Telling.objects.exists()


def test_claimed_and_silent_for_two_minutes_becomes_a_doubt(message: Message) -> None:
    outbox.claim(message)
    assert outbox.sweep(now() + timedelta(seconds=100)) == 0
    assert outbox.sweep(now() + timedelta(seconds=121)) == 1
    message.refresh_from_db()
    assert message.state == "unknown" and Entry.objects.about([message.ref])[0].act == "in_doubt"


def test_the_servers_word_settles_a_doubt_that_the_sweep_raised(message: Message) -> None:
    outbox.claim(message)
    outbox.sweep(now() + timedelta(minutes=3))
    outbox._keep(message, outbox.Outcome("accepted"))
    assert Message.objects.get().state == "accepted" and Telling.objects.exists()


def test_a_person_may_say_that_it_arrived(message: Message, ada: User) -> None:
    Message.objects.update(state="unknown")
    message.confirm(by=ada)
    assert Telling.objects.get().message == message
    with pytest.raises(Refused, match="is not in doubt"):
        message.confirm(by=ada)


def test_a_person_may_send_it_again_under_the_same_number(
    message: Message, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        breaks(patch, smtplib.SMTPServerDisconnected("gone"))
        outbox.deliver(message.pk)
    message.refresh_from_db()
    number = message.message_id
    message.resend(by=ada)
    assert outbox.deliver(message.pk) == "accepted"
    message.refresh_from_db()
    assert message.message_id == number == mail.outbox[0].extra_headers["Message-ID"]


def test_what_is_due_and_has_no_job_goes_all_the_same(message: Message) -> None:
    Message.objects.update(due_at=now() - timedelta(minutes=5))
    assert outbox.overdue() == 1 and len(mail.outbox) == 1


def test_after_a_night_of_the_worker_it_waits_for_their_hours(message: Message, ada: User) -> None:
    message.contact.preference.ask(by=ada, channel="email", opens=time(9), closes=time(17))
    Message.objects.update(due_at=NOON)
    with time_machine.travel(NOON.replace(hour=22), tick=False):
        assert outbox.deliver(message.pk) == "queued"
    message.refresh_from_db()
    assert message.due_at == datetime(2026, 3, 11, 9, tzinfo=UTC) and not mail.outbox


def test_who_asked_not_to_be_contacted_since_gets_nothing(message: Message, ada: User) -> None:
    message.contact.preference.ask(by=ada, channel="email", do_not_contact=True)
    assert outbox.deliver(message.pk) == "cancelled" and not mail.outbox
    message.refresh_from_db()
    assert message.failure == "June Carver has asked not to be contacted."


def test_who_was_told_in_person_since_gets_nothing(message: Message, ada: User) -> None:
    Telling.objects.tell(by=ada, affected=message.affected, channel="person", words="Good to know.")
    assert outbox.deliver(message.pk) == "cancelled" and not mail.outbox


def test_a_mail_that_came_back_marks_the_address_and_unties_the_telling(message: Message, ada: User) -> None:
    outbox.deliver(message.pk)
    message.refresh_from_db()
    message.bounce(by=ada, words="550 no such user")
    message.contact.refresh_from_db()
    assert message.state == "bounced" and message.contact.bounced_at
    assert not Telling.objects.exists() and message.affected.cause.affected.untold().count() == 3


def test_a_sender_who_has_left_since_does_not_hold_the_mail_up(message: Message, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert outbox.deliver(message.pk) == "accepted"
