"""The parts of somebody's day, each at most a handful of rows with a link to all of them; none counts without end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.people.models import User
from accounts.people.notices import Notice
from accounts.people.roles import Role
from rca.causes.models import Affected, Cause, KnownLine, Recurrence
from rca.communications.models import FixNote, Message, Verdict
from rca.complaints.acts import Consultation
from rca.complaints.models import Complaint
from rca.fixes.models import Fix
from rca.goodwill.models import Allowance, Grant
from rca.health.models import AccountReview, Task
from rca.lib.clock import now
from rca.mailbox.models import InboundMail
from rca.promises.models import Promise
from rca.promises.rail import rail, today
from rca.retention.models import Cancellation
from rca.whys.models import FiveWhys

MOST = 6
SOON = timedelta(days=7)
# What the rows of a section say: nobody’s day waits for whole letters and what makes them searchable.
PROMISED = ("kind", "what", "zone", "state", "window_from", "window_until", "made_at", "account__name", "owner__name",
            "owner__role")  # fmt: skip
WAITS = ("words", "channel", "received_at", "acknowledge_by", "account__name", "logged_by__name", "logged_by__role")
ASKED = ("question", "asked_at", "complaint__account__name", "colleague__name", "colleague__role", "asked_by__name",
         "asked_by__role")  # fmt: skip


@dataclass
class Day:
    """Whose day it is, and when."""

    user: User
    team: bool
    at: datetime = field(default_factory=now)


@dataclass
class Section:
    name: str  # the template of its rows, and its anchor
    title: str
    rows: list[Any]
    url: str = ""  # all of them
    more: bool = False  # there are more than are shown here
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"today/_{self.name}.html"


def some(name: str, title: str, rows: "QuerySet[Any]", url: str, most: int = MOST, **extra: Any) -> Section:
    found = list(rows[: most + 1])
    return Section(name, title, found[:most], url, len(found) > most, extra)


def promises(day: Day) -> Section:
    """Every window that touches today, and what slipped before it."""
    begin, end = today(day.at)
    rows = Promise.objects.visible_to(day.user).select_related("account", "owner", "settlement")
    rows = rows.only(*PROMISED, "settlement__at")
    rows = rows.filter(Q(window_until__gt=begin) | Q(state=Promise.State.OPEN), window_from__lt=end)
    if not day.team:
        rows = rows.filter(owner=day.user)
    found = some("promises", "Promised today" if day.team else "You promised", rows.order_by("window_until", "id"),
                 "/promises/", 14)  # fmt: skip
    windows = [one for one in found.rows if one.window_until > begin]
    found.extra = {"rail": rail(windows, day.at), "slipped": [one for one in found.rows if one.window_until <= begin]}
    return found


def for_you(day: Day) -> Section:
    """What somebody told this person, the newest first; nobody else’s, whoever’s day is looked at."""
    rows = Notice.objects.visible_to(day.user).due(day.at).order_by("-due_at", "-id")
    return some("for_you", "For you", rows, "/people/notices/", 5)


def asked(day: Day) -> Section:
    """Questions of colleagues that nobody has answered."""
    rows = Consultation.objects.visible_to(day.user).unanswered().filter(complaint__state=Complaint.State.OPEN)
    rows = rows if day.team else rows.filter(colleague=day.user)
    rows = rows.select_related("complaint__account", "colleague", "asked_by").only(*ASKED).order_by("asked_at", "id")
    return some("asked", "Asked of colleagues" if day.team else "They ask you", rows, "", 4)


def own_up(day: Day) -> Section:
    rows = Complaint.objects.visible_to(day.user).unacknowledged().select_related("account", "logged_by").only(*WAITS)
    if not day.team:
        rows = rows.filter(liaison=day.user)
    return some("own_up", "To be owned up to", rows.order_by("acknowledge_by", "id"), "/complaints/?show=to-own-up")


def slipped(day: Day) -> Section:
    """Promises that nobody kept in time, whoever gave them."""
    rows = Promise.objects.visible_to(day.user).overdue(day.at).select_related("account", "owner").only(*PROMISED)
    rows = rows.order_by("window_until", "id")
    found = some("promises", "Promises that slipped", rows, "/promises/?show=overdue", 4)
    found.extra = {"slipped": found.rows}
    return found


def waited(day: Day) -> Section:
    """Complaints that nobody owned up to in time, whosever they are."""
    rows = Complaint.objects.visible_to(day.user).overdue(day.at).select_related("account", "logged_by").only(*WAITS)
    rows = rows.order_by("acknowledge_by", "id")
    return some("own_up", "Not owned up to in time", rows, "/complaints/?show=overdue", 4)


def untold(day: Day) -> Section:
    """Accounts that may hear what happened and have not, where nothing is on its way to them yet."""
    approved = FixNote.objects.filter(cause=OuterRef("pk"), approval__isnull=False)
    may_hear = Cause.objects.open().filter(Exists(approved))
    open_rows = Affected.objects.visible_to(day.user).untold().filter(cause__in=may_hear)
    sets = [open_rows] if day.team else [
        open_rows.filter(account__owner=day.user), open_rows.filter(cause__owner=day.user)
    ]  # fmt: skip
    keys = [rows.order_by("id").values_list("pk", flat=True)[: MOST * 2] for rows in sets]
    first = set(keys[0].union(*keys[1:]) if len(keys) > 1 else keys[0])
    rows = Affected.objects.filter(pk__in=first).for_roster("cause__title").select_related("cause")
    everyone: list[Any] = list(rows) if first else []
    found = [one for one in everyone if not one.on_its_way]
    title = "Not told yet" if day.team else "You are the one to tell"
    found.sort(key=lambda one: (not (one.slot and one.slot.open), one.pk))
    return Section("untold", title, found[:MOST], "/tell/", len(found) > MOST)


def to_send(day: Day) -> Section:
    """Calls, texts and letters with a script, waiting for a person."""
    rows = Message.objects.visible_to(day.user).filter(state=Message.State.TASK).select_related("account", "contact")
    if not day.team:
        rows = rows.filter(Q(by=day.user) | Q(account__owner=day.user))
    return some("to_send", "To ring, text or write", rows.order_by("due_at", "id"), "/tell/")


def lines(day: Day) -> Section:
    """What may be said now: the newest approved line of each open cause."""
    rows = KnownLine.objects.visible_to(day.user).approved().filter(cause__in=Cause.objects.open())
    newest = rows.order_by("cause", "-id").distinct("cause").select_related("cause")
    return some("lines", "What you may say now", newest, "/causes/", 5)


def mail(day: Day) -> Section:
    """Mail that could not be filed by itself; everybody who may file it sees the same."""
    rows = InboundMail.objects.visible_to(day.user).waiting().for_list().order_by("received_at", "id")
    rows = rows if day.user.may("mail.file") else rows.none()
    return some("mail", "Mail that waits for a person", rows, "/mailbox/", 4)


def answers(day: Day) -> Section:
    rows = Verdict.objects.filter(seen_at=None).select_related("message__account").order_by("at")
    rows = rows.only("answer", "words", "at", "message__account__name")
    return some("answers", "They answered", rows, "/tell/", 4)


def allowance(day: Day) -> Section:
    found = Allowance.objects.of(day.user, localdate(day.at))
    return Section("allowance", "To make good with", [found] if found else [], "/goodwill/")


def doing(day: Day) -> Section:
    """What somebody has to do for accounts within a week."""
    rows = Task.objects.visible_to(day.user).open().filter(due__lte=localdate(day.at) + SOON)
    rows = rows if day.team else rows.filter(owner=day.user)
    return some("doing", "To do for accounts", rows, "/health/", 4)


def fixes(day: Day) -> Section:
    rows = Fix.objects.visible_to(day.user).unfinished().select_related("owner", "cause").order_by("due", "id")
    rows = rows.only("title", "state", "due", "cause__title", "owner__name", "owner__role")
    if day.team or day.user.may("review.decide"):
        return some("fixes", "Fixes that slip", rows.filter(due__lt=localdate(day.at)), "/fixes/", 4)
    return some("fixes", "Your fixes", rows.filter(owner=day.user), "/fixes/", 4)


def sessions(day: Day) -> Section:
    rows = FiveWhys.objects.visible_to(day.user).exclude(state=FiveWhys.State.CONCLUDED).select_related("facilitator")
    rows = rows.only("problem", "state", "slot_from", "place", "facilitator__name", "facilitator__role")
    rows = rows if day.team else rows.of(day.user)
    return some("sessions", "Sessions", rows.order_by(F("slot_from").asc(nulls_last=True), "-id"), "/whys/", 4)


def back(day: Day) -> Section:
    """Causes that came back and that nobody who leads has looked at since, each with its last complaint."""
    rows = Recurrence.objects.visible_to(day.user).unseen().order_by("cause", "-at", "-id").distinct("cause")
    rows = rows.select_related("cause", "complaint__account").only("at", "cause__title", "complaint__account__name")
    return some("back", "Came back after the fix", rows, "/causes/?show=back", 3)


def leaving(day: Day) -> Section:
    rows = Cancellation.objects.visible_to(day.user).open().select_related("account", "cause").order_by("notice_at")
    return some("leaving", "Asked to leave", rows, "/retention/", 3)


def grants(day: Day) -> Section:
    rows = Grant.objects.visible_to(day.user).waiting().exclude(by=day.user)
    rows = rows.select_related("account", "complaint", "cause", "by").order_by("at")
    return some("grants", "Waits for you", rows, "/goodwill/", 4)


def decisions(day: Day) -> Section:
    """Causes whose review is due, the longest overdue first."""
    rows = Cause.objects.visible_to(day.user).due_for_review(localdate(day.at)).select_related("owner")
    return some("decisions", "To decide", rows.order_by("next_review", "id"), "/review/")


def reviews(day: Day) -> Section:
    rows = AccountReview.objects.visible_to(day.user).due_by(localdate(day.at) + SOON)
    if not day.team and not day.user.may("review.decide"):
        rows = rows.filter(Q(owner=day.user) | Q(owner=None, account__owner=day.user))
    return some("reviews", "Accounts to look at", rows, "/health/", 4)


Part = Callable[[Day], Section]
# What each role sees: across the page, what matters most on the left, the rest on the right.
AGENT: tuple[list[Part], list[Part], list[Part]] = (
    [promises], [own_up, untold, to_send], [for_you, asked, mail, lines, answers, doing, fixes, allowance],
)  # fmt: skip
LEAD: tuple[list[Part], list[Part], list[Part]] = (
    [promises], [own_up, untold, to_send, back], [for_you, asked, mail, sessions, answers, fixes, leaving, reviews],
)  # fmt: skip
MANAGER: tuple[list[Part], list[Part], list[Part]] = (
    [], [decisions, grants, back, slipped, waited], [for_you, leaving, reviews, fixes, doing],
)  # fmt: skip
ORDER = {Role.LEAD: LEAD, Role.MANAGER: MANAGER, Role.ADMIN: MANAGER}


def sections(day: Day) -> tuple[list[Section], list[Section], list[Section]]:
    """The parts of this day that have something in them."""
    top, left, right = ([part(day) for part in parts] for parts in ORDER.get(Role(day.user.role), AGENT))
    return tuple([one for one in part if one.rows] for part in (top, left, right))  # type: ignore[return-value]
