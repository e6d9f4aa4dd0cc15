"""The demo story as the world that gates walk through, and one row for each kind that an address may name."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern

from accounts.models import Account, Notice, SavedView
from rca.models import (
    AccountReview,
    Affected,
    Attachment,
    BulkAct,
    Caller,
    Cancellation,
    Cause,
    Complaint,
    Consultation,
    Decision,
    Evidence,
    FiveWhys,
    Fix,
    Grant,
    Import,
    InboundMail,
    KnownLine,
    Message,
    ParkedIdea,
    Participant,
    Pattern,
    Promise,
    Rule,
    Task,
    Why,
    WhyFile,
    WinBack,
)  # fmt: skip

KINDS: dict[str, Any] = {
    "complaint": Complaint, "account": Account, "promise": Promise, "whys": FiveWhys, "cause": Cause, "fix": Fix,
    "message": Message, "grant": Grant, "cancellation": Cancellation, "bulk": BulkAct, "mail": InboundMail,
    "import": Import,
}  # fmt: skip
BARE: dict[str, Any] = {  # the beginning of an address that names a row by its bare number
    "patterns/": Pattern,
    "ideas/": ParkedIdea, "participants/": Participant, "nodes/": Why, "roots/": Why, "rules/": Rule,
    "lines/": KnownLine, "affected/": Affected, "review/": AccountReview, "task/": Task, "invitation/": WinBack,
    "views/": SavedView, "caller/": Caller, "decisions/": Decision, "consultations/": Consultation, "notices/": Notice,
    "<int:pk>/": Affected,
}  # fmt: skip


def row_for(converter: Any, route: URLPattern) -> Any:
    """The row that this part of an address names: <complaint:pk> is a Complaint, nodes/<int:pk>/ a Why."""
    model = next((one for one in KINDS.values() if converter.regex.startswith(f"[{one.LETTER}")), None)
    model = model or next((one for start, one in BARE.items() if str(route.pattern).startswith(start)), None)
    return model and model.objects.order_by("pk").last()


def arguments(space: str, route: URLPattern) -> dict[str, Any] | None:
    """What fills the address of a route from the story; None where the story has no such row."""
    if f"{space}:{route.name}" in BY_HAND:
        return BY_HAND[f"{space}:{route.name}"]()
    rows = {name: row_for(converter, route) for name, converter in route.pattern.converters.items()}
    if "contact" in rows:
        rows["contact"] = rows["pk"].contacts.first()
    return None if None in rows.values() else {name: row.pk for name, row in rows.items()}


def filed() -> dict[str, Any]:
    file = Attachment.objects.latest("pk")
    return {"pk": file.complaint_id, "attachment": file.pk}


def shown() -> dict[str, Any]:
    file = WhyFile.objects.latest("pk")
    return {"pk": file.why_id, "file": file.pk}


def brought() -> dict[str, Any]:
    file = Evidence.objects.exclude(digest="").latest("pk")
    return {"pk": file.session_id, "evidence": file.pk}


BY_HAND: dict[str, Callable[[], dict[str, Any]]] = {
    "whys:brought": brought,
    "whys:taking_away": brought,
    "whys:export": lambda: {"pk": FiveWhys.objects.latest("pk").pk, "kind": "json"},
    "complaints:file": filed,
    "complaints:removal": filed,
    "mailbox:file": lambda: {"pk": InboundMail.objects.latest("pk").pk, "place": 1},
    "whys:file": shown,
    "whys:removal": shown,
    "complaints:dropping": lambda: {"number": 1},
    "reports:records": lambda: {"kind": "complaints"},
    "people:withdrawal": lambda: {"pk": 1},  # nobody has an address for a calendar yet
    "people:revocation": lambda: {"pk": 1},  # nobody has a token yet: it answers as for one that is not one's own
}
