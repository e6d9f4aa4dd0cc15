"""The customer's own words out of what a desk keeps: the first public comment or the description, below the subject."""

import json
from typing import Any

from rca.imports.cells import Cells
from rca.imports.plain import plain

LONGEST_HTML = 2_000_000  # characters; above it nobody wrote these words
BODIES = ("plain_body", "body_text", "body", "html_body", "text", "content")
OURS = {"agent", "admin", "user", "bot", "system", "lineitem", "note", "workflow"}  # authors who are not the customer


def wording(cells: Cells) -> str:
    """Subject and words as one text; the one that is there where the other is not."""
    subject = " ".join(cells.said("subject")[1].split())
    body = _body(cells)
    if not body or not subject or body.casefold().startswith(subject.casefold()):
        return body or subject
    return f"{subject}\n\n{body}"


def _body(cells: Cells) -> str:
    for column in cells.places.get("words", ()):
        text = cells.cell(column)
        if text.startswith(("[{", "{")):
            text = first_said(text)
        if len(text) > LONGEST_HTML:
            raise cells.unfit(column, f"It is {len(text):,} characters long, more than anybody writes.")
        if text := plain(text).strip():
            return text
    return ""


def first_said(listed: str) -> str:
    """The first public comment of a list, by a customer where the list says whose each is."""
    try:
        found = json.loads(listed)
    except (ValueError, RecursionError):
        return listed
    while isinstance(found, dict) and (inner := _inner(found)) is not None:
        found = inner
    comments = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    public = sorted(filter(_public, comments), key=lambda one: str(one.get("created_at") or one.get("createdAt") or ""))
    for one in [*filter(_theirs, public), *public]:
        for name in BODIES:
            if isinstance(one.get(name), str) and one[name].strip():
                return str(one[name])
    return "" if comments else listed


def _inner(found: dict[str, Any]) -> list[Any] | None:
    return next((value for value in found.values() if isinstance(value, list)), None)


def _public(one: dict[str, Any]) -> bool:
    kind = str(one.get("type") or "").lower()
    hidden = one.get("private") or one.get("internal") or one.get("public") is False or one.get("state") == "draft"
    return not hidden and kind not in ("note", "lineitem", "phone_note")


def _theirs(one: dict[str, Any]) -> bool:
    said = one.get("sender") or one.get("type") or ""
    if one.get("incoming") is False:
        return False
    author = one.get("author")
    if isinstance(author, dict) and author.get("type") in ("admin", "bot", "team"):
        return False
    return str(said).lower() not in OURS
