"""Mail in: each kept as it came, and where it ended."""

from django.db import models
from django.db.models import Q

from rca.lib.rows import OneOf


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
