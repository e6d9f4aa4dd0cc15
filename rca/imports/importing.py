"""Complaints brought in from a file, in chunks that each stand or fall whole; a second time doubles nothing.

1. Look at the file once: its digest, its letters, its columns.
2. Read each row by its preset; what cannot be taken is kept as a RefusedRow with its column, value and reason.
3. Chunk by chunk, in one transaction with the cursor: open the accounts that are new, insert what is new, change what
   the file says otherwise (never to nothing, and never what a person has put right here since).

Nothing here writes to a customer or starts a clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.audit.models import Entry, record
from accounts.audit.origin import came_from, origin
from accounts.customers.history import Touch
from accounts.customers.opening import accounts_of
from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.imports.models import Import, RefusedRow
from rca.imports.presets import PRESETS, Preset, Row, Unfit, read
from rca.imports.reading import Record, Source, look, records
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.text import WORDS_LIMIT, clean

CHUNK = 200
LOCK = 7_001_042  # of PostgreSQL's advisory locks, the one of imports: they follow one another
NO_CLOCK = datetime(9999, 1, 1, tzinfo=UTC)  # old complaints wait for nobody to own up to them
UPDATED = ("words", "product", "channel")

Progress = Callable[[Import, float], None]


@dataclass
class Chunk:
    """Rows that are dealt with together, each number known once."""

    rows: list[tuple[Record, Row]] = field(default_factory=list)
    refused: list[tuple[Record, Unfit]] = field(default_factory=list)
    size: int = 0
    position: int = 0

    def has(self, external_id: str) -> bool:
        return any(row.external_id == external_id for _, row in self.rows)


def bring_in(path: Path, preset: str, *, by: User, dry_run: bool = False, progress: Progress | None = None) -> Import:
    """Brings the file in, or goes on where an earlier attempt at the same file stopped."""
    by.must("complaints.import")
    if preset not in PRESETS:
        raise Refused(f"There is no preset {preset}: choose {', '.join(PRESETS)}.")
    source = look(path)
    with _alone(), came_from("import", ""):
        headings, rows = records(source, PRESETS[preset])
        batch = _batch(source, PRESETS[preset], headings, by, dry_run)
        work = _Work(batch, PRESETS[preset], headings, by, dry_run)
        try:
            for chunk in work.chunks(rows):
                work.take(chunk)
                if progress:
                    progress(batch, chunk.position / source.size)
        except BaseException as error:
            batch.state, batch.failure = Import.State.FAILED, str(error) or type(error).__name__
            batch.save(update_fields=["state", "failure"])
            raise
        _finish(batch, by, dry_run)
    return batch


class _alone:
    """One import at a time; the lock goes with the connection, so a killed process leaves none behind."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Refused("Another import is running: wait until it is done.")

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _batch(source: Source, preset: Preset, headings: dict[str, str], by: User, dry_run: bool) -> Import:
    stopped = Import.objects.filter(
        digest=source.digest, preset=preset.name, state__in=[Import.State.RUNNING, Import.State.FAILED]
    ).order_by("-pk")
    batch = None if dry_run else stopped.first()
    if batch is None:
        mapping = {headings[column]: ours for column, ours in preset.columns.items() if column in headings}
        batch = Import(
            preset=preset.name, name=source.name[:255], digest=source.digest, mapping=mapping, by=by, at=now()
        )
    batch.state = Import.State.CHECKED if dry_run else Import.State.RUNNING
    batch.failure = ""
    batch.save()
    return batch


def _finish(batch: Import, by: User, dry_run: bool) -> None:
    batch.ended_at = now()
    if not dry_run:
        batch.state = Import.State.DONE
    with transaction.atomic():
        batch.save(update_fields=["state", "ended_at"])
        if not dry_run:
            record(by, "imported", batch, says=f"{batch.name} brought in: {said(batch)}.", after=_sums(batch))


def said(batch: Import) -> str:
    """2,826 rows: 2,826 new, 0 changed, 0 as they were, 0 refused."""
    return (
        f"{batch.rows:,} rows: {batch.created:,} new, {batch.changed:,} changed, {batch.unchanged:,} as they were, "
        f"{batch.refused:,} refused"
    )


def _sums(batch: Import) -> dict[str, int]:
    return {name: getattr(batch, name) for name in ("rows", "created", "changed", "unchanged", "refused")}


