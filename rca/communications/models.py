"""What customers are told: the note drawn from the chain, the messages that carry it, and what they answered."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

from accounts.audit.models import record
from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from rca.causes.models import Affected
from rca.communications.acts import Attempt, Telling, Verdict, hold
from rca.communications.addressing import TRIES, said_address, slot
from rca.communications.letters import PAGE_LASTS
from rca.communications.notes import FixNote, NoteApproval
from rca.communications.posting import post
from rca.communications.sending import MessageManager
from rca.communications.states import SHORT, clock, means
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import OneOf
from rca.lib.said import moment
from rca.lib.text import WORDS_LIMIT, clean

AGAIN_AFTER = timedelta(hours=3)  # a call that nobody answered is not repeated sooner


class Message(Referred, models.Model):
    """One text to one contact by one channel. E-mail is sent by the outbox; everything else is a task for a person."""

    LETTER, PAGE = "M", "communications:message"

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        CLAIMED = "claimed", "being sent"
        ACCEPTED = "accepted", "accepted by the mail server"
        FAILED = "failed", "refused by the mail server"
        BOUNCED = "bounced", "came back"
        UNKNOWN = "unknown", "not known whether it went"
        CANCELLED = "cancelled", "stopped before it went"
        TASK = "task", "to be done by a person"
        DONE = "done", "done by a person"

    account = models.ForeignKey(Account, models.PROTECT, related_name="messages")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="messages")
    note = models.ForeignKey(FixNote, models.PROTECT, null=True, blank=True, related_name="messages")
    affected = models.ForeignKey(Affected, models.PROTECT, null=True, blank=True, related_name="messages")
    channel = OneOf(Channel)
    address = models.CharField(max_length=254, blank=True)  # where it goes, as it was when it was written
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = OneOf(State)
    due_at = models.DateTimeField()  # not before: their hours, and the time in which it can be stopped
    any_hour = models.BooleanField(default=False)  # a lead let it go outside their hours
    override_reason = models.TextField(blank=True)  # why it goes outside their hours or by another channel
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    message_id = models.CharField(max_length=255, blank=True)  # fixed before the first byte leaves
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    page_closed_at = models.DateTimeField(null=True, blank=True)  # the private page is shut from then on

    objects: ClassVar[MessageManager] = MessageManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="message_id_once"),
            # While one is under way nobody begins a second; once it has arrived, the Telling is the lock.
            models.UniqueConstraint(
                fields=["affected"],
                condition=Q(state__in=["queued", "claimed", "unknown", "task"]),
                name="message_one_alive",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="queued"), name="message_queue"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="message_in_flight"),
            models.Index(fields=["state", "-due_at", "-id"], name="message_by_state"),
            models.Index(fields=["-due_at", "-id"], name="message_newest"),
            models.Index(fields=["account", "-at"], name="message_by_account"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def about(self) -> list[Any]:
        """The rows whose pages show what happens to this message."""
        return [self.account, *([self.affected.cause] if self.affected else [])]

    @property
    def means(self) -> str:
        return means(self)

    @property
    def spoken(self) -> str:
        """Where it goes, as people write it."""
        return said_address(self.channel, self.address)

    @property
    def clock(self) -> tuple[str, str]:
        return clock(self)

    @property
    def short_state(self) -> str:
        return SHORT[self.state]

    @property
    def page_open(self) -> bool:
        """Whether the customer’s private page can still be read: ninety days, unless it was shut or never went."""
        gone = self.state in (self.State.CANCELLED, self.State.FAILED, self.State.BOUNCED)
        return not gone and not self.page_closed_at and now() < (self.ended_at or self.at) + PAGE_LASTS

    def turn(self, *states: str, **changes: Any) -> bool:
        """Changes the row if it is still in one of those states; False when somebody else was quicker."""
        done = bool(Message.objects.filter(pk=self.pk, state__in=states).update(**changes))
        if done:
            for name, value in changes.items():
                setattr(self, name, value)
        else:
            self.refresh_from_db()
        return done

    @transaction.atomic
    def stop(self, *, by: User, at: datetime | None = None) -> None:
        """Takes it back before it has left; a moment too late, and it says so."""
        by.must("messages.send")
        if not self.turn("queued", "task", state="cancelled", ended_at=at or now(), failure=f"Stopped by {by.name}."):
            raise Refused(f"It is too late to stop {self.ref}: it is {self.get_state_display()}.",
                          steps=[(f"See {self.ref}", self.get_absolute_url())])  # fmt: skip
        record(by, "message_stopped", self, says="Stopped before it went.", about=self.about, at=at)

    @transaction.atomic
    def drop(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """It is not needed any more: they heard another way, or must not be written to now."""
        if self.turn("queued", "task", state="cancelled", ended_at=at or now(), failure=reason):
            record(by, "message_dropped", self, says=f"Not sent: {reason}", about=self.about, at=at)

    @transaction.atomic
    def attempt(
        self, *, by: User, outcome: str, words: str = "", answer: str = "", at: datetime | None = None
    ) -> Attempt:
        """What came of a call, text, letter or visit; nobody there means again in their next hours."""
        by.must("messages.send")
        at = at or now()
        fresh = Message.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if fresh.state != self.State.TASK:
            raise Refused(f"{self.ref} is no open task: it is {fresh.get_state_display()}.")
        if answer and outcome != Attempt.Outcome.REACHED:
            raise Refused("Only somebody who was reached can say whether it put things right.")
        fact = Attempt.objects.create(message=self, by=by, at=at, outcome=outcome, words=clean(words))
        Message.objects.filter(pk=self.pk).update(attempts=fresh.attempts + 1)
        reached = outcome == Attempt.Outcome.REACHED
        told = None if reached and self.channel in (Channel.TEXT, Channel.SOCIAL, Channel.POST) else reached
        self.account.touches.note(
            by=by, way="out", channel=self.channel, contact=self.contact, reached=told, words=fact.words,
            about=self, at=at,
        )  # fmt: skip
        record(by, "attempted", self, says=f"{self.get_channel_display().capitalize()}: {fact.get_outcome_display()}.",
               words=fact.words, about=self.about, after={"outcome": outcome}, at=at)  # fmt: skip
        self._after(by, outcome, fact.words, at)
        if answer:
            self.answer(answer=answer, words=fact.words, by=by, at=at)
        self.refresh_from_db()
        return fact

    def _after(self, by: User, outcome: str, words: str, at: datetime) -> None:
        if outcome == Attempt.Outcome.REACHED:
            self.turn("task", state="done", ended_at=at)
            self.tell(by=by, words=words, at=at)
        elif outcome == Attempt.Outcome.WRONG_PERSON:
            if self.contact and not self.contact.moved_on_at:
                self.contact.move_on(by=by, at=at)
            who = self.contact.name if self.contact else "The person"
            self.turn("task", state="failed", ended_at=at, failure=f"{who} has moved on: tell somebody else there.")
        elif self.tries.filter(outcome__in=["no_answer", "voicemail"]).count() >= TRIES:
            self.turn("task", state="failed", ended_at=at, failure="Nobody answered three times: choose another way.")
        else:
            again = at + AGAIN_AFTER
            self.turn("task", due_at=slot(self.contact, again, self.channel) if self.contact else again)

    def tell(self, *, by: User, at: datetime, words: str = "") -> None:
        """Their row of the roster is told now, unless a person was quicker or they said no meanwhile."""
        said_no = Verdict.objects.filter(message=self, answer=Verdict.Answer.NO).exists()
        if self.affected and not said_no and not Telling.objects.filter(affected=self.affected_id).exists():
            Telling.objects.told(self.affected, message=self, contact=self.contact, channel=self.channel, by=by, at=at,
                                 words=words)  # fmt: skip
            says = f"{self.account.name} was told by {self.get_channel_display()}."
            record(by, "told", self.affected.cause, says=says, words=words, about=[self.account, self], at=at,
                   after={"channel": self.channel})  # fmt: skip

    @transaction.atomic
    def answer(self, *, answer: str, words: str = "", by: User | None = None, at: datetime | None = None) -> Verdict:
        """Did this fix it for them? Once. A “no” takes the telling away: their row counts as untold again."""
        if answer not in Verdict.Answer.values:
            raise Refused("Choose yes, partly or no.")
        if len(words) > WORDS_LIMIT:
            raise Refused(f"That is longer than {WORDS_LIMIT:,} characters, the most that is kept: shorten it.")
        at, who = at or now(), by or User.objects.system("letterbox")
        if self.affected:
            hold(self.affected)
        if self.state not in ("accepted", "done", "unknown", "claimed"):
            raise Refused("This letter has not reached anybody yet, so nobody can answer it.")
        with once("We have your answer already, and thank you for it."):
            fact = Verdict.objects.create(message=self, answer=answer, words=clean(words), at=at)
        if by is None:
            self.account.touches.note(
                by=who, way="in", channel=Channel.EMAIL, contact=self.contact, reached=True, words=fact.words,
                about=self, at=at,
            )  # fmt: skip
        record(who, "answered", self, says=f"Did it fix it for them? {fact.get_answer_display()}.", words=fact.words,
               about=self.about, after={"answer": answer}, at=at)  # fmt: skip
        if self.turn("unknown", state="accepted", ended_at=at, failure=""):
            self.tell(by=self.by, at=at)  # an answer proves that it arrived
        if answer == Verdict.Answer.NO:
            self._untell(who, at, "They say it did not fix it")
        return fact

    def _untell(self, by: User, at: datetime, why: str) -> None:
        """The row is untold again; the ledger keeps that it was told, by whom and when."""
        telling = Telling.objects.filter(affected=self.affected_id).select_related("by").first()
        if self.affected and telling:
            before = {"told": telling.at, "by": telling.by, "channel": telling.channel}
            telling.delete()
            record(by, "untold", self.affected.cause, says=f"{why}: {self.account.name} is to be told again.",
                   about=[self.account, self], before=before, at=at)  # fmt: skip

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime | None = None) -> None:
        """Somebody found out that a doubtful one did arrive."""
        by.must("messages.send")
        at = at or now()
        if not self.turn("unknown", state="accepted", ended_at=at, failure=""):
            raise Refused(f"{self.ref} is not in doubt: it is {self.get_state_display()}.")
        record(by, "message_confirmed", self, says="It did arrive.", about=self.about, at=at)
        self.tell(by=self.by, at=at)

    @transaction.atomic
    def resend(self, *, by: User, at: datetime | None = None) -> None:
        """Once more, because a person says so; under the same Message-ID, so that a mailbox can see it is the same."""
        by.must("messages.send")
        at = at or now()
        if self.channel != Channel.EMAIL or self.state not in ("unknown", "failed"):
            raise Refused(f"{self.ref} cannot be sent again: it is {self.get_state_display()}.")
        due = at if self.any_hour or not self.contact else slot(self.contact, at, self.channel)
        with once(f"{self.account.name} is being told by another message."):
            if not self.turn("unknown", "failed", state="queued", due_at=due, ended_at=None, failure=""):
                raise Refused(f"{self.ref} cannot be sent again: it is {self.get_state_display()}.")
        post(self.pk, due)
        record(by, "message_resent", self, says=f"To be sent again, {moment(due)}.", about=self.about, at=at)

    @transaction.atomic
    def bounce(self, *, by: User, words: str = "", at: datetime | None = None) -> None:
        """It came back: the address is marked, and they have not been told after all."""
        by.must("messages.send")
        at = at or now()
        if not self.turn("accepted", "unknown", state="bounced", ended_at=at, failure=clean(words) or "It came back."):
            raise Refused(f"{self.ref} cannot have come back: it is {self.get_state_display()}.")
        if self.contact:
            self.contact.swap(version=None, labels={}, bounced_at=at)
        record(by, "bounced", self, says="The mail came back.", words=clean(words), about=self.about, at=at)
        if Telling.objects.filter(affected=self.affected_id, message=self).exists():
            self._untell(by, at, "The mail came back")

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime | None = None) -> None:
        """Shuts the customer’s private page; whoever opens the link reads whom to ring instead."""
        by.must("messages.send")
        if not self.page_open:
            raise Refused("This private page is shut already.")
        self.page_closed_at = at or now()
        Message.objects.filter(pk=self.pk).update(page_closed_at=self.page_closed_at)
        record(by, "page_shut", self, says="The private page is shut.", about=self.about, at=at)

    @transaction.atomic
    def read_answer(self, *, by: User, at: datetime | None = None) -> None:
        """Somebody has read what they answered, and answers for what follows."""
        by.must("messages.send")
        if not Verdict.objects.filter(message=self, seen_by=None).update(seen_by=by, seen_at=at or now()):
            raise Refused("There is no answer that still waits to be read.")
        record(by, "answer_read", self, says="Their answer was read.", about=self.about, at=at)


__all__ = ["Attempt", "FixNote", "Message", "NoteApproval", "Telling", "Verdict"]
