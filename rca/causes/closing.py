"""What a cause still waits for before it may close, each part in words and with the rows behind it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone

from rca.lib.said import day
from rca.lib.text import count, listed

if TYPE_CHECKING:
    from rca.causes.models import Cause

NAMED = 3


class Blocker(NamedTuple):
    """One thing in the way: the sentence, and the address of its rows; `names` are the rows that it names."""

    text: str
    url: str
    lead: str = ""  # the sentence up to its names
    names: Sequence[tuple[str, str]] = ()
    more: str = ""


class Facts(NamedTuple):
    """What the judgement rests on: the first untold rows and how many there are, the fixes, the last recurrence."""

    untold: Sequence[Any]
    number: int
    fixes: Sequence[Any]
    back: Any
    on: date


def blockers(cause: "Cause", on: date | None = None) -> list[Blocker]:
    """Everything that keeps this cause open, in the order in which it is best done."""
    waiting = cause.affected.untold().select_related("account").order_by("id")
    first = list(waiting[:NAMED])
    number = waiting.count() if len(first) == NAMED else len(first)
    fixes = cause.fixes.select_related("owner").prefetch_related("verifications").order_by("due", "id")
    back = cause.recurrences.select_related("complaint").order_by("-at", "-id").first()
    return judged(cause, Facts(first, number, list(fixes), back, on or timezone.localdate()))


def judged(cause: "Cause", facts: Facts) -> list[Blocker]:
    """The same from rows that were read already."""
    fixes = [fix for fix in facts.fixes if fix.state != "dropped"]
    return [*_untold(cause, facts), *_fixes(cause, fixes), *_check(cause, fixes, facts.back, facts.on)]


def sentence(cause: "Cause", found: Sequence[Blocker]) -> str:
    """R-8 cannot close yet. Three accounts have not been told: … The watch runs until 31 March."""
    if not found:
        return f"Nothing keeps {cause.ref} open."
    return f"{cause.ref} cannot close yet. " + " ".join(f"{one.text}." for one in found)


def clearing(cause: "Cause", found: Sequence[Blocker]) -> list[tuple[str, str]]:
    """What to do about each, as links."""
    steps: list[tuple[str, str]] = []
    for one in found:
        steps += [(f"Tell {name}", url) for name, url in one.names] if one.names else [(one.text, one.url)]
        steps += [(one.more[:1].upper() + one.more[1:], one.url)] if one.more else []
    return steps


def _untold(cause: "Cause", facts: Facts) -> list[Blocker]:
    first, number = facts.untold[:NAMED], facts.number
    if not first:
        return []
    here = cause.get_absolute_url()
    more = f"{number - len(first):,} more" if number > len(first) else ""
    lead = f"{number:,} account{' has' if number == 1 else 's have'} not been told"
    names = [(row.account.name, f"{here}#a-{row.pk}") for row in first]
    said = listed([*(name for name, _ in names), *([more] if more else [])], NAMED + 1)
    return [Blocker(f"{lead}: {said}", f"{here}#untold", lead, names, more)]


def _fixes(cause: "Cause", fixes: Sequence[Any]) -> list[Blocker]:
    if not fixes:
        return [Blocker("No fix is proposed", f"{cause.get_absolute_url()}#fixes")]
    return [
        Blocker(f"{fix.ref} is not finished: {fix.owner.name}, due {day(fix.due)}", fix.get_absolute_url())
        for fix in fixes if fix.state == "open"
    ]  # fmt: skip


def _check(cause: "Cause", fixes: Sequence[Any], back: Any, on: date) -> list[Blocker]:
    """Whether it holds: a prediction, somebody else's verdict on it, the watch over, and nothing come back since."""
    found, done = [], [fix for fix in fixes if fix.state == "done"]
    predicted = [fix for fix in done if fix.measure]
    passed = [fix.verdict for fix in predicted if fix.verdict and fix.verdict.result == "effective"]
    judged = {verdict.fix_id for verdict in passed}
    if back and cause.state == cause.State.RECURRING:
        found.append(Blocker(f"It came back with {back.complaint.ref} on {day(back.at)}, and no fix was finished since",
                             back.complaint.get_absolute_url()))  # fmt: skip
    if done and len(done) == len(fixes) and not predicted:
        found.append(Blocker(f"Nobody wrote down what {done[-1].ref} should change, so nobody can check it",
                             done[-1].get_absolute_url() + "#prediction"))  # fmt: skip
    for fix in predicted:
        if fix.pk not in judged:
            found.append(Blocker(f"{fix.ref} has not been verified yet", fix.get_absolute_url() + "#check"))
    if back and passed and cause.state != cause.State.RECURRING and all(one.at < back.at for one in passed):
        found.append(Blocker(f"Nothing has been verified since it came back on {day(back.at)}",
                             predicted[-1].get_absolute_url() + "#check"))  # fmt: skip
    if cause.state == cause.State.WATCHED and cause.watch_until and cause.watch_until > on:
        found.append(Blocker(f"The watch runs until {day(cause.watch_until)}", f"{cause.get_absolute_url()}#fix"))
    return found


def told_of(cause: "Cause") -> str:
    """How many accounts, and how many of them are told: for the closing entry."""
    return f"{count(cause.affected.told().count(), 'account')} told, {cause.affected.waived().count()} waived"
