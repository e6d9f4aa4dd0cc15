"""How the room answers: as it stands after an act, at the why and on the branch that somebody is working on."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers

from accounts.people.requests import Request
from rca.lib.replies import again, done, page
from rca.whys.models import FiveWhys
from rca.whys.room import OPENED, room, sessions

ROOM = "whys/detail.html"


def entered(request: Request, session: FiveWhys) -> HttpResponse:
    """The room as its address asks for it: at a why, with one of its forms open, on one branch."""
    at, root, act = as_pk(request.GET.get("at")), as_pk(request.GET.get("root")), request.GET.get("act", "")
    context = room(session, request.user, at=at, root=root, focus=_focus(request, session),
                   act=act if act in OPENED else "")  # fmt: skip
    answer = page(request, ROOM, context, part="room")
    patch_vary_headers(answer, ["HX-Request"])  # else the Back button may show the part that is kept for this address
    return _addressed(answer, session, context)


def after(
    request: Request, pk: int, *, at: int | None = None, said: str = "", words: str = "",
    opened: str = "",
) -> HttpResponse:  # fmt: skip
    """The room after an act: its part to htmx, a redirect to everybody else. `words` are an answer that was taken
    back, to be said better; `opened` is the form that comes next."""
    session = get_object_or_404(sessions(request.user), pk=pk)
    focus, stop = _focus(request, session), opened == "root"
    if not request.headers.get("HX-Request"):
        if words:
            messages.info(request, f"The answer was: “{words}”")
        to = ("#stop" if stop else "#work") if at else ""
        return done(request, _address(session, at=at, focus=focus, act="" if stop else opened) + to, said)
    context = room(session, request.user, at=at, focus=focus, act=opened, said=said, words=words)
    return _addressed(page(request, ROOM, context, part="room"), session, context)


def once_more(
    request: Request, session: FiveWhys, bound: Mapping[str, Form], *, at: int | None = None, opened: str = ""
) -> HttpResponse:
    """The room with what was typed, and what is wrong with it."""
    focus = _focus(request, session)
    context = room(session, request.user, at=at, bound=bound, focus=focus, act=opened)
    return again(request, ROOM, context, part="room")


def as_pk(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 18 else None


def _focus(request: Request, session: FiveWhys) -> int | None:
    """The branch that alone is shown: as the address says, else as that of the page from which somebody asks."""
    if "focus" in request.GET:
        return as_pk(request.GET["focus"])
    came = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    asked = parse_qs(came.query).get("focus", [""])
    return as_pk(asked[0]) if came.path == session.get_absolute_url() else None


def _address(session: FiveWhys, **asked: int | str | None) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return session.get_absolute_url() + (f"?{query}" if query else "")


def _addressed(answer: HttpResponse, session: FiveWhys, context: Mapping[str, Any]) -> HttpResponse:
    """Tells htmx the address of what it got, so that loading the page again shows the same."""
    tree = context["tree"]
    at, focus = (tree.selected, tree.focus) if context["asked"] else (None, tree.focus)
    answer["HX-Replace-Url"] = _address(session, at=at and at.why.pk, focus=focus and focus.why.pk)
    return answer
