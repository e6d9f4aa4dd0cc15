"""Five Whys sessions: the problem in the customers' words, who is in the room, and the tree of whys."""

from django.db import models
from django.db.models import F, Q

from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf


class FiveWhysQuerySet(HouseQuerySet["FiveWhys"]):
    pass


class FiveWhys(Referred, Editable):
    """A session, W-17. (Django has a Session, so the code says FiveWhys.)"""

    LETTER, PAGE = "W", "whys:detail"

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        RUNNING = "running", "running"
        CONCLUDED = "concluded", "concluded"
        REOPENED = "reopened", "reopened"

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
    concluded_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.TextField(blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    complaints = models.ManyToManyField(Complaint, through="SessionComplaint", related_name="sessions")

    objects = models.Manager.from_queryset(FiveWhysQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(problem=""), name="fivewhys_has_problem"),
            models.CheckConstraint(
                condition=Q(slot_from=None) | Q(slot_until=None) | Q(slot_from__lt=F("slot_until")),
                name="fivewhys_slot_forward",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="fivewhys_source_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-planned_at"], name="fivewhys_by_state"),
            models.Index(fields=["-planned_at", "-id"], name="fivewhys_newest"),
        ]

    def __str__(self) -> str:
        return self.problem


class SessionComplaint(models.Model):
    """Which complaints a session is about."""

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="session_complaints")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="session_complaints")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "complaint"], name="session_complaint_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Participant(models.Model):
    """Somebody in the room: a colleague, or a guest by name."""

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="participants")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sessions")
    name = models.CharField(max_length=120)
    part = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="participant_once"),
            models.CheckConstraint(condition=~Q(name=""), name="participant_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Why(Editable):
    """One why: its question and its answer. The answer becomes the next question; a question may have several."""

    class Trunk(models.TextChoices):
        OCCURRENCE = "occurrence", "why did it happen"
        ESCAPE = "escape", "why did it reach the customer before us"
        RECOVERY = "recovery", "why did mending it take so long"

    class State(models.TextChoices):
        OPEN = "open", "not asked yet"
        STATED = "stated", "stated, not yet shown"
        CONFIRMED = "confirmed", "confirmed"
        STRUCK = "struck", "struck out"

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="whys")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    trunk = OneOf(Trunk, default=Trunk.OCCURRENCE)
    order = models.PositiveIntegerField(default=0)
    question = models.TextField()
    answer = models.TextField(blank=True)
    state = OneOf(State, default=State.OPEN)
    evidence = models.TextField(blank=True)
    strike_reason = models.TextField(blank=True)
    said_by = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="why_answered_has_answer"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(evidence=""), name="why_confirmed_has_evidence"
            ),
            models.CheckConstraint(condition=~Q(state="struck") | ~Q(strike_reason=""), name="why_struck_has_reason"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="why_not_its_own_parent"),
        ]
        indexes = [models.Index(fields=["session", "order"], name="why_by_session")]

    def __str__(self) -> str:
        return self.answer or self.question


class ParkedIdea(models.Model):
    """A thought kept for later, in the words it was said; it gains weight when it comes up again."""

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="parked")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="parked")
    text = models.TextField()
    said_by = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="again")
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="parked_has_text")]

    def __str__(self) -> str:
        return self.text


class NoSession(models.Model):
    """A complaint for which nobody needs to ask why, with a reason, a name and what would change it."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="no_session")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    unless = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.reason
