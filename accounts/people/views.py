"""One's own page: who one is here, the tokens that speak in one's name, the theme and the keys."""

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.people.feeds import CalendarFeed, feed_address
from accounts.people.forms import FeedForm, TokenForm
from accounts.people.models import ApiToken
from accounts.people.notices import Notice
from accounts.people.requests import Request
from accounts.people.roles import ABILITIES, RANK, Role
from rca.lib.clock import now
from rca.lib.paging import keyset
from rca.lib.replies import again, done, page
from rca.lib.text import capped

THEMES = [("system", "As the system"), ("light", "Light"), ("dark", "Dark")]
YEAR = 365 * 24 * 60 * 60


@require_GET
@never_cache
def me(request: Request) -> HttpResponse:
    return page(request, "people/me.html", _context(request))


@require_POST
@never_cache
def token(request: Request) -> HttpResponse:
    """Issues a token; its secret is on this one answer and nowhere else, so no redirect can lose it."""
    form = TokenForm(request.POST, auto_id="token_%s")
    if not form.is_valid():
        return again(request, "people/me.html", _context(request, form=form))
    made, secret = ApiToken.objects.issue(by=request.user, **form.issue())
    return page(request, "people/me.html", _context(request, made=made, secret=secret))


@require_POST
def revocation(request: Request, pk: int) -> HttpResponse:
    mine = get_object_or_404(request.user.tokens, pk=pk)
    mine.revoke(by=request.user)
    return done(request, reverse("people:me"), f"“{mine.name}” opens nothing any more.")


@require_POST
def theme(request: Request) -> HttpResponse:
    """The same cookie that the switch at the foot of the page sets, for those without scripts."""
    answer = done(request, reverse("people:me"))
    chosen = request.POST.get("choice", "")
    if chosen in dict(THEMES):
        answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@require_POST
@never_cache
def feed(request: Request) -> HttpResponse:
    """Makes an address for one's own calendar; like a token's secret it is on this one answer and nowhere else."""
    form = FeedForm(request.POST, auto_id="feed_%s")
    if not form.is_valid():
        return again(request, "people/me.html", _context(request, feeding=form))
    fed, secret = CalendarFeed.objects.open(by=request.user, **form.cleaned_data)
    return page(request, "people/me.html", _context(request, fed=fed, feed_address=feed_address(secret)))


@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    mine = get_object_or_404(CalendarFeed.objects.filter(user=request.user), pk=pk)
    mine.take_back(by=request.user)
    return done(request, reverse("people:me"), f"“{mine.name}” shows nothing any more.")


@require_GET
def notices(request: Request) -> HttpResponse:
    """What we were told lately, read and unread; nothing before its time."""
    rows = Notice.objects.visible_to(request.user).filter(due_at__lte=now()).annotate(told_at=F("due_at"))
    shown = keyset(rows, request.GET, by="told_at")
    return page(request, "people/notices.html", {"page": shown, "unseen": capped(rows.unseen())})


@require_POST
def sighting(request: Request, pk: int) -> HttpResponse:
    """Read: it leaves the first page."""
    mine: Notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mine.see(by=request.user)
    return done(request, reverse("people:notices") if "notices" in request.POST else "/")


@require_POST
def sightings(request: Request) -> HttpResponse:
    """All of them read at once."""
    Notice.objects.see_all(by=request.user)
    return done(request, reverse("people:notices"), "All of it is put away.")


def _context(request: Request, **more: Any) -> dict[str, Any]:
    acts: dict[Role, list[str]] = {}
    for lowest, act in ABILITIES.values():
        acts.setdefault(lowest, []).append(act)
    mine = RANK[Role(request.user.role)]
    return {
        "feeding": more.pop("feeding", None) or FeedForm(auto_id="feed_%s"),
        "feeds": CalendarFeed.objects.filter(user=request.user, revoked_at=None).order_by("-pk"),
        "form": more.pop("form", None) or TokenForm(auto_id="token_%s"),
        "tokens": request.user.tokens.filter(revoked_at=None).order_by("-pk"),
        "acts": [(role.label, RANK[role] <= mine, acts[role]) for role in sorted(acts, key=RANK.__getitem__)],
        "themes": THEMES,
        **more,
    }
