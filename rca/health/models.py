"""How accounts are doing: wounds, signals explained by their events, what to do next, and when we look again."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, FloatField, Func, Q, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.said import day
from rca.lib.text import clean

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


class TaskQuerySet(HouseQuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None).select_related("account", "owner").order_by("due", "id")


class TaskManager(models.Manager["Task"].from_queryset(TaskQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def set(
        self, *, by: User, account: Account, what: str, owner: User, due: date, at: datetime | None = None
    ) -> "Task":
        """One dated thing to do for an account, for one person."""
        by.must("health.review")
        if not clean(what):
            raise Refused("Say what is to be done.")
        task: Task = self.create(account=account, what=clean(what), owner=owner, due=due, made_at=at or now())
        record(by, "task_set", account, says=f"{owner.name} until {day(due)}: {task.what}", at=at,
               after={"task": task.pk, "owner": owner, "due": due})  # fmt: skip
        return task


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

    objects = TaskManager()

    class Meta:
        indexes = [models.Index(fields=["owner", "due"], condition=Q(done_at=None), name="task_open")]

    def __str__(self) -> str:
        return self.what

    @transaction.atomic
    def finish(self, *, by: User, outcome: str, at: datetime | None = None) -> None:
        """Done, with what came of it."""
        by.must("health.review")
        fresh = Task.objects.select_for_update().get(pk=self.pk)
        if fresh.done_at:
            raise Refused(f"This was done on {day(fresh.done_at)} already.")
        if not clean(outcome):
            raise Refused("Say what came of it: the next one to look at this account reads it.")
        self.swap(version=None, labels={}, done_at=at or now(), done_by=by, outcome=clean(outcome))
        record(by, "task_done", self.account, says=f"Done: {self.what}", words=self.outcome, at=at,
               after={"task": self.pk})  # fmt: skip


class AccountReviewQuerySet(HouseQuerySet["AccountReview"]):
    def planned(self) -> "AccountReviewQuerySet":
        """Not held yet, the one that is due first at the top."""
        return self.filter(held_at=None).select_related("account", "owner").order_by("due", "id")

    def due_by(self, on: date) -> "AccountReviewQuerySet":
        return self.planned().filter(due__lte=on)


class AccountReviewManager(models.Manager["AccountReview"].from_queryset(AccountReviewQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def plan(
        self,
        *,
        by: User,
        account: Account,
        due: date,
        kind: str = "ninety",
        owner: User | None = None,
        at: datetime | None = None,
    ) -> "AccountReview":
        """Sets the day on which somebody looks at the account as a whole."""
        by.must("health.review")
        says = AccountReview.Kind(kind).label
        with once(f"A review of {account.name} is planned already ({says})."):
            review: AccountReview = self.create(account=account, kind=kind, due=due, owner=owner)
        who = f" by {owner.name}" if owner else ""
        record(by, "review_planned", account, says=f"Looked at as a whole on {day(due)}{who} ({says}).", at=at,
               after={"review": review.pk, "due": due})  # fmt: skip
        return review


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

    objects = AccountReviewManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(held_at=None), name="review_one_due"),
            models.CheckConstraint(condition=Q(held_at=None) | Q(next_on__isnull=False), name="review_has_next_date"),
        ]
        indexes = [models.Index(fields=["due", "id"], condition=Q(held_at=None), name="review_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.due}"

    @transaction.atomic
    def hold(
        self, *, by: User, seen: str, decision: str, next_on: date | None, at: datetime | None = None
    ) -> "AccountReview":
        """Keeps what was seen and decided, and plans the next one: there always is a next one."""
        by.must("health.review")
        at = at or now()
        fresh = AccountReview.objects.select_for_update().get(pk=self.pk)
        if fresh.held_at:
            raise Refused(f"This review was held on {day(fresh.held_at)} already.")
        if not clean(decision):
            raise Refused("Say what was decided; “go on as we do” is a decision too.")
        if next_on is None:
            raise Refused("Say when this account is looked at again: there is always such a day.")
        if next_on <= localdate(at):
            raise Refused(f"{day(next_on)} is not ahead: choose a later day for the next review.")
        self.swap(version=None, labels={}, held_at=at, held_by=by, seen=clean(seen), decision=clean(decision),
                  next_on=next_on)  # fmt: skip
        record(by, "reviewed", self.account, says=f"Reviewed; looked at again on {day(next_on)}.", words=self.decision,
               after={"review": self.pk, "next_on": next_on}, at=at)  # fmt: skip
        return AccountReview.objects.plan(
            by=by, account=self.account, due=next_on, kind=self.kind, owner=self.owner, at=at
        )


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
