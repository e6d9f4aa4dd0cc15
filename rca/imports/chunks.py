"""One chunk of a file after the other: read, compared, written with the cursor behind it, or only counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.imports.cells import Cells, Columns, LeftOut, Row, Unfit
from rca.imports.comparing import Changer, Compared, compare, existing
from rca.imports.formats import Record, Source
from rca.imports.kinds import taken
from rca.imports.models import Import, RefusedRow
from rca.imports.naming import NEW, SKIPPED, WAITS, Names
from rca.imports.presets import PRESETS
from rca.imports.reading import records
from rca.imports.taking import Taker
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.text import WORDS_LIMIT, clean

CHUNK = 2000
SHOWN = 1000  # refused rows that a try keeps; a run keeps all
SAVED = ["cursor", "rows", "created", "changed", "unchanged", "refused", "waiting", "skipped", "moved_at"]


@dataclass
class Chunk:
    """Rows that are dealt with together, each number known once."""

    rows: list[tuple[Record, Row]] = field(default_factory=list)
    refused: list[tuple[Record, Unfit]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    size: int = 0
    position: int = 0


class Reading:
    """The rows of the files as their batch says they are to be read."""

    def __init__(self, batch: Import, source: Source) -> None:
        self.source, self.preset = source, PRESETS[batch.preset]
        self.mapping = Columns.from_json(batch.mapping)
        self.places = self.preset.places(self.mapping)
        self.format = self.preset.suited(source.format)
        self.width, self.columns = len(source.headings), source.columns
        self.size = sum(page.size for page in (source, *source.pages))

    def records(self, cursor: int) -> Iterator[Record]:
        return records(self.source, self.source.format, self.preset, self.mapping, cursor)

    def read(self, one: Record, at: datetime) -> Row:
        if one.surplus:
            found = self.width + one.surplus
            raise Unfit("", "", f"It has {found} cells where the headings name {self.width}: a quotation mark is "
                        "missing, or a line break stands inside a cell.")  # fmt: skip
        cells = Cells(one.cells, self.columns, self.places, self.format, self.mapping.values)
        row = taken(self.preset, cells)
        if row.received_at > at:
            raise cells.unfit(cells.said("received_at")[0], "This day is still to come.")
        return row


class Work:
    """The run over one file, or the try."""

    def __init__(self, batch: Import, source: Source, by: User, dry_run: bool) -> None:
        self.batch, self.by, self.dry_run = batch, by, dry_run
        self.reading = Reading(batch, source)
        self.names = Names(batch, by)
        self.taker, self.changer = Taker(batch, by), Changer(batch, by)
        self.met: set[int] = set()  # in a try: digests of the numbers that would be here by now

    def chunks(self) -> Iterator[Chunk]:
        """Rows beyond the cursor; a number that comes twice begins a new chunk, so that the second sees the first."""
        at, chunk = now(), Chunk()
        for one in self.reading.records(self.batch.cursor):
            try:
                row = self.reading.read(one, at)
            except Unfit as unfit:
                chunk.refused.append((one, unfit))
            else:
                if row.external_id in chunk.ids:
                    yield chunk
                    chunk = Chunk()
                chunk.ids.add(row.external_id)
                chunk.rows.append((one, row))
            chunk.size, chunk.position = chunk.size + 1, one.position
            if chunk.size >= CHUNK:
                yield chunk
                chunk = Chunk()
        if chunk.size:
            yield chunk

    @transaction.atomic
    def take(self, chunk: Chunk) -> None:
        """One chunk and the cursor behind it, together or not at all."""
        batch = self.batch
        self._hold()
        with connection.cursor() as cursor:
            # A power cut may take the last chunks and their cursors with it, together; they are then done again.
            cursor.execute("SET LOCAL synchronous_commit = off")
        rows = self._of_the_rest(chunk.rows) if batch.rest_only else chunk.rows
        accounts = self.names.of([(one.spot, row) for one, row in rows], dry=self.dry_run)
        batch.waiting += accounts.count(WAITS) - (len(rows) if batch.rest_only else 0)
        batch.skipped += accounts.count(SKIPPED)
        placed = [(one, row, account) for (one, row), account in zip(rows, accounts, strict=True)
                  if account not in (WAITS, SKIPPED)]  # fmt: skip
        here = existing(batch.source, [row.external_id for _, row, _ in placed])
        new = [(row, account) for _, row, account in placed if row.external_id not in here and not self._met(row)]
        found = compare((one.spot, row, here[row.external_id]) for one, row, _ in placed if row.external_id in here)
        changed = self._write(new, found)
        if not batch.rest_only:
            self._refuse(chunk.refused)
            batch.rows += chunk.size
        batch.cursor += chunk.size
        batch.created += len(new)
        batch.changed += changed
        batch.unchanged += len(placed) - len(new) - changed
        batch.moved_at = now()
        batch.save(update_fields=SAVED)

    def _hold(self) -> None:
        """Takes the batch's row; whoever stopped it, or worked on it in the meantime, is seen here."""
        # A try writes nothing that could be doubled, and asking about names takes long: it holds nobody up.
        rows = Import.objects.all() if self.dry_run else Import.objects.select_for_update()
        fresh = rows.only("cursor", "state", "stop_asked").get(pk=self.batch.pk)
        if (fresh.cursor, fresh.state) != (self.batch.cursor, self.batch.state):
            raise Refused(f"{self.batch.ref} is worked on elsewhere.")
        self.batch.stop_asked = fresh.stop_asked

    def _of_the_rest(self, rows: list[tuple[Record, Row]]) -> list[tuple[Record, Row]]:
        return [(one, row) for one, row in rows if row.account.lower() in self.names.open]

    def _met(self, row: Row) -> bool:
        """In a try, a number that an earlier row has had would be here by now."""
        if not self.dry_run:
            return False
        digest = hash(row.external_id)
        if digest in self.met:
            return True
        self.met.add(digest)
        return False

    def _write(self, new: list[tuple[Row, int]], found: Compared) -> int:
        if self.dry_run:
            return len(found.changes)
        assert all(account != NEW for _, account in new)
        self.taker.take(new)
        return self.changer.change(found)

    def _refuse(self, refused: list[tuple[Record, Unfit]]) -> None:
        batch = self.batch
        left_out = sum(isinstance(unfit, LeftOut) for _, unfit in refused)
        batch.skipped += left_out
        kept = [pair for pair in refused if not isinstance(pair[1], LeftOut)]
        room = max(SHOWN - batch.refused, 0) if self.dry_run else len(kept)
        batch.refused += len(kept)
        RefusedRow.objects.bulk_create(
            RefusedRow(
                batch=batch, file=one.file, row=one.number, column=clean(unfit.column)[:120],
                value=clean(unfit.value)[:2000], why=unfit.why,
                raw={clean(name): clean(cell)[:WORDS_LIMIT] for name, cell in one.cells.items()},
            )
            for one, unfit in kept[:room]
        )  # fmt: skip


