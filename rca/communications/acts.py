"""The facts of telling: tries by a person, that an account has been told, and what the customer said to it."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction

from accounts.audit.models import record
from accounts.customers.models import Channel, Contact
from accounts.people.models import User
from rca.causes.models import Affected
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.said import day
from rca.lib.text import clean


class Attempt(models.Model):
    """One try by a person: the call, text, letter or visit, and how it went."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "reached"
        NO_ANSWER = "no_answer", "no answer"
        VOICEMAIL = "voicemail", "left word"
        WRONG_PERSON = "wrong_person", "the person has moved on"

    message = models.ForeignKey("rca.Message", models.CASCADE, related_name="tries")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = OneOf(Outcome)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_outcome_display()


class TellingManager(models.Manager["Telling"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def tell(
        self,
        *,
        by: User,
        affected: Affected,
        channel: str,
        words: str = "",
        contact: Contact | None = None,
        at: datetime | None = None,
    ) -> "Telling":
        """A person told them, face to face or while they were on the line; what waited to go to them is stopped."""
        by.must("messages.send")
        hold(affected)
        must_be_untold(affected)
        if contact and contact.account_id != affected.account_id:
            raise Refused(f"{contact.name} is not a contact of {affected.account.name}.")
        at = at or now()
        telling: Telling = self.told(affected, by=by, channel=channel, contact=contact, words=clean(words), at=at)
        affected.account.touches.note(
            by=by, way="out", channel=channel, contact=contact, reached=True, about=affected.cause, at=at
        )
        for message in affected.messages.filter(state__in=["queued", "task"]):
            message.drop(by=by, reason=f"Told {_how(channel)} on {day(at)}.", at=at)
        record(by, "told", affected.cause, says=f"{affected.account.name} was told {_how(channel)}.",
               words=telling.words, about=[affected.account], after={"channel": channel}, at=at)  # fmt: skip
        return telling

    def told(self, affected: Affected, **facts: Any) -> "Telling":
        """The row itself; the first of two stays."""
        with once(f"{affected.account.name} has been told already."):
            return self.create(affected=affected, **facts)  # type: ignore[no-any-return]


class Telling(models.Model):
    """This account has been told of the fix: on which channel, when, by whom. The row that lets a cause close."""

    affected = models.OneToOneField(Affected, models.CASCADE, related_name="telling")
    message = models.ForeignKey("rca.Message", models.PROTECT, null=True, blank=True, related_name="tellings")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="tellings")
    channel = OneOf(Channel)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)  # what they said when they heard

    objects: ClassVar[TellingManager] = TellingManager()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="telling_newest")]

    def __str__(self) -> str:
        return f"told {_how(self.channel)}"


class Verdict(models.Model):
    """The customer's answer to “did this fix it for you?”, from their private page or said to a person."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes, it did"
        PARTLY = "partly", "Partly"
        NO = "no", "No, it did not"

    message = models.OneToOneField("rca.Message", models.CASCADE, related_name="verdict")
    answer = OneOf(Answer)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.get_answer_display()


def hold(affected: Affected) -> None:
    """Takes the row of the roster for this transaction, so that two people telling one customer follow one another."""
    Affected.objects.select_for_update().get(pk=affected.pk)
    affected.refresh_from_db()


def must_be_untold(affected: Affected) -> None:
    name, page = affected.account.name, affected.get_absolute_url()
    telling = Telling.objects.filter(affected=affected).first()
    if telling:
        raise Refused(f"{name} has been {telling} already, on {day(telling.at)}.",
                      steps=[("See them on the roster", page)])  # fmt: skip
    if hasattr(affected, "waiver"):
        raise Refused(f"{name} is waived, by {affected.waiver.by.name}: take the waiver back first.",
                      steps=[("See them on the roster", page)])  # fmt: skip


def _how(channel: str) -> str:
    return "in person" if channel == Channel.PERSON else f"by {Channel(channel).label}"
