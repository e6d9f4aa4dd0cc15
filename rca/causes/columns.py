"""What a root cause is: its columns, what the database forbids in them, and what can be read off them."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.roots import TITLE_LIMIT
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.rows import Editable, OneOf


class CauseColumns(Referred, Editable):
    """One row for one cause; what is done with it is in `Cause`."""

    LETTER, PAGE = "R", "causes:detail"

    class Family(models.TextChoices):
        PROCESS = "process", "process"
        PRICE = "price", "price"
        PRODUCT = "product", "product"
        INFORMATION = "information", "information"
        PEOPLE = "people", "people and training"
        SUPPLIER = "supplier", "supplier"
        COMMUNICATION = "communication", "communication"
        OUTSIDE = "outside", "outside our control"

    class State(models.TextChoices):
        OPEN = "open", "open"
        FIXING = "fixing", "fix under way"
        WATCHED = "watched", "fixed and watched"
        CLOSED = "closed", "closed"
        RECURRING = "recurring", "recurring"
        ACCEPTED = "accepted", "accepted"

    title = models.CharField(max_length=TITLE_LIMIT)
    family = OneOf(Family, blank=True)
    state = OneOf(State, default=State.OPEN)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="causes")
    next_review = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    watch_until = models.DateField(null=True, blank=True)
    # For the prompt of known causes: how many complaints stand behind the sums in CauseWord, and their length.
    complaint_count = models.PositiveIntegerField(default=0)
    read_count = models.PositiveIntegerField(default=0)  # and of how many of them its reading rows tell
    norm = models.FloatField(default=0)
    complaints = models.ManyToManyField(Complaint, through="CauseLink", related_name="causes")
    accounts = models.ManyToManyField(Account, through="Affected", related_name="causes")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="cause_has_title"),
        ]
        indexes = [
            models.Index(fields=["state", "next_review", "id"], name="cause_by_review"),
            models.Index(fields=["owner", "state"], name="cause_by_owner"),
            models.Index(fields=["-opened_at", "-id"], name="cause_newest"),
            GinIndex(SearchVector("title", config="english"), name="cause_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shade(self) -> str:
        """How its state is drawn: resting, due, kept or late."""
        return {"fixing": "due", "watched": "kept", "closed": "kept", "recurring": "late"}.get(self.state, "rest")

    @property
    def cost(self) -> Decimal | None:
        """What it cost them and us, as far as it is known; read from the figures."""
        known = [one for one in (getattr(self, "lost", None), getattr(self, "goodwill", None)) if one is not None]
        return sum(known, Decimal()) if known else None

    @property
    def untold_count(self) -> int:
        """How many accounts hold it open; only with the figures that `with_figures` adds."""
        mine: Any = self
        return int(mine.account_count - mine.told_count - mine.waived_count)
