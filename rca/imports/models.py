"""Files brought in: what each was, how far it got, what came of it, and which of its rows could not be taken."""

from django.db import models

from accounts.people.models import User
from rca.lib.rows import OneOf


class Import(models.Model):
    """One file brought in: what it was, how far it got, what came of it."""

    class State(models.TextChoices):
        CHECKED = "checked", "looked at, nothing written"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "stopped"
        UNDONE = "undone", "undone"

    preset = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    state = OneOf(State)
    mapping = models.JSONField(default=dict)  # column to field
    cursor = models.PositiveBigIntegerField(default=0)  # rows already dealt with
    rows = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    failure = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return f"I-{self.pk}"


class RefusedRow(models.Model):
    """A row that could not be taken: which, in which column, with what value, and why."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="refusals")
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.TextField(blank=True)
    why = models.TextField()
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.why}"
