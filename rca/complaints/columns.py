"""What a complaint is: its columns, what the database forbids in them, and what can be read off them."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from rca.complaints.undoing import UNDO_WITHIN
from rca.complaints.vocabulary import Behaviour, Expectation, Severity
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.rows import Editable, OneOf
from rca.lib.said import span
from rca.lib.text import first_line


class ComplaintColumns(Referred, Editable):
    """One row for one complaint; what is done with it is in `Complaint`."""

    LETTER, PAGE = "C", "complaints:detail"

    class State(models.TextChoices):
        OPEN = "open", "open"
        CLOSED = "closed", "closed"
        MERGED = "merged", "merged into another"

    account = models.ForeignKey(Account, models.PROTECT, related_name="complaints")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="complaints")
    words = models.TextField()
    channel = OneOf(Channel)
    received_at = models.DateTimeField()
    logged_at = models.DateTimeField(auto_now_add=True)
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    liaison = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="complaints")
    state = OneOf(State, default=State.OPEN)
    acknowledge_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)  # as its Acknowledgment says; lists sort by it
    product = models.CharField(max_length=120, blank=True)
    remedy = models.CharField(max_length=400, blank=True)
    severity = OneOf(Severity, blank=True)
    behaviours = ArrayField(models.CharField(max_length=12, choices=Behaviour.choices), default=list, blank=True)
    expected = models.TextField(blank=True)
    delivered = models.TextField(blank=True)
    expectation = OneOf(Expectation, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # what it cost them
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    batch = models.ForeignKey("rca.Import", models.SET_NULL, null=True, blank=True, related_name="complaints")
    search = models.GeneratedField(
        expression=SearchVector("words", "product", config="english"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="complaint_source_once"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="complaint_has_words"),
            models.CheckConstraint(
                condition=Q(behaviours__contained_by=list(Behaviour.values)), name="complaint_behaviours_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="complaint_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="complaint_by_state"),
            models.Index(fields=["account", "-received_at", "-id"], name="complaint_by_account"),
            models.Index(fields=["liaison", "state", "-received_at"], name="complaint_by_liaison"),
            models.Index(fields=["product", "-received_at"], name="complaint_by_product"),
            models.Index(
                fields=["acknowledge_by", "id"],
                condition=Q(state="open", acknowledged_at=None),
                name="complaint_to_own_up",
            ),
            models.Index(
                fields=["-received_at", "-id"],
                condition=Q(state="open") & (Q(severity="") | Q(behaviours=[]) | Q(product="")),
                name="complaint_to_sort",
            ),
            GinIndex(fields=["search"], name="complaint_search"),
            models.Index(fields=["id"], include=["amount"], condition=Q(amount__isnull=False), name="complaint_cost"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {first_line(self.words, 60)}"

    @property
    def gist(self) -> str:
        return first_line(self.words, 90)

    @property
    def own_up_by(self) -> datetime | None:
        """When somebody should have owned up; None where no clock runs, as for what was imported."""
        return self.acknowledge_by if self.acknowledge_by.year < 9999 else None

    @property
    def took(self) -> str:
        """38 min: how long they waited until somebody owned up."""
        return span((self.acknowledged_at or now()) - self.received_at)

    def undoable_by(self, user: User) -> bool:
        """Whether the one who reads this may still take it back, as far as a glance can tell."""
        fresh = now() - self.logged_at < UNDO_WITHIN
        return fresh and self.logged_by_id == user.pk and self.state == self.State.OPEN and not self.acknowledged_at

    @property
    def unsorted(self) -> list[str]:
        """What somebody still has to say of it: how badly it hurts, how they were treated, which product."""
        said = {"how badly it hurts": self.severity, "how they were treated": self.behaviours, "product": self.product}
        return [name for name, value in said.items() if not value]

    @property
    def treated(self) -> str:
        return ", ".join(Behaviour(one).label for one in self.behaviours)

    @property
    def late(self) -> bool:
        return (self.acknowledged_at or now()) > self.acknowledge_by
