"""The pages before a session: what waits to be asked about, the plan, who comes, what is brought, and why not."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.customers.models import Account
from accounts.people.requests import Request
from rca.complaints.files import handed_out
from rca.complaints.models import Complaint
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.text import clean, count
from rca.whys.evidence import Evidence
from rca.whys.kept import NoSession
from rca.whys.library import LibraryForm, a_year_ago
from rca.whys.listing import SHOWN, Row, shown
from rca.whys.models import FiveWhys, Pattern, Why
from rca.whys.patterns import unasked
from rca.whys.planning_forms import (
    BringForm,
    CallingOffForm,
    EditForm,
    NoSessionForm,
    PlanForm,
    SparingForm,
    as_typed,
    first_words,
)
from rca.whys.proposing import asked_before, ideas_touched
from rca.whys.room import recurring, sessions, spared

NEAR = 10  # sessions of each kind on the first page
AT_ONCE = 200  # complaints named in one address


@require_GET
def index(request: Request) -> HttpResponse:
    """What runs, what is planned, what waits to be asked about, what was found; and what was kept beside it."""
    show = request.GET.get("show", "now")
    rows = FiveWhys.objects.visible_to(request.user)
    words = clean(request.GET.get("q", ""))[:200]
    answers = Why.objects.visible_to(request.user).answered().saying(words) if words else Why.objects.none()
    library = LibraryForm(request.GET, auto_id="library_%s") if show == "library" else None
    context = {
        "tabs": SHOWN, "q": words, "library": library,
        "answers": answers.select_related("session", "root__cause").order_by("-id")[:20],
        "patterns": Pattern.objects.visible_to(request.user).waiting() if show == "now" else [],
        "year_ago": a_year_ago(request.user) if library and not library.asked else [],
        "ideas": recurring(request.user)[:NEAR], "spared": spared(request.user)[:NEAR],
        **shown(library.sift(rows) if library else rows, show, request.user, request.GET, NEAR),
    }  # fmt: skip
    return page(request, "whys/index.html", context)


def new(request: Request) -> HttpResponse:
    """Plans a session from one or more complaints, an account or a pattern; their words as the problem."""
    request.user.must("whys.plan")
    complaints = _asked_for(request)
    form = PlanForm(request.POST or None, user=request.user, initial=first_words(request.user, complaints))
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, "whys/new.html", _planning(request, form, complaints))
    session = FiveWhys.objects.plan(by=request.user, **form.facts)
    if request.POST.get("next") == "start":
        session.start(by=request.user)
    return done(request, session.get_absolute_url(), f"{session.ref} is planned.")


@require_GET
def pattern(request: Request, pk: int) -> HttpResponse:
    """The complaints of one pattern: what they say, and what may be done about them."""
    found = get_object_or_404(Pattern.objects.visible_to(request.user), pk=pk)
    complaints = list(found.waiting())
    return page(request, "whys/pattern.html", {
        "pattern": found, "complaints": complaints, "gone": len(found.complaints) - len(complaints),
        "problem": first_words(request.user, complaints)["problem"],
        "sparing": _sparing(request, complaints),
    })  # fmt: skip


@require_POST
def pattern_session(request: Request, pk: int) -> HttpResponse:
    """Begins to ask about all that one pattern holds, here and now."""
    found = get_object_or_404(Pattern.objects.visible_to(request.user), pk=pk)
    complaints = list(found.waiting())
    if not complaints:
        raise Refused("Somebody has asked about these complaints meanwhile.", steps=[("The sessions", "/whys/")])
    first = first_words(request.user, complaints)
    with transaction.atomic():
        session = FiveWhys.objects.plan(
            by=request.user, problem=first["problem"], impact=first["impact"], complaints=complaints,
            participants=[(request.user.name, request.user.department, request.user)],
        )  # fmt: skip
        session.start(by=request.user)
    return done(request, session.get_absolute_url(), f"{session.ref} is about {count(len(complaints), 'complaint')}.")


def edit(request: Request, pk: int) -> HttpResponse:
    """Moves or corrects a session; a stale save shows both texts."""
    request.user.must("whys.plan")
    session = get_object_or_404(sessions(request.user), pk=pk)
    form = EditForm(request.POST or None, initial=as_typed(session))
    if request.method != "POST" or not form.is_valid():
        return (again if request.method == "POST" else page)(
            request, "whys/edit.html", _plan(request, session, form=form)
        )
    session.amend(by=request.user, **form.facts)
    return done(request, session.get_absolute_url(), f"{session.ref} is changed.")


@require_POST
def calling_off(request: Request, pk: int) -> HttpResponse:
    """It is not held, and says why."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    form = CallingOffForm(request.POST, auto_id="off_%s")
    if not form.is_valid():
        return again(request, "whys/edit.html", _plan(request, session, off=form))
    session.call_off(by=request.user, **form.cleaned_data)
    return done(request, "/whys/?show=called-off", f"{session.ref} is called off; nothing of it is lost.")


