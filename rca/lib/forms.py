"""How every form is drawn: label, hint, control, error; and the field that suggests while one types."""

import re
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.urls import reverse

# Django's own template of a control or an error, and the house's in its place.
OURS = {
    "django/forms/widgets/radio.html": "forms/picks.html",
    "django/forms/widgets/checkbox_select.html": "forms/picks.html",
    "django/forms/errors/list/default.html": "forms/errors.html",
    "django/forms/errors/list/ul.html": "forms/errors.html",
}


class HouseRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        return super().get_template(OURS.get(template_name, template_name))


class Words(forms.Textarea):
    """A person's own words: set in the serif, growing with the text."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "words", "rows": 4, **(attrs or {})})


class Picks(forms.RadioSelect):
    """One of a few, in a row of words; `icons` maps a value to its icon."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, icons: dict[str, str] | None = None) -> None:
        super().__init__(attrs)
        self.icons = icons or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "icon": self.icons.get(str(value), "")}


class Suggest(forms.TextInput):
    """A text field that offers what the address answers; its value is “A-7 Harbour Books” once one was chosen,
    and the bare text as typed otherwise, so the server resolves both by `named()`."""

    template_name = "forms/suggest.html"

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None, *, query: str = "") -> None:
        super().__init__(attrs)
        self.url_name, self.query = url_name, query

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        ref, text = named(str(value or ""))
        return {
            **super().get_context(name, text, attrs),
            "ref": ref,
            "suggest_url": reverse(self.url_name) + self.query,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return f"{data.get(f'{name}_ref', '')} {data.get(name, '')}".strip()


def named(value: str) -> tuple[str, str]:
    """“A-7 Harbour Books” to (A-7, Harbour Books), a bare A-7 to (A-7, A-7), and anything else to ("", itself)."""
    match = re.fullmatch(r"([A-Z]-[0-9]{1,18})(?: (.+))?", value, re.DOTALL)
    return (match[1], match[2] or match[1]) if match else ("", value)
