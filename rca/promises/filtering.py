"""One definition of the promise list's filters and its order, for the page and the API alike."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import F
from django.http import QueryDict

from accounts.customers.listing import ascending
from accounts.customers.models import Account
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.paging import Page, keyset
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.promises.models import Promise, PromiseQuerySet

STATE = Promise.State
# Each tab of the list: its name in the address, its label, and which promises it shows to whom.
SHOWN: dict[str, tuple[str, Callable[[PromiseQuerySet, User], PromiseQuerySet]]] = {
    "today": ("Today", lambda rows, user: rows),
    "mine": ("Mine", lambda rows, user: rows.open().filter(owner=user)),
    "overdue": ("Overdue", lambda rows, user: rows.overdue()),
    "week": ("This week", lambda rows, user: rows.this_week()),
    "upcoming": ("To come", lambda rows, user: rows.upcoming()),
    "kept": ("Kept", lambda rows, user: rows.filter(state=STATE.KEPT)),
    "late": ("Kept late", lambda rows, user: rows.filter(state=STATE.LATE)),
    "broken": ("Broken", lambda rows, user: rows.filter(state=STATE.BROKEN)),
    "released": ("Released", lambda rows, user: rows.filter(state=STATE.RELEASED)),
    "settled": ("Settled", lambda rows, user: rows.settled()),
    "all": ("All", lambda rows, user: rows),
}
SOONEST_FIRST = {"mine", "overdue", "week", "upcoming"}


class PromiseFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    who = django_filters.ModelChoiceFilter(
        label="Who", field_name="owner", queryset=User.objects.people(), empty_label="everyone"
    )
    ended = django_filters.ChoiceFilter(
        label="Ended", field_name="state", choices=Promise.State.choices[1:], empty_label="any way"
    )
    days = django_filters.NumberFilter(label="Fell due in the last days", method="due_in", min_value=1, max_value=3660)
    cause = django_filters.CharFilter(label="Cause", method="because_of", widget=forms.HiddenInput)
    account = django_filters.CharFilter(label="Account", method="to", widget=forms.HiddenInput)
    complaint = django_filters.CharFilter(label="Complaint", method="of", widget=forms.HiddenInput)

    class Meta:
        model = Promise
        fields: list[str] = []

    def shown(self, rows: PromiseQuerySet, name: str, value: str) -> Any:
        return SHOWN[value][1](rows, self.request.user)

    def due_in(self, rows: PromiseQuerySet, name: str, value: Decimal) -> PromiseQuerySet:
        at = now()
        return rows.filter(window_until__gte=at - timedelta(days=int(value)), window_until__lt=at)

    def because_of(self, rows: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        return rows.filter(complaint__cause_links__cause=_pk("R", value))

    def to(self, rows: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        return rows.filter(account=_pk(Account.LETTER, value))

    def of(self, rows: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        return rows.filter(complaint=_pk(Complaint.LETTER, value))


def paged(rows: PromiseQuerySet, params: QueryDict, show: str) -> Page[Promise]:
    """What is still to be kept comes soonest first, what has ended newest first."""
    if show in SOONEST_FIRST:
        return ascending(rows, params, by="window_until")
    return keyset(rows.annotate(starts_at=F("window_from")), params, by="starts_at")


def _pk(letter: str, value: str) -> int | None:
    try:
        return number(letter, value)
    except Refused:
        return None  # an address with a mangled reference shows nothing rather than everything
