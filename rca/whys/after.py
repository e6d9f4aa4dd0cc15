"""The pages after a session: its record on one page to read and to print, its versions, and its files."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_GET

from accounts.people.requests import Request
from rca.lib.replies import page
from rca.whys.document import Document, document
from rca.whys.exporting import KINDS, TRUNKS
from rca.whys.models import FiveWhys
from rca.whys.record import changes_since, version_says

INSETS = 5  # forks that are drawn further in; below them the numbers tell


@require_GET
def record(request: Request, pk: int) -> HttpResponse:
    """The record as it stands now, or as it was concluded in the version that is asked for."""
    session = get_object_or_404(_sessions(request), pk=pk)
    editions = list(session.editions.select_related("by").defer("document"))
    wanted = request.GET.get("version", "")
    edition = None
    if wanted:
        edition = get_object_or_404(
            session.editions.select_related("by"), number=int(wanted) if wanted.isdigit() and len(wanted) < 9 else 0
        )
    changes = changes_since(session)
    made = edition.document if edition else document(session)
    return page(request, "whys/record.html", {
        "session": session, "made": read(made), "editions": editions, "edition": edition, "changes": changes,
        "version": version_says(session, editions, changes), "latest": editions[-1] if editions else None,
    })  # fmt: skip


@require_GET
def export(request: Request, pk: int, kind: str) -> HttpResponse:
    """The session as a file: json, md or svg."""
    session = get_object_or_404(_sessions(request), pk=pk)
    return written(session, kind)


def written(session: FiveWhys, kind: str) -> HttpResponse:
    """The file as an answer: to be saved, and run by no browser that opens it all the same."""
    if kind not in KINDS:
        raise Http404
    write, served_as = KINDS[kind]
    answer = HttpResponse(write(document(session)), content_type=f"{served_as}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{session.ref}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; style-src 'unsafe-inline'"
    answer["Cache-Control"] = "private, no-store"
    return answer


def read(made: Document) -> Document:
    """The document with its moments as moments, and its tree as a list in which only a fork goes further in."""
    by_id: dict[str, Document] = {}
    beside = Counter(one["parent"] for one in made["nodes"])
    for one in made["nodes"]:
        above = by_id.get(one["parent"] or "")
        inset = min(above["inset"] + (beside[one["parent"]] > 1), INSETS) if above else 0
        turns = one["branch"] != (above["branch"] if above else "occurrence")
        by_id[one["id"]] = {**one, "inset": inset, "heading": TRUNKS[one["branch"]] if turns else ""}
    nodes = list(by_id.values())
    moments = ("slot_from", "slot_until", "planned_at", "started_at", "concluded_at")
    return {
        **made, **{name: parse_datetime(made[name]) if made[name] else None for name in moments},
        "nodes": nodes, "roots": [one for one in nodes if one["is_root"]],
        "present": [one for one in made["participants"] if one["coming"] != "no"],
        "absent": [one for one in made["participants"] if one["coming"] == "no"],
        "accounts": list({one["account_ref"]: one for one in made["complaints"]}.values()),
        "actions": [
            {**one, "due": parse_date(one["due"])} for one in made["actions"] if one["state"] != "dropped"
        ],
    }  # fmt: skip


def _sessions(request: Request) -> Any:
    people = ("facilitator", "concluded_by", "calling_off__by")
    return FiveWhys.objects.visible_to(request.user).select_related(*people).prefetch_related("participants")
