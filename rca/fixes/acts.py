"""The facts of a fix, each a row with who and when: put in place, moved, looked at by somebody else."""

from django.db import models
from django.db.models import Q

from accounts.people.models import User
from rca.lib.rows import OneOf


class Completion(models.Model):
    """The fix is in place: since when, by whom."""

    fix = models.OneToOneField("rca.Fix", models.CASCADE, related_name="completion")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words


class Slip(models.Model):
    """The due date moved; every time it does, the row says why."""

    fix = models.ForeignKey("rca.Fix", models.CASCADE, related_name="slips")
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

    fix = models.ForeignKey("rca.Fix", models.CASCADE, related_name="verifications")
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
