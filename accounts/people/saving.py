"""The page of one's saved views: renamed, shared with a role, kept to oneself again, forgotten."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.people.forms import NameForm, ShareForm
from accounts.people.requests import Request
from accounts.people.saved import SavedView
from rca.lib.replies import again, done, page


@require_GET
def views(request: Request) -> HttpResponse:
    return page(request, "people/views.html", _context(request))


@require_POST
def naming(request: Request, pk: int) -> HttpResponse:
    view, form = _get(request, pk), NameForm(request.POST, auto_id=f"name-{pk}_%s")
    if not form.is_valid():
        return again(request, "people/views.html", {**_context(request), "wrong": form})
    view.rename(by=request.user, **form.cleaned_data)
    return done(request, reverse("people:views"), f"It is called “{view.name}” now.")


@require_POST
def sharing(request: Request, pk: int) -> HttpResponse:
    view, form = _get(request, pk), ShareForm(request.POST, auto_id=f"share-{pk}_%s")
    request.user.must("views.share")
    if not form.is_valid():
        return again(request, "people/views.html", {**_context(request), "wrong": form})
    view.share(by=request.user, **form.cleaned_data)
    return done(request, reverse("people:views"), f"“{view.name}” stands beside the tabs of {view.shared_with}.")


@require_POST
def unsharing(request: Request, pk: int) -> HttpResponse:
    view = _get(request, pk)
    view.unshare(by=request.user)
    return done(request, reverse("people:views"), f"“{view.name}” is yours alone again.")


@require_POST
def forgetting(request: Request, pk: int) -> HttpResponse:
    view = _get(request, pk)
    view.forget(by=request.user)
    return done(request, reverse("people:views"), f"“{view.name}” is forgotten.")


def _get(request: Request, pk: int) -> SavedView:
    found: SavedView = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    return found


def _context(request: Request) -> dict[str, object]:
    seen = SavedView.objects.visible_to(request.user).select_related("owner").order_by("page", "name", "pk")
    mine = [(view, ShareForm(auto_id=f"share-{view.pk}_%s")) for view in seen if view.owner_id == request.user.pk]
    return {"mine": mine, "others": [view for view in seen if view.owner_id != request.user.pk]}
