"""The chain of a complaint: how far it has come towards “every customer told”, and what happened on the way."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.audit.models import Entry
from accounts.audit.moments import moments
from accounts.customers.models import Channel
from rca.complaints.models import Complaint
from rca.lib.said import day
from rca.lib.text import count

KEY = {"logged", "acknowledged", "linked", "finished", "told", "closed"}  # the acts that move a complaint on


class Step(NamedTuple):
    name: str
    ref: str = ""
    url: str = ""
    text: str = ""
    state: str = ""  # open: not joined yet; late: something is wrong here
    next: str = ""  # open: the line to the next step is still a stitch


def chain(complaint: Complaint, sessions: list[Any], causes: list[Any]) -> list[Step]:
    """Complaint, whys, root cause, fix, told, holding: by its last session and its last cause."""
    session, cause = next(iter(sessions), None), next(iter(causes), None)
    fixes = list(cause.fixes.exclude(state="dropped").order_by("id").only("state")) if cause else []
    steps = [Step("Complaint", complaint.ref, "", day(complaint.received_at)), _whys(session), _cause(cause),
             _fix(fixes), _told(complaint, cause), _holding(cause)]  # fmt: skip
    return [
        step._replace(next="open" if following.state == "open" else "")
        for step, following in zip(steps, [*steps[1:], steps[-1]], strict=True)
    ]


def _whys(session: Any) -> Step:
    if session is None:
        return Step("Five whys", text="not asked yet", state="open")
    return Step("Five whys", session.ref, session.get_absolute_url(), session.get_state_display())


def _cause(cause: Any) -> Step:
    if cause is None:
        return Step("Root cause", text="none yet", state="open")
    return Step(
        "Root cause", cause.ref, cause.get_absolute_url(), cause.title, "late" if cause.state == "recurring" else ""
    )


def _fix(fixes: list[Any]) -> Step:
    if not fixes:
        return Step("Fix", text="none yet", state="open")
    waiting = [fix for fix in fixes if fix.state == "open"]
    last = waiting[0] if waiting else fixes[-1]
    text = f"{count(len(waiting), 'fix', 'fixes')} under way" if waiting else "in place"
    return Step("Fix", last.ref, last.get_absolute_url(), text, "open" if waiting else "")


def _told(complaint: Complaint, cause: Any) -> Step:
    mine = complaint.account.affected.filter(cause=cause) if cause else complaint.account.affected.none()
    for channel, at, waived in mine.values_list("telling__channel", "telling__at", "waiver"):
        if at:
            return Step("Told", text=f"by {Channel(channel).label}, {day(at)}")
        if waived:
            return Step("Told", text="waived")
    return Step("Told", text="not yet", state="open")


def _holding(cause: Any) -> Step:
    if cause is None or cause.state not in ("watched", "closed", "recurring"):
        return Step("Holding?", text="not known yet", state="open")
    if cause.state == "recurring":
        return Step("Holding?", text="it came back", state="late")
    if cause.state == "closed":
        return Step("Holding?", text="yes, closed")
    return Step(
        "Holding?", text=f"watch until {day(cause.watch_until)}" if cause.watch_until else "on watch", state="open"
    )


def happened(complaint: Complaint, causes: list[Any], most: int = 50) -> list[dict[str, str]]:
    """What happened to the complaint itself, newest first, and what mended its causes and told its account of it."""
    mine = Q(about__contains=[complaint.ref])
    for cause in causes:
        mine |= Q(about__contains=[cause.ref, complaint.account.ref])
        mine |= Q(about__contains=[cause.ref], act__in=["finished", "verified", "closed"])
    entries = Entry.objects.filter(mine).select_related("by").order_by("-at", "-id")[:most]
    return moments(entries, complaint.ref, key=KEY, silent="logged")


def came_with(complaint: Complaint) -> QuerySet[Any]:
    """The complaints merged into this one, each with what is still its own: nothing moves, so all can be parted."""
    own = ("complaint__notes__by", "complaint__promises", "complaint__cause_links", "complaint__attachments")
    return complaint.merged.select_related("complaint", "by").prefetch_related(*own).order_by("at", "pk")
