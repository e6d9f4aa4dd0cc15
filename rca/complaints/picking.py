"""The pages on which one act is done to many complaints: asked for, carried out, looked at again and taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.people.requests import Request
from rca.complaints.bulk import CEILING, MOST, BulkAct
from rca.complaints.doing import DOING
from rca.complaints.filtering import matching
from rca.complaints.forms import BULK
from rca.complaints.models import Complaint
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.tables import lines
from rca.lib.text import count

SHOWN = 200  # rows of each kind on the page; all of them are in the file


@require_http_methods(["GET", "POST"])
def bulk(request: Request) -> HttpResponse:
    """Asks for what the act needs, then carries it out; the list has ticked the complaints."""
    data = request.POST if request.method == "POST" else request.GET
    act = data.get("act", "")
    if act not in BULK:
        request.user.must("complaints.edit")
        if request.method == "GET":
            return redirect("complaints:index")
        raise Refused("Tick complaints in the list and choose there what is to be done with them.",
                      steps=[("Open the list", reverse("complaints:index"))])  # fmt: skip
    request.user.must(DOING[act].ability)
    meant, form_class = ticked(data, request), BULK[act][1]
    form = form_class(request.POST if request.method == "POST" else None, user=request.user, auto_id="bulk_%s")
    if request.method == "POST" and form.is_valid():
        made = BulkAct.objects.carry_out(
            by=request.user, act=act, complaints=meant, expected=_expected(data), **form.what
        )
        return _answer(request, made)
    return (again if request.method == "POST" else page)(
        request, "complaints/bulk.html", _asked(act, form, data, meant), part="form"
    )


@require_GET
def bulk_act(request: Request, pk: int) -> HttpResponse:
    """How far one such act is, what it did, and what it could not do."""
    made = _get(request, pk)
    mine = made.by_id == request.user.pk or request.user.may("complaints.undo")
    may_undo = mine and not made.undone_at and (made.done_count or made.working)
    handled = made.back_count + made.kept_count if made.undone_at else made.done_count + made.failed_count
    of = made.done_count if made.undone_at else made.total
    context = {
        "bulk": made, "may_undo": may_undo, "most": SHOWN, "handled": handled, "of": of,
        "share": 100 * handled // max(of, 1),
        "parts": [(name, says, number, rows[:SHOWN]) for name, says, number, rows in (
            ("kept", "Not taken back", made.kept_count, made.kept),
            ("failed", "Not done", made.failed_count, made.failed), ("done", "Done", made.done_count, made.done))],
    }  # fmt: skip
    return page(request, "complaints/bulk_act.html", context, part="work")


@require_GET
def bulk_rows(request: Request, pk: int) -> HttpResponseBase:
    """Every complaint that was meant, as a table to keep: what became of it, or why it was not done."""
    made = _get(request, pk)
    rows = ([row.ref, row.get_state_display(), row.why] for row in made.rows.iterator(chunk_size=1000))
    table = lines(["complaint", "what became of it", "why"], rows)
    answer = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{made.ref}.csv"'
    return answer


@require_POST
def undoing(request: Request, pk: int) -> HttpResponse:
    made = _get(request, pk)
    made.undo(by=request.user)
    if made.working:
        return done(request, made.get_absolute_url())
    if made.kept_count:
        kept = count(made.kept_count, "complaint")
        return done(request, made.get_absolute_url(), f"Taken back, but for {kept} that somebody has changed since.")
    return done(request, reverse("complaints:index"), "All of it is taken back.")


def ticked(data: QueryDict, request: Any) -> QuerySet[Complaint]:
    """The complaints that are meant, among those one may see: the ticked ones, or all that a filter shows."""
    rows = Complaint.objects.visible_to(request.user)
    if data.get("all"):
        found: QuerySet[Complaint] = matching(QueryDict(data.get("filter", "")), rows, request)[1]
        return found.filter(pk__lte=number("C", str(data["up_to"]))) if data.get("up_to") else found
    pks = {number("C", ref) for ref in data.getlist("complaint")}
    meant: QuerySet[Complaint] = rows.filter(pk__in=pks)
    missing = pks - set(meant.values_list("pk", flat=True))
    if not pks:
        raise Refused("No complaint is ticked: tick those that you mean.")
    if missing:
        raise Refused(f"There is no complaint C-{min(missing)}.")
    return meant


def _expected(data: QueryDict) -> int | None:
    """How many the person saw when ticking “all that match”."""
    text = data.get("all", "")
    return (int(text) if text.isdecimal() and len(text) < 9 else 0) if text else None


def _asked(act: str, form: Form, data: QueryDict, meant: QuerySet[Complaint]) -> dict[str, Any]:
    refs, all_, up_to = data.getlist("complaint"), data.get("all", ""), data.get("up_to", "")
    if all_ and not all_.isdecimal():
        all_, up_to = _counted(meant)
    heading, _, press = BULK[act]
    number_ = int(all_) if all_ else len(refs)
    what = f"all {number_:,} that match" if all_ else count(len(refs), "complaint")
    filter_ = data.get("filter", "")
    return {
        "act": act, "form": form, "refs": [] if all_ else refs, "all": all_, "filter": filter_, "press": press,
        "heading": heading.format(what=what), "back": f"{reverse('complaints:index')}?{filter_}", "up_to": up_to,
        "number": number_, "slow": number_ > MOST,
    }  # fmt: skip


def _counted(meant: QuerySet[Complaint]) -> tuple[str, str]:
    """How many there are of more than the list counts, and the newest complaint: what comes later is not meant."""
    newest = Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    number_ = meant.filter(pk__lte=newest).order_by().values("pk")[: CEILING + 1].count()
    if number_ > CEILING:
        raise Refused(f"More than {CEILING:,} match, the most for one act: narrow the list, then go on.")
    return str(number_), f"C-{newest}"


def _answer(request: Request, made: BulkAct) -> HttpResponse:
    """Back to the list with an Undo; to the act's own page where something was not done, or not yet."""
    if made.failed_count or made.working:
        return done(request, made.get_absolute_url())
    undo = reverse("complaints:undoing", args=[made.pk])
    messages.success(request, f"{made.says} {made.tally}", extra_tags=undo)
    return done(request, reverse("complaints:index"))


def _get(request: Request, pk: int) -> BulkAct:
    rows = BulkAct.objects.visible_to(request.user).select_related("by", "undone_by")
    found: BulkAct = get_object_or_404(rows, pk=pk)
    return found
