"""Goodwill: what each person may spend to make good without asking, and what they spent it on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf


class DateRange(Func):
    function = "DATERANGE"


class Allowance(models.Model):
    """What one person may spend in one period. `spent` is the sum of its grants; the database keeps it inside."""

    person = models.ForeignKey(User, models.PROTECT, related_name="allowances")
    first = models.DateField()
    last = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

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
        return f"{self.amount} until {self.last}"


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

    objects = models.Manager.from_queryset(HouseQuerySet)()

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
