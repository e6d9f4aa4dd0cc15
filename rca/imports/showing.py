"""What the page of one file shows: its four steps, each column with its values, what it asks, how far it has come."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from rca.imports.acts import WORKING
from rca.imports.forms import FIELDS
from rca.imports.gathering import ASIDE, ROLES
from rca.imports.models import Import
from rca.imports.presets import PRESETS
from rca.lib.clock import now
from rca.lib.said import span
from rca.lib.text import capped

LEFT_OUT = FIELDS[""]
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
    joined: bool  # it comes from a file beside
    state: str
    why: str


def shown(batch: Import) -> dict[str, Any]:
    doubts = batch.doubts.filter(settled=False).select_related("account").order_by("-rows", "-id")
    told = doubts.exclude(decision="").aggregate(all=Sum("rows"), left=Sum("rows", filter=Q(decision="skip")))
    coming = (told["all"] or 0) - (told["left"] or 0)
    return {
        "batch": batch,
        "lost": [one["name"] for one in batch.files if not one["role"]],
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


class File(NamedTuple):
    name: str
    size: int
    field: Any  # of the form: what it is taken for
    goes: str
    rows: int
    state: str
    why: str


def files(batch: Import, form: Any) -> list[File]:
    """Each file beside the field of the form that says what it is taken for."""
    order = ["", *ROLES]  # what asks for a person stands first
    return [
        File(one["name"], one["size"], form[f"file_{number}"], ROLES.get(one["role"], "nothing yet"), one["rows"],
             {"": "late", ASIDE: "rest"}.get(one["role"], "kept"), one["why"])
        for number, one in sorted(enumerate(batch.files, 1), key=lambda pair: order.index(pair[1]["role"]))
    ]  # fmt: skip


def columns(batch: Import, form: Any) -> tuple[list[Column], list[Column]]:
    """Each column of the file beside the field of the form that says where it goes: the taken, then those left out."""
    guesses, sample = batch.found.get("guesses", {}), batch.found.get("sample", {})
    goes = batch.mapping.get("fields", {})
    rows = [
        Column(heading, sample.get(key, []), form[f"column_{key}"], FIELDS.get(goes.get(key, ""), ""),
               form[f"values_{key}"] if f"values_{key}" in form.fields else None,
               key in batch.found.get("joined", []), *_why(goes.get(key, ""), *guesses.get(key, (False, ""))))
        for key, heading in batch.found.get("headings", [])
    ]  # fmt: skip
    return [one for one in rows if one.goes != LEFT_OUT], [one for one in rows if one.goes == LEFT_OUT]


def _why(goes: str, sure: bool, why: str) -> tuple[str, str]:
    """How a column's place is marked: left out, certain, or to be looked at by a person."""
    return ("rest" if not goes else "kept" if sure else "due"), why


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
    more = f" and {len(batch.files) - 1} more" if len(batch.files) > 1 else ""
    return [f"{batch.name}{more}, {first}", f"{taken} of {columns} taken" if columns else "", third, _end(batch)]


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
