"""Goodwill: what each person may spend to make good without asking, and what they spent it on."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.utils.timezone import localdate

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.said import day, money
from rca.lib.text import clean

MOST = Decimal(10) ** 9
TWICE = timedelta(minutes=1)  # the same grant again within it is a second click, not a second gift


class DateRange(Func):
    function = "DATERANGE"


class AllowanceQuerySet(HouseQuerySet["Allowance"]):
    def on(self, day: date) -> "AllowanceQuerySet":
        """The allowances that run on that day, one a person."""
        return self.filter(first__lte=day, last__gte=day).select_related("person").order_by("person__name")

    def of(self, person: User, day: date) -> "Allowance | None":
        return self.on(day).filter(person=person).first()


class AllowanceManager(models.Manager["Allowance"].from_queryset(AllowanceQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def allow(
        self, *, by: User, person: User, amount: Decimal, first: date, last: date, at: datetime | None = None
    ) -> "Allowance":
        """Lets a person make good up to a sum between two days without asking anybody."""
        by.must("goodwill.allow")
        amount = _sum(amount, "an allowance")
        if last < first:
            raise Refused("The period ends before it starts: turn the two days round.")
        if by.pk == person.pk:
            raise Refused("Nobody sets their own allowance: ask another manager.")
        if not person.may("goodwill.grant"):
            raise Refused(f"{person.name} may not make good to customers: an allowance is for agents and leads.")
        with once(f"{person.name} has an allowance for some of these days already."):
            allowance: Allowance = self.create(
                person=person, amount=amount, first=first, last=last, set_by=by, set_at=at or now()
            )
        says = f"{person.name} may spend {money(amount)} from {day(first)} to {day(last)} without asking."
        after = {"amount": amount, "first": first, "last": last}
        record(by, "allowed", person, says=says, after=after, at=at)
        return allowance


class Allowance(models.Model):
    """What one person may spend in one period. `spent` is the sum of its grants; the database keeps it inside."""

    person = models.ForeignKey(User, models.PROTECT, related_name="allowances")
    first = models.DateField()
    last = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = AllowanceManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="allowance_period_forward"),
            models.CheckConstraint(condition=Q(spent__gte=0, spent__lte=F("amount")), name="allowance_never_passed"),
            ExclusionConstraint(
                name="allowance_one_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (DateRange("first", "last", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{money(self.amount)} until {day(self.last)}"

    @property
    def left(self) -> Decimal:
        return self.amount - self.spent


class GrantQuerySet(HouseQuerySet["Grant"]):
    def waiting(self) -> "GrantQuerySet":
        return self.filter(state=Grant.State.WAITING)

    def made(self) -> "GrantQuerySet":
        """What customers really got: inside an allowance, or approved above it."""
        return self.filter(state__in=[Grant.State.GIVEN, Grant.State.APPROVED])

    def for_list(self) -> "GrantQuerySet":
        return self.select_related("account", "complaint", "cause", "by", "decided_by").order_by("-at", "-id")


class GrantManager(models.Manager["Grant"].from_queryset(GrantQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def give(
        self,
        *,
        by: User,
        account: Account,
        amount: Decimal,
        what: str,
        complaint: Complaint | None = None,
        cause: Cause | None = None,
        why: str = "",
        at: datetime | None = None,
    ) -> "Grant":
        """Makes good: at once inside the giver's allowance, and waiting for a manager above it."""
        by.must("goodwill.grant")
        amount, what = _sum(amount, "a grant"), clean(what)
        if not what:
            raise Refused("Say what they get: postage, a book token, the morning they lost.")
        if complaint and complaint.account_id != account.pk:
            raise Refused(f"{complaint.ref} is from {complaint.account.name}, not from {account.name}.")
        if complaint and not cause:
            cause = complaint.causes.order_by("-opened_at").first()
        at = at or now()
        allowance = self._spend(by, amount, localdate(at))
        if self.filter(by=by, account=account, amount=amount, what=what, at__range=(at - TWICE, at)).exists():
            raise Refused(f"You gave {account.name} {money(amount)} for this a moment ago: it counts once.")
        grant: Grant = self.create(
            allowance=allowance, account=account, complaint=complaint, cause=cause, what=what, amount=amount,
            why=clean(why), state=Grant.State.GIVEN if allowance else Grant.State.WAITING, by=by, at=at,
        )  # fmt: skip
        end = "inside the allowance" if allowance else "waiting for a manager"
        record(by, "granted", grant, says=f"{money(amount)} to {account.name}, {end}: {what}.", words=grant.why, at=at,
               about=grant.about, after={"amount": amount, "state": grant.state})  # fmt: skip
        return grant

    def _spend(self, person: User, amount: Decimal, on: date) -> Allowance | None:
        """Takes the sum out of what is left, in one statement: two at the same moment can never both take the last."""
        allowance = Allowance.objects.of(person, on)
        if allowance is None:
            return None
        room = Allowance.objects.filter(pk=allowance.pk, spent__lte=F("amount") - amount)
        return allowance if room.update(spent=F("spent") + amount) else None


