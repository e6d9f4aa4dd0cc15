"""The pages of a root: the stop test that marks it, the causes that look alike, and taking it back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.causes.forms import RootForm, UnmarkingForm
from rca.causes.models import Cause, Root
from rca.causes.resembling import hit, resembling
from rca.lib.replies import again, back, done, page
from rca.whys.models import Why
from rca.whys.stopping import FLOOR, open_checks, therefore

ROOT, ALIKE = "causes/root.html", "causes/alike.html"


def root(request: Request, why_id: int) -> HttpResponse:
    """The stop test of one why: the chain read back, the questions, and the root that it marks."""
    request.user.must("causes.mark")
    why = _why(request, why_id)
    form = RootForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        cause = Cause.objects.mark_root(by=request.user, why=why, **form.cleaned_data)
        return done(request, back(request, cause.get_absolute_url()), f"{cause.ref} is the root. Whom else did it hit?")
    return (again if request.method == "POST" else page)(request, ROOT, _context(request, why, form=form))


@require_GET
def alike(request: Request, why_id: int) -> HttpResponse:
    """For a why that may become a root: known causes that look alike. For one that is a root: whom it hit."""
    why = _why(request, why_id)
    return page(request, ALIKE, {"why": why, **_known(request, why)}, part="part")


@require_POST
def unmarking(request: Request, why_id: int) -> HttpResponse:
    """It is not the root after all."""
    marked = get_object_or_404(Root.objects.select_related("cause", "why__session"), why=_why(request, why_id))
    form = UnmarkingForm(request.POST, auto_id="unmarking_%s")
    if not form.is_valid():
        return again(request, ROOT, _context(request, marked.why, unmarking=form))
    fact = marked.unmark(by=request.user, **form.cleaned_data)
    left = "stays open, without a why" if fact.cause else "is withdrawn with it"
    if fact.cause and fact.cause.roots.exists():
        left = "stands on another why still"
    return done(
        request, back(request, fact.why.get_absolute_url()), f"Not the root after all: {fact.cause_ref} {left}."
    )


def _why(request: Request, pk: int) -> Why:
    whys = Why.objects.visible_to(request.user).select_related("session__facilitator", "root__cause", "root__by")
    return get_object_or_404(whys, pk=pk)


def _context(request: Request, why: Why, **more: Any) -> dict[str, Any]:
    return {
        "why": why, "chain": therefore(why), "open": open_checks(why), "floor": FLOOR,
        "form": more.get("form") or RootForm(user=request.user),
        "unmarking": more.get("unmarking") or UnmarkingForm(auto_id="unmarking_%s"),
        "past": why.unmarkings.select_related("by", "marked_by", "cause"), **_known(request, why),
    }  # fmt: skip


def _known(request: Request, why: Why) -> dict[str, Any]:
    if hasattr(why, "root"):
        return {"hit": hit(request.user, why.root)}
    family = request.GET.get("family", "")
    return {"known": resembling(request.user, why, family=family) if request.user.may("causes.mark") else []}
