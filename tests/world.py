"""The demo story as the world that gates walk through, and one row for each kind that an address may name."""

from typing import Any

from django.urls import URLPattern

from accounts.models import Account
from rca.models import Affected, Cancellation, Cause, Complaint, FiveWhys, Fix, Grant, Message, Promise, Why

KINDS: dict[str, Any] = {
    "complaint": Complaint, "account": Account, "promise": Promise, "whys": FiveWhys, "cause": Cause, "fix": Fix,
    "message": Message, "grant": Grant, "cancellation": Cancellation,
}  # fmt: skip
LETTERS = {"Complaint": "C", "Account": "A"}


def kind_of(converter: Any) -> Any:
    """The model that a reference in an address names: <complaint:pk> is a Complaint."""
    return next((model for model in KINDS.values() if converter.regex.startswith(f"[{model.LETTER}")), None)


def arguments(space: str, route: URLPattern, by_hand: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """What fills the address of a route from the story; None where the story has no such row."""
    name = f"{space}:{route.name}"
    if name in by_hand:
        return by_hand[name]
    filled: dict[str, Any] = {}
    for argument, converter in route.pattern.converters.items():
        model = kind_of(converter)
        row = model and model.objects.order_by("pk").last()
        if row is None:
            return None
        filled[argument] = row.pk
    return filled


def by_hand() -> dict[str, dict[str, Any]]:
    """Addresses that name a row by its bare number."""
    affected, why = Affected.objects.order_by("pk").first(), Why.objects.order_by("pk").first()
    assert affected and why
    return {"communications:tell": {"pk": affected.pk}}
