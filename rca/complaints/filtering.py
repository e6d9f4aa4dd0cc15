"""One definition of the complaint list's filters, for the page and the API alike: the address says what is shown."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms

from accounts.models import Account
from accounts.people.models import User
from rca.complaints.models import Complaint, ComplaintQuerySet, Severity
from rca.lib.refs import number
from rca.lib.refused import Refused

# Each tab of the list: its name in the address, its label, and which complaints it shows to whom.
SHOWN: dict[str, tuple[str, Callable[[ComplaintQuerySet, User], ComplaintQuerySet]]] = {
    "open": ("Open", lambda rows, user: rows.open()),
    "mine": ("Mine", lambda rows, user: rows.open().filter(liaison=user)),
    "to-own-up": ("To own up", lambda rows, user: rows.unacknowledged()),
    "no-cause": ("No cause yet", lambda rows, user: rows.open().without_cause()),
    "closed": ("Closed", lambda rows, user: rows.filter(state=Complaint.State.CLOSED)),
    "all": ("All", lambda rows, user: rows),
}


class ComplaintFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    q = django_filters.CharFilter(label="Words", method="saying", max_length=200)
    who = django_filters.ModelChoiceFilter(
        label="Who", field_name="liaison", queryset=User.objects.people(), empty_label="everyone"
    )
    hurts = django_filters.ChoiceFilter(
        label="Hurts", field_name="severity", choices=Severity.choices, empty_label="any"
    )
    account = django_filters.CharFilter(label="Account", method="of_account", widget=forms.HiddenInput)
    cause = django_filters.CharFilter(label="Cause", method="of_cause", widget=forms.HiddenInput)
    product = django_filters.CharFilter(label="Product", widget=forms.HiddenInput)

    class Meta:
        model = Complaint
        fields: list[str] = []

    def shown(self, rows: ComplaintQuerySet, name: str, value: str) -> Any:
        return SHOWN[value][1](rows, self.request.user)

    def saying(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.saying(value)

    def of_account(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.filter(account=_pk(Account.LETTER, value))

    def of_cause(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.filter(cause_links__cause=_pk("R", value))


def _pk(letter: str, value: str) -> int:
    try:
        return number(letter, value)
    except Refused:
        return 0  # no row has it: an address with a mangled reference shows nothing rather than everything
