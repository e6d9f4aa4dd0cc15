"""Form fields that read as people write: a day in plain words, a sum of money, the reference of a row."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import localdate

from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.rows import Reader
from rca.lib.said import SIGNS
from rca.lib.windows import Unread, read_day


class DayField(forms.CharField):
    """“Thursday”, “24 March” or “+14” to a date; `start` says from which day “+14” counts, today unless told."""

    def __init__(self, *, start: Callable[[], date] = localdate, **options: Any) -> None:
        options.setdefault("max_length", 30)
        super().__init__(**options)
        self.start = start

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_day(text, self.start())
        except Unread as unread:
            raise ValidationError(unread.sentence) from unread


class SumField(forms.DecimalField):
    """12, 12.50, £12.50 or 1,200 to an amount of the house's currency."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"inputmode": "decimal", "size": 8}))
        options.setdefault("max_digits", 12)
        super().__init__(decimal_places=2, **options)
        self.error_messages["invalid"] = "Write a sum of money, as 12 or 12.50."

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lstrip("".join(SIGNS.values())).replace(",", "").strip()
        return super().to_python(text)


class TypedRef(forms.CharField):
    """“C-1042” or “1042” to the row of that kind; set `user` before cleaning: only rows they may see are found."""

    user: Reader | None = None

    def __init__(self, model: Any, **options: Any) -> None:
        options.setdefault("max_length", 20)
        super().__init__(**options)
        self.model = model

    def clean(self, value: Any) -> models.Model | None:
        text = super().clean(value)
        if not text:
            return None
        assert self.user is not None
        try:
            pk = number(self.model.LETTER, text)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        row: models.Model | None = self.model.objects.visible_to(self.user).filter(pk=pk).first()
        if row is None:
            raise ValidationError(f"There is no {self.model._meta.verbose_name} {self.model.LETTER}-{pk}.")
        return row
