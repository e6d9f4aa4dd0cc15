"""One definition of the fix list's filters, for the page and the API alike: the address says what is shown."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms

from accounts.people.models import User
from rca.causes.models import Cause
from rca.fixes.models import Fix
from rca.fixes.proposing import FixQuerySet
from rca.lib.refs import number
from rca.lib.refused import Refused

# Each tab of the list: its name in the address, its label, and which fixes it shows to whom.
SHOWN: dict[str, tuple[str, Callable[[Any, User], Any]]] = {
    "open": ("Under way", lambda rows, user: rows.unfinished()),
    "mine": ("Mine", lambda rows, user: rows.unfinished().filter(owner=user)),
    "overdue": ("Overdue", lambda rows, user: rows.overdue()),
    "check": ("To verify", lambda rows, user: rows.unverified()),
    "done": ("In place", lambda rows, user: rows.filter(state=Fix.State.DONE)),
    "all": ("All", lambda rows, user: rows),
}


class FixFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    q = django_filters.CharFilter(label="Words", field_name="title", lookup_expr="icontains", max_length=200)
    kind = django_filters.ChoiceFilter(label="Kind", choices=Fix.Kind.choices, empty_label="any")
    owner = django_filters.ModelChoiceFilter(label="Owner", queryset=User.objects.people(), empty_label="anyone")
    cause = django_filters.CharFilter(label="Cause", method="of_cause", widget=forms.HiddenInput)

    class Meta:
        model = Fix
        fields: list[str] = []

    def shown(self, rows: FixQuerySet, name: str, value: str) -> Any:
        return SHOWN[value][1](rows, self.request.user)

    def of_cause(self, rows: FixQuerySet, name: str, value: str) -> FixQuerySet:
        try:
            return rows.filter(cause=number(Cause.LETTER, value))
        except Refused:
            return rows.none()  # a mangled reference shows nothing rather than everything
