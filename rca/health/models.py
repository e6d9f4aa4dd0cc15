"""What we do for an account that may not stay: a task, a review of the whole, and when we next get in touch."""

from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.health.signs import HALF_LIFE, REMEMBERED, Signal, Unknown, VolumeLimit, Wound
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.said import day
from rca.lib.text import clean


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


__all__ = [
    "HALF_LIFE",
    "REMEMBERED",
    "AccountReview",
    "Cadence",
    "Signal",
    "Task",
    "Unknown",
    "VolumeLimit",
    "Wound",
]
