"""What customers are told: the note drawn from the chain, the messages that carry it, and what they answered."""

from django.db import models
from django.db.models import Q

from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from rca.causes.models import Affected, Cause
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf


class FixNote(Editable):
    """The customer-safe text about one cause. Approved once; a change after that is a new revision."""

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="notes")
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    happened = models.TextField()
    changed = models.TextField()
    how_we_know = models.TextField()
    owed = models.TextField(blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "revision"], name="fix_note_revision_once")]

    def __str__(self) -> str:
        return self.title


class NoteApproval(models.Model):
    """Somebody answers for the words; one row, so a note is approved once."""

    note = models.OneToOneField(FixNote, models.CASCADE, related_name="approval")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"by {self.by}"


class MessageQuerySet(HouseQuerySet["Message"]):
    pass


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
    override_reason = models.TextField(blank=True)  # why it goes outside their hours or by another channel
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    message_id = models.CharField(max_length=255, blank=True)  # fixed before the first byte leaves
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    page_closed_at = models.DateTimeField(null=True, blank=True)  # the private page is shut from then on

    objects = models.Manager.from_queryset(MessageQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="message_id_once"),
            models.UniqueConstraint(
                fields=["affected", "note"],
                condition=Q(state__in=["queued", "claimed", "accepted", "unknown", "task", "done"]),
                name="message_one_alive",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="queued"), name="message_queue"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="message_in_flight"),
            models.Index(fields=["state", "due_at"], name="message_by_state"),
            models.Index(fields=["account", "-at"], name="message_by_account"),
        ]

    def __str__(self) -> str:
        return self.subject


class Attempt(models.Model):
    """One try by a person: the call, text, letter or visit, and how it went."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "reached"
        NO_ANSWER = "no_answer", "no answer"
        VOICEMAIL = "voicemail", "left word"
        WRONG_PERSON = "wrong_person", "the person has moved on"

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = OneOf(Outcome)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Telling(models.Model):
    """This account has been told of the fix: on which channel, when, by whom. The row that lets a cause close."""

    affected = models.OneToOneField(Affected, models.CASCADE, related_name="telling")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="tellings")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="tellings")
    channel = OneOf(Channel)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)  # what they said when they heard

    class Meta:
        indexes = [models.Index(fields=["-at"], name="telling_newest")]

    def __str__(self) -> str:
        return f"told by {self.get_channel_display()}"


class Verdict(models.Model):
    """The customer's answer to “did this fix it for you?”, from their private page or said to a person."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes, it did"
        PARTLY = "partly", "Partly"
        NO = "no", "No, it did not"

    message = models.OneToOneField(Message, models.CASCADE, related_name="verdict")
    answer = OneOf(Answer)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.get_answer_display()
