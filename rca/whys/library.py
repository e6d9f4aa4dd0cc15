"""The library of past sessions: found by words, family, account, who led it, when, and whether it found a root."""

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from accounts.people.models import User
from rca.lib.clock import now, wall
from rca.lib.text import clean
from rca.lib.windows import Unread, read_past_day
from rca.whys.listing import FiveWhysQuerySet, Row
from rca.whys.models import FiveWhys, SessionComplaint
from rca.whys.why import Why

YEAR = timedelta(days=365)
ROOTS = [("", "with or without a root"), ("with", "with a root"), ("without", "without a root")]


class PastDay(forms.CharField):
    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return read_past_day(text, localdate()) if text else None
        except Unread as unread:
            raise ValidationError(unread.sentence) from unread


class LibraryForm(forms.Form):
    """What the library is asked for; nothing asked for is all of it, the newest first."""

    words = forms.CharField(
        required=False, max_length=200, label="Words", widget=forms.TextInput({"type": "search", "data-key": "f"})
    )
    family = forms.ChoiceField(required=False, label="Family")
    account = forms.CharField(
        required=False, max_length=200, label="Account", widget=forms.TextInput({"placeholder": "A-7, harbour"})
    )
    led_by = forms.ModelChoiceField(User.objects.none(), required=False, label="Led by", empty_label="anybody")
    since = PastDay(required=False, max_length=30, widget=forms.TextInput({"placeholder": "1 February", "size": 11}))
    until = PastDay(required=False, max_length=30, widget=forms.TextInput({"placeholder": "yesterday", "size": 11}))
    root = forms.ChoiceField(required=False, choices=ROOTS, label="What it found")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause: Any = Why._meta.get_field("root").related_model._meta.get_field("cause").related_model
        families = [one for one in cause._meta.get_field("family").choices if one[0]]
        self.fields["family"].choices = [("", "any"), *families]  # type: ignore[attr-defined]
        self.fields["led_by"].queryset = User.objects.people()  # type: ignore[attr-defined]

    @property
    def asked(self) -> bool:
        return self.is_bound and any(self.data.get(name) for name in self.fields)

    def sift(self, rows: FiveWhysQuerySet) -> FiveWhysQuerySet:
        """Those of the rows that are asked for; a field that cannot be read narrows nothing, and says so."""
        self.is_valid()
        wanted = self.cleaned_data if self.is_bound else {}
        if words := clean(wanted.get("words") or ""):
            rows = rows.saying(words)
        if family := wanted.get("family"):
            rows = rows.filter(Exists(Why.objects.filter(session=OuterRef("pk"), root__cause__family=family)))
        if account := clean(wanted.get("account") or ""):
            rows = rows.filter(Exists(SessionComplaint.objects.filter(_named(account), session=OuterRef("pk"))))
        if leader := wanted.get("led_by"):
            rows = rows.filter(facilitator=leader)
        if since := wanted.get("since"):
            rows = rows.filter(planned_at__gte=wall(since, time()))
        if until := wanted.get("until"):
            rows = rows.filter(planned_at__lt=wall(until + timedelta(days=1), time()))
        if root := wanted.get("root"):
            found = Exists(Why.objects.filter(session=OuterRef("pk"), root__isnull=False))
            rows = rows.filter(found if root == "with" else ~found)
        return rows


def _named(account: str) -> Q:
    """A-7, or a part of the name."""
    number = account.upper().removeprefix("A-")
    if number.isdigit() and len(number) < 18 and account.upper().startswith("A-"):
        return Q(complaint__account=int(number))
    return Q(complaint__account__name__icontains=account)


def a_year_ago(user: User) -> list[Row]:
    """What was asked in this week of last year."""
    rows = FiveWhys.objects.visible_to(user).around(now() - YEAR).order_by("-planned_at", "-id")
    return [Row(session) for session in rows.for_list()[:4]]
