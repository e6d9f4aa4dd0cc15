"""The page of the guide, and the hints that one puts away or brings back."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.lib.replies import back, done, page
from rca.whys.guide import NEWEST, PutAway, advice_given, kept_as
from rca.whys.models import Why


@require_GET
def guide(request: Request) -> HttpResponse:
    """The method, one idea at a time; where it is known to fail; and what the advice on answers has been worth."""
    kind = request.GET.get("kept", "")
    context = {
        "advice": advice_given(), "kind": kind, "kept": kept_as(kind, Why.objects.visible_to(request.user)),
        "away": PutAway.objects.names(request.user), "newest": f"{NEWEST:,}",
    }  # fmt: skip
    return page(request, "whys/guide.html", context)


@require_POST
def putting_away(request: Request) -> HttpResponse:
    """One hint is not shown to this person again."""
    PutAway.objects.put_away(by=request.user, hint=request.POST.get("hint", ""))
    return done(request, back(request, reverse("whys:guide")))


@require_POST
def bringing_back(request: Request) -> HttpResponse:
    PutAway.objects.bring_back(by=request.user)
    return done(request, reverse("whys:guide"), "The hints are back.")
