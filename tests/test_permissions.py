"""Who may do what through the API, route by route: made from the API's own description, compared with the table.

Each act is sent with a body of the right shape by somebody of each role; the lowest role that is not answered 403 must
be the one in tests/permissions.py. A route that is not in the table fails, and so does one that nobody can reach.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Notice, SavedView, User
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.models import (
    AccountReview,
    Affected,
    Allowance,
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
    FixNote,
    Grant,
    Import,
    InboundMail,
    KnownLine,
    Message,
    NoSession,
    ParkedIdea,
    Participant,
    Pattern,
    Promise,
    Rule,
    Task,
    Telling,
    Why,
    WhyFile,
    WinBack,
    Wound,
)  # fmt: skip
from tests.permissions import LOWEST

ROLES = ["viewer", "agent", "lead", "manager", "admin"]


def filled(schema: dict[str, Any], parts: dict[str, Any], name: str = "", text: str = "") -> Any:
    """A value of that shape, out of the story where the name says what it names; `text` fills all that may be."""
    if "$ref" in schema:
        return filled(parts[schema["$ref"].rsplit("/", 1)[1]], parts, name, text)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return filled(schema[several][0], parts, name, text)
    if name in NAMED:
        return NAMED[name]()
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
    if kind == "object":
        wanted = set(schema.get("properties" if text else "required", [])) | set(ALSO.get(name, []))
        return {
            key: filled(value, parts, key, text) for key, value in schema.get("properties", {}).items() if key in wanted
        }
    if kind == "array":
        return [filled(schema["items"], parts, name, text)]
    if kind == "string":
        day = now() + timedelta(days=14)
        formats = {"date": day.date().isoformat(), "date-time": day.isoformat(), "email": "priya@fairlight.example",
                   "decimal": "1", "time": "09:00"}  # fmt: skip
        return formats.get(schema.get("format", ""), text or "words")
    return {"integer": 1, "number": 1, "boolean": True}[kind]


NAMED: dict[str, Callable[[], Any]] = {
    "account": lambda: Affected.objects.filter(cause=8, telling=None, waiver=None).first().account.ref,
    "complaint": lambda: Complaint.objects.order_by("-pk").first().ref,
    "complaints": lambda: [Complaint.objects.order_by("-pk").first().ref],
    "into": lambda: Complaint.objects.order_by("-pk").first().ref,
    "other": lambda: Complaint.objects.order_by("-pk").first().ref,
    "cause": lambda: "R-8",
    "why": lambda: Why.objects.order_by("-pk").first().pk,
    "rule": lambda: Rule.objects.filter(cause=8).first().pk,
    "line": lambda: KnownLine.objects.filter(cause=8).first().pk,
    "window_from": lambda: (now() + timedelta(days=1)).isoformat(),
    "window_until": lambda: (now() + timedelta(days=1, hours=1)).isoformat(),
    "content": lambda: "d29yZHM=",
    "conditions": lambda: {"product": "The Salt Road"},
    "scopes": lambda: ["read"],
    "country": lambda: "GB",
    "first": lambda: "2031-01-01",
    "last": lambda: "2031-01-31",
}
ALSO: dict[str, list[str]] = {"": ["complaints"]}  # a bulk act names its complaints, or a filter instead


def addresses(path: str) -> str | None:
    """The path with a reference or a number of the story in it."""
    if "{" not in path:
        return path
    find = IN_COLLECTION.get(path.split("/")[3])
    row = find() if find else None
    if "{attachment}" in path:
        file = Attachment.objects.latest("pk")
        row, path = file.complaint, path.replace("{attachment}", str(file.pk))
    if "{file}" in path:
        kept = WhyFile.objects.latest("pk")
        row, path = kept.why, path.replace("{file}", str(kept.pk))
    if "{evidence}" in path:
        brought = Evidence.objects.exclude(digest="").latest("pk")
        row, path = brought.session, path.replace("{evidence}", str(brought.pk))
    path = path.replace("{kind}", "json")
    if row is None:
        return None
    named = row.ref if isinstance(row, Referred) else row.pk
    contact = row.contacts.first().pk if "{contact}" in path else ""
    path = path.replace("{place}", "1")
    return re.sub(r"\{contact\}", str(contact), re.sub(r"\{(ref|id|pk)\}", str(named), path))


def newest(model: Any, **which: Any) -> Callable[[], Any]:
    return lambda: model.objects.filter(**which).order_by("-pk").first()


IN_COLLECTION: dict[str, Callable[[], Any]] = {
    "complaints": newest(Complaint),
    "accounts": newest(Account),
    "bulk-acts": newest(BulkAct),
    "saved-views": newest(SavedView),
    "mails": newest(InboundMail),
    "promises": newest(Promise),
    "whys": newest(FiveWhys),
    "causes": newest(Cause, pk=8),
    "fixes": newest(Fix),
    "messages": newest(Message),
    "grants": newest(Grant),
    "imports": newest(Import),
    "cancellations": newest(Cancellation),
    "why-nodes": newest(Why),
    "account-reviews": newest(AccountReview),
    "allowances": newest(Allowance),
    "callers": newest(Caller),
    "consultations": newest(Consultation),
    "decisions": newest(Decision),
    "fix-notes": lambda: FixNote.objects.order_by("-pk").first().cause,
    "ideas": newest(ParkedIdea),
    "ledger": newest(Entry),
    "no-sessions": newest(NoSession),
    "notices": newest(Notice),
    "participants": newest(Participant),
    "patterns": newest(Pattern),
    "tasks": newest(Task),
    "tellings": newest(Telling),
    "win-backs": newest(WinBack),
    "wounds": newest(Wound),
}


def send(client: APIClient, method: str, address: str, body: Any) -> int:
    """The answer's code; whatever the act changed is taken back."""
    with transaction.atomic():
        headers = {"HTTP_IF_MATCH": '"1"'} if method == "patch" else {}
        answer = getattr(client, method)(address, *([body] if body is not None else []), format="json", **headers)
        transaction.set_rollback(True)
    return int(answer.status_code)


