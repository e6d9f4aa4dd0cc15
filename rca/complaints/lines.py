"""The lines of the complaint list, as the template writes them out: nothing is left to be asked or called there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rca.complaints.models import Complaint
from rca.lib.said import ago, clock_face
from rca.lib.text import count, first_line

ENDED = {"kept": "kept", "released": "rest"}  # how an ended promise is drawn; the other ends are late


def lines(rows: Sequence[Any], at: datetime) -> list[dict[str, Any]]:
    """Dicts of plain strings: what a template looks up in a dict, and has not to format, costs it least."""
    shown = Complaint.objects.filter(pk__in=[one.pk for one in rows])
    causes: dict[int, list[str]] = {}
    linked = shown.filter(cause_links__isnull=False).order_by("cause_links__pk")
    for pk, cause in linked.values_list("pk", "cause_links__cause_id"):
        causes.setdefault(pk, []).append(f"R-{cause}")
    reasons: dict[int, list[str]] = {}
    passed = shown.filter(handoffs__isnull=False).order_by("handoffs__at", "handoffs__pk")
    for pk, reason in passed.values_list("pk", "handoffs__reason"):
        reasons.setdefault(pk, []).append(reason)
    promises = _promises(shown, at)
    return [
        {**_line(one, at), **promises.get(one.pk, {}), "causes": causes.get(one.pk, ()),
         "passed": passes(reasons.get(one.pk, ()))}
        for one in rows
    ]  # fmt: skip


def _line(one: Any, at: datetime) -> dict[str, Any]:
    line = {
        "ref": one.ref, "account": f"A-{one.account_id}", "name": one.account_name, "words": gist(one.start),
        "who": (one.liaison_name or "nobody").split(" ")[0], "age": ago(one.received_at),
    }  # fmt: skip
    if one.acknowledged_at:
        return line | {"owned": one.took, "late": one.late}
    if one.state == "open" and one.own_up_by:
        return line | _clock("clock", one.own_up_by, one.received_at, at)
    return line | {"never": "not asked" if one.state == "open" else "never"}


def _promises(shown: Any, at: datetime) -> dict[int, dict[str, str]]:
    """Of each complaint the open promise that is due first, or else the last that ended."""
    found: dict[int, dict[str, str]] = {}
    promise: Any = Complaint._meta.get_field("promises").related_model
    labels = dict(promise.State.choices)
    made = shown.filter(promises__isnull=False).order_by("promises__pk")
    running: dict[int, datetime] = {}
    for pk, state, until, at_first in made.values_list(
        "pk", "promises__state", "promises__window_until", "promises__made_at"
    ):
        if state == "open" and (pk not in running or until < running[pk]):
            running[pk], found[pk] = until, _clock("promise", until, at_first, at)
        elif state != "open" and pk not in running:
            found[pk] = {"promise_ended": labels[state], "promise_state": ENDED.get(state, "late")}
    return found


def _clock(name: str, due: datetime, start: datetime, at: datetime) -> dict[str, str]:
    face = clock_face(due, start, at)
    return {f"{name}_text": face.text, f"{name}_state": face.state, f"{name}_share": str(face.share),
            f"{name}_due": due.isoformat()}  # fmt: skip


def gist(start: str) -> str:
    """The beginning of their words on one line, cut at a word and never in the middle of one."""
    line = " ".join(start.split())
    return line if len(line) <= 170 else line[:170].rsplit(" ", 1)[0] + " …"


def passes(reasons: Sequence[str]) -> str:
    """2 passes: she knows the warehouse; nothing while they still have their first one person."""
    return f"{count(len(reasons), 'pass', 'passes')}: {first_line(reasons[-1], 40)}" if reasons else ""
