"""The ledger as managers read it: never written to, only asked."""

from typing import TYPE_CHECKING

from django.db.models import F
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.audit.filtering import EntryFilter
from accounts.audit.models import Entry, Seal
from accounts.audit.reading import Line, persons
from rca.lib.paging import keyset
from rca.lib.replies import page
from rca.lib.text import capped

if TYPE_CHECKING:
    from accounts.people.requests import Request


@require_GET
def index(request: "Request") -> HttpResponse:
    request.user.must("ledger.read")
    rows = Entry.objects.readable_by(request.user)
    filtered = EntryFilter(request.GET, rows, request=request)
    dated = filtered.qs.select_related("by", "seal").annotate(happened_at=F("at"))
    shown = keyset(dated, request.GET, by="happened_at")
    last = Seal.objects.order_by("-number").first()
    waiting = rows.filter(pk__gt=last.entry_id) if last else rows
    names = persons(shown.rows)
    context = {
        "page": shown,
        "rows": [Line.of(entry, names) for entry in shown.rows],
        "filter": filtered,
        "sealed": last.number if last else 0,
        "waiting": capped(waiting, 1000),
    }
    return page(request, "audit/index.html", context, part="list")
