"""What an account bought, and every touch between them and us."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from accounts.audit.models import record
from accounts.customers.contacts import Channel, Contact
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import clean


class Purchase(models.Model):
    """What an account bought and when: what rules match on, what spend and silence are judged by."""

    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="purchases")
    on = models.DateField()
    product = models.CharField(max_length=120, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # their invoice or order number

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "reference", "product"], condition=~Q(reference=""), name="purchase_once"
            )
        ]
        indexes = [
            models.Index(fields=["product", "on"], include=["account"], name="purchase_by_product"),
            models.Index(fields=["account", "-on"], name="purchase_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.on}"


class TouchManager(models.Manager["Touch"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def note(  # one statement, so it needs no transaction of its own
        self,
        *,
        by: User,
        way: str,
        channel: str,
        contact: Contact | None = None,
        reached: bool | None = None,
        words: str = "",
        about: Any = None,
        at: datetime | None = None,
    ) -> "Touch":
        """Keeps one contact in or out; called by every verb that is one, so that both clocks run true."""
        by.must("touches.note")
        return self.create(  # type: ignore[no-any-return]
            contact=contact, way=way, channel=channel, reached=reached, at=at or now(), by=by, words=clean(words),
            about=about.ref if about is not None else "",
        )  # fmt: skip

    @transaction.atomic
    def keep(
        self,
        *,
        by: User,
        way: str,
        channel: str,
        reached: bool | None = None,
        words: str = "",
        contact: Contact | None = None,
        at: datetime | None = None,
    ) -> "Touch":
        """Keeps a contact that is no other act: they rang to say thanks, we rang and nobody answered."""
        if at and at > now():
            raise Refused("A contact lies behind us: a time to come is a promise or a task.")
        touch = self.note(by=by, way=way, channel=channel, contact=contact, reached=reached, words=words, at=at)
        if contact and contact.account_id != touch.account_id:
            raise Refused(f"{contact.name} is not a contact of {touch.account.name}.")
        record(by, "touched", touch.account, says=touch.says, words=touch.words, at=at)
        return touch


class Touch(models.Model):
    """Any contact, in or out. Each resets the follow-up clock; only what the customer does, the silence clock."""

    class Way(models.TextChoices):
        IN = "in", "they reached us"
        OUT = "out", "we reached out"

    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="touches")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="touches")
    way = OneOf(Way)
    channel = OneOf(Channel)
    reached = models.BooleanField(null=True, blank=True)  # null: not known, as with a mail
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    about = models.CharField(max_length=24, blank=True)
    returns = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="returned_by")

    objects = TouchManager()

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="touch_by_account")]

    def __str__(self) -> str:
        return f"{self.get_way_display()} by {self.get_channel_display()}"

    @property
    def says(self) -> str:
        """They reached us by phone. We reached out to June Carver by text, and nobody answered."""
        how = "in person" if self.channel == Channel.PERSON else f"by {self.get_channel_display()}"
        if self.way == self.Way.IN:
            return f"{self.contact.name if self.contact else 'They'} reached us {how}."
        whom = f"We reached out to {self.contact.name if self.contact else 'them'} {how}"
        return f"{whom}, and nobody answered." if self.reached is False else f"{whom}."