def finish(batch: Import, by: User, dry_run: bool) -> None:
    """The end of the file: what came of it, in the ledger and on its page."""
    batch.ended_at, batch.total = now(), batch.rows or batch.total
    batch.state = Import.State.CHECKED if dry_run else Import.State.DONE
    with transaction.atomic():
        batch.tried = batch.tried or dry_run
        if not dry_run:
            batch.doubts.exclude(decision="").update(settled=True)
            batch.rest_only = False
            record(by, "imported", batch, says=f"{batch.name} brought in: {said(batch)}.", after=sums(batch))
        batch.save(update_fields=["state", "ended_at", "total", "rest_only", "tried"])


def said(batch: Import) -> str:
    """2,826 rows: 2,826 new, 0 changed, 0 as they were, 0 refused."""
    more = [
        f"{number:,} {what}" for number, what in ((batch.waiting, "waiting"), (batch.skipped, "left out")) if number
    ]
    return ", ".join(
        [f"{batch.rows:,} rows: {batch.created:,} new", f"{batch.changed:,} changed",
         f"{batch.unchanged:,} as they were", f"{batch.refused:,} refused", *more]
    )  # fmt: skip


def sums(batch: Any) -> dict[str, int]:
    names = ("rows", "created", "changed", "unchanged", "refused", "waiting", "skipped")
    return {name: getattr(batch, name) for name in names}
