"""What no text may do: whatever stands in it, no page and no act of the API answers with a fault of ours (R23)."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from tests.test_architecture import PAGES
from tests.test_permissions import addresses, filled
from tests.world import arguments

# NUL, a lone surrogate, an emoji beyond the first plane, a turned reading direction, markup, an escape, a full-width =.
NASTY = "a\x00b\ud800 \U0001f642\u202e <script>alert(1)</script> \x1b[31m＝1+1 {{ 7 }} %s \\"
TEXTS = {"nasty": NASTY, "a word of a megabyte": "w" * 1_000_000}


def every_field() -> dict[str, forms.Field]:
    """Every field that any form of the house has, by name; of those that share one the choice wins."""
    found: dict[str, forms.Field] = {}
    kinds = list(forms.Form.__subclasses__()) + list(forms.ModelForm.__subclasses__())
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith(("rca.", "accounts.")):
            for name, field in kind.base_fields.items():
                if name not in found or isinstance(field, forms.ChoiceField):
                    found[name] = field
    return found


def typed(field: forms.Field, text: str) -> object:
    """A choice where there is one, so that the form is passed and the text goes on to the verb."""
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.first() or User.objects.people().last()
        return row.pk if row else ""
    if isinstance(field, forms.ChoiceField):
        return next((value for value, _ in field.choices if value), "")
    if isinstance(field, (forms.IntegerField, forms.BooleanField)):
        return 1
    return text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_page_fails_on_any_text(story: None, signed_in: Callable[[User], Client], text: str) -> None:
    admin, faults = signed_in(User.objects.get(role="admin")), []
    admin.raise_request_exception = False
    # Every name that a form of the house knows is sent to every address; the long one stands in one of them.
    short = text[:200].encode("utf-8", "surrogatepass")
    body = {name: short if (value := typed(field, "")) == "" else value for name, field in every_field().items()}
    body["words"] = text.encode("utf-8", "surrogatepass")
    for space, route in PAGES:
        address = reverse(f"{space}:{route.name}", kwargs=arguments(space, route) or {})
        asked = {"q": text.encode("utf-8", "replace").decode()[:3000], "older": "%00", "show": "all"}
        for method, data in (("get", [asked]), ("post", [urlencode(body), "application/x-www-form-urlencoded"])):
            with transaction.atomic():
                answer = getattr(admin, method)(address, *data)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                faults.append(f"{method.upper()} {space}:{route.name} answers {answer.status_code}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_act_of_the_api_fails_on_any_text(story: None, api: Callable[..., APIClient], text: str) -> None:
    admin, faults = api(User.objects.get(role="admin")), []
    admin.raise_request_exception = False
    schema = APIClient().get("/api/v1/schema/?format=json").json()
    for path, methods in sorted(schema["paths"].items()):
        for method, described in methods.items():
            shape = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if shape is None or (address := addresses(path)) is None:
                continue
            body = filled(shape, schema["components"]["schemas"], text=text)
            with transaction.atomic():
                answer = getattr(admin, method)(
                    address, json.dumps(body), content_type="application/json", HTTP_IF_MATCH='"1"'
                )
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                faults.append(f"{method.upper()} {path} answers {answer.status_code}")
    assert not faults, "\n".join(faults)