class Grant(Referred, Editable):
    LETTER, PAGE = "G", "goodwill:detail"

    class State(models.TextChoices):
        GIVEN = "given", "given"
        WAITING = "waiting", "waits for approval"
        APPROVED = "approved", "approved above the allowance"
        DECLINED = "declined", "declined"

    allowance = models.ForeignKey(Allowance, models.PROTECT, null=True, blank=True, related_name="grants")
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="grants")
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, blank=True, related_name="grants")
    what = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    why = models.TextField(blank=True)
    state = OneOf(State)
    by = models.ForeignKey(User, models.PROTECT, related_name="grants")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)

    objects = GrantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="grant_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(allowance__isnull=False), name="grant_given_from_an_allowance"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="grant_by_account"),
            models.Index(fields=["cause", "-at"], name="grant_by_cause"),
            models.Index(fields=["by", "-at"], name="grant_by_person"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def about(self) -> list[Account | Complaint | Cause]:
        return [one for one in (self.account, self.complaint, self.cause) if one]

    @transaction.atomic
    def approve(self, *, by: User, words: str = "", at: datetime | None = None) -> None:
        """Lets a sum above the allowance be given; it is not counted against it."""
        self._decide(by, Grant.State.APPROVED, words, at)

    @transaction.atomic
    def decline(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """Says no, with a reason that the asker can pass on."""
        by.must("goodwill.approve")
        if not clean(reason):
            raise Refused("Say why not: whoever asked has to explain it to the customer.")
        self._decide(by, Grant.State.DECLINED, reason, at)

    def _decide(self, by: User, state: str, words: str, at: datetime | None) -> None:
        by.must("goodwill.approve")
        fresh = Grant.objects.select_for_update().get(pk=self.pk)
        if fresh.state != Grant.State.WAITING:
            raise Refused(f"{self.ref} does not wait any more: it is {fresh.get_state_display()}.")
        if self.by_id == by.pk:
            raise Refused("You asked for this yourself: another manager decides.")
        at = at or now()
        self.swap(version=None, labels={}, state=state, decided_by=by, decided_at=at, decision=clean(words))
        record(by, state, self, says=f"{money(self.amount)} for {self.account.name} {state}.", words=self.decision,
               about=self.about, before={"state": "waiting"}, after={"state": state}, at=at)  # fmt: skip


def _sum(amount: Decimal, what: str) -> Decimal:
    """The amount in whole pence; refuses what is none."""
    amount = Decimal(amount)
    if not amount.is_finite() or not 0 < amount < MOST:
        raise Refused(f"A sum of {amount} cannot be {what}: write how much, as 12 or 12.50.")
    if amount != amount.quantize(Decimal("0.01")):
        raise Refused(f"{amount} is no sum of money: two digits after the point are enough.")
    return amount
