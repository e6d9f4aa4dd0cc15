"""The pages of this room: shape in the form, rule in the verb, and a page that says what happened."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Entry
from accounts.people.requests import Request
from rca.causes.models import Cause
from rca.causes.roster import Affected
from rca.communications import mailing as everybody
from rca.communications import showing
from rca.communications.forms import ApprovalForm, AttemptForm, BounceForm, NoteForm, SendingForm, TellingForm
from rca.communications.models import Message, Telling
from rca.communications.notes import FixNote
from rca.lib.paging import keyset
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page


@require_GET
def index(request: Request) -> HttpResponse:
    rows, params = Message.objects.visible_to(request.user), request.GET.copy()
    show = str(params.get("show", ""))
    show = show if show in showing.SHOWN else "all"
    shown = keyset(showing.SHOWN[show][1](rows).for_list(), params, by="due_at")
    tasks = rows.to_do().for_list().order_by("due_at", "id")[:20]
    context = {"page": shown, "show": show, "tabs": showing.SHOWN, "tasks": tasks, **showing.figures(rows)}
    return page(request, "communications/index.html", context, part="list")


@require_GET
def note(request: Request, pk: int) -> HttpResponse:
    """The fix note of a cause: drafted, changed, approved, and as one of its customers will read it."""
    return page(request, "communications/note.html", showing.note_page(_cause(request, pk), request.user))


@require_POST
def draft(request: Request, pk: int) -> HttpResponse:
    cause = _cause(request, pk)
    FixNote.objects.draft(by=request.user, cause=cause)
    said = "Drafted from the chain. Read it as the customer would, and change what is not yours to say."
    return done(request, reverse("communications:note", args=[pk]), said)


@require_POST
def amendment(request: Request, pk: int) -> HttpResponse:
    cause = _cause(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = showing.note_page(cause, request.user, form=form)
        return again(request, "communications/note.html", context)
    changes = dict(form.cleaned_data)
    _newest(cause).amend(by=request.user, version=changes.pop("version"), **changes)
    return done(request, reverse("communications:note", args=[pk]), "The note is changed.")


@require_POST
def approval(request: Request, pk: int) -> HttpResponse:
    cause = _cause(request, pk)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        context = showing.note_page(cause, request.user, approval=form)
        return again(request, "communications/note.html", context)
    _newest(cause).approve(by=request.user, **form.cleaned_data)
    return done(request, reverse("communications:note", args=[pk]), "Approved: it can be sent now.")


@require_GET
def everyone(request: Request, pk: int) -> HttpResponse:
    """Everybody of a cause who has not been told: who hears now, who later, by hand, and who is left out."""
    return page(request, "communications/everyone.html", showing.everyone_page(_cause(request, pk), request))


@require_POST
def mailing(request: Request, pk: int) -> HttpResponse:
    tally = everybody.send_all(by=request.user, cause=_cause(request, pk))
    return done(request, reverse("communications:index"), tally.says)


@require_GET
def tell(request: Request, pk: int) -> HttpResponse:
    """One account: the merged text, the channel, the slot in their zone, and the button."""
    return page(request, "communications/tell.html", showing.tell_page(_affected(request, pk), request.user))


@require_POST
def sending(request: Request, pk: int) -> HttpResponse:
    affected = _affected(request, pk)
    form = SendingForm(request.POST)
    if not form.is_valid():
        context = showing.tell_page(affected, request.user, sending=form)
        return again(request, "communications/tell.html", context)
    note = FixNote.objects.current(affected.cause) or _newest(affected.cause)
    sent = Message.objects.send(by=request.user, affected=affected, note=note, **form.cleaned_data)
    # The toast’s Undo posts to the stop of this message, for as long as it has not left.
    messages.success(request, showing.said_of(sent), extra_tags=reverse("communications:stop", args=[sent.pk]))
    return done(request, sent.get_absolute_url())


@require_POST
def telling(request: Request, pk: int) -> HttpResponse:
    affected = _affected(request, pk)
    form = TellingForm(request.POST, affected=affected, auto_id="telling_%s")
    if not form.is_valid():
        context = showing.tell_page(affected, request.user, telling=form)
        return again(request, "communications/tell.html", context)
    Telling.objects.tell(by=request.user, affected=affected, **form.cleaned_data)
    return done(request, affected.get_absolute_url(), f"{affected.account} counts as told.")


@require_GET
def message(request: Request, pk: int) -> HttpResponse:
    """One message; while it is on its way the page asks how far it is, and is drawn anew once it has left."""
    row = _message(request, pk)
    if request.headers.get("HX-Request") and row.state not in ("queued", "claimed"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return page(request, "communications/message.html", _context(row), part="state")


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.stop, "Stopped. Nothing has left.")


@require_POST
def attempt(request: Request, pk: int) -> HttpResponse:
    row = _message(request, pk)
    return _act(request, pk, Message.attempt, "Recorded.", AttemptForm(request.POST, channel=row.channel))


@require_POST
def confirmation(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.confirm, "It arrived, so they count as told.")


@require_POST
def resending(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.resend, "It goes once more, under the same number.")


@require_POST
def bounce(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.bounce, "Their address is marked, and their row is untold again.",
                BounceForm(request.POST))  # fmt: skip


@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.withdraw, "The private page is shut.")


@require_POST
def reading(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, Message.read_answer, "Their answer counts as read.")


def _act(request: Request, pk: int, verb: Any, said: str, form: Form | None = None) -> HttpResponse:
    row = _message(request, pk)
    if form is not None and not form.is_valid():
        return again(request, "communications/message.html", _context(row, form))
    verb(row, by=request.user, **(form.cleaned_data if form else {}))
    return done(request, row.get_absolute_url(), said)


def _context(row: Message, bound: Form | None = None) -> dict[str, Any]:
    timeline = Entry.objects.about([row.ref])[:50]
    attempt_form = bound if isinstance(bound, AttemptForm) else AttemptForm(channel=row.channel)
    return {
        **showing.message_page(row),
        "timeline": timeline,
        "attempt_form": attempt_form,
        "bounce_form": BounceForm(),
    }


def _cause(request: Request, pk: int) -> Cause:
    found: Cause = get_object_or_404(Cause.objects.visible_to(request.user), pk=pk)
    return found


def _affected(request: Request, pk: int) -> Affected:
    rows = Affected.objects.visible_to(request.user).select_related("account", "cause")
    found: Affected = get_object_or_404(rows, pk=pk)
    return found


def _message(request: Request, pk: int) -> Message:
    rows = Message.objects.visible_to(request.user).select_related(
        "account", "contact", "by", "affected__cause", "note"
    )
    found: Message = get_object_or_404(rows, pk=pk)
    return found


def _newest(cause: Cause) -> FixNote:
    newest: FixNote | None = FixNote.objects.newest(cause)
    if newest is None:
        page_of_note = reverse("communications:note", args=[cause.pk])
        raise Refused(f"There is no fix note for {cause.ref} yet: draft one first.", steps=[("Draft it", page_of_note)])
    return newest