@require_POST
def bringing(request: Request, pk: int) -> HttpResponse:
    """Keeps a note, a link or files with the session: all of them, or, where one is refused, none."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    form = BringForm(request.POST, request.FILES, auto_id="bring_%s")
    if not form.is_valid():
        return again(request, "whys/edit.html", _plan(request, session, bring=form))
    text, files = form.cleaned_data["text"], form.cleaned_data["added"]
    with transaction.atomic():
        for one in files:
            session.bring(by=request.user, text=text, file=(one.name or "", one.read()))
        if not files:
            session.bring(by=request.user, text=text)
    return done(request, f"/whys/{session.ref}/edit/#brought", f"Kept with {session.ref}.")


@require_GET
def brought(request: Request, pk: int, evidence: int) -> HttpResponse:
    """A file that was brought: a picture of dots is shown, everything else is only handed out to be saved."""
    found = get_object_or_404(_evidence(request, pk).exclude(digest=""), pk=evidence)
    return handed_out(found, shown="save" not in request.GET, known=request.headers.get("If-None-Match", ""))


@require_POST
def taking_away(request: Request, pk: int, evidence: int) -> HttpResponse:
    found = get_object_or_404(_evidence(request, pk).select_related("session"), pk=evidence)
    found.take_away(by=request.user)
    return done(request, f"/whys/{found.session.ref}/edit/#brought", "Taken away.")


@require_POST
def sparing(request: Request) -> HttpResponse:
    """Nobody needs to ask why about these complaints."""
    form = SparingForm(request.POST, user=request.user, auto_id="no_session_%s")
    if not form.is_valid():
        complaints = form.cleaned_data.get("complaints") or []
        plan = PlanForm(user=request.user, initial=first_words(request.user, complaints))
        return again(request, "whys/new.html", _planning(request, plan, complaints, sparing=form))
    made = NoSession.objects.decide_all(by=request.user, **form.cleaned_data)
    said = count(len(made), "complaint needs no session, and says", "complaints need no session, and say")
    return done(request, "/whys/#nosession", f"{said} why.")


@require_POST
def no_session(request: Request, pk: int) -> HttpResponse:
    """Nobody needs to ask why about this complaint."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user).select_related("account"), pk=pk)
    form = NoSessionForm(request.POST, auto_id="no_session_%s")
    if not form.is_valid():
        plan = PlanForm(user=request.user, initial=first_words(request.user, [complaint]))
        return again(request, "whys/new.html", _planning(request, plan, [complaint], no_session=form))
    NoSession.objects.decide(by=request.user, complaint=complaint, **form.cleaned_data)
    return done(request, complaint.get_absolute_url(), f"{complaint.ref} needs no session, and says why.")


@require_POST
def asking_after_all(request: Request, pk: int) -> HttpResponse:
    """Takes the decision back that nobody needs to ask."""
    fact = get_object_or_404(NoSession.objects.visible_to(request.user).select_related("complaint"), complaint=pk)
    fact.withdraw(by=request.user)
    return done(request, fact.complaint.get_absolute_url(), "A session may be needed after all.")


def _planning(request: Request, form: PlanForm, complaints: list[Complaint], **bound: Any) -> dict[str, Any]:
    """What stands round the plan: what they said, what was asked before, and the way out."""
    problem = clean(str(form.data.get("problem", "") if form.is_bound else form.initial.get("problem", "")))
    return {
        "form": form, "complaints": complaints,
        "before": asked_before(problem, request.user), "touched": ideas_touched(problem, request.user),
        "no_session": NoSessionForm(auto_id="no_session_%s"), "sparing": _sparing(request, complaints), **bound,
    }  # fmt: skip


def _sparing(request: Request, complaints: list[Complaint]) -> SparingForm:
    named = {"complaints": ", ".join(one.ref for one in complaints)}
    return SparingForm(user=request.user, initial=named, auto_id="no_session_%s")


def _plan(request: Request, session: FiveWhys, **bound: Any) -> dict[str, Any]:
    """The plan as it stands: its slot, who is invited, what is brought."""
    row = Row(FiveWhys.objects.for_list().get(pk=session.pk))
    evidence = session.evidence.select_related("by", "why").defer("content")
    return {
        "session": session, "row": row, "evidence": evidence,
        "form": EditForm(initial=as_typed(session)), "bring": BringForm(auto_id="bring_%s"),
        "off": CallingOffForm(auto_id="off_%s"), **bound,
    }  # fmt: skip


def _evidence(request: Request, pk: int) -> Any:
    session = get_object_or_404(FiveWhys.objects.visible_to(request.user), pk=pk)
    return Evidence.objects.visible_to(request.user).filter(session=session)


def _asked_for(request: Request) -> list[Complaint]:
    """The complaints that an address names: one by one, by their account, or by their pattern."""
    seen = Complaint.objects.visible_to(request.user).select_related("account")
    if named := request.GET.get("account"):
        account = get_object_or_404(Account.objects.visible_to(request.user), pk=number("A", named))
        return list(unasked(seen.filter(account=account, state="open")).order_by("-received_at", "-pk")[:AT_ONCE])
    if (named := request.GET.get("pattern", "")).isdigit() and len(named) < 18:
        return list(get_object_or_404(Pattern.objects.visible_to(request.user), pk=int(named)).waiting())
    refs = [ref for ref in dict.fromkeys(request.GET.getlist("complaint")[:AT_ONCE]) if ref]
    pks = [number(Complaint.LETTER, ref) for ref in refs]
    rows = seen.in_bulk(pks)
    if missing := next((pk for pk in pks if pk not in rows), None):
        raise Refused(f"There is no complaint C-{missing}.")
    return [rows[pk] for pk in dict.fromkeys(pks)]
