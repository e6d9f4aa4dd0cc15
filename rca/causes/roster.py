"""The roster of a cause: every account it has hit, whether it was told, and by whose decision it will not be."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.urls import NoReverseMatch, reverse

from accounts.audit.models import record
from accounts.customers.models import Account, Contact, Preference
from accounts.people.models import User
from rca.causes.acts import CauseLink
from rca.complaints.models import Complaint
from rca.lib.clock import now, wall, zone
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.said import hour, short
from rca.lib.text import clean

# Messages in these states are under way, or waiting for a person: nobody should begin a second one.
ICONS = {"phone": "phone", "email": "mail", "text": "text", "social": "link", "post": "mail", "person": "person"}
OWNED_UP = ("account_id", "received_at", "acknowledge_by", "acknowledged_at")  # what the roster says of a complaint
ALIVE = {"queued", "claimed", "unknown", "task"}


SHOWN = (
    "cause_id", "account_id", "how", "why", "account__name", "account__time_zone", "account__owner__name",
    "account__owner__role", "telling__at", "telling__channel", "telling__words", "telling__by__name",
    "telling__by__role", "telling__message__verdict__words", "telling__message__verdict__answer", "waiver__reason",
    "waiver__by__name", "waiver__by__role",
)  # fmt: skip
WISHES = [f"preference__{field.name}" for field in Preference._meta.concrete_fields if field.name != "contact"]


class AffectedQuerySet(HouseQuerySet["Affected"]):
    def untold(self) -> "AffectedQuerySet":
        """Neither told nor waived: these hold the cause open."""
        # Asked of each row in turn: joined, the planner reads the whole roster to find its first twenty.
        tellings: Any = self.model._meta.get_field("telling").related_model
        told, waived = (rows.filter(affected=OuterRef("pk")) for rows in (tellings.objects, Waiver.objects))
        return self.filter(~Exists(told), ~Exists(waived))

    def told(self) -> "AffectedQuerySet":
        return self.filter(telling__isnull=False)

    def waived(self) -> "AffectedQuerySet":
        return self.filter(telling__isnull=True, waiver__isnull=False)

    def for_roster(self, *more: str) -> "AffectedQuerySet":
        """Untold first, then told, then waived, with all that a row shows: a fixed number of queries."""
        people = Contact.objects.select_related("preference").only("account_id", "moved_on_at", *WISHES).order_by("id")
        turn = Case(
            When(telling__isnull=False, then=Value(1)), When(waiver__isnull=False, then=Value(2)),
            default=Value(0), output_field=IntegerField(),
        )  # fmt: skip
        alive = self.model._default_manager.filter(pk=OuterRef("pk"), messages__state__in=ALIVE)
        return (
            self.select_related("account__owner", "telling__by", "telling__message__verdict", "waiver__by")
            .prefetch_related(Prefetch("account__contacts", people))
            .only(*SHOWN, *more)
            .annotate(turn=turn, on_its_way=Subquery(alive.values("messages__due_at")[:1]))
            .order_by("turn", "id")
        )

    def beginning(self, untold: int, told: int, waived: int) -> "AffectedQuerySet":
        """The first so many of each kind: its cost does not grow with the roster."""
        parts = [(self.untold(), untold), (self.told(), told), (self.waived(), waived)]
        first, *rest = [rows.order_by("id").values_list("pk", flat=True)[:size] for rows, size in parts]
        # id = ANY(ARRAY(…)) is read first; with IN the planner joins the whole roster to find these few.
        few = ArraySubquery(first.union(*rest, all=True))
        among = Func(F("pk"), few, arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField())
        return self.filter(among)


class Slot(NamedTuple):
    """When they may next be reached: the clock to draw, and whether it is open now."""

    state: str
    text: str
    due: datetime | None
    start: datetime | None
    open: bool


class Affected(models.Model):
    """One account that one cause has hit: a row of the roster. Its telling (a later room) and waiver are rows too."""

    class How(models.TextChoices):
        COMPLAINED = "complained", "complained"
        RULE = "rule", "found by rule"
        HAND = "hand", "added by hand"

    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="affected")
    account = models.ForeignKey(Account, models.PROTECT, related_name="affected")
    how = OneOf(How)
    rule = models.ForeignKey("rca.Rule", models.SET_NULL, null=True, blank=True, related_name="affected")
    why = models.CharField(max_length=400, blank=True)  # “30 copies on invoice 58113”
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(AffectedQuerySet)()
    complaints: list[Complaint]  # of this account on this cause, once `with_complaints` has read them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "account"], name="affected_once"),
            models.CheckConstraint(condition=~Q(how="hand") | ~Q(why=""), name="affected_by_hand_has_reason"),
        ]
        indexes = [models.Index(fields=["cause", "id"], name="affected_by_cause")]

    def __str__(self) -> str:
        return f"{self.account_id} on R-{self.cause_id}"

    def get_absolute_url(self) -> str:
        return reverse("causes:roster", args=[self.cause_id]) + f"?account=A-{self.account_id}"

    @property
    def tell_url(self) -> str:
        """Where this account is told; the row itself in a house without that room."""
        try:
            return reverse("communications:tell", args=[self.pk])
        except NoReverseMatch:
            return self.get_absolute_url()

    @property
    def standing(self) -> str:
        return "told" if hasattr(self, "telling") else "waived" if hasattr(self, "waiver") else "untold"

    @property
    def preference(self) -> Preference | None:
        contact = self.account.contact
        return getattr(contact, "preference", None) if contact else None

    @property
    def icon(self) -> str:
        """The channel to draw: the one they were told by, or the one they ask for."""
        wish = self.preference
        return ICONS.get(self.telling.channel if self.standing == "told" else wish.channel if wish else "", "")

    @property
    def their_way(self) -> bool:
        """Whether they were told as they had asked, or had not said how."""
        wish = self.preference
        return not wish or not wish.channel or wish.channel == self.telling.channel

    @property
    def acknowledged(self) -> Complaint | None:
        """The first of their complaints on this cause that somebody owned up to."""
        owned = [one for one in self.complaints if one.acknowledged_at]
        return min(owned, key=lambda one: one.acknowledged_at or one.received_at, default=None)

    @property
    def they_said(self) -> str:
        telling = getattr(self, "telling", None)
        verdict = getattr(getattr(telling, "message", None), "verdict", None)
        return (verdict and (verdict.words or verdict.get_answer_display())) or (telling.words if telling else "")

    @cached_property
    def slot(self) -> Slot | None:
        """Their next allowed hours from now on, by their own clock; nothing for an account nobody may write to."""
        wish = self.preference
        if wish is None or wish.do_not_contact:
            return None
        return _slot(wish, self.account.time_zone, now())

    @transaction.atomic
    def waive(self, *, by: User, reason: str, at: datetime | None = None) -> "Waiver":
        """This account will not be told, by name and for a reason; a manager’s decision."""
        by.must("causes.waive")
        self._hold("waive anybody")
        if not clean(reason):
            raise Refused(f"Say why {self.account.name} need not be told: the reason stays with the row.")
        if hasattr(self, "telling"):
            raise Refused(f"{self.account.name} has been told already: there is nothing to waive.")
        with once(f"{self.account.name} is waived already."):
            fact = Waiver.objects.create(affected=self, by=by, reason=clean(reason), at=at or now())
        record(by, "waived", self.cause, says=f"{self.account.name} will not be told.", words=fact.reason,
               about=[self.account], at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def unwaive(self, *, by: User, at: datetime | None = None) -> None:
        """They should hear of it after all."""
        by.must("causes.waive")
        self._hold("change its roster")
        found = Waiver.objects.filter(affected=self).first()
        if found is None:
            raise Refused(f"{self.account.name} is not waived.")
        found.delete()
        record(by, "unwaived", self.cause, says=f"{self.account.name} is to be told after all.",
               about=[self.account], before={"reason": found.reason}, at=at)  # fmt: skip

    @transaction.atomic
    def take_off(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """The cause has not hit this account: the row goes, and the ledger keeps why."""
        by.must("causes.edit")
        self._hold("change its roster")
        name = self.account.name
        if not clean(reason):
            raise Refused(f"Say why {name} was not affected.")
        link = CauseLink.objects.filter(cause=self.cause, complaint__account=self.account).first()
        if link:
            raise Refused(f"{name} complained of this in C-{link.complaint_id}: take that complaint off the cause.",
                          steps=[(f"Open C-{link.complaint_id}", link.complaint.get_absolute_url())])  # fmt: skip
        if self.written_to:
            raise Refused(f"{name} has been written to about this: the row stays, so that the record is whole.")
        self.delete()
        record(by, "taken_off", self.cause, says=f"{name} was not affected.", words=clean(reason),
               about=[self.account], before={"how": self.how, "why": self.why}, at=at)  # fmt: skip

    @property
    def written_to(self) -> bool:
        return hasattr(self, "telling") or self.messages.exists()

    def _hold(self, act: str) -> None:
        """Waits for the cause, so that nobody closes it between our look and our change."""
        self.cause.hold()
        self.cause.must_be_open(act)


class Waiver(models.Model):
    """This account will not be told, by whose decision and why."""

    affected = models.OneToOneField(Affected, models.CASCADE, related_name="waiver")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason")]

    def __str__(self) -> str:
        return self.reason


def with_complaints(rows: Iterable[Affected], *, read: Collection[str] = ()) -> list[Affected]:
    """The rows, each knowing its account's complaints on its cause: one query for all of them.

    `read` are the parts of a complaint that are asked for; without it, all of them.
    """
    found, theirs = list(rows), defaultdict(list)
    links = CauseLink.objects.filter(
        cause__in={row.cause_id for row in found}, complaint__account__in=[row.account_id for row in found]
    )
    wide = links.select_related("complaint__acknowledgment", "complaint__liaison").defer("complaint__search")
    narrow = links.select_related("complaint").only("cause_id", *(f"complaint__{name}" for name in read))
    for link in (narrow if read else wide).order_by("complaint_id"):
        theirs[link.cause_id, link.complaint.account_id].append(link.complaint)
    for row in found:
        row.complaints = theirs[row.cause_id, row.account_id]
    return found


def _slot(wish: Preference, zone_name: str, at: datetime) -> Slot:
    if not wish.open_at(at):
        opens = wish.next_slot(at)
        soon = opens - at < timedelta(hours=20) and opens.astimezone(zone()).date() == at.astimezone(zone()).date()
        return Slot("", f"opens {hour(opens) if soon else short(opens)}", opens, None, False)
    if wish.closes is None:
        return Slot("kept", "open now", at + timedelta(days=1), at, True)
    today = at.astimezone(zone(zone_name)).date()
    until, since = wall(today, wish.closes, zone_name), wall(today, wish.opens or datetime.min.time(), zone_name)
    return Slot("due", f"open until {hour(until)}", until, since, True)
