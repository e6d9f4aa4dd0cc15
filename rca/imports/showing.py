"""What the page of one file shows: its four steps, each column with its values, what it asks, how far it has come."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from rca.imports.acts import WORKING
from rca.imports.forms import FIELDS
from rca.imports.models import Import
from rca.imports.presets import PRESETS
from rca.lib.clock import now
from rca.lib.said import span
from rca.lib.text import capped

MOST = 20  # doubts, conflicts and refused rows on the page; the rest follow as these are dealt with


class Step(NamedTuple):
    """One of the four on the strip; as components/_chain.html draws it."""

    name: str
    ref: str = ""
    url: str = ""
    text: str = ""
    state: str = ""
    next: str = ""


class Column(NamedTuple):
    heading: str
    values: list[str]
    field: Any  # of the form
    goes: str
    values_field: Any  # and the one that says what its values mean, where they need telling
    sure: bool
    why: str


def shown(batch: Import) -> dict[str, Any]:
    doubts = batch.doubts.filter(settled=False).select_related("account").order_by("-rows", "-id")
    told = doubts.exclude(decision="").aggregate(all=Sum("rows"), left=Sum("rows", filter=Q(decision="skip")))
    coming = (told["all"] or 0) - (told["left"] or 0)
    return {
        "batch": batch,
        "steps": steps(batch),
        "working": batch.state in WORKING,
        "editable": batch.state in ("ready", "checked", "unreadable"),
        "preset_title": PRESETS[batch.preset].title if batch.preset in PRESETS else batch.preset,
        "share": round(100 * batch.cursor / batch.total, 1) if batch.total and batch.state != "undoing" else 0,
        "left": _left(batch),
        "doubts": doubts[:MOST],
        "undecided": capped(doubts.filter(decision="")),
        "decided": told["all"],
        "conflicts": batch.conflicts.select_related("complaint").order_by("keep", "id")[:MOST],
        "refusals": batch.refusals.order_by("row")[:MOST],
        "ready": batch.created + batch.changed + (coming if batch.state == "checked" else 0),
        "waiting": batch.waiting - (told["all"] or 0),
        "opened": capped(batch.opened.exclude(account=None)) if batch.state == "done" else "",
    }


def columns(batch: Import, form: Any) -> list[Column]:
    """Each column of the file beside the field of the form that says where it goes."""
    guesses, sample = batch.found.get("guesses", {}), batch.found.get("sample", {})
    goes = batch.mapping.get("fields", {})
    return [
        Column(heading, sample.get(key, []), form[f"column_{key}"], FIELDS.get(goes.get(key, ""), ""),
               form[f"values_{key}"] if f"values_{key}" in form.fields else None, *guesses.get(key, (False, "")))
        for key, heading in batch.found.get("headings", [])
    ]  # fmt: skip


def steps(batch: Import | None) -> list[Step]:
    """The strip: how far this file has come."""
    names = [("1. The file", "#file"), ("2. Its columns", "#map"), ("3. A dry run", "#dry"), ("4. Bring it in", "#go")]
    reached = _reached(batch)
    texts = _texts(batch) if batch else ["", "", "", ""]
    return [
        Step(name, "", url if text else "", text, "" if place <= reached else "open", "" if place < reached else "open")
        for place, ((name, url), text) in enumerate(zip(names, texts, strict=True), 1)
    ]


def _reached(batch: Import | None) -> int:
    if batch is None or batch.state in ("looking", "unreadable"):
        return 0 if batch is None else 1
    return {"ready": 2, "checking": 2, "checked": 3}.get(batch.state, 4)


def _texts(batch: Import) -> list[str]:
    taken = sum(bool(ours) for ours in batch.mapping.get("fields", {}).values())
    columns = len(batch.found.get("headings", []))
    first = f"{batch.total:,} rows" if batch.total else batch.get_state_display()
    third = f"{batch.refused:,} refused, {batch.waiting:,} need you" if batch.tried else "not yet"
    return [f"{batch.name}, {first}", f"{taken} of {columns} taken" if columns else "", third, _end(batch)]


def _end(batch: Import) -> str:
    if batch.state in ("done", "running", "stopped", "failed"):
        return f"{batch.created:,} in, {batch.get_state_display()}"
    return batch.get_state_display() if batch.state in ("undoing", "undone") else "not yet"


def _left(batch: Import) -> str:
    """About how long it still takes, once there is something to judge by."""
    if not (batch.began_at and batch.cursor and batch.total > batch.cursor):
        return ""
    took = (batch.moved_at or now()) - batch.began_at
    left = took * ((batch.total - batch.cursor) / batch.cursor)
    return "less than a minute to go" if left < timedelta(minutes=1) else f"about {span(left)} to go"
