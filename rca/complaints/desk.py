"""The page at which a complaint is taken down, and what it fetches while somebody types."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.customers.models import Account, Contact
from accounts.people.drafts import Draft
from accounts.people.requests import Request
from rca.complaints import intake
from rca.complaints.attachments import LIMITS
from rca.complaints.beside import clash, lately, twins, who
from rca.complaints.log_form import LogForm
from rca.complaints.models import Complaint
from rca.complaints.undoing import draft_name
from rca.lib.clock import now
from rca.lib.replies import again, done, page
from rca.lib.text import first_line

KEPT_BESIDE = [("lost_files", "lost_files"), ("causes", "cause")]  # of a draft, what is no field of the form
DRAFT_LIMIT = 200_000  # characters; what is longer is too long for the form as well


def new(request: Request) -> HttpResponse:
    """Logs a complaint, and with it a new account, its caller, files or a promise when they were typed."""
    request.user.must("complaints.log")
    if request.method != "POST":
        return _fresh(request)
    form = LogForm(request.POST, request.FILES, user=request.user)
    number = intake.unsealed(request.POST.get("number", ""), request.user)
    earlier = Complaint.objects.visible_to(request.user).filter(pk=number or 0).first()
    if earlier:
        return done(request, earlier.get_absolute_url(), f"{earlier.ref} is taken already; nothing was logged twice.")
    if request.POST.get("next") == "look" or not form.is_valid():
        return again(request, "complaints/new.html", _context(request, form, number or Complaint.objects.reserve()))
    causes, offered = request.POST.getlist("cause"), request.POST.get("offered", "")
    data = form.cleaned_data | {"number": number, "causes": causes, "offered": offered}
    complaint = intake.take_down(by=request.user, **data)
    Draft.objects.drop(by=request.user, form=draft_name(complaint.pk))
    undo = reverse("complaints:withdrawal", args=[complaint.pk])
    messages.success(request, f"{complaint.ref} is taken. Read the number out.", extra_tags=undo)
    return redirect(
        complaint.get_absolute_url() + ("#acknowledgment_words" if request.POST.get("next") == "own" else "")
    )


@require_GET
def beside(request: Request) -> HttpResponse:
    """Who the chosen account is and what was lately, for the form’s side; htmx asks when an account is chosen."""
    form = LogForm(request.GET, user=request.user)
    context = _side(request, form)
    if context["account"] and request.GET.get("shown") == context["account"].ref:
        return HttpResponse(status=204)  # the same account again: what is folded open beside it stays so
    return page(request, "complaints/_beside.html", {"form": form, **context})


@require_POST
def draft(request: Request) -> HttpResponse:
    """Keeps what is typed so far, and answers what somebody should know before saving it."""
    request.user.must("complaints.log")
    number = intake.unsealed(request.POST.get("number", ""), request.user)
    body = intake.draft_body(request.POST)
    sent = number is None or Complaint.objects.filter(pk=number).exists()
    kept = not sent and intake.started(body) and sum(len(one) for many in body.values() for one in many) < DRAFT_LIMIT
    if kept:
        Draft.objects.keep(by=request.user, form=draft_name(number or 0), body=body)
    form = LogForm(request.POST, user=request.user)
    too_long = not kept and not sent and intake.started(body)
    context = {"form": form, "kept": now() if kept else None, "too_long": too_long}
    return page(request, "complaints/_kept.html", {**context, **_side(request, form, history=False)})


@require_POST
def dropping(request: Request, number: int) -> HttpResponse:
    """A draft that is not wanted goes."""
    request.user.must("complaints.log")
    Draft.objects.drop(by=request.user, form=draft_name(number))
    return done(request, reverse("complaints:new"), "The draft is gone.")


@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    """Undoes the logging; the form opens again with all that was typed."""
    complaint: Complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    complaint.take_back(by=request.user)
    return done(request, f"{reverse('complaints:new')}?draft={pk}", f"C-{pk} is taken back. What you typed is below.")


def _fresh(request: Request) -> HttpResponse:
    taken_up = request.GET.get("draft", "")
    kept = Draft.objects.of(request.user, draft_name(int(taken_up))) if re.fullmatch("[0-9]{1,18}", taken_up) else None
    initial: dict[str, Any] = {"account": request.GET.get("account", "")[:200]}
    number = Complaint.objects.reserve() if kept is None else int(taken_up)
    if kept:
        initial = intake.initial_of(kept.body)
    form = LogForm(user=request.user, initial=initial)
    context = _context(request, form, number)
    waiting = Draft.objects.waiting(request.user, "log:")
    context["drafts"] = [_offer(one) for one in waiting[:6] if one.form != draft_name(number)][:5]
    context |= {name: kept.body.get(field, []) if kept else [] for name, field in KEPT_BESIDE}
    return page(request, "complaints/new.html", context)


def _offer(draft: Draft) -> dict[str, Any]:
    said = {name: (draft.body.get(name) or [""])[0] for name in ("account", "words")}
    number = draft.form.partition(":")[2]
    return {"number": number, "at": draft.saved_at, "account": said["account"], "gist": first_line(said["words"], 60)}


def _context(request: Request, form: LogForm, number: int) -> dict[str, Any]:
    return {
        "form": form, "causes": request.POST.getlist("cause"), "file_limits": LIMITS,
        "number": f"C-{number}", "sealed": intake.sealed(number, request.user),
        **_side(request, form),
    }  # fmt: skip


def _account(form: LogForm) -> Account | None:
    """The account that stands in the form, whatever else of it may still be missing."""
    field, value = form.fields["account"], form["account"].value()
    try:
        found: Account | None = field.clean(value) if value else None
    except ValidationError:
        return None
    return found


def _who(form: LogForm) -> tuple[Account | None, Contact | None, list[Contact]]:
    """The account, who is calling from it, and whom else we reach there."""
    account = _account(form)
    people = who(account)
    chosen = str(form["contact"].value() or form["account_met"].value() or "")
    calling = next((one for one in people if str(one.pk) == chosen), None)
    if calling is None and chosen != "0" and people:
        calling = people[0]
    return account, calling, people


def _side(request: Request, form: LogForm, *, history: bool = True) -> dict[str, Any]:
    """Everything that stands beside the form or is hinted at within it."""
    account, calling, people = _who(form)
    lines = lately(account) if history and account and account.pk else []
    return {
        "account": account, "calling": calling, "people": people, "lines": lines,
        "twins": twins(account, str(form["words"].value() or "")),
        "clashes": clash(request.user, form.typed_window(account), calling),
    }  # fmt: skip
