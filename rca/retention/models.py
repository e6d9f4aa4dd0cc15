"""The save desk: a customer gave notice, why, what was tried, and how it ended."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from accounts.audit.models import record
from accounts.customers.models import Account, Channel
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.goodwill.models import Grant
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.said import day
from rca.lib.text import clean
from rca.retention.returning import Caller, WinBack

SAVED_AFTER = timedelta(days=60)  # after the notice; only then does “stays” count as saved
TWICE = timedelta(minutes=1)
NO_OFFER = {
    "afford": "They cannot afford it: thank them, close cleanly, and offer nothing that keeps them paying.",
    "wrong_thing": "They were sold the wrong thing: put that right instead of paying them to keep it.",
}


class CancellationQuerySet(HouseQuerySet["Cancellation"]):
    def open(self) -> "CancellationQuerySet":
        return self.filter(state=Cancellation.State.OPEN)

    def watched(self) -> "CancellationQuerySet":
        """They stay for now; whether they are saved shows later."""
        return self.filter(state=Cancellation.State.STAYING)

    def mended(self) -> "CancellationQuerySet":
        """They left over a cause whose fix has been seen to work since, are still gone, and were not asked back yet."""
        asked = WinBack.objects.filter(account=OuterRef("account"), cause=OuterRef("cause"))
        seen = Cause.objects.filter(
            pk=OuterRef("cause"), state__in=[Cause.State.WATCHED, Cause.State.CLOSED],
            fixes__verifications__result="effective",
        )  # fmt: skip
        gone = self.filter(state=Cancellation.State.LEFT, account__state=Account.State.LOST)
        return gone.filter(Exists(seen), ~Exists(asked)).order_by("-decided_at")

    def for_list(self) -> "CancellationQuerySet":
        return self.select_related("account", "cause", "complaint", "taken_by", "decided_by")


class CancellationManager(models.Manager["Cancellation"].from_queryset(CancellationQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def notice(
        self,
        *,
        by: User,
        account: Account,
        reason: str,
        channel: str,
        complaint: Complaint | None = None,
        cause: Cause | None = None,
        guard: str = "",
        leaves_on: date | None = None,
        at: datetime | None = None,
    ) -> "Cancellation":
        """Takes down that a customer wants to leave, in their words, and why, tied to a cause where it is ours."""
        by.must("retention.work")
        reason = clean(reason)
        if not reason:
            raise Refused("Write down why they want to leave, in their own words.")
        if complaint and complaint.account_id != account.pk:
            raise Refused(f"{complaint.ref} is from {complaint.account.name}, not from {account.name}.")
        if complaint and not cause:
            cause = complaint.causes.order_by("-opened_at").first()
        if account.state in (Account.State.LOST, Account.State.LET_GO):
            raise Refused(f"{account.name} has left already.", steps=[("Open the account", account.get_absolute_url())])
        at = at or now()
        with once(f"{account.name} has given notice already: go on there."):
            cancellation: Cancellation = self.create(
                account=account, complaint=complaint, cause=cause, reason=reason, guard=guard, channel=channel,
                notice_at=at, leaves_on=leaves_on, taken_by=by,
            )  # fmt: skip
        for earlier in self.watched().filter(account=account):
            earlier.end(Cancellation.State.LEFT, by, "Gave notice again.", at)
        account.swap(version=None, labels={}, state=Account.State.LEAVING)
        account.touches.note(by=by, way="in", channel=channel, reached=True, about=cancellation, at=at)
        record(by, "gave_notice", cancellation, says=f"{account.name} wants to leave.", words=reason, at=at,
               about=cancellation.about, after={"cause": cause, "guard": guard, "leaves_on": leaves_on})  # fmt: skip
        return cancellation


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

    objects = CancellationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="open"), name="cancellation_one_open"),
            models.CheckConstraint(condition=~Q(state="let_go") | ~Q(decision=""), name="let_go_has_reason"),
        ]
        indexes = [models.Index(fields=["state", "-notice_at"], name="cancellation_by_state")]

    def __str__(self) -> str:
        return self.reason

    @property
    def about(self) -> list[Account | Complaint | Cause]:
        return [one for one in (self.account, self.complaint, self.cause) if one]

    @property
    def no_offer(self) -> str:
        """Why nothing may be offered, or "" when it may."""
        return NO_OFFER.get(self.guard, "")

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Ties the reason to a cause, answers the guards, corrects the day they leave."""
        by.must("retention.work")
        self._must_be(Cancellation.State.OPEN)
        before = self.swap(version=version, labels={"leaves_on": "leaves on"}, **changes)
        if before:
            after = {name: changes[name] for name in before}
            record(by, "amended", self, says="Why they want to leave was put right.", before=before, after=after,
                   about=self.about, at=at)  # fmt: skip

    @transaction.atomic
    def attempt(
        self, *, by: User, what: str, grant: Grant | None = None, answer: str = "", at: datetime | None = None
    ) -> "SaveAttempt":
        """Keeps one thing tried to meet the need another way, and what they said to it."""
        by.must("retention.work")
        self._must_be(Cancellation.State.OPEN)
        what, at = clean(what), at or now()
        if not what:
            raise Refused("Say what you tried.")
        if grant and self.no_offer:
            raise Refused(f"{self.no_offer} {grant.ref} is not for this.")
        if grant and grant.account_id != self.account_id:
            raise Refused(f"{grant.ref} is for another account.")
        if self.attempts.filter(what=what, by=by, at__range=(at - TWICE, at)).exists():
            raise Refused("You kept the same a moment ago: it counts once.")
        fact = SaveAttempt.objects.create(cancellation=self, by=by, at=at, what=what, grant=grant, answer=clean(answer))
        record(by, "attempted", self, says=f"Tried: {what}", words=fact.answer, about=self.about,
               after={"grant": grant} if grant else {}, at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def stay(self, *, by: User, words: str = "", at: datetime | None = None) -> None:
        """They stay for now. It counts as saved only when they are still here sixty days after the notice."""
        by.must("retention.work")
        self._must_be(Cancellation.State.OPEN)
        on = localdate(self.notice_at) + SAVED_AFTER
        self.end(Cancellation.State.STAYING, by, clean(words), at or now(), Account.State.ACTIVE, saved_if_here_on=on)

    @transaction.atomic
    def confirm_saved(self, *, by: User, at: datetime | None = None) -> None:
        """They are still here after the watch: now, and only now, they are saved."""
        by.must("retention.work")
        self._must_be(Cancellation.State.STAYING)
        at = at or now()
        if self.saved_if_here_on and localdate(at) < self.saved_if_here_on:
            raise Refused(f"They count as saved on {day(self.saved_if_here_on)}, if they are still here: not before.")
        self.end(Cancellation.State.SAVED, by, self.decision, at)

    @transaction.atomic
    def leave(self, *, by: User, words: str = "", at: datetime | None = None) -> None:
        """They left; what they said on the way out is kept."""
        by.must("retention.work")
        self._must_be(Cancellation.State.OPEN, Cancellation.State.STAYING)
        self.end(Cancellation.State.LEFT, by, clean(words), at or now(), Account.State.LOST)

    @transaction.atomic
    def let_go(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """We do not try to keep them: a lead’s decision, with its reason."""
        by.must("retention.let_go")
        self._must_be(Cancellation.State.OPEN)
        if not clean(reason):
            raise Refused("Say why we let them go: it is a decision like any other.")
        self.end(Cancellation.State.LET_GO, by, clean(reason), at or now(), Account.State.LET_GO)

    def end(self, state: str, by: User, words: str, at: datetime, account_state: str = "", **more: Any) -> None:
        """Writes how it stands now; the account’s own state follows."""
        was = self.state
        self.swap(version=None, labels={}, state=state, decided_by=by, decided_at=at, decision=words, **more)
        if account_state:
            self.account.swap(version=None, labels={}, state=account_state)
        says = f"{self.account.name}: {self.get_state_display()}."
        if state == Cancellation.State.STAYING:
            says = f"{self.account.name} stays for now; saved if still here on {day(self.saved_if_here_on)}."
        record(by, state, self, says=says, words=words, about=self.about, before={"state": was},
               after={"state": state, **more}, at=at)  # fmt: skip

    def _must_be(self, *states: str) -> None:
        """Takes the row for this transaction and refuses when it stands elsewhere by now."""
        fresh = Cancellation.objects.select_for_update().get(pk=self.pk)
        self.state, self.saved_if_here_on = fresh.state, fresh.saved_if_here_on
        if self.state not in states:
            raise Refused(f"{self.ref} is settled: {self.account.name} {ENDED[self.state]}.",
                          steps=[("Open it", self.get_absolute_url())])  # fmt: skip


ENDED = {
    "open": "has given notice and is being talked to",
    "staying": "stays for now",
    "saved": "is still here",
    "left": "has left",
    "let_go": "was let go",
}


class SaveAttempt(models.Model):
    """One thing tried to meet the need another way; an offer is a grant inside an allowance."""

    cancellation = models.ForeignKey(Cancellation, models.CASCADE, related_name="attempts")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.TextField()
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="save_attempts")
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.what


__all__ = ["Caller", "Cancellation", "SaveAttempt", "WinBack"]
