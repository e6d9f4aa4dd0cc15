"""Invitations to a session by mail, as a calendar reads them: once for each slot, and called off once.

The row is written with the act that asks for it and is the lock: one address, slot and method has one row, so nobody
is asked twice. It is claimed before a byte is sent; a sending that breaks off after that is told to a person and never
begun again by itself.
"""

import logging
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.db.models import Max
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from accounts.audit.models import record
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import listed
from rca.whys.letters import letter

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

log = logging.getLogger("amends.inviting")
LENGTH = timedelta(minutes=45)  # of a session for which nobody said when it ends
AGAIN, GIVE_UP = timedelta(minutes=5), timedelta(days=1)
BROKE_OFF = timedelta(minutes=2)
# Always this thread's Django connection, as in rca/communications/posting.py.
_jobs = JobManager(DjangoConnector())


class Invitation(models.Model):
    """One mail to one address about one slot."""

    class Method(models.TextChoices):
        REQUEST = "request", "invited"
        CANCEL = "cancel", "told that it is off"

    class State(models.TextChoices):
        QUEUED = "queued", "on its way"
        CLAIMED = "claimed", "being sent"
        SENT = "sent", "sent"
        FAILED = "failed", "not sent"
        DROPPED = "dropped", "no longer needed"

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="invitations")
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    method = OneOf(Method, default=Method.REQUEST)
    sequence = models.PositiveIntegerField(default=0)
    slot_from = models.DateTimeField()
    slot_until = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    state = OneOf(State, default=State.QUEUED)
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    objects = models.Manager.from_queryset(HouseQuerySet["Invitation"])()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "email", "sequence", "method"], name="invitation_once"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=models.Q(state__in=["queued", "claimed"]), name="invitation_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}: {self.name}"

    @property
    def says(self) -> str:
        """What became of it, for whoever planned the session."""
        broke_off = self.state == self.State.CLAIMED and self.claimed_at and now() - self.claimed_at > BROKE_OFF
        if broke_off:
            return "it is not known whether the invitation went: ask them"
        if self.state == self.State.FAILED:
            return f"not invited: {self.failure}"
        if self.state == self.State.SENT:
            return self.get_method_display()
        return f"invitation {self.get_state_display()}"


def invite(session: "FiveWhys", *, by: User, at: datetime | None = None) -> list[Invitation]:
    """Asks everybody who has an address and was not asked for this slot yet; a slot that is over asks nobody."""
    if session.state != "planned" or not session.slot_from or session.slot_from <= now():
        return []
    made = []
    last = {one.email: one for one in session.invitations.all()}
    for name, email in addressed(session):
        before = last.get(email)
        again = before.sequence + 1 if before and before.method == Invitation.Method.CANCEL else 0
        one, new = Invitation.objects.get_or_create(
            session=session, email=email, sequence=max(session.sequence, again), method=Invitation.Method.REQUEST,
            defaults={"name": name, "slot_from": session.slot_from, "place": session.place, "at": at or now(),
                      "slot_until": session.slot_until or session.slot_from + LENGTH},
        )  # fmt: skip
        if new:
            made.append(one)
            _post(one)
    if made:
        record(by, "invited", session, says=f"Invited by mail: {listed([one.name for one in made], 8)}.",
               after={"from": session.slot_from, "sequence": made[0].sequence}, at=at)  # fmt: skip
    return made


def addressed(session: "FiveWhys") -> list[tuple[str, str]]:
    """Who leads it and who is to come, as far as they have an address; nobody twice, and not who said no."""
    found = {session.facilitator.email.lower(): session.facilitator.name}
    for guest in session.participants.select_related("person"):
        if guest.address and guest.coming != "no":
            found.setdefault(guest.address, guest.name)
    return [(name, email) for email, name in found.items()]


def moved(session: "FiveWhys", *, by: User, at: datetime | None = None) -> None:
    """Another slot, place or leader: the next number, by which a calendar knows that it replaces what it has."""
    last = session.invitations.aggregate(last=Max("sequence"))["last"] or 0
    session.sequence = max(session.sequence, last) + 1
    type(session).objects.filter(pk=session.pk).update(sequence=session.sequence)
    if session.slot_from:
        invite(session, by=by, at=at)
    else:
        uninvite(session, by=by, at=at)


