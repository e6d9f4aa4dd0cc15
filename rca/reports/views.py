"""The pages of the reports room: the figures of a time, and the rows behind each of them."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.people.requests import Request
from rca.lib.paging import keyset
from rca.lib.replies import page
from rca.reports.drawing import figures
from rca.reports.figures import PERIODS, Period
from rca.reports.records import KINDS


@require_GET
def index(request: Request) -> HttpResponse:
    request.user.must("reports.read")
    period = period_of(request.GET.get("days", ""))
    found = figures(period)
    context = {"figures": found, "halves": [found[::2], found[1::2]], "period": period, "periods": PERIODS}
    return page(request, "reports/index.html", context)


@require_GET
def records(request: Request, kind: str) -> HttpResponse:
    """What a number counts, row by row."""
    request.user.must("reports.read")
    if kind not in KINDS:
        raise Http404
    found = KINDS[kind]
    shown = keyset(found.rows(request.user, request.GET), request.GET, by="on_at")
    context = {"title": found.title, "page": shown, "rows": [found.row(one) for one in shown.rows]}
    return page(request, "reports/records.html", context)


def period_of(days: str) -> Period:
    """The one that the address names, or ninety days."""
    return Period(int(days) if days in {str(known) for known in PERIODS} else 90)
