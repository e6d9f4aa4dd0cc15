"""The pages of the retention room: who asked to leave, what was tried, who may come back, who never bought."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.moments import moments
from accounts.models import Account, Entry
from accounts.people.requests import Request
from rca.causes.models import Cause
from rca.lib.replies import again, done, page
from rca.lib.text import capped
from rca.retention.forms import AttemptForm, CallerForm, NoticeForm, ReleaseForm, TieForm, WordsForm
from rca.retention.models import Caller, Cancellation, WinBack

INDEX, DETAIL = "retention/index.html", "retention/detail.html"
ACTS: dict[str, type[Form]] = {
    "attempt": AttemptForm, "stay": WordsForm, "departure": WordsForm, "release": ReleaseForm, "tie": TieForm,
}  # fmt: skip
SEEN = {"attempt", "tie"}  # their references are looked up among what the person may see


@require_GET
def index(request: Request) -> HttpResponse:
    return page(request, INDEX, _index(request))


@require_POST
def notice(request: Request) -> HttpResponse:
    request.user.must("retention.work")
    form = NoticeForm(request.POST, user=request.user)
    if not form.is_valid():
        return again(request, INDEX, _index(request, noticing=form))
    made = Cancellation.objects.notice(by=request.user, **form.cleaned_data)
    return done(request, made.get_absolute_url(), "Taken down. Listen first; offer last, if at all.")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, DETAIL, _detail(request, _get(request, pk)))


@require_POST
def tie(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "tie", Cancellation.amend, "Put right.")


@require_POST
def attempt(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "attempt", Cancellation.attempt, "Kept.")


@require_POST
def stay(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "stay", Cancellation.stay, "They stay for now. Whether they are saved shows later.")


@require_POST
def departure(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "departure", Cancellation.leave, "They have left.")


@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "release", Cancellation.let_go, "They are let go, with your reason.")


@require_POST
def saving(request: Request, pk: int) -> HttpResponse:
    cancellation = _get(request, pk)
    cancellation.confirm_saved(by=request.user)
    return done(request, cancellation.get_absolute_url(), "Still here: they count as saved.")


@require_POST
def invitation(request: Request) -> HttpResponse:
    """Told a lost account that we fixed why they left."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=_number(request, "account"))
    cause = get_object_or_404(Cause.objects.visible_to(request.user), pk=_number(request, "cause"))
    WinBack.objects.ask(by=request.user, account=account, cause=cause, words=request.POST.get("words", "")[:2000])
    return done(request, reverse("retention:index") + "#win", f"{account.name} has heard it.")


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    asked = get_object_or_404(WinBack.objects.visible_to(request.user).select_related("account", "cause"), pk=pk)
    asked.answer(by=request.user, came="came" in request.POST, words=request.POST.get("words", "")[:2000])
    return done(request, reverse("retention:index") + "#win", f"{asked.account.name} {asked.get_state_display()}.")


@require_POST
def caller(request: Request) -> HttpResponse:
    request.user.must("retention.work")
    form = CallerForm(request.POST)
    if not form.is_valid():
        return again(request, INDEX, _index(request, calling=form))
    Caller.objects.take(by=request.user, **form.cleaned_data)
    return done(request, reverse("retention:index") + "#never", "Noted: what they wanted is worth knowing.")


@require_POST
def settling(request: Request, pk: int) -> HttpResponse:
    called = get_object_or_404(Caller.objects.visible_to(request.user), pk=pk)
    called.settle(by=request.user, bought="bought" in request.POST, outcome=request.POST.get("outcome", "")[:2000])
    return done(request, reverse("retention:index") + "#never", f"{called.name}: {called.get_state_display()}.")


def _number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _get(request: Request, pk: int) -> Cancellation:
    found: Cancellation = get_object_or_404(Cancellation.objects.visible_to(request.user).for_list(), pk=pk)
    return found


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    cancellation = _get(request, pk)
    form = _form(request, name, request.POST)
    if not form.is_valid():
        return again(request, DETAIL, _detail(request, cancellation, **{name: form}))
    verb(cancellation, by=request.user, **form.cleaned_data)
    return done(request, cancellation.get_absolute_url(), said)


def _form(request: Request, name: str, data: Any = None, **more: Any) -> Form:
    extra: dict[str, Any] = {"user": request.user} if name in SEEN else {}
    return ACTS[name](data, auto_id=f"{name}_%s", **extra, **more)


def _detail(request: Request, row: Cancellation, **bound: Form) -> dict[str, Any]:
    now = {"version": row.version, "cause": row.cause.ref if row.cause else "", "guard": row.guard,
           "leaves_on": row.leaves_on.isoformat() if row.leaves_on else ""}  # fmt: skip
    forms = {name: bound.get(name) or _form(request, name, initial=now if name == "tie" else None) for name in ACTS}
    return {
        "row": row,
        "forms": forms,
        "attempts": row.attempts.select_related("by", "grant"),
        "moments": moments(Entry.objects.about([row.ref])[:30], row.ref, key=()),
    }


def _index(request: Request, noticing: Form | None = None, calling: Form | None = None) -> dict[str, Any]:
    rows = Cancellation.objects.visible_to(request.user).for_list()
    asked = WinBack.objects.visible_to(request.user).filter(state=WinBack.State.ASKED)
    callers = Caller.objects.visible_to(request.user).filter(state=Caller.State.OPEN)
    return {
        "talking": rows.open().order_by("notice_at")[:50],
        "watched": rows.watched().order_by("saved_if_here_on")[:50],
        "ended": rows.filter(state__in=["saved", "left", "let_go"]).order_by("-decided_at")[:20],
        "count": capped(rows.open()),
        "mended": rows.mended()[:20],
        "asked": asked.select_related("account", "cause").order_by("at")[:20],
        "callers": callers.select_related("taken_by").order_by("next_on", "-called_at")[:20],
        "noticing": noticing or NoticeForm(user=request.user, initial={"account": request.GET.get("account", "")}),
        "calling": calling or CallerForm(auto_id="calling_%s"),
    }
