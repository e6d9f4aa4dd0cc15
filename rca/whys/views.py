"""The pages of the whys room. Each act: fetch what one may see, check the shape, call the verb, show the room again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.complaints.models import Complaint
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.text import clean
from rca.whys.forms import EditForm, NoSessionForm, NudgeForm, PlanForm, as_typed, first_words
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.listing import SHOWN, shown
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.room import SESSION_FORMS, recurring, room, sessions, spared, why_form

NEAR = 10  # sessions of each kind on the first page


@require_GET
def index(request: Request) -> HttpResponse:
    """What runs, what is planned, what waits, what was found; and what was kept beside it."""
    show = request.GET.get("show", "now")
    rows = FiveWhys.objects.visible_to(request.user)
    words = clean(request.GET.get("q", ""))[:200]
    library = Why.objects.visible_to(request.user).answered().saying(words) if words else Why.objects.none()
    context = {
        "tabs": SHOWN, "q": words,
        "library": library.select_related("session", "root__cause").order_by("-id")[:20],
        "ideas": recurring(request.user)[:NEAR], "spared": spared(request.user)[:NEAR],
        **shown(rows, show, request.user, request.GET, NEAR),
    }  # fmt: skip
    return page(request, "whys/index.html", context)


def new(request: Request) -> HttpResponse:
    """Plans a session from one or more complaints, their words as the problem."""
    request.user.must("whys.plan")
    complaints = _named_in_address(request)
    form = PlanForm(request.POST or None, user=request.user, initial=first_words(request.user, complaints))
    context = {"form": form, "complaints": complaints, "no_session": NoSessionForm(auto_id="no_session_%s")}
    if request.method != "POST" or not form.is_valid():
        return (again if request.method == "POST" else page)(request, "whys/new.html", context)
    session = FiveWhys.objects.plan(by=request.user, **form.facts)
    if request.POST.get("next") == "start":
        session.start(by=request.user)
    return done(request, session.get_absolute_url(), f"{session.ref} is planned.")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """The room."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    at, root = _pk(request.GET.get("at")), _pk(request.GET.get("root"))
    answer = page(request, "whys/detail.html", room(session, request.user, at=at, root=root), part="room")
    patch_vary_headers(answer, ["HX-Request"])  # else the Back button may show the part that is kept for this address
    return answer


def edit(request: Request, pk: int) -> HttpResponse:
    """Moves or corrects a session; a stale save shows both texts."""
    request.user.must("whys.plan")
    session = get_object_or_404(sessions(request.user), pk=pk)
    form = EditForm(request.POST or None, initial=as_typed(session))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "session": session}
        return (again if request.method == "POST" else page)(request, "whys/edit.html", context)
    session.amend(by=request.user, **form.facts)
    return done(request, session.get_absolute_url(), f"{session.ref} is changed.")


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
    return _room(request, guest.session_id, said=f"{guest.name}: {guest.get_coming_display()}.")


