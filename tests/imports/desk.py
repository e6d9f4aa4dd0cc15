"""A file of no known kind, its columns mapped by hand, and the worker's turns played in this process."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from rca.imports import importing
from rca.imports.keeping import Handed
from rca.models import Import

FIELDS = {"id": "external_id", "cust": "account", "mail": "contact_email", "phone": "contact_phone",
          "created": "received_at", "text": "words", "status": "state", "thing": "product"}  # fmt: skip
STATES = {"status": {"closed": "closed", "open": "open"}}
HEADINGS = ["Id", "Cust", "Mail", "Phone", "Created", "Text", "Status", "Thing"]


def line(number: int, cust: str = "Harbour Books", **cells: str) -> list[str]:
    """One ticket: line(2, "Globex", mail="ap@globex.example")."""
    have = {"mail": "", "phone": "", "created": "2021-03-04 09:12", "text": f"Invoice {number} is wrong.",
            "status": "Open", "thing": ""} | cells  # fmt: skip
    return [str(number), cust, *(have[name] for name in ("mail", "phone", "created", "text", "status", "thing"))]


def content(*lines: list[str], headings: Iterable[str] = HEADINGS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([list(headings), *lines])
    return out.getvalue().encode()


def handed_in(by: User, *lines: list[str], name: str = "desk.csv", raw: bytes = b"") -> Import:
    """A file that the worker has looked at and whose columns are mapped."""
    batch = Import.objects.receive(by=by, files=[Handed(name, [raw or content(*lines)])])
    worked(batch)
    if batch.state == "ready":
        batch.correct(by=by, preset="any", source="old desk", mapping={"fields": FIELDS, "values": STATES})
    return batch


def worked(batch: Import) -> Import:
    """The worker's turn."""
    importing.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def tried(by: User, *lines: list[str], **facts: Any) -> Import:
    batch = handed_in(by, *lines, **facts)
    batch.try_out(by=by)
    return worked(batch)


def run(by: User, *lines: list[str], **facts: Any) -> Import:
    """Handed in, tried and brought in."""
    batch = tried(by, *lines, **facts)
    batch.run(by=by)
    return worked(batch)