class _Work:
    """The run over one file: what it knows of accounts, and how a chunk goes in."""

    def __init__(self, batch: Import, preset: Preset, headings: dict[str, str], by: User, dry_run: bool) -> None:
        self.batch, self.preset, self.headings, self.by, self.dry_run = batch, preset, headings, by, dry_run
        self.accounts: dict[str, int] = {}  # the account of each name met so far, folded
        self.met: set[str] = set()  # in a dry run: numbers that would be here by now

    def chunks(self, rows: Iterator[Record]) -> Iterator[Chunk]:
        """Rows beyond the cursor; a number that comes twice begins a new chunk, so that the second sees the first."""
        at, skip, chunk = now(), self.batch.cursor, Chunk()
        for place, one in enumerate(rows, 1):
            if place <= skip:
                continue
            try:
                row = self._read(one, at)
            except Unfit as unfit:
                chunk.refused.append((one, unfit))
            else:
                if chunk.has(row.external_id):
                    yield chunk
                    chunk = Chunk()
                chunk.rows.append((one, row))
            chunk.size, chunk.position = chunk.size + 1, one.position
            if chunk.size == CHUNK:
                yield chunk
                chunk = Chunk()
        if chunk.size:
            yield chunk

    def _read(self, one: Record, at: datetime) -> Row:
        if one.surplus:
            found, wanted = len(self.headings) + one.surplus, len(self.headings)
            raise Unfit("", "", f"It has {found} cells where the headings name {wanted}: a quotation mark is missing.")
        return read(self.preset, one.cells, self.headings, at)

    @transaction.atomic
    def take(self, chunk: Chunk) -> None:
        """One chunk and the cursor behind it, together or not at all."""
        ids = [row.external_id for _, row in chunk.rows]
        here = {one.external_id: one for one in self._existing(ids)}
        new = [
            row
            for row in (row for _, row in chunk.rows)
            if row.external_id not in here and row.external_id not in self.met
        ]
        changes = {one: self._changes(one, row) for _, row in chunk.rows if (one := here.get(row.external_id))}
        changed = self._unless_put_right({one: what for one, what in changes.items() if what})
        if self.dry_run:
            self.met.update(ids)
        else:
            self._insert(new)
            for one, what in changed.items():
                one.amend(by=self.by, **what)
        self._refuse(chunk.refused)
        batch = self.batch
        batch.cursor += chunk.size
        batch.rows += chunk.size
        batch.created += len(new)
        batch.changed += len(changed)
        batch.unchanged += len(chunk.rows) - len(new) - len(changed)
        batch.refused += len(chunk.refused)
        batch.save(update_fields=["cursor", "rows", "created", "changed", "unchanged", "refused"])

    def _existing(self, ids: list[str]) -> Any:
        return Complaint.objects.filter(source=self.preset.name, external_id__in=ids)

    def _changes(self, one: Complaint, row: Row) -> dict[str, Any]:
        """What the file says otherwise; a cell that is empty by now says nothing."""
        wanted = {name: getattr(row, name) for name in UPDATED}
        return {name: value for name, value in wanted.items() if value and value != getattr(one, name)}

    def _unless_put_right(self, changes: dict[Complaint, dict[str, Any]]) -> dict[Complaint, dict[str, Any]]:
        """Leaves out what a person has changed here since: they knew better than the file."""
        if not changes:
            return {}
        by_hand = Entry.objects.about([one.ref for one in changes]).filter(act="amended").exclude(door="import")
        fixed = {(ref, name) for ref, after in by_hand.values_list("ref", "after") for name in after}
        kept = {
            one: {name: value for name, value in what.items() if (one.ref, name) not in fixed}
            for one, what in changes.items()
        }
        return {one: what for one, what in kept.items() if what}

    def _insert(self, rows: list[Row]) -> None:
        """The rows that `log` would make, many at a time: complaint, closure, touch and ledger entry."""
        accounts = self._accounts(rows)
        complaints = Complaint.objects.bulk_create(self._complaint(row, accounts[row.account.lower()]) for row in rows)
        pairs = list(zip(complaints, rows, strict=True))
        Closure.objects.bulk_create(
            Closure(complaint=one, by=self.by, at=row.ended_at or row.received_at, outcome=row.outcome)
            for one, row in pairs
            if row.outcome
        )
        Touch.objects.bulk_create(
            Touch(
                account_id=one.account_id, way=Touch.Way.IN, channel=one.channel, reached=True, at=one.received_at,
                by=self.by, about=one.ref,
            )
            for one in complaints
        )  # fmt: skip
        Entry.objects.bulk_create(self._entry(one, row) for one, row in pairs)

    def _complaint(self, row: Row, account: int) -> Complaint:
        return Complaint(
            account_id=account, words=row.words, channel=row.channel, received_at=row.received_at, logged_by=self.by,
            acknowledge_by=NO_CLOCK, product=row.product, source=self.preset.name, external_id=row.external_id,
            state=Complaint.State.CLOSED if row.outcome else Complaint.State.OPEN, batch=self.batch,
        )  # fmt: skip

    def _entry(self, one: Complaint, row: Row) -> Entry:
        door, address = origin()
        after = {"channel": one.channel, "product": one.product, "source": one.source, "external_id": one.external_id,
                 "state": one.state, "outcome": row.outcome, "batch": self.batch.ref}  # fmt: skip
        return Entry(
            at=one.received_at, by=self.by, act="logged", ref=one.ref, says=f"Complaint brought in from {one.source}.",
            words=one.words, about=[one.ref, f"A-{one.account_id}"], door=door, address=address,
            after={name: value for name, value in after.items() if value},
        )  # fmt: skip

    def _accounts(self, rows: list[Row]) -> dict[str, int]:
        """The account of each name met so far; what is not known yet is looked up, or opened."""
        names: dict[str, datetime] = {}
        for row in rows:
            if row.account.lower() not in self.accounts:
                names.setdefault(row.account, row.received_at)
        if names:
            self.accounts |= accounts_of(by=self.by, names=names, source=self.preset.name)
        return self.accounts

    def _refuse(self, refused: list[tuple[Record, Unfit]]) -> None:
        RefusedRow.objects.bulk_create(
            RefusedRow(
                batch=self.batch, row=one.number, column=unfit.column[:120], value=clean(unfit.value)[:2000],
                why=unfit.why, raw={clean(name): clean(cell)[:WORDS_LIMIT] for name, cell in one.cells.items()},
            )
            for one, unfit in refused
        )  # fmt: skip
