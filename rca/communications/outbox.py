"""The outbox: a job is run at least once, and still a customer gets a mail once, or a person is told of the doubt.

1. Claim: one conditional UPDATE, which also counts the attempt and fixes the Message-ID; committed before any byte.
2. Send. What the server refuses is known not to have gone; what breaks while it is sent is not known.
3. Record: accepted and told in one transaction.
A crash between 1 and 3 leaves the row claimed. Two minutes later the sweep calls it unknown, and only a person
decides whether it went. Nothing here sends a claimed or an unknown message again.
"""

import logging
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Case, F, Value, When

from accounts.audit.models import record
from accounts.people.models import User
from rca.communications.acts import Telling
from rca.communications.addressing import open_at, slot
from rca.communications.letters import mail, new_message_id
from rca.communications.models import Message
from rca.communications.posting import post
from rca.lib.clock import now

log = logging.getLogger("amends.outbox")
DOUBT_AFTER = timedelta(minutes=2)  # longer than any sending takes: EMAIL_TIMEOUT is 20 seconds
PAUSES = [timedelta(minutes=5), timedelta(minutes=30)]  # before the second and the third try of what is only put off


class Outcome(NamedTuple):
    """What is known of a sending: accepted, refused, refused for now, or not known."""

    state: str
    reason: str = ""


def deliver(message_id: int) -> str:
    """Sends one message if it is due, allowed and nobody else has it; says what became of it."""
    message = Message.objects.select_related("contact__preference", "account", "affected__cause", "by").get(
        pk=message_id
    )
    if message.state != Message.State.QUEUED or not _ready(message):
        return str(message.state)
    if not claim(message):
        return "taken"
    outcome = _send(message)
    _keep(message, outcome)
    return outcome.state


def claim(message: Message, at: datetime | None = None) -> bool:
    """Takes the message for this worker: of two that try, one changes the row."""
    at = at or now()
    fixed = Case(When(message_id="", then=Value(new_message_id())), default=F("message_id"))
    taken = Message.objects.filter(pk=message.pk, state=Message.State.QUEUED, due_at__lte=at).update(
        state=Message.State.CLAIMED, claimed_at=at, attempts=F("attempts") + 1, message_id=fixed
    )
    message.refresh_from_db(fields=["state", "claimed_at", "attempts", "message_id"])
    return bool(taken)


def sweep(at: datetime | None = None) -> int:
    """Claimed two minutes ago and never heard of again: in doubt, so a person decides. Returns how many."""
    at, found = at or now(), 0
    old = Message.objects.filter(state=Message.State.CLAIMED, claimed_at__lt=at - DOUBT_AFTER)
    for message in old.select_related("account", "affected__cause")[:200]:
        with transaction.atomic():
            found += _doubt(message, "The sending broke off: it may or may not have arrived.", at)
    return found


def overdue(at: datetime | None = None) -> int:
    """The safety net: what is due and still queued after two minutes, whatever became of its job. Returns how many."""
    at = at or now()
    late = Message.objects.filter(state=Message.State.QUEUED, due_at__lt=at - DOUBT_AFTER).order_by("due_at", "id")
    pks = list(late.values_list("pk", flat=True)[:20])
    for pk in pks:
        deliver(pk)
    return len(pks)


def _ready(message: Message) -> bool:
    """Whether it may go now. Days may lie between the writing and this moment, and much may have changed."""
    at, outbox = now(), User.objects.system("outbox")
    if message.due_at > at:
        return False  # its own job comes
    if message.affected and Telling.objects.filter(affected=message.affected_id).exists():
        message.drop(by=outbox, reason="They have been told another way.")
        return False
    contact = message.contact
    if reason := _unwanted(message):
        message.drop(by=outbox, reason=reason)
        return False
    if contact and not message.any_hour and not open_at(contact, at, message.channel):
        with transaction.atomic():
            due = slot(contact, at, message.channel)
            if message.turn("queued", due_at=due):
                post(message.pk, due)
        return False
    return True


def _unwanted(message: Message) -> str:
    contact = message.contact
    if contact is None:
        return ""
    wish = getattr(contact, "preference", None)
    if wish and wish.do_not_contact:
        return f"{contact.name} has asked not to be contacted."
    if contact.moved_on_at:
        return f"{contact.name} has moved on."
    return ""


def _send(message: Message) -> Outcome:
    """One conversation with the mail server. Before it opens nothing can have gone."""
    try:
        letter = mail(message)
        letter.message()  # bad headers show here, before there is a line to anybody
    except Exception as error:  # whatever it is, nothing has gone: it must not end as a doubt
        log.exception("%s could not be written", message.ref)
        return Outcome("failed", f"It could not be written as a mail: {_said(error)}")
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("later", f"The mail server could not be reached: {_said(error)}")
    try:
        sent = server.send_messages([letter])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        code, said = _answer(error)
        return Outcome("later" if 400 <= code < 500 else "failed", f"The mail server refused it: {said}")
    except smtplib.SMTPNotSupportedError as error:
        return Outcome("failed", f"The mail server cannot take it: {_said(error)}")
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("unknown", f"The line broke as it was sent: {_said(error)}")
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    return Outcome("accepted") if sent else Outcome("failed", "The mail server took nothing.")


def _keep(message: Message, outcome: Outcome) -> None:
    """Writes down what became of this attempt, unless a later one has begun since."""
    at, outbox = now(), User.objects.system("outbox")
    with transaction.atomic():
        if outcome.state == "accepted":
            _accept(message, outbox, at)
        elif outcome.state == "unknown":
            _doubt(message, outcome.reason, at)
        elif outcome.state == "later" and message.attempts <= len(PAUSES):
            due = at + PAUSES[message.attempts - 1]
            if _still_mine(message, state="queued", due_at=due, failure=outcome.reason):
                post(message.pk, due)
                record(outbox, "put_off", message, says="Put off by the mail server; tried again by itself.",
                       words=outcome.reason, about=message.about, at=at)  # fmt: skip
        elif _still_mine(message, state="failed", ended_at=at, failure=outcome.reason):
            record(outbox, "failed", message, says="The mail server refused it.", words=outcome.reason,
                   about=message.about, at=at)  # fmt: skip


def _accept(message: Message, outbox: User, at: datetime) -> None:
    # The server’s word counts even when the sweep was quicker, or a person asked for it again and no second try began.
    if not _still_mine(message, "unknown", "queued", state="accepted", ended_at=at, failure=""):
        log.warning("%s was accepted by the mail server after somebody had settled it", message.ref)
        return
    record(outbox, "accepted", message, says="The mail server took it.", about=message.about, at=at,
           after={"message_id": message.message_id})  # fmt: skip
    message.account.touches.note(by=outbox, way="out", channel=message.channel, contact=message.contact,
                                 about=message, at=at)  # fmt: skip
    message.tell(by=message.by, at=at)


def _doubt(message: Message, reason: str, at: datetime) -> bool:
    if not _still_mine(message, state="unknown", failure=reason):
        return False
    record(User.objects.system("outbox"), "in_doubt", message, says="It is not known whether it went.", words=reason,
           about=message.about, at=at)  # fmt: skip
    return True


def _still_mine(message: Message, *also: str, **changes: object) -> bool:
    mine = Message.objects.filter(pk=message.pk, attempts=message.attempts, state__in=["claimed", *also])
    if mine.update(**changes):
        for name, value in changes.items():
            setattr(message, name, value)
        return True
    return False


def _answer(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    """The code and the words of the server; of several refused recipients the first, since we write to one."""
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return code, f"{code} {text}"[:500]


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]
