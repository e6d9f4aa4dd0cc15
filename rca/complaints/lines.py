"""The lines of the complaint list, as the template writes them out: nothing is left to be asked or called there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from rca.complaints.acts import Handoff
from rca.complaints.models import Complaint
from rca.lib.marks import badge, clock, icon, link, plain
from rca.lib.said import ago
from rca.lib.text import count, first_line

ENDED = {"kept": ("kept", "check"), "released": ("rest", "")}  # how an ended promise is drawn; the other ends are late
TICK = (
    '<label class="tick"><span class="vh">Tick {0}</span>'
    '<input class="check" type="checkbox" name="complaint" value="{0}" data-key="x"></label>'
)
NO_CAUSE = SafeString('<span class="by">none yet</span>')


def lines(rows: Sequence[Any], at: datetime, *, ticks: bool = False) -> list[dict[str, str]]:
    """Dicts of plain strings and of marks that are drawn already: a line of the page is then one string formatted."""
    shown = [one.pk for one in rows]
    causes: dict[int, list[str]] = {}
    for pk, cause in _of("cause_links").filter(complaint__in=shown).order_by("pk").values_list("complaint", "cause"):
        causes.setdefault(pk, []).append(link(f"/causes/R-{cause}/", f"R-{cause}"))
    reasons: dict[int, list[str]] = {}
    for pk, reason in Handoff.objects.filter(complaint__in=shown).values_list("complaint", "reason"):
        reasons.setdefault(pk, []).append(reason)
    promises = _promises(shown, at)
    return [
        {**_line(one, at), "tick": SafeString(TICK.format(one.ref)) if ticks else "",
         "causes": SafeString(" ".join(causes.get(one.pk, ()))) or NO_CAUSE, "promise": promises.get(one.pk, ""),
         "passed": passes(reasons.get(one.pk, ()))}
        for one in rows
    ]  # fmt: skip


def _of(related: str) -> Any:
    """The rows of a later room, read through the complaint's own name for them."""
    return Complaint._meta.get_field(related).related_model._default_manager  # type: ignore[union-attr]


def _line(one: Any, at: datetime) -> dict[str, str]:
    return {
        "ref": one.ref, "account": f"A-{one.account_id}", "name": one.account_name, "words": gist(one.start),
        "owned": _owned(one, at), "who": (one.liaison_name or "nobody").split(" ")[0], "age": ago(one.received_at),
    }  # fmt: skip


def _owned(one: Any, at: datetime) -> str:
    if one.acknowledged_at:
        return badge("late", f"in {one.took}, late", "half") if one.late else badge("kept", f"in {one.took}")
    if one.state == "open" and one.own_up_by:
        return clock(one.own_up_by, one.received_at, at=at)
    return SafeString(f'<span class="by">{"not asked" if one.state == "open" else "never"}</span>')


def _promises(shown: list[int], at: datetime) -> dict[int, str]:
    """Of each complaint the open promise that is due first, or else the last that ended."""
    found: dict[int, str] = {}
    promise = _of("promises")
    labels = dict(promise.model.State.choices)
    running: dict[int, datetime] = {}
    made = promise.filter(complaint__in=shown).order_by("pk")
    for pk, state, until, at_first in made.values_list("complaint", "state", "window_until", "made_at"):
        if state == "open" and (pk not in running or until < running[pk]):
            running[pk], found[pk] = until, clock(until, at_first, at=at)
        elif state != "open" and pk not in running:
            found[pk] = _ended(state, labels[state])
    return found


def _ended(state: str, label: str) -> SafeString:
    drawn, shape = ENDED.get(state, ("late", "cross"))
    return SafeString(f'<span class="badge" data-state="{drawn}">{icon(shape)}{plain(label)}</span>')


def gist(start: str) -> str:
    """The beginning of their words on one line, cut at a word and never in the middle of one."""
    line = " ".join(start.split())
    return line if len(line) <= 170 else line[:170].rsplit(" ", 1)[0] + " …"


def passes(reasons: Sequence[str]) -> str:
    """2 passes: she knows the warehouse; nothing while they still have their first one person."""
    said = f"{count(len(reasons), 'pass', 'passes')}: {first_line(reasons[-1], 40)}" if reasons else ""
    return SafeString(f' <span class="by">{plain(said)}</span>') if said else ""
