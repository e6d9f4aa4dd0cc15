"""How a cause stands, in a sentence and a drawing: its fix, whether it holds, and how much of the watch is over."""

from typing import Any, NamedTuple

from django.utils.timezone import localdate

from rca.causes.models import Cause
from rca.lib.said import day
from rca.lib.text import count


class Watch(NamedTuple):
    """The days from the fix to the day of the check; `share` of them, in percent, are over."""

    since: Any
    until: Any
    day: int
    days: int
    share: int

    @property
    def left(self) -> int:
        return 100 - self.share


class Standing(NamedTuple):
    text: str
    url: str = ""
    watch: Watch | None = None


def watch_of(cause: Cause, fixes: list[Any]) -> Watch | None:
    """The watch over a cause whose fixes are in place; nothing for one that nobody said when to look at."""
    done = [fix.completion.at for fix in fixes if fix.state == "done" and hasattr(fix, "completion")]
    if not done or not cause.watch_until or cause.state != Cause.State.WATCHED:
        return None
    since = localdate(max(done))
    days = max((cause.watch_until - since).days, 1)
    passed = min(max((localdate() - since).days, 0), days)
    return Watch(since, cause.watch_until, passed, days, round(100 * passed / days))


def standing(cause: Cause) -> Standing:
    """What the list says of its fix, from rows that `for_list` has read."""
    fixes = sorted((fix for fix in cause.fixes.all() if fix.state != "dropped"), key=lambda fix: (fix.due, fix.pk))
    waiting = [fix for fix in fixes if fix.state == "open"]
    if hasattr(cause, "merge"):
        return Standing(f"merged into R-{cause.merge.into_id}")
    if not fixes:
        return Standing("none yet")
    fix = waiting[0] if waiting else max(fixes, key=lambda one: one.completion.at)
    return Standing(f"{fix.ref} {_said(cause, fix, len(waiting))}", fix.get_absolute_url(), watch_of(cause, fixes))


def _said(cause: Cause, fix: Any, waiting: int) -> str:
    verdict = fix.verdict
    new = f"{getattr(cause, 'since_fix', 0)} new"
    if fix.state == "open":
        if verdict:
            return f"did not hold: {verdict.get_result_display()}; due again {day(fix.due)}"
        slips = len(fix.slips.all())
        until = f"overdue since {day(fix.due)}" if fix.overdue else f"due {day(fix.due)}"
        said = f"moved {count(slips, 'time')}; {until}" if slips else until
        return said if waiting == 1 else f"{said}, and {count(waiting - 1, 'more fix', 'more fixes')} under way"
    if cause.state == Cause.State.RECURRING:
        return f"in place, and it came back: {new}"
    if verdict:
        return f"verified by {verdict.by.first_name}, {new}"
    if cause.watch_until is None:
        return f"in place, not yet verified, {new}"
    left = (cause.watch_until - localdate()).days
    return f"in place; watched until {day(cause.watch_until)}, {new}" if left > 0 else f"in place; time to check, {new}"
