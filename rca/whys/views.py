"""The pages of sessions. Each act: fetch what one may see, check the shape, call the verb, show the room again."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.complaints.models import Complaint
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import done
from rca.whys.answering import after, entered, once_more
from rca.whys.kept import ParkedIdea
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.room import SESSION_FORMS, sessions


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """The room."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    return entered(request, session)


@require_POST
def start(request: Request, pk: int) -> HttpResponse:
    return _plain(request, pk, FiveWhys.start, "The room is open.")


@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "pause", FiveWhys.pause, "The session is parked; nothing is lost.")


@require_POST
def resumption(request: Request, pk: int) -> HttpResponse:
    return _plain(request, pk, FiveWhys.resume, "The session goes on.")


@require_POST
def conclusion(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "conclusion", FiveWhys.conclude, "The session is concluded.")


@require_POST
def reopening(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "reopening", FiveWhys.reopen, "The session is open again.")


@require_POST
def question(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "question", FiveWhys.ask)


@require_POST
def participant(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "participant", FiveWhys.join, "Somebody more is in the room.")


@require_POST
def attachment(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "attachment", FiveWhys.attach, "The session is about one more complaint.")


@require_POST
def idea(request: Request, pk: int) -> HttpResponse:
    return _session_act(request, pk, "idea", FiveWhys.park, "The idea is parked.")


@require_POST
def attendance(request: Request, pk: int) -> HttpResponse:
    """Whether one participant comes."""
    guest = get_object_or_404(Participant.objects.visible_to(request.user), pk=pk)
    form = SESSION_FORMS["attendance"](request.POST)
    if not form.is_valid():
        raise Refused("Say whether they come: yes, no, or no answer yet.")
    guest.say(by=request.user, **form.cleaned_data)
    return after(request, guest.session_id, said=f"{guest.name}: {guest.get_coming_display()}.")


@require_POST
def departure(request: Request, pk: int) -> HttpResponse:
    """Takes one participant off the list."""
    guest = get_object_or_404(Participant.objects.visible_to(request.user), pk=pk)
    guest.leave(by=request.user)
    return after(request, guest.session_id, said=f"{guest.name} is off the list.")


@require_POST
def taking_up(request: Request, pk: int) -> HttpResponse:
    """Somebody does something with a parked idea now."""
    found = get_object_or_404(ParkedIdea.objects.visible_to(request.user), pk=pk)
    found.take_up(by=request.user)
    said = "The idea is taken up. Make it an action, so that it gets a date."
    return done(request, found.session.get_absolute_url(), said)


def _plain(request: Request, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    session = get_object_or_404(sessions(request.user), pk=pk)
    verb(session, by=request.user)
    return after(request, session.pk, said=said)


def _session_act(request: Request, pk: int, name: str, verb: Callable[..., Any], said: str = "") -> HttpResponse:
    session = get_object_or_404(sessions(request.user), pk=pk)
    extra = {"session": session} if name == "idea" else {}
    form = SESSION_FORMS[name](request.POST, auto_id=f"{name}_%s", **extra)
    if not form.is_valid():
        return once_more(request, session, {name: form}, opened=name)
    made = verb(session, by=request.user, **_rows(request, form))
    at = made.pk if isinstance(made, Why) else getattr(made, "why_id", None)
    return after(request, session.pk, at=at, said=said)


def _rows(request: Request, form: Form) -> dict[str, Any]:
    """The form's values, with the rows that its numbers mean."""
    values = dict(form.cleaned_data)
    if "why" in values:
        values["why"] = Why.objects.visible_to(request.user).filter(pk=values["why"]).first()
    if "complaint" in values:
        values["complaint"] = _complaint(request, values["complaint"])
    return values


def _complaint(request: Request, ref: str) -> Complaint:
    rows = Complaint.objects.visible_to(request.user).select_related("account")
    found: Complaint | None = rows.filter(pk=number(Complaint.LETTER, ref)).first()
    if found is None:
        raise Refused(f"There is no complaint {ref[:20]}.")
    return found
