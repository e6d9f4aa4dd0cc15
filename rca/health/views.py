"""The page of the health room: which accounts to look at now, and what is to be done for them."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Account
from accounts.people.requests import Request
from rca.health.forms import HoldForm, OutcomeForm, PlanForm, TaskForm
from rca.health.models import AccountReview, Task, Wound
from rca.lib.paging import keyset
from rca.lib.refs import number
from rca.lib.replies import again, done, page

INDEX = "health/index.html"
SOON = timedelta(days=14)


@require_GET
def index(request: Request) -> HttpResponse:
    return page(request, INDEX, _context(request))


@require_POST
def plan(request: Request) -> HttpResponse:
    request.user.must("health.review")
    form = PlanForm(request.POST, user=request.user, auto_id="plan_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, plan=form))
    made = AccountReview.objects.plan(by=request.user, **form.cleaned_data)
    return done(request, reverse("health:index"), f"{made.account} is looked at as a whole on that day.")


@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    """Holds a review: what was seen, what was decided, when next."""
    row = get_object_or_404(AccountReview.objects.visible_to(request.user).select_related("account", "owner"), pk=pk)
    form = HoldForm(request.POST, auto_id=f"review-{pk}_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, held=(pk, form)))
    row.hold(by=request.user, **form.cleaned_data)
    return done(request, reverse("health:index"), f"{row.account} is reviewed; the next one is planned.")


@require_POST
def task(request: Request) -> HttpResponse:
    request.user.must("health.review")
    form = TaskForm(request.POST, user=request.user, auto_id="task_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, task=form))
    made = Task.objects.set(by=request.user, **form.cleaned_data)
    return done(request, reverse("health:index"), f"{made.owner.first_name} does it for {made.account}.")


@require_POST
def outcome(request: Request, pk: int) -> HttpResponse:
    """Finishes a task with what came of it."""
    row = get_object_or_404(Task.objects.visible_to(request.user).select_related("account"), pk=pk)
    form = OutcomeForm(request.POST, auto_id=f"outcome-{pk}_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, finished=(pk, form)))
    row.finish(by=request.user, **form.cleaned_data)
    return done(request, reverse("health:index"), "Done.")


@require_GET
def wounds(request: Request) -> HttpResponse:
    """The hurts behind a number: of one account, of all accounts that one cause hit, or of everybody."""
    rows = Wound.objects.visible_to(request.user).recent().select_related("account").annotate(hurt_at=F("at"))
    of = request.GET
    if "account" in of:
        rows = rows.filter(account=number("A", of["account"]))
    if "cause" in of:
        rows = rows.filter(account__affected__cause=number("R", of["cause"]))
    shown = keyset(rows, of, by="hurt_at")
    return page(request, "health/wounds.html", {"page": shown, "of": of.get("account") or of.get("cause", "")})


def _context(
    request: Request, *, plan: Form | None = None, task: Form | None = None,
    held: tuple[int, Form] | None = None, finished: tuple[int, Form] | None = None,
) -> dict[str, Any]:  # fmt: skip
    today = localdate()
    reviews = list(AccountReview.objects.visible_to(request.user).due_by(today + SOON)[:25])
    tasks = list(Task.objects.visible_to(request.user).open()[:25])
    hurt = Wound.objects.visible_to(request.user).worst()
    accounts = Account.objects.visible_to(request.user).in_bulk([pk for pk, _ in hurt])
    given = {"account": request.GET.get("account", "")}
    return {
        "reviews": [(row, _bound(held, row.pk) or HoldForm(auto_id=f"review-{row.pk}_%s")) for row in reviews],
        "tasks": [(row, _bound(finished, row.pk) or OutcomeForm(auto_id=f"outcome-{row.pk}_%s")) for row in tasks],
        "hurt": [(accounts[pk], round(score, 2)) for pk, score in hurt if pk in accounts],
        "today": today,
        "plan": plan or PlanForm(user=request.user, auto_id="plan_%s", initial=given),
        "task": task or TaskForm(user=request.user, auto_id="task_%s", initial=given),
    }


def _bound(pair: tuple[int, Form] | None, pk: int) -> Form | None:
    return pair[1] if pair and pair[0] == pk else None
