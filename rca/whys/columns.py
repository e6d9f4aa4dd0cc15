"""What a session and a why are: their columns, what the database forbids in them, and what can be read off them."""

import re

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.rows import Editable, OneOf
from rca.lib.text import first_line

TITLE = 110  # characters of a problem that stand as the title of its room


class FiveWhysColumns(Referred, Editable):
    """One row for one session, W-17; what is done in it is in `FiveWhys`."""

    LETTER, PAGE = "W", "whys:detail"

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        RUNNING = "running", "running"
        CONCLUDED = "concluded", "concluded"
        REOPENED = "reopened", "reopened"
        CALLED_OFF = "called_off", "called off"

    problem = models.TextField()
    impact = models.TextField(blank=True)
    state = OneOf(State, default=State.PLANNED)
    facilitator = models.ForeignKey(User, models.PROTECT, related_name="sessions_led")
    slot_from = models.DateTimeField(null=True, blank=True)
    slot_until = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    waits_for = models.CharField(max_length=400, blank=True)  # what a paused session needs before it goes on
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True)
    sequence = models.PositiveIntegerField(default=0)  # of its invitations: every change of the slot is the next
    going_since = models.DateTimeField(null=True, blank=True)  # people sit together since then
    spent = models.PositiveIntegerField(null=True, blank=True)  # seconds they sat together before; None is not known
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    complaints = models.ManyToManyField(Complaint, through="SessionComplaint", related_name="sessions")

    class Meta:
        abstract = True
        verbose_name = "session"
        constraints = [
            models.CheckConstraint(condition=~Q(problem=""), name="fivewhys_has_problem"),
            models.CheckConstraint(
                condition=Q(slot_from=None) | Q(slot_until=None) | Q(slot_from__lt=F("slot_until")),
                name="fivewhys_slot_forward",
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded") | (~Q(conclusion="") & Q(concluded_at__isnull=False)),
                name="fivewhys_concluded_says_how",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="fivewhys_source_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-planned_at"], name="fivewhys_by_state"),
            models.Index(fields=["-planned_at", "-id"], name="fivewhys_newest"),
            models.Index(fields=["facilitator", "-planned_at"], name="fivewhys_by_facilitator"),
            GinIndex(SearchVector("problem", config="english"), name="fivewhys_search"),
        ]

    def __str__(self) -> str:
        return self.problem

    @property
    def title(self) -> str:
        """The problem on one line: what a page or a list calls the session; of a long one, its first sentence."""
        line = first_line(self.problem, TITLE)
        if line.endswith("…") and (sentence := re.match(r".{20,}?[.!?](?= )", line)):
            return sentence[0]
        return line

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.REOPENED)


class WhyColumns(Editable):
    """One row for one question and its answer; what is done at it is in `Why`."""

    class Trunk(models.TextChoices):
        OCCURRENCE = "occurrence", "why did it happen"
        ESCAPE = "escape", "why did it reach the customer before us"
        RECOVERY = "recovery", "why did mending it take so long"

    class State(models.TextChoices):
        OPEN = "open", "not asked yet"
        STATED = "stated", "stated, not yet shown"
        CONFIRMED = "confirmed", "confirmed"
        STRUCK = "struck", "struck out"

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="whys")
    parent = models.ForeignKey("rca.Why", models.CASCADE, null=True, blank=True, related_name="children")
    trunk = OneOf(Trunk, default=Trunk.OCCURRENCE)
    depth = models.PositiveIntegerField(default=1)  # of this why in its chain; whys never move, so it never changes
    order = models.PositiveIntegerField(default=0)
    question = models.TextField()
    answer = models.TextField(blank=True)
    state = OneOf(State, default=State.OPEN)
    evidence = models.TextField(blank=True)
    strike_reason = models.TextField(blank=True)
    said_by = models.CharField(max_length=120, blank=True)
    nudge_kept = models.CharField(max_length=120, blank=True)  # the kinds of advice that were read and not followed
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="why_has_question"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="why_answered_has_answer"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(evidence=""), name="why_confirmed_has_evidence"
            ),
            models.CheckConstraint(condition=~Q(state="struck") | ~Q(strike_reason=""), name="why_struck_has_reason"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="why_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(parent=None, depth=1) | Q(parent__isnull=False, depth__gt=1), name="why_depth_begins_at_one"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "order"], name="why_by_session"),
            GinIndex(SearchVector("question", "answer", config="english"), name="why_search"),
        ]

    def __str__(self) -> str:
        return self.answer or self.question

    def get_absolute_url(self) -> str:
        return f"{self.session.get_absolute_url()}?at={self.pk}#why-{self.pk}"