@require_POST
def departure(request: Request, pk: int) -> HttpResponse:
    """Takes one participant off the list."""
    guest = get_object_or_404(Participant.objects.visible_to(request.user), pk=pk)
    guest.leave(by=request.user)
    return _room(request, guest.session_id, said=f"{guest.name} is off the list.")


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Enter: keeps the answer and asks the next why; or keeps it and goes to the stop test."""
    stop = request.POST.get("then") == "root"
    if stop and not request.POST.get("answer", "").strip():
        return _room(request, _why(request, pk).session_id, at=pk, to="stop")
    verb = Why.reply if stop else Why.reply_and_dig
    return _why_act(request, pk, "answer", verb)


@require_POST
def next_why(request: Request, pk: int) -> HttpResponse:
    return _why_act(request, pk, "next_why", Why.dig)


@require_POST
def branch(request: Request, pk: int) -> HttpResponse:
    return _why_act(request, pk, "branch", Why.branch)


@require_POST
def confirmation(request: Request, pk: int) -> HttpResponse:
    return _why_act(request, pk, "confirmation", Why.confirm)


@require_POST
def strike(request: Request, pk: int) -> HttpResponse:
    return _why_act(request, pk, "strike", Why.strike, "Struck out; it stays readable.")


@require_POST
def restoration(request: Request, pk: int) -> HttpResponse:
    why = _why(request, pk)
    why.restore(by=request.user)
    return _room(request, why.session_id, at=why.pk, said="It stands again.")


@require_POST
def wording(request: Request, pk: int) -> HttpResponse:
    return _why_act(request, pk, "wording", Why.amend, "Worded anew; what stood before is kept.")


@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    why = _why(request, pk)
    why.withdraw(by=request.user)
    return _room(request, why.session_id, at=why.parent_id, said="The question is taken back.")


@require_POST
def kept_advice(request: Request, pk: int) -> HttpResponse:
    """The advice on an answer was read; the answer stays as it is."""
    why, form = _why(request, pk), NudgeForm(request.POST)
    why.keep(by=request.user, kind=form.data.get("kind", ""))
    return _room(request, why.session_id)


@require_POST
def taking_up(request: Request, pk: int) -> HttpResponse:
    """Somebody does something with a parked idea now."""
    found = get_object_or_404(ParkedIdea.objects.visible_to(request.user), pk=pk)
    found.take_up(by=request.user)
    said = "The idea is taken up. Make it an action, so that it gets a date."
    return done(request, found.session.get_absolute_url(), said)


@require_POST
def no_session(request: Request, pk: int) -> HttpResponse:
    """Nobody needs to ask why about this complaint."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    form = NoSessionForm(request.POST, auto_id="no_session_%s")
    if not form.is_valid():
        plan = PlanForm(user=request.user, initial=first_words(request.user, [complaint]))
        return again(request, "whys/new.html", {"form": plan, "complaints": [complaint], "no_session": form})
    NoSession.objects.decide(by=request.user, complaint=complaint, **form.cleaned_data)
    return done(request, complaint.get_absolute_url(), f"{complaint.ref} needs no session, and says why.")


@require_POST
def asking_after_all(request: Request, pk: int) -> HttpResponse:
    """Takes the decision back that nobody needs to ask."""
    fact = get_object_or_404(NoSession.objects.visible_to(request.user).select_related("complaint"), complaint=pk)
    fact.withdraw(by=request.user)
    return done(request, fact.complaint.get_absolute_url(), "A session may be needed after all.")


def _why(request: Request, pk: int) -> Why:
    return get_object_or_404(Why.objects.visible_to(request.user).select_related("session"), pk=pk)


def _plain(request: Request, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    session = get_object_or_404(sessions(request.user), pk=pk)
    verb(session, by=request.user)
    return _room(request, session.pk, said=said)


def _session_act(request: Request, pk: int, name: str, verb: Callable[..., Any], said: str = "") -> HttpResponse:
    session = get_object_or_404(sessions(request.user), pk=pk)
    extra = {"session": session} if name == "idea" else {}
    form = SESSION_FORMS[name](request.POST, auto_id=f"{name}_%s", **extra)
    if not form.is_valid():
        return again(request, "whys/detail.html", room(session, request.user, bound={name: form}), part="room")
    made = verb(session, by=request.user, **_rows(request, form))
    return _room(request, session.pk, at=made.pk if isinstance(made, Why) else None, said=said)


def _why_act(request: Request, pk: int, name: str, verb: Callable[..., Any], said: str = "") -> HttpResponse:
    why = _why(request, pk)
    form = why_form(name, why.session, why, request.POST)
    if not form.is_valid():
        session = get_object_or_404(sessions(request.user), pk=why.session_id)
        context = room(session, request.user, at=pk, bound={name: form})
        return again(request, "whys/detail.html", context, part="room")
    made = verb(why, by=request.user, **form.cleaned_data)
    return _room(request, why.session_id, at=made.pk if isinstance(made, Why) else why.pk, said=said)


def _room(request: Request, pk: int, *, at: int | None = None, said: str = "", to: str = "work") -> HttpResponse:
    """The room after an act: its part to htmx, a redirect to everybody else."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    address = session.get_absolute_url() + (f"?at={at}#{to}" if at else "")
    if not request.headers.get("HX-Request"):
        return done(request, address, said)
    if said:
        messages.success(request, said)
    answer = page(request, "whys/detail.html", room(session, request.user, at=at), part="room")
    answer["HX-Replace-Url"] = address.partition("#")[0]
    return answer


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


def _named_in_address(request: Request) -> list[Complaint]:
    return [_complaint(request, ref) for ref in dict.fromkeys(request.GET.getlist("complaint")[:50]) if ref]


def _pk(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 18 else None
