"""The people we reach at an account, and how each of them wants to be reached."""

import re
from datetime import datetime, time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Collate, Lower, Reverse

from accounts.audit.models import record
from accounts.people.models import User
from rca.lib import phones
from rca.lib.clock import inside, next_inside, now
from rca.lib.refused import Refused
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.text import clean


class Channel(models.TextChoices):
    PHONE = "phone", "phone"
    EMAIL = "email", "e-mail"
    TEXT = "text", "text"
    SOCIAL = "social", "social"
    POST = "post", "post"
    PERSON = "person", "in person"


class ContactQuerySet(HouseQuerySet["Contact"]):
    def here(self) -> "ContactQuerySet":
        """Those who have not moved on."""
        return self.filter(moved_on_at=None)

    def reached_by(self, text: str) -> "list[ContactQuerySet]":
        """Whom an e-mail that begins like this reaches, and whom this telephone number does: one query each."""
        number = phones.e164(text) if re.search(r"[0-9]{3}", text) else ""
        by_mail = self.annotate(mail=Collate(Lower("email"), "C")).filter(mail__startswith=text.lower())
        return [by_mail, *([self.filter(phone=number)] if number else [])]

    def called(self, text: str) -> "ContactQuerySet":
        """Those in whose name this stands; fewer than three letters are no name to look for."""
        folded = clean(text).lower()
        if len(folded) < 3:
            return self.none()
        return self.annotate(folded=Lower("name")).filter(folded__contains=folded).order_by("pk")

    def spelled_like(self, text: str) -> "ContactQuerySet":
        """Those whose name is spelled nearly so, the nearest first."""
        rows = self.annotate(folded=Lower("name"), near=TrigramSimilarity("name", clean(text).lower()))
        return rows.filter(folded__trigram_similar=clean(text).lower()).order_by("-near", "pk")


class ContactManager(models.Manager["Contact"].from_queryset(ContactQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def introduce(
        self, *, by: User, name: str, email: str = "", phone: str = "", role: str = "", at: datetime | None = None
    ) -> "Contact":
        """Adds a person to reach at the account, as account.contacts.introduce(…); a phone number is kept as E.164."""
        by.must("accounts.edit")
        facts = _read(name, email, phone, role)
        contact: Contact = self.create(**facts)
        Preference.objects.create(contact=contact)
        record(by, "contact_added", contact.account, says=f"{contact.name} can be reached here.", after=facts, at=at)
        return contact


class Contact(Editable):
    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, max_length=254)
    phone = models.CharField(max_length=16, blank=True)
    role = models.CharField(max_length=80, blank=True)
    moved_on_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)  # the address refused our mail

    objects = ContactManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{5,14}$"), name="contact_e164")
        ]
        indexes = [
            models.Index(Lower("email"), name="contact_email"),
            models.Index(Collate(Lower("email"), "C"), name="contact_email_beginning"),
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="contact_name_parts"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="contact_phone"),
            models.Index(Collate("phone", "C"), condition=~Q(phone=""), name="contact_phone_beginning"),
            models.Index(Collate(Reverse("phone"), "C"), condition=~Q(phone=""), name="contact_phone_ending"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spoken(self) -> str:
        """The telephone number as people here write it."""
        return phones.spoken(self.phone)

    @transaction.atomic
    def correct(
        self,
        *,
        by: User,
        name: str,
        email: str = "",
        phone: str = "",
        role: str = "",
        version: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Puts right how the person is called or reached; refuses a stale version."""
        by.must("accounts.edit")
        facts = _read(name, email, phone, role)
        if facts["email"] != self.email:
            facts["bounced_at"] = None  # what the old address refused says nothing of the new one
        before = self.swap(version=version, labels={}, **facts)
        if before:
            after = {name: facts[name] for name in before}
            record(by, "contact_corrected", self.account, says=f"How to reach {self.name} was put right.",
                   before=before, after=after, at=at)  # fmt: skip

    @transaction.atomic
    def move_on(self, *, by: User, at: datetime | None = None) -> None:
        """The person has left; what was theirs stays, and nobody rings them again."""
        by.must("accounts.edit")
        if self.moved_on_at:
            raise Refused(f"{self.name} has moved on already.")
        self.swap(version=None, labels={}, moved_on_at=at or now())
        record(by, "contact_moved_on", self.account, says=f"{self.name} has moved on.", at=at)


def _read(name: str, email: str, phone: str, role: str) -> dict[str, Any]:
    name, email, phone = clean(name), clean(email), clean(phone)
    number = phones.e164(phone) if phone else ""
    if not name:
        raise Refused("Whom do we reach? Write the person’s name.")
    if phone and not number:
        raise Refused(f"“{phone[:40]}” is no telephone number: write it as 01632 960123 or +44 1632 960123.")
    return {"name": name, "email": email, "phone": number, "role": clean(role)}


class Preference(Editable):
    """How one contact wants to be reached; nothing said means “not asked yet”, never a guess."""

    contact = models.OneToOneField(Contact, models.CASCADE, related_name="preference")
    channel = OneOf(Channel, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # ISO weekdays, empty: any
    opens = models.TimeField(null=True, blank=True)  # their wall clock
    closes = models.TimeField(null=True, blank=True)
    topics = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    do_not_contact = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(opens__lt=F("closes")), name="preference_hours_forward"
            ),
            models.CheckConstraint(
                condition=Q(days__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="preference_days_are_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return self.hours

    @property
    def hours(self) -> str:
        """Tue to Thu, 9:00 to 11:30; or “any time”, or “not asked yet”."""
        names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        days = sorted(self.days)
        if not self.asked_at and not days and not self.opens:
            return "not asked yet"
        if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
            said = "weekdays" if days == [1, 2, 3, 4, 5] else f"{names[days[0] - 1]} to {names[days[-1] - 1]}"
        else:
            said = ", ".join(names[day - 1] for day in days)
        opens, closes = (f"{one.hour}:{one:%M}" if one else "" for one in (self.opens, self.closes))
        span = (
            f"{opens} to {closes}" if opens and closes else f"after {opens}" if opens else closes and f"until {closes}"
        )
        return ", ".join(part for part in (said, span) if part) or "any time"

    def open_at(self, moment: datetime) -> bool:
        return inside(moment, self.days, self.opens, self.closes, self.contact.account.time_zone)

    def next_slot(self, moment: datetime) -> datetime:
        """The first moment from then on inside their days and hours, in their zone."""
        return next_inside(moment, self.days, self.opens, self.closes, self.contact.account.time_zone)

    @transaction.atomic
    def ask(
        self,
        *,
        by: User,
        channel: str = "",
        days: list[int] | None = None,
        opens: time | None = None,
        closes: time | None = None,
        topics: list[str] | None = None,
        do_not_contact: bool = False,
        version: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Keeps what the contact said about how, when and of what they want to hear."""
        by.must("accounts.edit")
        if opens and closes and opens >= closes:
            raise Refused("Their hours end before they begin: turn the two times round.")
        changes = {"channel": channel, "days": sorted(set(days or [])), "opens": opens, "closes": closes,
                   "topics": topics or [], "do_not_contact": do_not_contact, "asked_at": at or now()}  # fmt: skip
        before = self.swap(version=version, labels={"opens": "from", "closes": "until"}, **changes)
        after = {name: changes[name] for name in before}
        says = f"{self.contact.name} asked for {self.get_channel_display() or 'any channel'}, {self.hours}."
        record(by, "preference_asked", self.contact.account, says=says, before=before, after=after, at=at)
