"""One definition of the cause list's filters, for the page and the API alike: the address says what is shown."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from accounts.models import Account
from accounts.people.models import User
from rca.causes.figures import CauseQuerySet
from rca.causes.models import Affected, Cause
from rca.lib.refs import number
from rca.lib.refused import Refused

# Each tab of the list: its name in the address, its label, and which causes it shows to whom.
SHOWN: dict[str, tuple[str, Callable[[Any, User], Any]]] = {
    "open": ("Open", lambda rows, user: rows.open()),
    "mine": ("Mine", lambda rows, user: rows.open().filter(owner=user)),
    "nobody": ("Nobody owns", lambda rows, user: rows.unowned()),
    "back": ("Came back", lambda rows, user: rows.recurring()),
    "watched": ("On watch", lambda rows, user: rows.watched()),
    "settled": ("Closed or accepted", lambda rows, user: rows.settled()),
    "all": ("Library", lambda rows, user: rows),
}


class CauseFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    q = django_filters.CharFilter(label="Words", method="saying", max_length=200)
    family = django_filters.ChoiceFilter(label="Family", choices=Cause.Family.choices, empty_label="any")
    state = django_filters.ChoiceFilter(label="State", choices=Cause.State.choices, empty_label="any")
    owner = django_filters.ModelChoiceFilter(label="Owner", queryset=User.objects.people(), empty_label="anyone")
    untold = django_filters.ChoiceFilter(
        label="Untold", choices=[("some", "at least one"), ("none", "none")], method="waiting", empty_label="any number"
    )
    account = django_filters.CharFilter(label="Account", method="of_account", widget=forms.HiddenInput)

    class Meta:
        model = Cause
        fields: list[str] = []

    def shown(self, rows: CauseQuerySet, name: str, value: str) -> Any:
        return SHOWN[value][1](rows, self.request.user)

    def saying(self, rows: CauseQuerySet, name: str, value: str) -> CauseQuerySet:
        """Words of the title, of a whole answer it came from, or its reference."""
        found = Q(title__icontains=value) | Q(pk__in=Cause.objects.filter(roots__why__answer__icontains=value))
        pk = _pk(Cause.LETTER, value)
        return rows.filter(found | Q(pk=pk) if pk else found)

    def waiting(self, rows: CauseQuerySet, name: str, value: str) -> CauseQuerySet:
        untold = Exists(Affected.objects.untold().filter(cause=OuterRef("pk")))
        return rows.filter(untold) if value == "some" else rows.exclude(untold)

    def of_account(self, rows: CauseQuerySet, name: str, value: str) -> CauseQuerySet:
        pk = _pk(Account.LETTER, value)
        return rows.filter(affected__account=pk) if pk else rows.none()


def _pk(letter: str, value: str) -> int | None:
    try:
        return number(letter, value)
    except Refused:
        return None  # an address with a mangled reference shows nothing rather than everything
