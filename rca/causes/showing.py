"""What the page of one cause shows, read in a number of queries that does not grow with its roster."""

from typing import Any, NamedTuple

from django.forms import Form
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from accounts.models import Entry
from rca.causes.affected import matching, says
from rca.causes.closing import NAMED, Facts, judged
from rca.causes.models import Affected, Cause
from rca.causes.roster import with_complaints
from rca.causes.standing import watch_of
from rca.whys.stopping import therefore

FIRST = {"untold": 20, "told": 8, "waived": 4}


class Group(NamedTuple):
    """One part of the roster: its rows on this page, and how many there are in all."""

    name: str
    title: str
    rows: list[Affected]
    number: int


def shown(cause: Cause) -> dict[str, Any]:
    """`cause` comes with its figures."""
    groups = roster(cause)
    waiting = next((group for group in groups if group.name == "untold"), Group("untold", "", [], 0))
    fixes = list(cause.fixes.with_verdicts().order_by("due", "id"))
    back = cause.recurrences.with_heard().order_by("-at", "-id").first()
    facts = Facts(waiting.rows[:NAMED], waiting.number, fixes, back, localdate())
    lines = list(cause.lines.select_related("by", "approved_by")[:5])
    roots = list(cause.roots.select_related("why__session__facilitator", "by").order_by("-id"))
    alive = [fix for fix in fixes if fix.state != "dropped"]
    return {
        "groups": groups,
        "told": next((group.number for group in groups if group.name == "told"), 0),
        "blockers": [] if cause.state == Cause.State.CLOSED else judged(cause, facts),
        "fixes": fixes,
        "hero": _hero(alive),
        "done": [fix for fix in alive if fix.state == "done"],
        "watch": watch_of(cause, alive),
        "line": next((line for line in lines if line.approved_at), None),
        "drafts": [line for line in lines if not line.approved_at],
        "roots": roots,
        "chain": therefore(roots[0].why) if roots else [],
        "back": back,
        "note_url": address("communications:note", cause.pk),
        **standing_of(cause),
        "timeline": list(Entry.objects.about([cause.ref])[:20]),
    }


def roster(cause: Cause) -> list[Group]:
    """Untold first: they hold the cause open."""
    rows = with_complaints(cause.affected.beginning(**FIRST).for_roster())
    mine: Any = cause  # its figures are columns that `with_figures` adds
    numbers = {"untold": mine.untold_count, "told": mine.told_count, "waived": mine.waived_count}
    titles = {"untold": "Not told: these hold the cause open", "told": "Told", "waived": "Waived by name"}
    return [
        Group(name, titles[name], [row for row in rows if row.standing == name], numbers[name])
        for name in titles
        if numbers[name]
    ]


def _hero(fixes: list[Any]) -> Any:
    """The fix to look at: the last one in place, or the next one due."""
    done = [fix for fix in fixes if fix.state == "done"]
    return max(done, key=lambda fix: fix.completion.at) if done else fixes[0] if fixes else None


def standing_of(cause: Cause) -> dict[str, bool]:
    """What may still be done with it: everything, only reopening, or nothing since it went into another."""
    merged = hasattr(cause, "merge")
    closed = cause.state == Cause.State.CLOSED
    settled = closed or cause.state == Cause.State.ACCEPTED
    return {"merged": merged, "open": not merged and not closed, "reopenable": settled and not merged}


def address(name: str, *args: Any) -> str:
    """The address of a later room's page, or nothing in a house without that room."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def preview(form: Form, cause: Cause) -> dict[str, Any]:
    """Whom the conditions find: the first twenty, how many in all, and how many of them the roster does not have."""
    if not form.is_bound or not form.is_valid():
        return {}
    found = matching(form.cleaned_data["conditions"])
    number = found.count()
    known = Affected.objects.filter(cause=cause, account__in=found.order_by().values("pk")).count()
    conditions = says(form.cleaned_data["conditions"])
    return {"found": found[:20], "number": number, "known": known, "new": number - known, "says": conditions}
