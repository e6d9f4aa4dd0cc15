"""The pages of the goodwill room: what is left to make good with, what it went on, what waits for a manager."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.moments import moments
from accounts.models import Entry
from accounts.people.requests import Request
from rca.goodwill.figures import by_cause, left_by_person
from rca.goodwill.forms import AllowanceForm, ApprovalForm, DecliningForm, GrantForm
from rca.goodwill.models import Allowance, Grant
from rca.lib.replies import again, done, page

DECISIONS: dict[str, type[Form]] = {"approval": ApprovalForm, "declining": DecliningForm}
INDEX, DETAIL = "goodwill/index.html", "goodwill/detail.html"


@require_GET
def index(request: Request) -> HttpResponse:
    return page(request, INDEX, _index(request))


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, DETAIL, _detail(request, _get(request, pk)))


@require_POST
def grant(request: Request) -> HttpResponse:
    """Makes good; above what is left, asks a manager."""
    request.user.must("goodwill.grant")
    form = GrantForm(request.POST, user=request.user)
    if not form.is_valid():
        return again(request, INDEX, _index(request, form=form))
    made = Grant.objects.give(by=request.user, **form.cleaned_data)
    waits = made.state == Grant.State.WAITING
    said = f"{made.ref} waits for a manager: it is above what is left." if waits else f"{made.ref} is given."
    return done(request, reverse("goodwill:index"), said)


@require_POST
def approval(request: Request, pk: int) -> HttpResponse:
    return _decide(request, pk, "approval", Grant.approve, "Approved: it may be given now.")


@require_POST
def declining(request: Request, pk: int) -> HttpResponse:
    return _decide(request, pk, "declining", Grant.decline, "Declined, with your reason.")


@require_POST
def allowance(request: Request) -> HttpResponse:
    request.user.must("goodwill.allow")
    form = AllowanceForm(request.POST)
    if not form.is_valid():
        return again(request, INDEX, _index(request, allowing=form))
    made = Allowance.objects.allow(by=request.user, **form.cleaned_data)
    return done(request, reverse("goodwill:index"), f"{made.person} may spend {made} without asking.")


def _get(request: Request, pk: int) -> Grant:
    found: Grant = get_object_or_404(Grant.objects.visible_to(request.user).for_list(), pk=pk)
    return found


def _decide(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    asked = _get(request, pk)
    form = DECISIONS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, DETAIL, _detail(request, asked, **{name: form}))
    verb(asked, by=request.user, **form.cleaned_data)
    return done(request, asked.get_absolute_url(), said)


def _detail(request: Request, asked: Grant, **bound: Form) -> dict[str, Any]:
    forms = {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in DECISIONS.items()}
    told = moments(Entry.objects.about([asked.ref])[:20], asked.ref, key=())
    return {"grant": asked, "forms": forms, "moments": told}


def _index(request: Request, form: Form | None = None, allowing: Form | None = None) -> dict[str, Any]:
    today, grants = localdate(), Grant.objects.visible_to(request.user).for_list()
    mine = Allowance.objects.of(request.user, today)
    waiting = grants.waiting() if request.user.may("goodwill.approve") else grants.waiting().filter(by=request.user)
    started = {name: request.GET.get(name, "") for name in ("account", "complaint", "cause")}
    return {
        "allowance": mine,
        "grants": grants.filter(by=request.user)[:20],
        "waiting": waiting.order_by("at")[:20],
        "team": left_by_person(today) if request.user.may("goodwill.allow") else [],
        "causes": by_cause(today.replace(month=1, day=1)),
        "form": form or GrantForm(user=request.user, initial=started),
        "allowing": allowing or AllowanceForm(auto_id="allowing_%s"),
        "opened": form is not None or any(started.values()),
    }
