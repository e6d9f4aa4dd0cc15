"""RFC 9457 problem+json for every refusal of the API, in the words of the page."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from rca.lib.refused import Refused, Stale


def problem(status: int, title: str, **more: Any) -> Response:
    body = {"type": "about:blank", "status": status, "title": title, **more}
    return Response(body, status=status, content_type="application/problem+json")


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: Refused 409, Forbidden 403, Stale 412, bad shape 400, each with its sentence."""
    if isinstance(error, Stale):
        fields = {name: {"yours": mine, "theirs": theirs} for name, (mine, theirs) in error.fields.items()}
        return problem(412, error.sentence, fields=fields, version=error.version)
    if isinstance(error, Refused):
        return problem(error.status, error.sentence, steps=[text for text, _ in error.steps])
    if isinstance(error, RecursionError):
        return problem(400, "This JSON is nested too deep to be read.")
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(
            detail=error.message_dict if hasattr(error, "error_dict") else error.messages
        )
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "Some of this cannot be taken as it is.", errors=error.detail)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, Http404):
        title = "There is nothing here."
    elif isinstance(error, PermissionDenied):
        title = "This is not open to you."
    else:
        title = str(getattr(error, "detail", error))
    reply = problem(answer.status_code, title)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in answer.headers:
            reply.headers[name] = answer.headers[name]
    return reply
