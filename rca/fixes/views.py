"""The pages of the fixes room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Entry
from accounts.people.requests import Request
from rca.fixes import forms
from rca.fixes.effect import seen
from rca.fixes.filtering import SHOWN, FixFilter
from rca.fixes.models import Fix
from rca.lib.paging import keyset
from rca.lib.replies import again, back, done, page
from rca.lib.text import capped

INDEX, PROPOSE, DETAIL, EDIT = (f"fixes/{name}.html" for name in ("index", "propose", "detail", "edit"))
ACTS: dict[str, type[Form]] = {
    "completion": forms.CompletionForm,
    "slip": forms.SlipForm,
    "drop": forms.DropForm,
    "verification": forms.VerificationForm,
}
DETAILS = ("title", "detail", "kind", "owner", "measure", "falls_from", "falls_to", "check_on")


@require_GET
def index(request: Request) -> HttpResponse:
    params = request.GET.copy()
    params.setdefault("show", "open")
    rows = Fix.objects.visible_to(request.user)
    filtered = FixFilter(params, rows, request=request)
    context = {
        "page": keyset(filtered.qs.for_list(), params, by="urgency"), "filter": filtered, "show": params["show"],
        "tabs": SHOWN, "open": capped(rows.unfinished()), "overdue": capped(rows.overdue()),
        "check": capped(rows.to_check()), "today": localdate(),
    }  # fmt: skip
    return page(request, INDEX, context, part="list")


def propose(request: Request) -> HttpResponse:
    """What will be done, by whom, until when, and what it should change."""
    request.user.must("fixes.propose")
    typed = {name: request.GET[name] for name in ("cause", "why", "title") if name in request.GET}
    form = forms.ProposeForm(request.POST or None, user=request.user, initial=typed)
    if request.method != "POST" or not form.is_valid():
        return (again if request.method == "POST" else page)(request, PROPOSE, {"form": form})
    fix = Fix.objects.propose(by=request.user, **form.cleaned_data)
    shown = fix.cause.get_absolute_url() + "#fixes" if fix.cause else fix.get_absolute_url()
    return done(
        request, back(request, shown), f"{fix.ref} is proposed. {fix.owner.first_name} has it until the day you said."
    )


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, DETAIL, _context(request, _get(request, pk)))


def edit(request: Request, pk: int) -> HttpResponse:
    """Title, owner and the prediction put right; a stale save shows both texts and loses neither."""
    request.user.must("fixes.propose")
    fix = _get(request, pk)
    start = {name: getattr(fix, name) for name in (*DETAILS, "version")} | {"check_on": fix.check_says}
    form = forms.EditForm(request.POST or None, user=request.user, initial=start)
    if request.method != "POST" or not form.is_valid():
        return (again if request.method == "POST" else page)(request, EDIT, {"form": form, "fix": fix})
    data = form.cleaned_data
    fix.amend(by=request.user, version=data.pop("version"), **data)
    return done(request, fix.get_absolute_url(), "The fix is changed.")


@require_POST
def completion(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "completion", Fix.finish, "In place. Now somebody else looks whether it holds.")


@require_POST
def slip(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "slip", Fix.move, "The day is moved, and the reason kept.")


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "drop", Fix.drop, "Dropped, with your reason.")


@require_POST
def verification(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "verification", Fix.verify, "Your verdict is kept.")


def _get(request: Request, pk: int) -> Fix:
    found: Fix = get_object_or_404(Fix.objects.visible_to(request.user).for_list(), pk=pk)
    return found


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    fix = _get(request, pk)
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, DETAIL, _context(request, fix, **{name: form}))
    verb(fix, by=request.user, **form.cleaned_data)
    return done(request, fix.get_absolute_url(), said)


def _context(request: Request, fix: Fix, **bound: Form) -> dict[str, Any]:
    verified = fix.verdict is not None and fix.verdict.result == "effective"
    mine = fix.owner_id == request.user.pk
    return {
        "fix": fix,
        "live": fix.cause is None or fix.cause.state != "closed",
        "verified": verified,
        "verifiable": fix.state == "done" and not verified and not mine and request.user.may("fixes.verify"),
        "today": localdate(),
        "forms": {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in ACTS.items()},
        "effect": seen(fix),
        "timeline": Entry.objects.about([fix.ref])[:30],
    }
