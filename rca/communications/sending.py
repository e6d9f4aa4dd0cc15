"""The birth of a message: an approved note, an allowed person, an allowed channel, an allowed hour."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.urls import reverse

from accounts.audit.models import record
from accounts.customers.models import Channel
from accounts.people.models import User
from rca.causes.models import Affected, Cause
from rca.causes.roster import with_complaints
from rca.communications.acts import Verdict, hold, must_be_untold
from rca.communications.addressing import Plan, impossible, open_at, plan
from rca.communications.letters import one_line
from rca.communications.merging import letter, unmarked
from rca.communications.notes import FixNote
from rca.communications.posting import post
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet
from rca.lib.said import moment
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.communications.models import Message

ALIVE = ["queued", "claimed", "unknown", "task"]  # under way, or waiting for a person


class MessageQuerySet(HouseQuerySet["Message"]):
    def alive(self) -> "MessageQuerySet":
        return self.filter(state__in=ALIVE)

    def on_the_way(self) -> "MessageQuerySet":
        return self.filter(state__in=["queued", "claimed"])

    def to_do(self) -> "MessageQuerySet":
        """Calls, texts, letters and visits that wait for a person."""
        return self.filter(state="task")

    def in_trouble(self) -> "MessageQuerySet":
        """In doubt, refused or come back, and the customer still does not know."""
        untold = self.filter(affected__telling__isnull=True, affected__waiver__isnull=True)
        return untold.filter(state__in=["unknown", "failed", "bounced"])

    def unread(self) -> "MessageQuerySet":
        """With an answer that nobody of ours has read yet."""
        return self.filter(verdict__isnull=False, verdict__seen_by=None)

    def for_list(self) -> "MessageQuerySet":
        return self.select_related("account", "contact__preference", "affected", "by", "verdict")


class MessageManager(models.Manager["Message"].from_queryset(MessageQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def send(
        self,
        *,
        by: User,
        affected: Affected,
        note: FixNote,
        channel: str = "",
        any_hour: bool = False,
        override_reason: str = "",
        at: datetime | None = None,
    ) -> "Message":
        """Tells one account: e-mail is queued for its slot, with its job; any other channel becomes a dated task.

        The contact, channel and hour are the customer’s own wish. `channel` or `any_hour` against it takes a reason
        and somebody who may override; nobody may write to a person who asked not to be contacted.
        """
        by.must("messages.send")
        hold(affected)
        must_be_untold(affected)
        must_be_sendable(note, affected)
        at, reason = at or now(), clean(override_reason)
        with_complaints([affected])
        way = plan(affected, at, channel=channel, any_hour=any_hour)
        _must_be_allowed(by, affected, note, way, any_hour, reason)
        with once(f"{affected.account.name} is being told already: a message is under way."):
            message: Message = self.create(
                account=affected.account, contact=way.contact, note=note, affected=affected, channel=way.channel,
                address=way.address, subject=one_line(note.title), due_at=way.due_at, any_hour=any_hour,
                body=unmarked(letter(affected, note, way.contact, by)), override_reason=reason, by=by, at=at,
                state="queued" if way.channel == Channel.EMAIL else "task",
            )  # fmt: skip
        if way.channel == Channel.EMAIL:
            post(message.pk, message.due_at)
        says = f"To be told by {message.get_channel_display()}, {moment(message.due_at)}."
        record(by, "queued" if way.channel == Channel.EMAIL else "task_made", message, says=says, words=reason, at=at,
               about=message.about, after={"channel": way.channel, "due": message.due_at})  # fmt: skip
        return message


def must_be_sendable(note: FixNote, affected: Affected) -> None:
    """Only words that somebody answers for, about this cause, and the newest of them."""
    if note.cause_id != affected.cause_id:
        raise Refused("This note is about another cause.")
    must_be_approved(note, affected.cause)
    page = reverse("communications:note", args=[affected.cause_id])
    newer = FixNote.objects.current(affected.cause)
    if newer and newer.revision > note.revision:
        raise Refused("There is a newer approved note: send that one.", steps=[("Open the newer note", page)])


def must_be_approved(note: FixNote | None, cause: Cause) -> None:
    page = reverse("communications:note", args=[cause.pk])
    if note is None and not FixNote.objects.filter(cause=cause).exists():
        raise Refused(f"There is no fix note for {cause.ref} yet: draft one first.", steps=[("Draft it", page)])
    if note is None or not note.approved:
        raise Refused("This note is not approved yet: somebody other than its author has to answer for the words.",
                      steps=[("Read and approve it", page)])  # fmt: skip


def _must_be_allowed(by: User, affected: Affected, note: FixNote, way: Plan, any_hour: bool, reason: str) -> None:
    name = affected.account.name
    if way.out or way.contact is None or way.due_at is None:
        raise Refused(f"{name} cannot be told like this. {way.out}", steps=[
            ("Open the account", affected.account.get_absolute_url()),
            ("Waive telling them", affected.get_absolute_url()),
        ])  # fmt: skip
    if way.channel == Channel.EMAIL:
        _must_be_an_address(way)
    answered = affected.messages.filter(note=note, verdict__answer=Verdict.Answer.NO).exists()
    if answered and way.channel not in (Channel.PHONE, Channel.PERSON):
        raise Refused(f"{name} answered that this did not fix it: ring them, or change the note before writing again.",
                      steps=[("Change the note", note.get_absolute_url())])  # fmt: skip
    against = []
    if way.wished and way.channel != way.wished and not impossible(affected, way.contact, way.wished):
        against.append(f"{way.contact.name} asked for {Channel(way.wished).label}")
    if any_hour and not open_at(way.contact, way.due_at, way.channel):
        against.append(f"it is outside the hours of {way.contact.name}")
    if against:
        said = " and ".join(against)
        if not reason:
            raise Refused(f"{said[0].upper()}{said[1:]}: say why it cannot wait or go that way.")
        by.must("messages.override")


def _must_be_an_address(way: Plan) -> None:
    try:
        validate_email(way.address)
    except ValidationError:
        who = way.contact.name if way.contact else "them"
        raise Refused(f"“{way.address[:80]}” is no e-mail address: put right how to reach {who}.") from None
