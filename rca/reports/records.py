"""The rows behind each number of the reports: of one kind, in one stretch of days, newest first."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.http import QueryDict

from accounts.people.models import User
from rca.causes.models import Affected, CauseLink
from rca.communications.models import Telling
from rca.complaints.acts import Acknowledgment
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import number
from rca.promises.models import Promise
from rca.reports.figures import start
from rca.reports.promptness import said


class Row(NamedTuple):
    """One record: its reference, its page, its account, and what it says."""

    ref: str
    url: str
    account: Any
    text: str
    when: Any


class Kind(NamedTuple):
    title: str
    rows: Callable[[User, QueryDict], Any]
    row: Callable[[Any], Row]


def within(params: QueryDict, column: str) -> Q:
    """The days that the address names; an address without them, or a mangled one, means all."""
    found = Q()
    for name, test in (("since", "gte"), ("until", "lt")):
        try:
            found &= Q(**{f"{column}__{test}": start(date.fromisoformat(params.get(name, "")))})
        except (ValueError, OverflowError):
            continue
    return found


def _complaints(user: User, params: QueryDict) -> Any:
    rows = Complaint.objects.visible_to(user).exclude(state=Complaint.State.MERGED)
    rows = rows.filter(within(params, "received_at")).select_related("account")
    return (rows.exclude(acknowledged_at=None) if params.get("owned") else rows).annotate(on_at=F("received_at"))


def _acknowledgments(user: User, params: QueryDict) -> Any:
    seen = Complaint.objects.visible_to(user).exclude(state=Complaint.State.MERGED)
    rows = Acknowledgment.objects.filter(within(params, "at"), complaint__in=seen).exclude(working_minutes=None)
    if "team" in params:
        rows = rows.filter(by__department=params["team"])
    if params.get("late"):
        rows = rows.filter(at__gt=F("complaint__acknowledge_by"))
    return rows.select_related("complaint__account", "by").annotate(on_at=F("at"))


def _promises(user: User, params: QueryDict) -> Any:
    rows = Promise.objects.visible_to(user).exclude(state=Promise.State.RELEASED).filter(window_until__lt=now())
    state = str(params.get("state", ""))
    if state:
        rows = rows.filter(state="open" if state == "overdue" else state)
    return rows.filter(within(params, "window_until")).select_related("account").annotate(on_at=F("window_until"))


def _accounts(user: User, params: QueryDict) -> Any:
    rows = Affected.objects.visible_to(user).filter(within(params, "at")).select_related("account", "cause")
    return _of_cause(rows, params).annotate(on_at=F("at"))


def _linked(user: User, params: QueryDict) -> Any:
    seen = Complaint.objects.visible_to(user)
    rows = CauseLink.objects.filter(within(params, "at"), complaint__in=seen).select_related("complaint__account")
    return _of_cause(rows, params).annotate(on_at=F("at"))


def _tellings(user: User, params: QueryDict) -> Any:
    rows = Telling.objects.filter(within(params, "at"), affected__in=Affected.objects.visible_to(user))
    asked = params.get("channel", "")
    if asked == "any":
        rows = rows.filter(Q(contact=None) | Q(contact__preference=None) | Q(contact__preference__channel=""))
    elif asked:
        rows = rows.filter(contact__preference__channel=asked)
    return rows.select_related("affected__account", "affected__cause", "by").annotate(on_at=F("at"))


def _of_cause(rows: Any, params: QueryDict) -> Any:
    return rows.filter(cause=number("R", str(params["cause"]))) if params.get("cause") else rows


KINDS: dict[str, Kind] = {
    "complaints": Kind(
        "Complaints", _complaints,
        lambda one: Row(one.ref, one.get_absolute_url(), one.account, one.gist, one.on_at),
    ),
    "acknowledgments": Kind(
        "Complaints owned up to", _acknowledgments,
        lambda one: Row(one.complaint.ref, one.complaint.get_absolute_url(), one.complaint.account,
                        f"{one.by.name} owned up after {said(one.working_minutes)} of working time", one.on_at),
    ),
    "promises": Kind(
        "Promises", _promises,
        lambda one: Row(one.ref, one.get_absolute_url(), one.account, f"{one.get_state_display()}: {one.says}",
                        one.on_at),
    ),
    "accounts": Kind(
        "Accounts hit by a cause", _accounts,
        lambda one: Row(f"R-{one.cause_id}", f"/causes/R-{one.cause_id}/", one.account,
                        f"{one.cause.title} ({one.get_how_display()})", one.on_at),
    ),
    "linked": Kind(
        "Complaints linked to a cause", _linked,
        lambda one: Row(one.complaint.ref, one.complaint.get_absolute_url(), one.complaint.account, one.complaint.gist,
                        one.on_at),
    ),
    "tellings": Kind(
        "Accounts told of a fix", _tellings,
        lambda one: Row(f"R-{one.affected.cause_id}", f"/causes/R-{one.affected.cause_id}/", one.affected.account,
                        f"told by {one.get_channel_display()}, {one.by.name}", one.on_at),
    ),
}  # fmt: skip
