"""The pages of the promises room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.models import Entry
from accounts.people.requests import Request
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.replies import again, done, page
from rca.lib.text import capped
from rca.promises.filtering import SHOWN, PromiseFilter, paged
from rca.promises.forms import BreakingForm, HandoverForm, KeepingForm, NewForm, PromiseForm, ReleaseForm
from rca.promises.keeping import DAYS, by_account, by_cause, by_person, everybody
from rca.promises.models import Promise
from rca.promises.rail import rail, today

ACTS: dict[str, type[Form]] = {
    "keeping": KeepingForm, "breaking": BreakingForm, "release": ReleaseForm, "handover": HandoverForm,
}  # fmt: skip
MOST = 40  # on one day's rail


@require_GET
def index(request: Request) -> HttpResponse:
    params = request.GET.copy()
    show = str(params.setdefault("show", "today"))
    rows = Promise.objects.visible_to(request.user)
    tabs = {name: tab for name, tab in SHOWN.items() if name != "settled" or show == "settled"}
    context: dict[str, Any] = {"show": show, "tabs": tabs, "overdue_count": capped(rows.overdue())}
    if show == "today":
        return page(request, "promises/index.html", {**context, **_today(request)}, part="list")
    filtered = PromiseFilter(params, rows, request=request)
    shown = paged(filtered.qs.for_list(), params, show)
    context |= {"page": shown, "filter": filtered, "rows": [(one, one.standing()) for one in shown.rows]}
    return page(request, "promises/index.html", context, part="list")


def _today(request: Request) -> dict[str, Any]:
    at = now()
    start, end = today(at)
    rows = Promise.objects.visible_to(request.user).for_list()
    windows = list(rows.between(start, end).select_related("settlement")[: MOST + 1])
    later = rows.open().filter(window_from__gte=end).order_by("window_until", "pk")[:20]
    return {
        "rail": rail(windows[:MOST], at),
        "more": len(windows) > MOST,
        "at": at,
        "overdue": rows.overdue(at).order_by("window_until", "pk")[:20],
        "later": [(one, one.standing(at)) for one in later],
        "stands": _stands(windows[:MOST], at),
        "all": everybody(rows, at),
        "shares": [
            ("By account", "Account", by_account(rows, at)),
            ("By cause", "Cause", by_cause(rows, at)),
        ],
        "people": by_person(rows, at),
        "released": capped(rows.filter(state=Promise.State.RELEASED, window_until__gte=at - timedelta(days=DAYS))),
        "due_today": sum(one.state == "open" and one.window_until >= at for one in windows),
    }


def _stands(promises: list[Promise], at: datetime) -> str:
    """1 kept, 1 overdue, 5 to come."""
    names = {"upcoming": "to come", "due": "due now", "late": "kept late"}
    found = Counter(promise.standing(at) for promise in promises)
    order = ("kept", "late", "broken", "released", "overdue", "due", "upcoming")
    return ", ".join(f"{found[name]} {names.get(name, name)}" for name in order if found[name])


def new(request: Request) -> HttpResponse:
    """A promise to an account that has not complained; one about a complaint is made on its page."""
    request.user.must("promises.make")
    form = NewForm(request.POST or None, user=request.user, initial={"account": request.GET.get("account", "")})
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, "promises/new.html", {"form": form})
    made = Promise.objects.make(by=request.user, account=form.cleaned_data["account"], **form.promise())
    return done(request, made.get_absolute_url(), f"{made.ref}: {made.says}.")


@require_POST
def promise(request: Request, pk: int) -> HttpResponse:
    """A promise about the complaint, as its page and no other posts it."""
    rows = Complaint.objects.visible_to(request.user).select_related("account", "contact")
    complaint = get_object_or_404(rows, pk=pk)
    form = PromiseForm(request.POST, account=complaint.account, auto_id="promise_%s")
    if not form.is_valid():
        return again(request, "promises/promise.html", {"form": form, "complaint": complaint})
    made = Promise.objects.make(by=request.user, complaint=complaint, **form.promise())
    return done(request, complaint.get_absolute_url(), f"{made.ref}: {made.says}.")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, "promises/detail.html", _context(_get(request, pk)))


@require_POST
def keeping(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "keeping", Promise.keep, "Kept, and on record.")


@require_POST
def breaking(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "breaking", Promise.break_off, "It is on record that we did not keep it. Make it good.")


@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "release", Promise.release, "They have let us off, in their own words.")


@require_POST
def handover(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "handover", Promise.hand_over, "Somebody else keeps it, and they know.")


def _get(request: Request, pk: int) -> Promise:
    rows = Promise.objects.visible_to(request.user).for_list().select_related("made_by", "settlement__by")
    found: Promise = get_object_or_404(rows, pk=pk)
    return found


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    made = _get(request, pk)
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, "promises/detail.html", _context(made, **{name: form}))
    verb(made, by=request.user, **form.cleaned_data)
    return done(request, made.get_absolute_url(), said)


def _context(made: Promise, **bound: Form) -> dict[str, Any]:
    forms = {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in ACTS.items()}
    timeline = Entry.objects.about([made.ref])[:50]
    return {"promise": made, "standing": made.standing(), "forms": forms, "timeline": timeline}
