"""New complaints by the thousand: the rows that `log` and `close` would make, through COPY, and no clock started."""

import json
from datetime import UTC, datetime

from accounts.audit.models import Entry
from accounts.audit.origin import origin
from accounts.customers.history import Touch
from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.imports.cells import Row
from rca.imports.introducing import Introductions
from rca.imports.models import Import
from rca.lib.copying import Copier, numbers

NO_CLOCK = datetime(9999, 1, 1, tzinfo=UTC)  # old complaints wait for nobody to own up to them
COMPLAINT = ("id", "account_id", "contact_id", "words", "channel", "received_at", "product", "severity", "remedy",
             "external_id", "state")  # fmt: skip
CLOSURE = ("complaint_id", "at", "outcome")
TOUCH = ("account_id", "contact_id", "channel", "at", "about")
ENTRY = ("at", "ref", "words", "about", "after")


class Taker:
    """Writes complaints, closures, touches and ledger entries of one file."""

    def __init__(self, batch: Import, by: User) -> None:
        door, address = origin()
        self.batch = batch
        self.introductions = Introductions(batch, by)
        by_us = {"by_id": by.pk}
        self.complaints = Copier(
            Complaint, COMPLAINT,
            {"logged_by_id": by.pk, "liaison_id": None, "acknowledge_by": NO_CLOCK, "batch_id": batch.pk,
             "source": batch.source},
        )  # fmt: skip
        self.closures = Copier(Closure, CLOSURE, by_us)
        self.touches = Copier(Touch, TOUCH, by_us | {"way": Touch.Way.IN, "reached": True})
        says = f"Complaint brought in from {batch.source}."
        self.entries = Copier(
            Entry, ENTRY, by_us | {"act": "logged", "says": says, "door": door, "address": address, "before": {}}
        )

    def take(self, rows: list[tuple[Row, int]]) -> None:
        """Each row with its account; all of them in the transaction of the caller."""
        if not rows:
            return
        pks = numbers(Complaint, len(rows))
        people = self.introductions.of(rows)
        all_ = list(zip(pks, rows, people, strict=True))
        self.complaints.write(
            (pk, account, person, row.words, row.channel, row.received_at, row.product, row.severity, row.remedy,
             row.external_id, "closed" if row.outcome else "open")
            for pk, (row, account), person in all_
        )  # fmt: skip
        self.closures.write(
            (pk, row.ended_at or row.received_at, row.outcome) for pk, (row, _), _ in all_ if row.outcome
        )
        self.touches.write(
            (account, person, row.channel, row.received_at, f"C-{pk}") for pk, (row, account), person in all_
        )
        self.entries.write(
            (row.received_at, f"C-{pk}", row.words, [f"C-{pk}", f"A-{account}"], self._after(row))
            for pk, (row, account), _ in all_
        )

    def _after(self, row: Row) -> str:
        after = {
            "channel": row.channel, "product": row.product, "severity": row.severity, "remedy": row.remedy,
            "source": self.batch.source, "external_id": row.external_id, "outcome": row.outcome,
            "state": "closed" if row.outcome else "open", "batch": self.batch.ref,
        }  # fmt: skip
        return json.dumps({name: value for name, value in after.items() if value}, ensure_ascii=False)
