"""What shows how an account is doing: wounds, signals explained by their events, and what cannot be judged."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import log

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, FloatField, Func, Q, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast

from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet, OneOf

REMEMBERED = timedelta(days=90)
HALF_LIFE = timedelta(days=45)  # half after six weeks, a quarter after three months


class WoundQuerySet(HouseQuerySet["Wound"]):
    def recent(self, at: datetime | None = None) -> "WoundQuerySet":
        """Those of the last 90 days, newest first; older ones are healed."""
        at = at or now()
        return self.filter(at__gt=at - REMEMBERED, at__lte=at).order_by("-at", "-id")

    def worst(self, most: int = 15, at: datetime | None = None) -> list[tuple[int, float]]:
        """The most hurt accounts, each with what is left of its hurts: every weight halves in 45 days."""
        at = at or now()
        rows = self.recent(at).order_by().values("account").annotate(score=Sum(_left(at))).order_by("-score", "account")
        return [(row["account"], float(row["score"])) for row in rows[:most]]


def _left(at: datetime) -> CombinedExpression:
    """What is left of a wound at that moment, for the database to reckon; in floats, since exact powers are slow."""
    age = Func(Value(at) - F("at"), template="EXTRACT(EPOCH FROM %(expressions)s)::float8", output_field=FloatField())
    faded = Func(age * Value(-log(2) / HALF_LIFE.total_seconds()), function="EXP", output_field=FloatField())
    return Cast(F("weight"), FloatField()) * faded


class Wound(models.Model):
    """One hurt of one account, weighted; the score is always the sum of these and shows them."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", "complaint"
        REOPENING = "reopening", "complaint reopened"
        REPEAT = "repeat", "the same cause again"
        LONG = "long", "long case"
        HANDOFF = "handoff", "passed on"
        LATE = "late", "owned up late"
        BROKEN = "broken", "promise broken or late"
        UNANSWERED = "unanswered", "inquiry left unanswered"

    account = models.ForeignKey(Account, models.CASCADE, related_name="wounds")
    kind = OneOf(Kind)
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    at = models.DateTimeField()
    ref = models.CharField(max_length=24)  # the row that is the event
    event = models.CharField(max_length=40)  # which event of that row

    objects = models.Manager.from_queryset(WoundQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "ref", "event"], name="wound_once"),
        ]
        indexes = [models.Index(fields=["account", "-at"], name="wound_by_account")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def url(self) -> str:
        """The page of the row that is the event."""
        rooms = {"C": "complaints", "P": "promises", "A": "accounts"}
        return f"/{rooms.get(self.ref[:1], 'complaints')}/{self.ref}/"

    @property
    def left(self) -> Decimal:
        """What is left of its weight today."""
        faded = 0.5 ** ((now() - self.at) / HALF_LIFE)
        return round(self.weight * Decimal(faded), 2)


class Signal(models.Model):
    """A sign that an account may leave, with its figures and the events counted. One open per account and kind."""

    class Kind(models.TextChoices):
        VOLUME = "volume", "many complaints"
        LONG = "long", "long cases"
        SILENCE = "silence", "silence"
        UNRETURNED = "unreturned", "unreturned calls"
        MOVED_ON = "moved_on", "contact moved on"
        SPEND = "spend", "fall in spend"
        REPEAT = "repeat", "the same cause again"
        WOUNDS = "wounds", "many minor wounds"
        FINE = "fine", "“fine” too often"

    account = models.ForeignKey(Account, models.CASCADE, related_name="signals")
    kind = OneOf(Kind)
    opened_on = models.DateField()
    facts = models.JSONField(default=dict)  # seen, expected, limit, window
    refs = ArrayField(models.CharField(max_length=24), default=list)  # the very events counted
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    calm_since = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(closed_on=None), name="signal_one_open"),
        ]
        indexes = [models.Index(fields=["kind", "-points"], condition=Q(closed_on=None), name="signal_open")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Unknown(models.Model):
    """A sign that could not be judged for an account, and why: missing data is never zero."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="unknowns")
    kind = OneOf(Signal.Kind)
    why = models.CharField(max_length=200)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="unknown_once")]

    def __str__(self) -> str:
        return self.why


class VolumeLimit(models.Model):
    """From how many days with a complaint in four weeks an account is flagged, by its own past (notes on signals)."""

    pk = models.CompositePrimaryKey("weeks", "baseline")
    weeks = models.PositiveSmallIntegerField()
    baseline = models.PositiveSmallIntegerField()
    alarm_at = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.baseline} in {self.weeks} weeks: {self.alarm_at}"
