"""Promises: who said what would happen for whom, in which window of the customer's day, and whether it did."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import F, Q

from accounts.audit.models import record
from accounts.customers.models import Account, Contact
from accounts.people.models import User
from accounts.people.notices import Notice
from rca.complaints.models import Complaint
from rca.lib.clock import now, zone
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, OneOf
from rca.lib.text import clean
from rca.promises.making import PromiseManager, PromiseQuerySet
from rca.promises.shifting import shift, twice
from rca.promises.telling import reminder_key, tell_of_handover


class Promise(Referred, Editable):
    LETTER, PAGE = "P", "promises:detail"

    class Kind(models.TextChoices):
        CALL_BACK = "call_back", "call back"
        ANSWER = "answer", "answer"
        FIX = "fix", "put right"
        VISIT = "visit", "visit"

    class State(models.TextChoices):
        OPEN = "open", "open"
        KEPT = "kept", "kept"
        LATE = "late", "kept late"
        BROKEN = "broken", "broken"
        RELEASED = "released", "released by the customer"

    account = models.ForeignKey(Account, models.PROTECT, related_name="promises")
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, blank=True, related_name="promises")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="promises")
    kind = OneOf(Kind)
    what = models.CharField(max_length=400, blank=True)
    window_from = models.DateTimeField()
    window_until = models.DateTimeField()
    zone = models.CharField(max_length=64, blank=True)  # the customer's; blank is the house's
    made_by = models.ForeignKey(User, models.PROTECT, related_name="promises_made")
    made_at = models.DateTimeField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="promises")
    state = OneOf(State, default=State.OPEN)

    objects = PromiseManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(window_from__lt=F("window_until")), name="promise_window_forward"),
        ]
        indexes = [
            models.Index(fields=["window_until", "id"], condition=Q(state="open"), name="promise_open"),
            models.Index(fields=["owner", "window_from"], name="promise_by_owner"),
            models.Index(fields=["account", "-window_from"], name="promise_by_account"),
            models.Index(fields=["window_from", "id"], name="promise_by_window"),
            models.Index(fields=["window_until"], name="promise_by_end"),
        ]

    def __str__(self) -> str:
        return self.says

    @property
    def window(self) -> str:
        """Thu 26 Feb, 14:00 to 15:00, by the customer's clock."""
        return self._on_the_wall(self.zone)

    def _on_the_wall(self, name: str) -> str:
        begins, ends = (one.astimezone(zone(name)) for one in (self.window_from, self.window_until))
        until = f"{ends.hour}:{ends:%M}"
        begun = f"{begins.hour}:{begins:%M}"
        if twice(self.window_from, name) or twice(self.window_until, name):
            begun, until = f"{begun} {begins:%Z}", f"{until} {ends:%Z}"  # that night the clock shows this hour twice
        if begins.date() != ends.date():
            until = f"{ends:%a} {ends.day} {ends:%b} {until}"
        year = f" {begins.year}" if begins.year != now().year else ""
        return f"{begins:%a} {begins.day} {begins:%b}{year}, {begun} to {until}"

    @property
    def here(self) -> str:
        """The same window by the house's clock."""
        return self._on_the_wall("")

    @property
    def there(self) -> str:
        """9:00 to 10:00 in New York; nothing where their clock shows what ours does."""
        if self.window == self.here:
            return ""
        day, _, hours = self.window.partition(", ")
        said = hours if self.here.startswith(f"{day}, ") and hours.count(" ") == 2 else self.window
        return f"{said} in {self.place}"

    @property
    def place(self) -> str:
        """New York: the town that their zone is named after."""
        return self.zone.rsplit("/", 1)[-1].replace("_", " ")

    @property
    def shifted(self) -> str:
        """When the clocks change in one of the two places before the window: what that makes of it."""
        open_still = self.state == self.State.OPEN
        return shift(self.window_from, self.zone, now()) if open_still and self.zone else ""

    @property
    def moved(self) -> str:
        """The account has another zone than when this was promised: the window by the clock they have now."""
        zone_now = self.account.time_zone
        return "" if zone_now == self.zone else f"{self._on_the_wall(zone_now)} by the clock they have now"

    @property
    def says(self) -> str:
        what = f"{self.get_kind_display()}: {self.what}" if self.what else self.get_kind_display()
        return f"{what}, {self.window}"

    def standing(self, at: datetime | None = None) -> str:
        """upcoming, due, overdue, kept, late, broken or released."""
        if self.state != self.State.OPEN:
            return self.state
        at = at or now()
        return "upcoming" if at < self.window_from else "due" if at <= self.window_until else "overdue"

    @transaction.atomic
    def keep(self, *, by: User, words: str = "", at: datetime | None = None) -> "Settlement":
        """Done as promised; done after the window, it counts as kept late, and stays so."""
        by.must("promises.settle")
        at = at or now()
        return self._settle(by, "kept" if at <= self.window_until else "late", words, at)

    @transaction.atomic
    def break_off(self, *, by: User, words: str, at: datetime | None = None) -> "Settlement":
        """We did not do it; the reason is kept."""
        by.must("promises.settle")
        if not clean(words):
            raise Refused("Say why the promise was not kept.")
        return self._settle(by, "broken", words, at or now())

    @transaction.atomic
    def release(self, *, by: User, words: str, at: datetime | None = None) -> "Settlement":
        """The customer let us off, in their own words; nobody else can."""
        by.must("promises.settle")
        if not clean(words):
            raise Refused("Only the customer can release us: write down what they said.")
        return self._settle(by, "released", words, at or now())

    @transaction.atomic
    def hand_over(self, *, by: User, to: User, reason: str, at: datetime | None = None) -> "Handover":
        """Somebody else keeps it: the same promise, the same window, and both of them hear of it."""
        by.must("promises.hand")
        fresh = Promise.objects.select_for_update().select_related("owner").get(pk=self.pk)
        if fresh.state != self.State.OPEN:
            raise Refused(f"{self.ref} is settled already: there is nothing left to keep.")
        if not clean(reason):
            raise Refused("Say why somebody else keeps it.")
        if to.pk == fresh.owner_id:
            raise Refused(f"{to.name} keeps it already.")
        if not to.may("promises.settle"):
            raise Refused(f"{to.name} cannot answer customers: choose an agent or a lead.")
        at = at or now()
        fact = Handover.objects.create(
            promise=self, from_person=fresh.owner, to_person=to, by=by, at=at, reason=clean(reason)
        )
        self.swap(version=None, labels={}, owner=to)
        record(by, "handed_over", self, says=f"{to.name} keeps it now, not {fact.from_person.name}.", words=fact.reason,
               about=[self.account], before={"owner": fact.from_person}, after={"owner": to}, at=at)  # fmt: skip
        tell_of_handover(self, fact)
        return fact

    def _settle(self, by: User, state: str, words: str, at: datetime) -> "Settlement":
        if at < self.made_at:
            raise Refused(f"{self.ref} was made after that: a promise cannot end before it begins.")
        with once(f"{self.ref} is settled already."):
            fact = Settlement.objects.create(promise=self, by=by, at=at, state=state, words=clean(words))
        self.swap(version=None, labels={}, state=state)
        Notice.objects.seen(person=self.owner_id, key=reminder_key(self), at=at)
        if state in ("kept", "late") and self.kind in ("call_back", "visit"):
            channel = "phone" if self.kind == "call_back" else "person"
            self.account.touches.note(by=by, way="out", channel=channel, contact=self.contact, reached=True,
                                      about=self, at=at)  # fmt: skip
        record(by, state, self, says=f"Promise {self.get_state_display()}: {self.says}.", words=fact.words, at=at,
               about=[self.account, *([self.complaint] if self.complaint else [])])  # fmt: skip
        return fact


class Settlement(models.Model):
    """How a promise ended; one row, so it ends once."""

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="settlement")
    state = OneOf(Promise.State)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["kept", "late", "broken", "released"]), name="settlement_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.state


class Handover(models.Model):
    """Somebody else of us keeps the promise; to the customer it stays the same one."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="handovers")
    from_person = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(User, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_person=F("to_person")), name="handover_to_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="handover_has_reason"),
        ]

    def __str__(self) -> str:
        return f"to {self.to_person}"


__all__ = ["Handover", "Promise", "PromiseManager", "PromiseQuerySet", "Settlement"]
