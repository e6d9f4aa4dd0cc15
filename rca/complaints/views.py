"""The pages of the complaints room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Account, User
from accounts.people.requests import Request
from rca.complaints.chain import chain, timeline
from rca.complaints.filtering import SHOWN, ComplaintFilter
from rca.complaints.forms import (
    AcknowledgmentForm,
    ClosureForm,
    ConsultationForm,
    EditForm,
    HandoffForm,
    LogForm,
    MergeForm,
    NoteForm,
    RelationForm,
    ReopeningForm,
)
from rca.complaints.models import Complaint
from rca.lib.paging import keyset
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.text import capped

ACTS: dict[str, type[Form]] = {
    "acknowledgment": AcknowledgmentForm,
    "handoff": HandoffForm,
    "consultation": ConsultationForm,
    "note": NoteForm,
    "closure": ClosureForm,
    "reopening": ReopeningForm,
    "merge": MergeForm,
    "relation": RelationForm,
}


@require_GET
def index(request: Request) -> HttpResponse:
    params = request.GET.copy()
    params.setdefault("show", "open")
    rows = Complaint.objects.visible_to(request.user)
    filtered = ComplaintFilter(params, rows, request=request)
    shown = keyset(filtered.qs.for_list(), params, by="received_at")
    context = {
        "page": shown, "filter": filtered, "show": params["show"], "tabs": SHOWN,
        "open": capped(rows.open()), "overdue": capped(rows.overdue()),
    }  # fmt: skip
    return page(request, "complaints/index.html", context, part="list")


def new(request: Request) -> HttpResponse:
    """Logs a complaint, and with it a new account or a promise when they were typed."""
    request.user.must("complaints.log")
    form = LogForm(request.POST or None, user=request.user, initial={"account": request.GET.get("account", "")})
    if request.method != "POST":
        return page(request, "complaints/new.html", {"form": form})
    if not form.is_valid():
        return again(request, "complaints/new.html", {"form": form})
    complaint = _log(request.user, form.cleaned_data)
    own = request.POST.get("next") == "own"
    said = f"{complaint.ref} is taken. Read the number out."
    return done(request, complaint.get_absolute_url() + ("#own" if own else ""), said)


def _log(user: User, data: dict[str, Any]) -> Complaint:
    facts = {name: data[name] for name in ("words", "remedy", "channel", "severity", "behaviours")}
    account = data["account"] or Account.objects.open(by=user, name=data["new_name"])
    complaint: Complaint = Complaint.objects.log(by=user, account=account, contact=account.contact, **facts)
    if "window" in data:
        begins, ends = data["window"]
        complaint.promises.make(by=user, kind="call_back", what="", window_from=begins, window_until=ends)
    return complaint


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    complaint = _get(request, pk)
    return page(request, "complaints/detail.html", _context(request, complaint))


def edit(request: Request, pk: int) -> HttpResponse:
    """Classifies or corrects; a stale save shows both texts and loses neither."""
    request.user.must("complaints.edit")
    complaint = _get(request, pk)
    form = EditForm(request.POST or None, instance=complaint, initial={"version": complaint.version})
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, "complaints/edit.html", {"form": form, "complaint": complaint})
    changes = {name: form.cleaned_data[name] for name in EditForm.Meta.fields}
    # The form has already put its values on its instance: the verb must compare with the row as it stands.
    _get(request, pk).amend(by=request.user, version=form.cleaned_data["version"], **changes)
    return done(request, complaint.get_absolute_url(), "The details are changed.")


@require_POST
def acknowledgment(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "acknowledgment", Complaint.acknowledge, "You have owned up to it.")


@require_POST
def handoff(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "handoff", Complaint.hand_to, "The customer has another one person.")


@require_POST
def consultation(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "consultation", Complaint.consult, "Your colleague is asked; the customer keeps you.")


@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "note", Complaint.note, "The note is kept.")


@require_POST
def closure(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "closure", Complaint.close, "The complaint is closed.")


@require_POST
def reopening(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "reopening", Complaint.reopen, "The complaint is open again.")


@require_POST
def merge(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "merge", Complaint.merge_into, "The two are one now; undo it here at any time.")


@require_POST
def separation(request: Request, pk: int) -> HttpResponse:
    complaint = _get(request, pk)
    complaint.unmerge(by=request.user)
    return done(request, complaint.get_absolute_url(), "They are two complaints again.")


@require_POST
def relation(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "relation", Complaint.relate, "The two are linked.")


def _get(request: Request, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(request.user).select_related("account", "contact", "liaison", "logged_by")
    found: Complaint = get_object_or_404(rows, pk=pk)
    return found


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    complaint = _get(request, pk)
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, "complaints/detail.html", _context(request, complaint, **{name: form}))
    data = form.cleaned_data
    for field in ("into", "other"):
        if field in data:
            data[field] = _named(request, data[field])
    verb(complaint, by=request.user, **data)
    return done(request, complaint.get_absolute_url(), said)


def _named(request: Request, ref: str) -> Complaint:
    found: Complaint | None = Complaint.objects.visible_to(request.user).filter(pk=number("C", ref)).first()
    if found is None:
        raise Refused(f"There is no complaint {ref}.")
    return found


def _context(request: Request, complaint: Complaint, **bound: Form) -> dict[str, Any]:
    forms = {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in ACTS.items()}
    causes = list(complaint.causes.all())
    return {
        "complaint": complaint,
        "forms": forms,
        "chain": chain(complaint),
        "causes": causes,
        "promises": complaint.promises.select_related("owner").order_by("window_from"),
        "timeline": timeline(complaint, causes),
        "handoffs": complaint.handoffs.select_related("to_person"),
        "consultations": complaint.consultations.select_related("colleague"),
        "related": complaint.related()[:10],
        "merged": complaint.merged.select_related("complaint"),
    }
