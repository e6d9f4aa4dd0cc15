"""How complaints arrive other than by hand: files brought in row by row, and mail kept as it came."""

from django.db import models
from django.db.models import Q

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


class InboundMail(models.Model):
    """A mail as it came, and where it ended; nothing is lost, whatever became of it."""

    class State(models.TextChoices):
        KEPT = "kept", "waiting to be read"
        OPENED = "opened", "opened a complaint"
        FOLLOWED = "followed", "added to a complaint"
        BOUNCE = "bounce", "a bounce"
        PARKED = "parked", "put aside for a person"
        IGNORED = "ignored", "an automatic answer"

    raw = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=998, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.TextField(blank=True)
    received_at = models.DateTimeField()
    state = OneOf(State, default=State.KEPT)
    why = models.TextField(blank=True)
    complaint = models.ForeignKey("rca.Complaint", models.SET_NULL, null=True, blank=True, related_name="mails")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="inbound_message_once"),
        ]
        indexes = [models.Index(fields=["state", "-received_at"], name="inbound_by_state")]

    def __str__(self) -> str:
        return self.subject
