"""The pages on which one act is done to many complaints: asked for, carried out, looked at again and taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.people.requests import Request
from rca.complaints.bulk import DOING, BulkAct
from rca.complaints.filtering import matching
from rca.complaints.forms import BULK
from rca.complaints.models import Complaint
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, done, page
from rca.lib.text import count


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
        request, "complaints/bulk.html", _asked(act, form, data), part="form"
    )


@require_GET
def bulk_act(request: Request, pk: int) -> HttpResponse:
    """What one such act did, and what it could not do."""
    made = _get(request, pk)
    may_undo = (
        not made.undone_at and made.done and (made.by_id == request.user.pk or request.user.may("complaints.undo"))
    )
    return page(request, "complaints/bulk_act.html", {"bulk": made, "may_undo": may_undo})


@require_POST
def undoing(request: Request, pk: int) -> HttpResponse:
    made = _get(request, pk)
    made.undo(by=request.user)
    if made.kept:
        kept = count(len(made.kept), "complaint")
        return done(request, made.get_absolute_url(), f"Taken back, but for {kept} that somebody has changed since.")
    return done(request, reverse("complaints:index"), "All of it is taken back.")


def ticked(data: QueryDict, request: Any) -> QuerySet[Complaint]:
    """The complaints that are meant, among those one may see: the ticked ones, or all that a filter shows."""
    rows = Complaint.objects.visible_to(request.user)
    if data.get("all"):
        found: QuerySet[Complaint] = matching(QueryDict(data.get("filter", "")), rows, request)[1]
        return found
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
    return (int(text) if text.isdecimal() and len(text) < 9 else -1) if text else None


def _asked(act: str, form: Form, data: QueryDict) -> dict[str, Any]:
    refs, all_ = data.getlist("complaint"), data.get("all", "")
    heading, _, press = BULK[act]
    what = f"all {all_} that match" if all_ else count(len(refs), "complaint")
    filter_ = data.get("filter", "")
    return {
        "act": act, "form": form, "refs": [] if all_ else refs, "all": all_, "filter": filter_, "press": press,
        "heading": heading.format(what=what), "back": f"{reverse('complaints:index')}?{filter_}",
    }  # fmt: skip


def _answer(request: Request, made: BulkAct) -> HttpResponse:
    """Back to the list with an Undo; to the act's own page where something was not done."""
    if made.failed:
        return done(request, made.get_absolute_url())
    undo = reverse("complaints:undoing", args=[made.pk])
    messages.success(request, f"{made.says} {made.tally}", extra_tags=undo)
    return done(request, reverse("complaints:index"))


def _get(request: Request, pk: int) -> BulkAct:
    rows = BulkAct.objects.visible_to(request.user).select_related("by", "undone_by")
    found: BulkAct = get_object_or_404(rows, pk=pk)
    return found
