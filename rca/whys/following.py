"""What an open room asks and tells while people sit in it: the pulse, the shared room, drafts, and clashes settled."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST

from accounts.people.drafts import Draft
from accounts.people.requests import Request
from rca.lib.clock import now
from rca.lib.refs import number
from rca.lib.refused import Refused, Stale
from rca.lib.replies import done, page
from rca.whys import together
from rca.whys.clashing import TYPED
from rca.whys.models import FiveWhys, Why
from rca.whys.room import room, sessions
from rca.whys.settling import taken_back_lately
from rca.whys.together import Presence
from rca.whys.together_forms import AskingAgainForm, DraftForm, PulseForm, SettlementForm

TOKEN = secrets.token_hex(16)  # stands in a room that is kept, in the place of the token of whoever reads it
KEPT_SAYS = "Kept. What was not stays in the history of the why."
KEPT, AGE = 40, timedelta(seconds=10)  # rooms kept in one process, and how long: a name elsewhere in it may change


@require_GET
def pulse(request: Request, pk: int) -> HttpResponse:
    """One beat: I am here, at that why; 304 when neither the room nor anybody’s place has changed."""
    told = PulseForm(request.GET).told
    beat = together.pulse(pk, request.user)
    if beat is None:
        raise Http404
    place = {"why": told["at"], "doing": told["doing"], "branch": told["branch"]}
    if beat.needs_beat(request.user.pk, **place):
        Presence.objects.beat(by=request.user, session=pk, **place)
        beat = together.pulse(pk, request.user) or beat
    unchanged = get_conditional_response(request, etag=beat.tag)
    if unchanged is not None:
        return unchanged
    session = get_object_or_404(sessions(request.user), pk=pk)
    context = {"seats": together.seats(session, beat), "revision": beat.revision,
               "news": together.news(session.ref, request.user, told["seen"], beat.revision)}  # fmt: skip
    answer = page(request, "whys/_people.html", context)
    answer["ETag"], answer["Cache-Control"] = beat.tag, "no-store"
    return answer


class Kept(NamedTuple):
    """A room as it was drawn, for one kind of reader."""

    revision: int
    at: datetime
    html: str


_kept: "OrderedDict[tuple[int, str, bool], Kept]" = OrderedDict()
_drawing = Lock()


@require_GET
def shared(request: Request, pk: int) -> HttpResponse:
    """The room as whoever follows sees it. Drawn once for each revision and kind of reader, not once for each of
    twenty people; the lock lets those who ask at the same moment wait for one drawing."""
    beat = together.pulse(pk, request.user)
    if beat is None:
        raise Http404
    key = (pk, request.user.role, beat.facilitator == request.user.pk)
    with _drawing:
        kept = _kept.get(key)
        if kept is None or kept.revision < beat.revision or kept.at < now() - AGE:
            kept = _kept[key] = Kept(beat.revision, now(), _draw(request, pk))
            _kept.move_to_end(key)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    answer = HttpResponse(kept.html.replace(TOKEN, get_token(request)))
    answer["Cache-Control"] = "no-store"
    return answer


def _draw(request: Request, pk: int) -> str:
    session = get_object_or_404(sessions(request.user), pk=pk)
    context = room(session, request.user, shared=True) | {"csrf_token": TOKEN, "messages": []}
    return render_to_string("whys/detail.html#room", context, request)


@require_POST
def draft(request: Request, pk: int) -> HttpResponse:
    """Keeps what is being typed at a why, so that a laptop may be closed at any letter."""
    request.user.must("whys.answer")
    why = get_object_or_404(Why.objects.visible_to(request.user), pk=pk)
    form, name = DraftForm(request.POST), together.draft_name(why.session_id, pk)
    if not form.is_valid():
        return page(request, "whys/_saved.html", {"too_long": True})
    typed = form.cleaned_data
    sent = why.by_id == request.user.pk and why.state != Why.State.OPEN and typed["version"] != why.version
    if sent or not typed["answer"]:
        Draft.objects.drop(by=request.user, form=name)
        return page(request, "whys/_saved.html", {})
    kept = Draft.objects.keep(by=request.user, form=name, body={field: typed[field] for field in TYPED})
    return page(request, "whys/_saved.html", {"kept": kept.saved_at})


@require_POST
def dropping(request: Request, pk: int) -> HttpResponse:
    """What was typed at a why and not sent is not wanted."""
    request.user.must("whys.answer")
    why = get_object_or_404(Why.objects.visible_to(request.user).select_related("session"), pk=pk)
    forget(request, why)
    return done(request, f"{why.session.get_absolute_url()}?at={pk}#work", "What you had typed is gone.")


@require_POST
def settlement(request: Request, pk: int) -> HttpResponse:
    """Keep theirs, mine, both, or one made of both."""
    why = get_object_or_404(Why.objects.visible_to(request.user).select_related("session"), pk=pk)
    form = SettlementForm(request.POST)
    if not form.is_valid():
        return clashed(request, why.session_id, pk, _typed(request) | {"errors": form.errors})
    try:
        kept = why.settle(by=request.user, **form.cleaned_data)
    except Stale:
        return clashed(request, why.session_id, pk, _typed(request))
    forget(request, why)
    return done(request, f"{why.session.get_absolute_url()}?at={kept.pk}#work", KEPT_SAYS)


@require_POST
def asking_again(request: Request, pk: int) -> HttpResponse:
    """A question that was taken back is asked again, with the answer that came too late; or the answer is let go."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    form = AskingAgainForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(str(text) for texts in form.errors.values() for text in texts))
    why = session.ask_again(by=request.user, **form.cleaned_data)
    Draft.objects.drop(by=request.user, form=together.draft_name(pk, form.cleaned_data["why"]))
    return done(request, session.get_absolute_url() + (f"?at={why.pk}#work" if why else ""), KEPT_SAYS)


# For the views of the room


def forget(request: Request, why: Why) -> None:
    """What was typed there has been sent."""
    Draft.objects.drop(by=request.user, form=together.draft_name(why.session_id, why.pk))


def clashed(request: Request, session: int, why: int, typed: Mapping[str, Any]) -> HttpResponse:
    """Somebody saved first: the room, with both texts where the composer was and the question what to keep."""
    found = get_object_or_404(sessions(request.user), pk=session)
    answer = page(request, "whys/detail.html", room(found, request.user, at=why, refused=typed), part="room")
    answer.status_code = 409
    return answer


def vanished(request: Request, why: int) -> HttpResponse:
    """What was typed for a question that is there no more: the room, and whether to ask it again."""
    entry = taken_back_lately(why)
    if entry is None or not (request.POST.get("answer") or request.POST.get("question")):
        raise Http404
    return clashed(request, number(FiveWhys.LETTER, entry.ref), why, request.POST)


def _typed(request: Request) -> dict[str, Any]:
    """What a settlement brought, as the form brought it that could not be saved."""
    sent = request.POST
    return sent.dict() | {"question" if sent.get("of") == "question" else "answer": sent.get("mine", "")}
