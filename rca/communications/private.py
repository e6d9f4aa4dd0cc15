"""The customer’s own page: their letter by a private link, and one question. No sign-in, no session, no tracking."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rca.communications.acts import Verdict
from rca.communications.forms import VerdictForm
from rca.communications.letters import read_token
from rca.communications.merging import blocks
from rca.communications.models import Message
from rca.lib.refused import Refused
from rca.lib.text import clean


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Reading changes nothing, whoever or whatever opens the link; only an answer does, and only the first."""
    message = _message(token)
    if message is None:
        return _gone(request, 404)
    if not message.page_open:
        return _gone(request, 410, message)
    if request.method != "POST":
        return _show(request, message, VerdictForm(auto_id="%s"))
    form = VerdictForm(request.POST, auto_id="%s")
    if not form.is_valid():
        return _show(request, message, form, status=422)
    try:
        message.answer(answer=form.cleaned_data["fixed"], words=clean(form.cleaned_data["more"]))
    except Refused as refused:
        return _show(request, message, form, status=409, refused=refused.sentence)
    return redirect("letter:page", token=token)


def _message(token: str) -> Message | None:
    pk = read_token(token)
    rows = Message.objects.select_related("account", "contact", "by", "affected__cause")
    found: Message | None = rows.filter(pk=pk or 0).first()
    return found


def _show(
    request: HttpRequest, message: Message, form: VerdictForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "message": message,
        "blocks": blocks(message.body),
        "form": form,
        "refused": refused,
        "verdict": Verdict.objects.filter(message=message).first(),
    }
    return _private(render(request, "communications/letter.html", context, status=status))


def _gone(request: HttpRequest, status: int, message: Message | None = None) -> HttpResponse:
    return _private(render(request, "communications/gone.html", {"message": message}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
