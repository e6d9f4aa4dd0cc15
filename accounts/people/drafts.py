"""What somebody is typing, kept on the server while they type and offered again after a crash."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models

from rca.lib.clock import now

KEPT = timedelta(days=14)


class DraftManager(models.Manager["Draft"]):
    def keep(self, *, by: Any, form: str, body: dict[str, Any], at: datetime | None = None) -> "Draft":
        """The newest state of what this person types into that form."""
        draft, _ = self.update_or_create(person=by, form=form, defaults={"body": body, "saved_at": at or now()})
        return draft

    def of(self, person: Any, form: str) -> "Draft | None":
        return self.filter(person=person, form=form, saved_at__gt=now() - KEPT).first()

    def waiting(self, person: Any, kind: str) -> "models.QuerySet[Draft]":
        """What this person has not sent of one kind of form, the newest first; its name begins with the kind."""
        rows = self.filter(person=person, form__startswith=kind, saved_at__gt=now() - KEPT)
        return rows.order_by("-saved_at")

    def drop(self, *, by: Any, form: str) -> None:
        """It was saved for good, or is not wanted."""
        self.filter(person=by, form=form).delete()


class Draft(models.Model):
    """One person's unsent form: its fields by name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    body = models.JSONField()
    saved_at = models.DateTimeField()

    objects = DraftManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="draft_once")]

    def __str__(self) -> str:
        return self.form
