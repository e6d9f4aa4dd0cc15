"""The managers' room: open root causes, heaviest first, and a logged decision on each."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.causes.figures import SETTLED, CauseQuerySet
from rca.causes.models import Cause
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.said import day
from rca.review.forms import DecisionForm
from rca.review.models import Decision
from rca.review.ranking import ranked
from rca.review.showing import SIZE, matters, page_of, sums

INDEX = "review/index.html"
TABS = {"all": "All open", "due": "Due now", "back": "Came back", "nobody": "Nobody’s"}


@require_GET
def index(request: Request) -> HttpResponse:
    return page(request, INDEX, _context(request))


@require_POST
def decision(request: Request, pk: int) -> HttpResponse:
    """One of five on one cause; htmx gets the row as it is then, everybody else the page at that row."""
    request.user.must("review.decide")
    cause = get_object_or_404(Cause.objects.visible_to(request.user), pk=pk)
    form = DecisionForm(request.POST, auto_id="decision_%s")
    if not form.is_valid():
        if request.headers.get("HX-Request"):
            return again(request, INDEX, {**_one(request, pk), "form": form, "chosen": pk}, part="matter")
        return again(request, INDEX, _context(request, form=form, chosen=pk))
    made = Decision.objects.decide(by=request.user, cause=cause, **form.cleaned_data)
    return _row(request, pk, f"{cause.ref}: {made.says}")


@require_POST
def undoing(request: Request, pk: int) -> HttpResponse:
    """Takes a decision back."""
    made = get_object_or_404(Decision.objects.visible_to(request.user).select_related("cause", "owner"), pk=pk)
    made.undo(by=request.user)
    return _row(request, made.cause_id, f"{made.cause.ref} is as it was before.")


def _row(request: Request, pk: int, said: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return done(request, f"{reverse('review:index')}#r-{pk}", said)
    messages.success(request, said)
    return page(request, INDEX, {**_one(request, pk), "answered": True}, part="matter")


def _one(request: Request, pk: int) -> dict[str, Any]:
    rows = ranked(Cause.objects.visible_to(request.user).filter(pk=pk))
    return {"matter": matters(rows)[0], "kinds": Decision.Kind.choices}


def _context(request: Request, form: DecisionForm | None = None, chosen: int = 0) -> dict[str, Any]:
    everything = Cause.objects.visible_to(request.user)
    show = request.GET.get("show", "all")
    typed = request.GET.get("from", "")
    start = min(int(typed), 100_000) if typed.isascii() and typed.isdigit() else 0
    found, more = page_of(_shown(everything, show), start)
    chosen = chosen or _chosen(request, [one.cause.pk for one in found if not one.decided])
    in_two_weeks = localdate() + timedelta(days=14)
    first = {"kind": request.GET.get("kind", "keep"), "next_review": day(in_two_weeks)}
    return {
        "matters": found, "sums": sums(everything), "tabs": TABS, "show": show, "kinds": Decision.Kind.choices,
        "start": start, "older": start + SIZE if more else 0, "newer": max(start - SIZE, 0) if start else None,
        "form": form or DecisionForm(auto_id="decision_%s", initial=first), "chosen": chosen, "today": localdate(),
    }  # fmt: skip


def _shown(rows: CauseQuerySet, show: str) -> CauseQuerySet:
    """What was accepted today stays in sight until tomorrow, so that it can be taken back."""
    tabs = {
        "due": lambda: rows.due_for_review(localdate()), "back": rows.open().recurring, "nobody": rows.unowned,
    }  # fmt: skip
    if show in tabs:
        return tabs[show]()
    today = Decision.objects.standing().filter(cause=OuterRef("pk"), at__date=localdate())
    return rows.filter(merge=None).filter(~Q(state__in=SETTLED) | Q(Exists(today), state=Cause.State.ACCEPTED))


def _chosen(request: Request, waiting: list[int]) -> int:
    """The cause whose form is open: the one asked for, or the first that waits for a decision."""
    try:
        asked = number(Cause.LETTER, request.GET.get("decide", ""))
    except Refused:
        asked = 0
    return asked if asked in waiting else waiting[0] if waiting else 0
