"""What a file says otherwise of complaints that are here: changed, unless one of us changed the same thing meanwhile.

Three values are compared: what the file says, what stands here, and what the file said when one of us changed it. A
file that still says what it said then brings nothing new; one that says a third thing is a conflict for a person.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.audit.models import Entry
from accounts.audit.origin import origin
from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.imports.cells import Row
from rca.imports.models import Conflict, Import
from rca.lib.clock import now
from rca.lib.copying import Copier

FIELDS = ("words", "product", "channel", "severity", "remedy")
HERE = ("pk", "external_id", "state", "version", *FIELDS)
ENTRY = ("ref", "says", "words", "about", "before", "after")
UPDATE = """
    UPDATE rca_complaint c SET {sets}, state = CASE WHEN n.outcome THEN 'closed' ELSE c.state END,
           version = c.version + 1
    FROM unnest(%s::bigint[], %s::int[], %s::bool[], {arrays}) AS n (id, version, outcome, {names})
    WHERE c.id = n.id AND c.version = n.version RETURNING c.id"""


@dataclass
class Compared:
    """What comparing found: changes by complaint, and conflicts as (complaint, field, spot, ours, theirs)."""

    changes: dict[int, tuple[dict[str, Any], Row, dict[str, str]]] = field(default_factory=dict)
    conflicts: list[tuple[int, str, tuple[int, int], str, str]] = field(default_factory=list)


def existing(source: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """The complaints of that source which are here already, by their number there."""
    # The index holds only what has a number, and of a long list PostgreSQL does not see by itself that all have one.
    rows = Complaint.objects.filter(source=source, external_id__in=ids).exclude(external_id="").values(*HERE)
    return {one["external_id"]: one for one in rows}


def compare(pairs: Iterable[tuple[tuple[int, int], Row, dict[str, Any]]]) -> Compared:
    """Rows of the file beside the complaints they are about. A cell that is empty by now says nothing."""
    found = Compared()
    wanted: dict[int, tuple[tuple[int, int], Row, dict[str, Any], dict[str, str]]] = {}
    for spot, row, here in pairs:
        said = {name: getattr(row, name) for name in FIELDS}
        other = {name: value for name, value in said.items() if value and value != here[name]}
        if row.outcome and here["state"] == "open":
            other["outcome"] = row.outcome
        if other and here["state"] != "merged":
            wanted[here["pk"]] = (spot, row, here, other)
    if not wanted:
        return found
    hand = _by_hand([f"C-{pk}" for pk in wanted])
    decided = _decided(list(wanted))
    for pk, (spot, row, here, other) in wanted.items():
        change = {}
        for name, value in other.items():
            key = (f"C-{pk}", name)
            if key not in hand:
                change[name] = value
            elif hand[key] != value and (pk, name, value) not in decided:
                found.conflicts.append((pk, name, spot, str(here.get(name, here["state"])), value))
        if change:
            found.changes[pk] = (here, row, change)
    return found


def _by_hand(refs: list[str]) -> dict[tuple[str, str], str]:
    """What one of us changed since the file last did, and what the file had said until then."""
    found: dict[tuple[str, str], str] = {}
    acts = Entry.objects.filter(about__overlap=refs).exclude(act="logged", door="import").order_by("id")
    wanted = set(refs)
    for ref, act, door, about, before, after in acts.values_list("ref", "act", "door", "about", "before", "after"):
        if door == "import" and act == "amended":
            for name in after:
                found.pop((ref, name), None)
            continue
        for one in wanted.intersection(about):
            if act == "amended" and one == ref:
                for name in after:
                    found.setdefault((one, name), before.get(name, ""))
            elif act != "conflict_settled":
                found[one, "outcome"] = ""  # somebody works on it: whether it is closed is theirs to say
    return found


def _decided(pks: list[int]) -> set[tuple[int, str, str]]:
    rows = Conflict.objects.filter(complaint__in=pks, keep=Conflict.Keep.OURS)
    return set(rows.values_list("complaint_id", "field", "theirs"))


class Changer:
    """Writes the changes of one file, and the ledger's entry for each."""

    def __init__(self, batch: Import, by: User) -> None:
        door, address = origin()
        self.batch, self.by = batch, by
        self.entries = Copier(
            Entry, ENTRY, {"by_id": by.pk, "act": "amended", "at": now(), "door": door, "address": address}
        )

    def change(self, found: Compared) -> int:
        """How many complaints are different now; one that somebody saved in this very moment is left as it is."""
        Conflict.objects.bulk_create(
            (
                Conflict(batch=self.batch, complaint_id=pk, field=name, file=file, row=row, ours=ours, theirs=theirs)
                for pk, name, (file, row), ours, theirs in found.conflicts
            ),
            ignore_conflicts=True,
        )
        if not found.changes:
            return 0
        written = self._update(found.changes)
        closed = [
            Closure(complaint_id=pk, by=self.by, at=row.ended_at or now(), outcome=change["outcome"])
            for pk, (_, row, change) in found.changes.items()
            if pk in written and "outcome" in change
        ]
        Closure.objects.bulk_create(closed)
        self.entries.write(self._entry(pk, *found.changes[pk]) for pk in sorted(written))
        self._teach(found.changes, written)
        return len(written)

    def _teach(self, changes: dict[int, tuple[dict[str, Any], Row, dict[str, str]]], written: set[int]) -> None:
        """What a linked complaint says anew counts for its causes at once."""
        said = [pk for pk in written if {"words", "product"} & changes[pk][2].keys()]
        for complaint in Complaint.objects.filter(pk__in=said, cause_links__isnull=False).distinct().order_by("pk"):
            here, _, change = changes[complaint.pk]
            complaint.cause_links.amended({name: here.get(name, "") for name in change})

    def _update(self, changes: dict[int, tuple[dict[str, Any], Row, dict[str, str]]]) -> set[int]:
        sets = ", ".join(f"{name} = coalesce(n.{name}, c.{name})" for name in FIELDS)
        arrays = ", ".join(["%s::text[]"] * len(FIELDS))
        values = [[change.get(name) for _, _, change in changes.values()] for name in FIELDS]
        with connection.cursor() as cursor:
            cursor.execute(
                UPDATE.format(sets=sets, arrays=arrays, names=", ".join(FIELDS)),
                [list(changes), [here["version"] for here, _, _ in changes.values()],
                 ["outcome" in change for _, _, change in changes.values()], *values],
            )  # fmt: skip
            return {row[0] for row in cursor.fetchall()}

    def _entry(self, pk: int, here: dict[str, Any], row: Row, change: dict[str, str]) -> tuple[Any, ...]:
        before = {name: here.get(name, "") for name in change}
        says = f"Changed by {self.batch.ref}, {self.batch.name}: {', '.join(sorted(change))}."
        return (
            f"C-{pk}", says, change.get("words", ""), [f"C-{pk}", self.batch.ref],
            json.dumps(before, ensure_ascii=False), json.dumps(change, ensure_ascii=False),
        )  # fmt: skip
