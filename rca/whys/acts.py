"""The pages of what is done at one why: answered, branched, shown, struck out, worded better, taken back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.complaints.files import handed_out
from rca.lib.refused import Refused, Stale
from rca.whys.answering import after, once_more
from rca.whys.files import WhyFile
from rca.whys.following import clashed, forget, vanished
from rca.whys.forms import NudgeForm
from rca.whys.models import FiveWhys, Why
from rca.whys.room import sessions, why_form


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Enter keeps the answer and asks the next why; Tab keeps it and opens another answer beside it; or it is kept
    and the stop test comes next."""
    then = request.POST.get("then", "")
    if then == "root" and not request.POST.get("answer", "").strip():
        return after(request, _why(request, pk).session_id, at=pk, opened="root")
    verb = Why.reply if then in ("root", "branch") else Why.reply_and_dig
    return _act(request, pk, "answer", verb, opened=then if then in ("root", "branch") else "")


@require_POST
def next_why(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "next_why", Why.dig)


@require_POST
def branch(request: Request, pk: int) -> HttpResponse:
    """Another answer to the same question; Enter asks why that was, Tab opens one more beside it."""
    then = request.POST.get("then", "")
    verb = Why.branch_and_dig if then == "dig" else Why.branch
    return _act(request, pk, "branch", verb, opened="branch" if then == "branch" else "")


@require_POST
def confirmation(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "confirmation", Why.confirm)


@require_POST
def strike(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "strike", Why.strike, "Struck out; it stays readable.")


@require_POST
def restoration(request: Request, pk: int) -> HttpResponse:
    why = _why(request, pk)
    why.restore(by=request.user)
    return after(request, why.session_id, at=why.pk, said="It stands again.")


@require_POST
def wording(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "wording", Why.amend, "Worded anew; what stood before is kept.")


@require_POST
def withdrawal(request: Request, pk: int) -> HttpResponse:
    why = _why(request, pk)
    why.withdraw(by=request.user)
    return after(request, why.session_id, at=why.parent_id, said="The question is taken back.")


@require_POST
def split(request: Request, pk: int) -> HttpResponse:
    """Two causes in one answer: the second becomes a branch."""
    why = _why(request, pk)
    why.split(by=request.user)
    return after(request, why.session_id, at=pk, said="Two branches now; the second is yet to be shown.")


@require_POST
def kept_advice(request: Request, pk: int) -> HttpResponse:
    """The advice on an answer was read; the answer stays as it is."""
    why, form = _why(request, pk), NudgeForm(request.POST)
    why.keep(by=request.user, kind=form.data.get("kind", ""))
    return after(request, why.session_id)


@require_GET
def file(request: Request, pk: int, file: int) -> HttpResponse:
    """The file itself: a picture of dots is shown, everything else is only handed out to be saved."""
    found = _file(request, pk, file)
    return handed_out(found, shown="save" not in request.GET, known=request.headers.get("If-None-Match", ""))


@require_POST
def removal(request: Request, pk: int, file: int) -> HttpResponse:
    found = _file(request, pk, file)
    found.remove(by=request.user)
    return after(request, found.why.session_id, at=pk, said=f"“{found.name}” is taken off.", opened="confirmation")


@require_POST
def undoing(request: Request, pk: int) -> HttpResponse:
    """Takes back what one did last in this room; an answer that is taken back stands in its field again."""
    session: FiveWhys = get_object_or_404(sessions(request.user), pk=pk)
    undone = session.undo(by=request.user)
    return after(request, session.pk, at=undone.why, said=undone.says, words=undone.words)


def _act(
    request: Request, pk: int, name: str, verb: Callable[..., Any], said: str = "", *, opened: str = ""
) -> HttpResponse:
    why = Why.objects.visible_to(request.user).select_related("session").filter(pk=pk).first()
    if why is None:
        return vanished(request, pk)
    form = why_form(name, why.session, why, request.POST, request.FILES)
    if not form.is_valid():
        session = get_object_or_404(sessions(request.user), pk=why.session_id)
        return once_more(request, session, {name: form}, at=pk, opened=name)
    try:
        made = verb(why, by=request.user, **form.cleaned_data)
    except Stale:
        return clashed(request, why.session_id, pk, request.POST)
    except Refused:
        if Why.objects.filter(pk=pk).exists():
            raise
        return vanished(request, pk)  # somebody took the question back in the same moment
    if name == "answer":
        forget(request, why)
    return after(request, why.session_id, at=made.pk if isinstance(made, Why) else pk, said=said, opened=opened)


def _why(request: Request, pk: int) -> Why:
    return get_object_or_404(Why.objects.visible_to(request.user).select_related("session"), pk=pk)


def _file(request: Request, pk: int, file: int) -> WhyFile:
    rows = _why(request, pk).files.select_related("why__session")
    found: WhyFile = get_object_or_404(rows, pk=file)
    return found
