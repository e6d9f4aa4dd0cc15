"""The shapes that the calendar takes on its page: hours as people type them, targets, days off."""

from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from rca.hours.models import LONGEST, SHORTEST, SORTED, WEEKDAYS, said_hours
from rca.hours.public import countries
from rca.hours.reading import Hours
from rca.lib.clock import Span
from rca.lib.windows import Unread, read_time

MIDNIGHT = {"24", "24:00", "2400", "midnight"}


class WeekForm(forms.Form):
    """From and to of each weekday; both empty is a free day."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stands: Hours | None = None, version: int = 1, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": version}
        super().__init__(*args, **kwargs)
        for day, name in WEEKDAYS.items():
            span = stands.calendar.week.get(day) if stands else None
            for side, label in enumerate(("opens", "closes")):
                self.fields[f"{label}_{day}"] = forms.CharField(
                    required=False, max_length=12, label=f"{name}, {'to' if side else 'from'}",
                    initial=_typed(span[side], end=bool(side)) if span else "",
                    widget=forms.TextInput({"class": "tiny", "autocomplete": "off"}),
                )  # fmt: skip

    def days(self) -> list[tuple[str, Any, Any]]:
        """Each weekday with its two fields, as the page draws them in one row."""
        return [(name, self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        week: dict[int, Span] = {}
        for day in WEEKDAYS:
            opens, closes = data.get(f"opens_{day}", "").strip(), data.get(f"closes_{day}", "").strip()
            if not opens and not closes:
                continue
            begin, end = self._time(f"opens_{day}", opens), self._time(f"closes_{day}", closes)
            if begin is not None and end is not None:
                week[day] = begin, end
        data["week"] = week
        return data

    def _time(self, name: str, text: str) -> time | None:
        if name.startswith("closes") and text.lower() in MIDNIGHT:
            return time(0)
        try:
            return read_time(text)
        except Unread as unread:
            self.add_error(name, unread.sentence)
        return None


class TargetsForm(forms.Form):
    """Working hours by how badly it hurts."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stands: Hours | None = None, version: int = 1, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": version}
        super().__init__(*args, **kwargs)
        for severity, name in SORTED.items():
            self.fields[severity or "unsorted"] = forms.DecimalField(
                label=name.capitalize(), min_value=SHORTEST, max_value=LONGEST, max_digits=5, decimal_places=2,
                initial=said_hours(stands.target(severity)).removesuffix(" h") if stands else None,
                widget=forms.TextInput({"class": "tiny", "inputmode": "decimal", "autocomplete": "off"}),
            )  # fmt: skip

    def hours(self) -> dict[str, Decimal]:
        return {severity: self.cleaned_data[severity or "unsorted"] for severity in SORTED}


class HolidayForm(forms.Form):
    day = forms.DateField(
        label="Day", widget=forms.DateInput({"type": "date"}),
        error_messages={"required": "Which day?", "invalid": "Write the day as 2026-12-28."},
    )  # fmt: skip
    name = forms.CharField(
        max_length=120, label="Name", help_text="stocktaking, St Stephen’s Day",
        error_messages={"required": "Give the day a name."},
    )  # fmt: skip


class RemovalForm(forms.Form):
    day = forms.DateField(widget=forms.HiddenInput)


class FillingForm(forms.Form):
    country = forms.ChoiceField(label="Country")
    part = forms.CharField(required=False, max_length=20, label="Part of it", help_text="optional: ENG, BY")
    year = forms.IntegerField(label="Year", widget=forms.TextInput({"size": 5, "inputmode": "numeric"}))

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"country": settings.HOUSE_REGION, "year": year}
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]


def _typed(at: time, *, end: bool) -> str:
    return "24:00" if end and at == time(0) else f"{at.hour}:{at:%M}"
