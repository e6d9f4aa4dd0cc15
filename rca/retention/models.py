"""Leaving and coming back: the save desk, win-back once a cause is mended, and callers who never bought."""

from django.db import models
from django.db.models import Q

from accounts.customers.models import Account, Channel
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.goodwill.models import Grant
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf


class Cancellation(Referred, Editable):
    """A customer gave notice. The reason comes first, tied to a cause; the offer last, if at all."""

    LETTER, PAGE = "X", "retention:detail"

    class State(models.TextChoices):
        OPEN = "open", "being talked about"
        STAYING = "staying", "stays for now"
        SAVED = "saved", "still here"
        LEFT = "left", "left"
        LET_GO = "let_go", "let go"

    class Guard(models.TextChoices):
        AFFORD = "afford", "cannot afford it"
        WRONG_THING = "wrong_thing", "was sold the wrong thing"

    account = models.ForeignKey(Account, models.PROTECT, related_name="cancellations")
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, blank=True, related_name="cancellations")
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="cancellations")
    reason = models.TextField()
    guard = OneOf(Guard, blank=True)
    channel = OneOf(Channel)
    notice_at = models.DateTimeField()
    leaves_on = models.DateField(null=True, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = OneOf(State, default=State.OPEN)
    saved_if_here_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)

    objects = models.Manager.from_queryset(HouseQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="open"), name="cancellation_one_open"),
            models.CheckConstraint(condition=~Q(state="let_go") | ~Q(decision=""), name="let_go_has_reason"),
        ]
        indexes = [models.Index(fields=["state", "-notice_at"], name="cancellation_by_state")]

    def __str__(self) -> str:
        return self.reason


class SaveAttempt(models.Model):
    """One thing tried to meet the need another way; an offer is a grant inside an allowance."""

    cancellation = models.ForeignKey(Cancellation, models.CASCADE, related_name="attempts")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.TextField()
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="save_attempts")
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.what


class WinBack(Editable):
    """We fixed why they left: one invitation for an account and a cause, once the fix is verified."""

    class State(models.TextChoices):
        READY = "ready", "may be told"
        ASKED = "asked", "told and asked"
        BACK = "back", "came back"
        NO = "no", "said no"

    account = models.ForeignKey(Account, models.CASCADE, related_name="win_backs")
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="win_backs")
    state = OneOf(State, default=State.READY)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "cause"], name="win_back_once"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class Caller(Editable):
    """Somebody who called and did not buy: a separate list, worked politely."""

    class State(models.TextChoices):
        OPEN = "open", "to be rung"
        BOUGHT = "bought", "bought"
        DECLINED = "declined", "not interested"

    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=16, blank=True)
    email = models.EmailField(blank=True)
    wanted = models.TextField()
    called_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    state = OneOf(State, default=State.OPEN)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="calls_before_buying")
    next_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_on"], name="caller_by_state")]

    def __str__(self) -> str:
        return self.name
