"""The managers' room: what was decided about each open root cause, by whom, and when it comes up again."""

from django.db import models
from django.db.models import Q

from accounts.people.models import User
from rca.causes.models import Cause
from rca.lib.rows import OneOf


class Decision(models.Model):
    class Kind(models.TextChoices):
        KEEP = "keep", "keep"
        ESCALATE = "escalate", "escalate"
        REASSIGN = "reassign", "reassign"
        DATE = "date", "set a date"
        ACCEPT = "accept", "accept"

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="decisions")
    kind = OneOf(Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # reassigned to
    next_review = models.DateField()
    before = models.JSONField(default=dict)  # what an undo puts back
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["escalate", "accept"]) | ~Q(reason=""), name="decision_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(kind="reassign") | Q(owner__isnull=False), name="reassigned_to_somebody"
            ),
        ]
        indexes = [models.Index(fields=["cause", "-at"], name="decision_by_cause")]

    def __str__(self) -> str:
        return self.get_kind_display()
