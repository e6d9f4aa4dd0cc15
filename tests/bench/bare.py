"""Bare Django views: the same middleware, query and rows as the page of that name, joined as strings."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape

from accounts.customers.views import _context, _get
from rca.complaints.filtering import ComplaintFilter
from rca.complaints.models import Complaint
from rca.lib.paging import keyset
from rca.today.searching import search as found_by


def complaints(request: HttpRequest) -> HttpResponse:
    params = request.GET.copy()
    params.setdefault("show", "open")
    rows = ComplaintFilter(params, Complaint.objects.visible_to(request.user), request=request).qs.for_list()
    return HttpResponse("".join(
        f"<tr><td>C-{one.pk}<td>{escape(one.account.name)} {escape(one.gist)}"
        f"<td>{[f'R-{link.cause_id}' for link in one.cause_links.all()]}<td>{one.acknowledged_at}"
        f"<td>{[promise.state for promise in one.promises.all()]}<td>{one.liaison}<td>{one.received_at}"
        for one in keyset(rows, params, by="received_at").rows
    ))  # fmt: skip


def account(request: HttpRequest, pk: int) -> HttpResponse:
    return _joined(_context(_get(request, pk)))


def search(request: HttpRequest) -> HttpResponse:
    found = found_by(request.GET["q"], request.user)
    return HttpResponse("".join(escape(str(row)) for group in found.groups for row in group.rows))


def _joined(context: dict[str, object]) -> HttpResponse:
    """Everything that the page's template is given, with its rows read."""
    values = (list(one) if isinstance(one, QuerySet) else one for one in context.values())
    return HttpResponse("".join(escape(str(one)) for one in values))
