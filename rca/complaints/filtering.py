"""One definition of the complaint list's filters, for the page and the API alike: the address says what is shown."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.timezone import localdate

from accounts.customers.listing import ascending
from accounts.models import Account, Channel
from accounts.people.models import User
from accounts.people.saved import saved_as
from rca.complaints.models import Behaviour, Complaint, ComplaintQuerySet, Severity
from rca.lib.clock import wall
from rca.lib.paging import Page, keyset
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.windows import Unread, read_past_day

Shown = Callable[[ComplaintQuerySet, User], ComplaintQuerySet]
# Each tab of the list: its name in the address, its label, and which complaints it shows to whom.
SHOWN: dict[str, tuple[str, Shown]] = {
    "open": ("Open", lambda rows, user: rows.open()),
    "mine": ("Mine", lambda rows, user: rows.open().filter(liaison=user)),
    "to-own-up": ("To own up", lambda rows, user: rows.unacknowledged()),
    "due-soon": ("Due soon", lambda rows, user: rows.due_soon()),
    "overdue": ("Overdue", lambda rows, user: rows.overdue()),
    "to-sort": ("To sort", lambda rows, user: rows.to_sort()),
    "no-cause": ("No cause yet", lambda rows, user: rows.open().without_cause()),
    "told-again": ("Told, then again", lambda rows, user: rows.told_then_again()),
    "closed-this-week": ("Closed this week", lambda rows, user: rows.closed_since(wall(monday(), time()))),
    "closed": ("Closed", lambda rows, user: rows.filter(state=Complaint.State.CLOSED)),
    "all": ("All", lambda rows, user: rows),
}


SOONEST_FIRST = {"to-own-up", "due-soon", "overdue"}


def monday() -> date:
    today = localdate()
    return today - timedelta(days=today.weekday())


class WhoField(forms.CharField):
    """me, nobody, an e-mail or a person's number, to a User or one of the two words."""

    def clean(self, value: Any) -> User | str:
        text = str(super().clean(value)).lower()
        if text in ("", "me", "nobody"):
            return text
        named = {"pk": int(text)} if text.isdecimal() and len(text) < 19 else {"email__iexact": text}
        found: User | None = User.objects.filter(**named).first()
        if found is None:
            raise ValidationError("There is nobody here by that name: take an e-mail, “me” or “nobody”.")
        return found


class PastDayField(forms.CharField):
    """“1 February”, “Monday” or “3 weeks ago” to the day that has been."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return read_past_day(text, localdate()) if text else None
        except Unread as unread:
            raise ValidationError(unread.sentence) from unread


class WhoFilter(django_filters.CharFilter):  # type: ignore[misc]
    field_class = WhoField


class DayFilter(django_filters.CharFilter):  # type: ignore[misc]
    field_class = PastDayField


@saved_as("complaints")
class ComplaintFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    q = django_filters.CharFilter(label="Words", method="saying", max_length=200)
    cause = django_filters.CharFilter(label="Cause", method="of_cause", max_length=20)
    who = WhoFilter(label="Who", method="with_person", max_length=254)
    hurts = django_filters.ChoiceFilter(
        label="Hurts", field_name="severity", choices=Severity.choices, empty_label="any"
    )
    account = django_filters.CharFilter(label="Account", method="of_account", max_length=200)
    product = django_filters.CharFilter(label="Product", max_length=120)
    channel = django_filters.ChoiceFilter(label="How it came", choices=Channel.choices, empty_label="any way")
    treated = django_filters.ChoiceFilter(
        label="Treated", choices=Behaviour.choices, method="treated_so", empty_label="any way"
    )
    since = DayFilter(label="From", method="from_day", max_length=30)
    until = DayFilter(label="To", method="to_day", max_length=30)
    batch = django_filters.CharFilter(label="Import", method="of_batch", max_length=20)

    class Meta:
        model = Complaint
        fields: list[str] = []

    def shown(self, rows: ComplaintQuerySet, name: str, value: str) -> Any:
        return SHOWN[value][1](rows, self.request.user)

    def saying(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        pk = _pk(Complaint.LETTER, value) if value[:1] in "Cc" else 0
        return rows.filter(pk=pk) if pk else rows.saying(value)

    def of_cause(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.without_cause() if value.lower() == "none" else rows.filter(cause_links__cause=_pk("R", value))

    def with_person(self, rows: ComplaintQuerySet, name: str, value: Any) -> ComplaintQuerySet:
        return rows.filter(liaison={"nobody": None, "me": self.request.user}.get(value, value))

    def of_account(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """One account by its number, or those that are called so: the first fifty, as the address is no search."""
        if pk := _pk(Account.LETTER, value):
            return rows.filter(account=pk)
        called = Account.objects.visible_to(self.request.user).matching(value)
        return rows.filter(account__in=list(called.values_list("pk", flat=True)[:50]))

    def treated_so(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.filter(behaviours__contains=[value])

    def from_day(self, rows: ComplaintQuerySet, name: str, value: date) -> ComplaintQuerySet:
        return rows.filter(received_at__gte=wall(value, time()))

    def to_day(self, rows: ComplaintQuerySet, name: str, value: date) -> ComplaintQuerySet:
        return rows.filter(received_at__lt=wall(value + timedelta(days=1), time()))

    def of_batch(self, rows: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        return rows.filter(batch=_pk("I", value))


def matching(params: Any, rows: ComplaintQuerySet, request: Any) -> tuple[ComplaintFilter, ComplaintQuerySet]:
    """The filter of an address and what it shows: nothing, rather than everything, when part of it cannot be read."""
    filter_ = ComplaintFilter(params, rows, request=request)
    return filter_, filter_.qs if filter_.form.is_valid() else rows.none()


def paged(rows: ComplaintQuerySet, params: QueryDict, show: str) -> Page[Complaint]:
    """What waits to be owned up to comes most urgent first, everything else newest first."""
    if show in SOONEST_FIRST:
        return ascending(rows, params, by="acknowledge_by")
    return keyset(rows, params, by="received_at")


def _pk(letter: str, value: str) -> int:
    try:
        return number(letter, value)
    except Refused:
        return 0  # no row has it: an address with a mangled reference shows nothing rather than everything
