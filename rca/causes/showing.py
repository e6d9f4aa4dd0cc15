"""What the page of one cause shows, read in a number of queries that does not grow with its roster."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.forms import Form
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from accounts.audit.moments import moments
from accounts.models import Entry
from rca.causes.affected import matching, says
from rca.causes.closing import NAMED, Facts, judged
from rca.causes.models import Affected, Cause
from rca.causes.roster import OWNED_UP, with_complaints
from rca.causes.standing import watch_of
from rca.lib.present import present
from rca.whys.models import Why
from rca.whys.spending import cost, together
from rca.whys.stopping import read_back

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
    there = present(cause, "fixes", "recurrences", "lines", "roots")
    read: Callable[[str, Any], list[Any]] = lambda name, rows: list(rows) if name in there else []  # noqa: E731
    fixes = read("fixes", cause.fixes.with_verdicts().order_by("due", "id"))
    back = next(iter(read("recurrences", cause.recurrences.with_heard().order_by("-at", "-id")[:1])), None)
    facts = Facts(waiting.rows[:NAMED], waiting.number, fixes, back, localdate())
    lines = read("lines", cause.lines.select_related("by", "approved_by")[:5])
    marked = cause.roots.select_related("why__session__facilitator", "by").order_by("-id")
    roots = read("roots", marked.prefetch_related("why__session__participants"))
    found_in = {root.why.session_id: root.why.session for root in roots}
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
        "took": together([cost(session) for session in found_in.values()]) if roots else "",
        "chain": _chain(roots[0].why, groups) if roots else [],
        "past": list(cause.unmarkings.select_related("why__session", "marked_by", "by")),
        "back": back,
        "note_url": address("communications:note", cause.pk),
        **standing_of(cause),
        "moments": moments(Entry.objects.about([cause.ref])[:20], cause.ref),
    }


def _chain(why: Why, groups: list[Group]) -> list[str]:
    """Read back; the names that keep their capital are those in the room and those of the accounts on this page."""
    accounts = [row.account.name for group in groups for row in group.rows]
    return read_back(why.chain(), why.session.problem, [*why.session.names(), *accounts])


def roster(cause: Cause) -> list[Group]:
    """Untold first: they hold the cause open."""
    rows = with_complaints(cause.affected.beginning(**FIRST).for_roster(), read=OWNED_UP)
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
