"""Coming back, and never having come: win-backs once a cause is mended, and callers who never bought."""

from datetime import date, datetime

from django.db import models, transaction

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.models import Cause
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.text import clean


class WinBackManager(models.Manager["WinBack"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def ask(
        self, *, by: User, account: Account, cause: Cause, words: str = "", at: datetime | None = None
    ) -> "WinBack":
        """Tells a lost account that we fixed why they left, and asks; no price better than for those who stayed."""
        by.must("retention.work")
        if not account.cancellations.mended().filter(cause=cause).exists():
            raise Refused(
                f"{account.name} may not be asked about {cause.ref}: they have to have left over it, and its fix has "
                "to be verified.", steps=[(f"Open {cause.ref}", cause.get_absolute_url())],
            )  # fmt: skip
        with once(f"{account.name} has been asked about {cause.ref} already."):
            fact: WinBack = self.create(
                account=account, cause=cause, state=WinBack.State.ASKED, by=by, at=at or now(), words=clean(words)
            )
        record(by, "asked_back", account, says=f"Told that we fixed why they left, {cause.ref}.", words=fact.words,
               about=[cause], at=at)  # fmt: skip
        return fact


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

    objects = WinBackManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "cause"], name="win_back_once"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    @transaction.atomic
    def answer(self, *, by: User, came: bool, words: str = "", at: datetime | None = None) -> None:
        """What they said: they came back, or no; a no is not asked again."""
        by.must("retention.work")
        fresh = WinBack.objects.select_for_update().get(pk=self.pk)
        if fresh.state != WinBack.State.ASKED:
            raise Refused(f"{self.account.name} has answered already: {fresh.get_state_display()}.")
        state = WinBack.State.BACK if came else WinBack.State.NO
        self.swap(version=None, labels={}, state=state, words=clean(words))
        if came:
            self.account.swap(version=None, labels={}, state=Account.State.WON_BACK)
        says = f"{self.account.name} {self.get_state_display()}."
        record(by, "answered", self.account, says=says, words=clean(words), about=[self.cause], after={"state": state},
               at=at)  # fmt: skip


class CallerManager(models.Manager["Caller"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def take(
        self,
        *,
        by: User,
        name: str,
        wanted: str,
        phone: str = "",
        email: str = "",
        next_on: date | None = None,
        at: datetime | None = None,
    ) -> "Caller":
        """Notes somebody who asked for something and did not buy: what they wanted is worth knowing."""
        by.must("retention.work")
        name, wanted = clean(name), clean(wanted)
        if not name or not wanted:
            raise Refused("Write down who called and what they wanted.")
        caller: Caller = self.create(
            name=name, wanted=wanted, phone=phone, email=email, next_on=next_on, called_at=at or now(), taken_by=by
        )
        record(by, "called", caller, says=f"{name} called and did not buy.", words=wanted, at=at)
        return caller


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

    objects = CallerManager()

    class Meta:
        indexes = [models.Index(fields=["state", "next_on"], name="caller_by_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return f"caller-{self.pk}"

    @transaction.atomic
    def settle(
        self, *, by: User, bought: bool, outcome: str, account: Account | None = None, at: datetime | None = None
    ) -> None:
        """They bought, or do not want to: either way nobody rings them again."""
        by.must("retention.work")
        fresh = Caller.objects.select_for_update().get(pk=self.pk)
        if fresh.state != Caller.State.OPEN:
            raise Refused(f"{self.name} is settled already: {fresh.get_state_display()}.")
        if not clean(outcome):
            raise Refused("Say in a few words how it ended.")
        state = Caller.State.BOUGHT if bought else Caller.State.DECLINED
        self.swap(version=None, labels={}, state=state, outcome=clean(outcome), account=account, next_on=None)
        record(by, state, self, says=f"{self.name}: {self.get_state_display()}.", words=clean(outcome),
               about=[account] if account else [], at=at)  # fmt: skip