def uninvite(session: "FiveWhys", *, by: User, email: str = "", at: datetime | None = None) -> list[Invitation]:
    """Takes the slot out of the calendar of everybody who was asked, or of one; who heard nothing yet never does."""
    asked = session.invitations.filter(**({"email": email} if email else {}))
    made = []
    if email and email in [address for _, address in addressed(session)]:
        return []  # they lead it, or are on the list by another name
    for one in {one.email: one for one in asked}.values():  # the last one to each address
        if one.method == Invitation.Method.CANCEL:
            continue
        still = Invitation.objects.filter(pk=one.pk, state=Invitation.State.QUEUED)
        unheard = still.update(state=Invitation.State.DROPPED)
        if unheard and not asked.filter(email=one.email, state=Invitation.State.SENT).exists():
            continue
        off, new = Invitation.objects.get_or_create(
            session=session, email=one.email, sequence=max(session.sequence, one.sequence),
            method=Invitation.Method.CANCEL,
            defaults={"name": one.name, "slot_from": one.slot_from, "slot_until": one.slot_until, "place": one.place,
                      "at": at or now()},
        )  # fmt: skip
        if new:
            made.append(off)
            _post(off)
    if made:
        record(by, "uninvited", session, says=f"Told that it is off: {listed([one.name for one in made], 8)}.", at=at)
    return made


def deliver(pk: int) -> str:
    """Sends one invitation, if it still says what is planned and nobody else has it; says what became of it."""
    one = Invitation.objects.select_related("session__facilitator").get(pk=pk)
    if one.state != Invitation.State.QUEUED:
        return str(one.state)
    if _overtaken(one):
        Invitation.objects.filter(pk=pk, state=Invitation.State.QUEUED).update(state=Invitation.State.DROPPED)
        return "dropped"
    mail, server = letter(one), get_connection()
    mail.connection = server
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return _put_off(one, f"The mail server could not be reached: {error}"[:500])
    try:
        at = now()
        mine = Invitation.objects.filter(pk=pk, state=Invitation.State.QUEUED)
        if not mine.update(state=Invitation.State.CLAIMED, claimed_at=at):
            return "taken"
        return _send(one, mail)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()


def _send(one: Invitation, mail: EmailMessage) -> str:
    try:
        sent = mail.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError) as error:
        return _end(one, Invitation.State.FAILED, f"The mail server refused it: {error}"[:500])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("It is not known whether invitation %s went: %s", one.pk, error)
        return _end(one, Invitation.State.CLAIMED, f"The line broke as it was sent: {error}"[:500])
    return _end(one, Invitation.State.SENT if sent else Invitation.State.FAILED, "")


def _end(one: Invitation, state: Invitation.State, failure: str) -> str:
    sent_at = now() if state == Invitation.State.SENT else None
    Invitation.objects.filter(pk=one.pk).update(state=state, failure=failure, sent_at=sent_at)
    return str(state)


def _overtaken(one: Invitation) -> bool:
    """Since it was written the slot moved, they were taken off the list, or the session began."""
    newer = one.session.invitations.filter(email=one.email, pk__gt=one.pk).exists()
    over = one.method == Invitation.Method.REQUEST and one.session.state != "planned"
    return newer or over


def _put_off(one: Invitation, why: str) -> str:
    """Nothing has gone, so it is tried again; not for longer than a day."""
    if now() - one.at > GIVE_UP:
        return _end(one, Invitation.State.FAILED, why)
    with transaction.atomic():
        Invitation.objects.filter(pk=one.pk).update(failure=why)
        _post(one, AGAIN)
    return "put off"


def _post(one: Invitation, pause: timedelta = timedelta(0)) -> None:
    """The job that carries it: in the transaction of the row, so that both stand or neither."""
    when = {"schedule_in": {"seconds": int(pause.total_seconds())}} if pause else {}
    configure_task(name="invite", job_manager=_jobs, **when).defer(invitation=one.pk)  # type: ignore[arg-type]
