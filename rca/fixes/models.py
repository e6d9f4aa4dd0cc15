"""Fixes: what is done about a cause, what it should change by when, and whether somebody else saw it work."""

from django.db import models
from django.db.models import F, Q

from accounts.people.models import User
from rca.causes.models import Cause
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.whys.models import Why


class FixQuerySet(HouseQuerySet["Fix"]):
    pass


class Fix(Referred, Editable):
    LETTER, PAGE = "F", "fixes:detail"

    class Kind(models.TextChoices):
        CONTAINMENT = "containment", "containment"
        CORRECTIVE = "corrective", "corrective"
        PREVENTIVE = "preventive", "preventive"
        DETECTION = "detection", "detection"

    class State(models.TextChoices):
        OPEN = "open", "under way"
        DONE = "done", "in place"
        DROPPED = "dropped", "dropped"

    cause = models.ForeignKey(Cause, models.PROTECT, null=True, blank=True, related_name="fixes")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="fixes")
    kind = OneOf(Kind)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="fixes")
    due = models.DateField()
    state = OneOf(State, default=State.OPEN)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # The prediction, written with the fix: what should fall, from what to what, by when.
    measure = models.CharField(max_length=200, blank=True)
    falls_from = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    falls_to = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    check_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(FixQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="fix_has_title"),
            models.CheckConstraint(condition=Q(cause__isnull=False) | Q(why__isnull=False), name="fix_of_something"),
            models.CheckConstraint(
                condition=Q(falls_from=None) | Q(falls_to=None) | Q(falls_to__lte=F("falls_from")),
                name="fix_predicts_a_fall",
            ),
        ]
        indexes = [
            models.Index(fields=["due", "id"], condition=Q(state="open"), name="fix_open_by_due"),
            models.Index(fields=["owner", "state", "due"], name="fix_by_owner"),
            models.Index(fields=["check_on"], condition=Q(state="done"), name="fix_to_check"),
        ]

    def __str__(self) -> str:
        return self.title


class Completion(models.Model):
    """The fix is in place: since when, by whom."""

    fix = models.OneToOneField(Fix, models.CASCADE, related_name="completion")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words


class Slip(models.Model):
    """The due date moved; every time it does, the row says why."""

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="slips")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was = models.DateField()
    now = models.DateField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.was} to {self.now}"


class Verification(models.Model):
    """Somebody other than the owner looked whether it holds. One for each time the fix was put in place."""

    class Result(models.TextChoices):
        EFFECTIVE = "effective", "effective"
        PARTLY = "partly", "partly effective"
        NOT = "not", "not effective"

    fix = models.ForeignKey(Fix, models.CASCADE, related_name="verifications")
    round = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    result = OneOf(Result)
    observed = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    evidence = models.TextField()

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["fix", "round"], name="verification_once_a_round"),
            models.CheckConstraint(condition=~Q(evidence=""), name="verification_has_evidence"),
        ]

    def __str__(self) -> str:
        return self.get_result_display()
