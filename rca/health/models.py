"""How accounts are doing: wounds, signals explained by their events, what to do next, and when we look again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.rows import Editable, HouseQuerySet, OneOf


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "ref", "event"], name="wound_once"),
        ]
        indexes = [models.Index(fields=["account", "-at"], name="wound_by_account")]

    def __str__(self) -> str:
        return self.get_kind_display()


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


class Task(Editable):
    """One dated thing to do for an account, with an owner; a signal proposes one, never a second."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tasks")
    signal = models.OneToOneField(Signal, models.SET_NULL, null=True, blank=True, related_name="task")
    what = models.CharField(max_length=400)
    owner = models.ForeignKey(User, models.PROTECT, related_name="tasks")
    due = models.DateField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "due"], condition=Q(done_at=None), name="task_open")]

    def __str__(self) -> str:
        return self.what


class AccountReview(Editable):
    """A look at one account: what was seen, what was decided, when the next one is."""

    class Kind(models.TextChoices):
        NINETY = "ninety", "90 days"
        HALF_YEAR = "half_year", "six months"

    account = models.ForeignKey(Account, models.CASCADE, related_name="reviews")
    kind = OneOf(Kind)
    due = models.DateField()
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews")
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seen = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(HouseQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(held_at=None), name="review_one_due"),
            models.CheckConstraint(condition=Q(held_at=None) | Q(next_on__isnull=False), name="review_has_next_date"),
        ]
        indexes = [models.Index(fields=["due", "id"], condition=Q(held_at=None), name="review_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.due}"


class Cadence(models.Model):
    """When we next get in touch: a week, a month, then regularly; any touch starts the wait anew."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="cadence")
    step = models.PositiveSmallIntegerField(default=0)  # 0 a week, 1 a month, 2 regular
    every_days = models.PositiveSmallIntegerField(default=90)
    next_on = models.DateField()
    give = models.CharField(max_length=400, blank=True)  # something useful to bring, not an offer

    class Meta:
        indexes = [models.Index(fields=["next_on"], name="cadence_next")]

    def __str__(self) -> str:
        return f"next on {self.next_on}"
