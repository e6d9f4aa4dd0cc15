"""One complaint of the many that an act is meant for: what became of it, or why it was not done."""

from django.db import models
from django.db.models import Q

from rca.lib.rows import OneOf


class BulkRow(models.Model):
    """One complaint of the many: what became of it, or why it was not done, and what takes it back."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        REFUSED = "refused", "not done"
        BACK = "back", "taken back"
        KEPT = "kept", "not taken back"

    bulk = models.ForeignKey("rca.BulkAct", models.CASCADE, related_name="rows")
    number = models.PositiveBigIntegerField()  # of the complaint, which somebody may have taken back since
    state = OneOf(State, default=State.WAITING)
    why = models.TextField(blank=True)
    back = models.JSONField(default=dict)  # what takes it back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "number"], name="bulk_row_once")]
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["bulk", "number"], condition=Q(state__in=["refused", "kept"]), name="bulk_row_refused"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"C-{self.number}"
