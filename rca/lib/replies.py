"""How a page answers: the changed part to htmx, a redirect to everyone else, and a form with its errors as 422."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


def done(request: HttpRequest, to: str, said: str = "") -> HttpResponse:
    """After an act: back to the page that shows its result; htmx is told to go there too."""
    if said:
        messages.success(request, said)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "") -> HttpResponse:
    """The whole page, or the named part of the same template when htmx asks for it."""
    if part and request.headers.get("HX-Request"):
        template = f"{template}#{part}"
    return render(request, template, context)


def again(request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "") -> HttpResponse:
    """The form once more, with what was typed and what is wrong with it."""
    answer = page(request, template, context, part=part)
    answer.status_code = 422
    return answer


def back(request: HttpRequest, otherwise: str) -> str:
    """Where the act was begun, when the form says so and it is a page of ours; else what the act leads to."""
    asked = request.POST.get("back", "")
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else otherwise