def test_the_lowest_role_of_every_route_is_the_one_in_the_table(story: None, api: Callable[..., APIClient]) -> None:
    clients = {role: api(User.objects.filter(role=role).first()) for role in ROLES}
    reader = api(User.objects.filter(role="admin").first(), "read")
    schema = APIClient().get("/api/v1/schema/?format=json").json()
    faults, found = [], {}
    for path, methods in sorted(schema["paths"].items()):
        for method, described in methods.items():
            if method not in ("get", "post", "patch", "put", "delete") or path == "/api/v1/schema/":
                continue
            route, address = f"{method.upper()} {path.removeprefix('/api/v1')}", addresses(path)
            if address is None:
                faults.append(f"{route}: the story has no row to try it on")
                continue
            shape = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            body = filled(shape, schema.get("components", {}).get("schemas", {})) if shape else None
            codes = {role: send(client, method, address, body) for role, client in clients.items()}
            found[route] = next((role for role in ROLES if codes[role] != 403), "nobody")
            if 400 in codes.values() or max(codes.values()) >= 500:
                faults.append(f"{route}: {codes} to {body}")
            if send(APIClient(), method, address, body) != 401:
                faults.append(f"{route} answers without a token")
            if method != "get" and send(reader, method, address, body) != 403:
                faults.append(f"{route} is done with a token that may only read")
    faults += [f'"{route}": "{role}", # is not what the table says: {LOWEST.get(route)}'
               for route, role in found.items() if LOWEST.get(route) != role]  # fmt: skip
    faults += [f"{route} is in the table and no longer exists" for route in LOWEST if route not in found]
    assert not faults, "\n".join(faults)
