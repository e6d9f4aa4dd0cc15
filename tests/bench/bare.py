"""Bare Django views: the same middleware, query and rows as the page of that name, joined as strings."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from accounts.customers.views import _context, _get
from rca.complaints.filtering import matching, paged
from rca.complaints.lines import lines
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.today.searching import search as found_by


def complaints(request: HttpRequest) -> HttpResponse:
    params = request.GET.copy()
    params.setdefault("show", "open")
    _, found = matching(params, Complaint.objects.visible_to(request.user), request)
    shown = paged(found.for_list(), params, params["show"])
    told = (" ".join(str(cell) for cell in line.values()) for line in lines(shown.rows, now()))
    return HttpResponse("".join(f"<tr>{escape(line)}" for line in told))


def account(request: HttpRequest, pk: int) -> HttpResponse:
    return _joined(_context(_get(request, pk)))


def search(request: HttpRequest) -> HttpResponse:
    found = found_by(request.GET["q"], request.user)
    return HttpResponse("".join(escape(str(row)) for group in found.groups for row in group.rows))


def _joined(context: dict[str, object]) -> HttpResponse:
    """Everything that the page's template is given, with its rows read."""
    values = (list(one) if isinstance(one, QuerySet) else one for one in context.values())
    return HttpResponse("".join(escape(str(one)) for one in values))
