"""The pages of the complaints room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.complaints.acts import Consultation
from rca.complaints.attachments import LIMITS
from rca.complaints.beside import twins
from rca.complaints.chain import came_with, chain, happened
from rca.complaints.forms import (
    AcknowledgmentForm,
    AnswerForm,
    ClosureForm,
    ConsultationForm,
    EditForm,
    HandoffForm,
    MergeForm,
    NoteForm,
    RelationForm,
    ReopeningForm,
)
from rca.complaints.handing import warning
from rca.complaints.models import Complaint
from rca.lib.present import present
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page

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
# What most complaints have little of: each is read only where there is any.
PARTS = ("sessions", "cause_links", "promises", "handoffs", "consultations", "attachments", "merged", "relations_from",
         "relations_to")  # fmt: skip


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
def answer(request: Request, pk: int) -> HttpResponse:
    """What the colleague who was asked says, written down by them or for them."""
    asked: Consultation = get_object_or_404(Consultation.objects.visible_to(request.user).select_related(
        "complaint__account", "colleague", "asked_by"), pk=pk)  # fmt: skip
    form = AnswerForm(request.POST, auto_id=f"answer{pk}_%s")
    if not form.is_valid():
        complaint = _get(request, asked.complaint_id)
        return again(request, "complaints/detail.html", _context(request, complaint, answered=(pk, form)))
    asked.reply(by=request.user, **form.cleaned_data)
    return done(request, asked.complaint.get_absolute_url(), f"{asked.asked_by.first_name} has the answer.")


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


@require_POST
def unrelation(request: Request, pk: int) -> HttpResponse:
    complaint = _get(request, pk)
    complaint.unrelate(by=request.user, other=_named(request, request.POST.get("other", "")))
    return done(
        request, complaint.get_absolute_url(), "The two are no longer linked; what happened still says they were."
    )


def _get(request: Request, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(request.user).defer("search")
    rows = rows.select_related(
        "account", "contact__preference", "liaison", "logged_by", "acknowledgment__by", "closure__by"
    )
    found: Complaint = get_object_or_404(rows, pk=pk)
    return found


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    complaint = _get(request, pk)
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, "complaints/detail.html", _context(request, complaint, None, **{name: form}))
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


def _context(
    request: Request, complaint: Complaint, answered: tuple[int, Form] | None = None, **bound: Any
) -> dict[str, Any]:
    # Of the folded forms only the one that is asked for, or that came back with errors, is made.
    waits = {"acknowledgment"} if complaint.state == "open" and not complaint.acknowledged_at else set()
    wanted = {*waits, request.GET.get("form", ""), *bound}
    forms = {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in ACTS.items() if name in wanted}
    there = present(complaint, *PARTS)
    read: Callable[[str, Any], list[Any]] = lambda name, rows: list(rows) if name in there else []  # noqa: E731
    causes = read("cause_links", complaint.causes.order_by("-opened_at"))
    handoffs = read("handoffs", complaint.handoffs.select_related("to_person"))
    asked = read("consultations", complaint.consultations.select_related("colleague", "answered_by"))
    return {
        "complaint": complaint,
        "forms": forms,
        "chain": chain(complaint, read("sessions", complaint.sessions.order_by("-planned_at")[:1]), causes),
        "causes": causes,
        "promises": read("promises", complaint.promises.select_related("owner").order_by("window_from")),
        "moments": happened(complaint, causes),
        "handoffs": handoffs,
        "warning": warning(complaint, len(handoffs), request.user),
        "consultations": [
            (one, answered[1] if answered and answered[0] == one.pk else AnswerForm(auto_id=f"answer{one.pk}_%s"))
            for one in asked
        ],
        "related": complaint.related()[:10] if there & {"relations_from", "relations_to"} else [],
        "files": read("attachments", complaint.attachments.select_related("by")),
        "file_limits": LIMITS,
        "undoable": complaint.undoable_by(request.user),
        "twins": twins(complaint.account, complaint.words, complaint.pk) if complaint.state == "open" else [],
        "merged": read("merged", came_with(complaint)),
    }
