"""Complaints brought in from a file, in chunks that each stand or fall whole; a second time doubles nothing.

1. The file is looked at once, from end to end: what it is, its columns, what they probably mean.
2. It is tried: every row is read and compared, what would come of it is counted, nothing is written.
3. It is run, chunk by chunk, each in one transaction with the cursor: accounts and contacts that are new, complaints
   that are new, what the file says otherwise; what cannot be taken is kept as a RefusedRow with its reason.

Nothing here writes to a customer or starts a clock. A process may be killed at any row: the next goes on behind the
last whole chunk. An import that takes long gives way every half minute, so that mails do not wait for it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.audit.origin import came_from
from accounts.people.models import User
from rca.imports import queueing
from rca.imports.chunks import Chunk, Work, finish
from rca.imports.keeping import file_name, on_disk
from rca.imports.looking import keep_what_was_found, source_of
from rca.imports.models import FilePart, Import
from rca.imports.presets import PRESETS, Columns, check
from rca.imports.undoing import undo
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.text import clean

LOCK = 7_001_042  # of PostgreSQL's advisory locks, the one of imports: they follow one another
STILL = timedelta(minutes=2)
KEPT = timedelta(days=30)
SLICE = 30  # seconds of work before other jobs get their turn

Paths = Sequence[Path]
Progress = Callable[[Import, float], None]
Busy = Refused("Another import is running: wait until it is done.")


class _alone:
    """One import at a time; the lock goes with the connection, so a killed process leaves none behind."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Refused(Busy.sentence)

    def __exit__(self, *error: object) -> None:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def work_on(pk: int) -> str:
    """The job: does what the state of the batch asks for, for half a minute, and asks for the next turn."""
    try:
        with _alone(), came_from("import", ""):
            batch = Import.objects.get(pk=pk)
            step = STEPS.get(Import.State(batch.state))
            if step is None:
                return str(batch.state)
            with _files_of(batch) as paths:
                _guarded(batch, lambda: step(batch, paths, monotonic() + SLICE))
    except Refused as refused:
        if refused.sentence == Busy.sentence:
            queueing.work_on(pk, in_seconds=5)
        return refused.sentence
    return str(batch.state)


def _files_of(batch: Import) -> AbstractContextManager[Paths]:
    return nullcontext(()) if batch.state == Import.State.UNDOING else on_disk(batch)


def pick_up(at: datetime | None = None) -> int:
    """Asks for the worker again where a file has not moved for a while."""
    still = Import.objects.working().filter(moved_at__lt=(at or now()) - STILL)
    pks = list(still.filter(Q(kept=True) | Q(state=Import.State.UNDOING)).values_list("pk", flat=True))
    for pk in pks:
        queueing.work_on(pk)
    return len(pks)


def forget(at: datetime | None = None) -> int:
    """A file that is done with is let go after a month; what came of it stays."""
    over = Import.objects.filter(
        kept=True, state__in=[Import.State.DONE, Import.State.UNDONE], ended_at__lt=(at or now()) - KEPT
    )
    FilePart.objects.filter(batch__in=over).delete()
    return int(over.update(kept=False))


def _guarded(batch: Import, work: Callable[[], bool]) -> None:
    """What goes wrong is said on the batch's page; a row is never left to be worked on by nobody."""
    try:
        more = work()
    except Refused as refused:
        fail(batch, refused.sentence)
        raise
    except BaseException as error:
        fail(batch, clean(str(error)) or type(error).__name__)
        raise
    if more:
        queueing.work_on(batch.pk)


def fail(batch: Import, why: str) -> None:
    batch.refresh_from_db()
    unread = batch.state in (Import.State.LOOKING, Import.State.CHECKING)
    batch.state = Import.State.UNREADABLE if unread else Import.State.FAILED
    batch.failure, batch.ended_at = why[:2000], now()
    batch.save(update_fields=["state", "failure", "ended_at"])


def _look(batch: Import, paths: Paths, until: float) -> bool:
    keep_what_was_found(batch, paths)
    return False


def _try(batch: Import, paths: Paths, until: float) -> bool:
    return go_through(batch, paths, by=batch.by, dry_run=True, until=until)


def _run(batch: Import, paths: Paths, until: float) -> bool:
    return go_through(batch, paths, by=batch.by, dry_run=False, until=until)


def _undo(batch: Import, paths: Paths, until: float) -> bool:
    return undo(batch, by=batch.by, until=until)


STEPS: dict[Import.State, Callable[[Import, Paths, float], bool]] = {
    Import.State.LOOKING: _look, Import.State.CHECKING: _try, Import.State.RUNNING: _run, Import.State.UNDOING: _undo,
}  # fmt: skip


def go_through(
    batch: Import,
    paths: Paths,
    *,
    by: User,
    dry_run: bool,
    until: float | None = None,
    progress: Progress | None = None,
) -> bool:
    """The rows behind the cursor, as far as time allows; says whether there are more."""
    work = Work(batch, source_of(batch, paths), by, dry_run)
    for chunk in ahead(work.chunks()):
        work.take(chunk)
        if progress:
            progress(batch, chunk.position / max(work.reading.size, 1))
        if batch.stop_asked:
            _stopped(batch, dry_run)
            return False
        if until and monotonic() > until:
            return True
    finish(batch, by, dry_run)
    return False


def ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The next chunk is read while the database writes this one; reading asks the database nothing."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reader.submit(next, chunks, None)
            yield chunk


def _stopped(batch: Import, dry_run: bool) -> None:
    """A try that is stopped leaves the file as it was before; a run leaves what is in, and goes on when told to."""
    batch.state = Import.State.READY if dry_run else Import.State.STOPPED
    batch.stop_asked, batch.ended_at = False, now()
    batch.save(update_fields=["state", "stop_asked", "ended_at"])


def bring_in(
    given: Path | Paths,
    preset: str = "",
    *,
    by: User,
    dry_run: bool = False,
    resume: bool = False,
    progress: Progress | None = None,
    **facts: Any,
) -> Import:
    """The command's way: files that lie on this machine's disk, at once and in this process.

    Goes on where an earlier attempt at the same files stopped. `facts` are what a person says of them: format (a dict
    of what to correct), fields (column to field), source, doubts_go; and whether to `leave` what has no place.
    """
    by.must("complaints.import")
    with _alone(), came_from("import", ""):
        paths = [given] if isinstance(given, Path) else sorted(given, key=lambda path: path.name)
        batch = _batch(paths, preset, by, dry_run, resume, facts)
        try:
            go_through(batch, paths, by=by, dry_run=dry_run, progress=progress)
        except BaseException as error:
            fail(batch, error.sentence if isinstance(error, Refused) else clean(str(error)) or type(error).__name__)
            raise
    return batch


def _batch(paths: Paths, preset: str, by: User, dry_run: bool, resume: bool, facts: dict[str, Any]) -> Import:
    """The batch of these files: the one that stopped, the one that was tried, or a new one."""
    batch = Import(name=file_name(paths[0].name), state=Import.State.READY, by=by, at=now())
    batch.files = [{"name": file_name(path.name), "size": 0, "digest": ""} for path in paths]
    keep_what_was_found(batch, paths, preset=preset, **facts)
    check(source_of(batch, paths), PRESETS[batch.preset], Columns.from_json(batch.mapping))
    mine = Import.objects.filter(digest=batch.digest, source=batch.source, kept=False).order_by("-pk")
    going = [Import.State.RUNNING, Import.State.FAILED, Import.State.STOPPED]
    stopped = None if dry_run else mine.filter(state__in=going, mapping=batch.mapping, format=batch.format).first()
    if stopped is None and resume:
        raise Refused(f"No import of {batch.name} has stopped half way, read in this way.")
    if stopped is None:
        tried = mine.filter(state__in=[Import.State.CHECKED, Import.State.UNREADABLE]).first()
        if tried:
            batch.pk, batch.at = tried.pk, tried.at
            batch.tried = tried.tried and (tried.mapping, tried.format) == (batch.mapping, batch.format)
        batch.save(force_update=tried is not None)
        batch.afresh()
        stopped = batch
    stopped.state = Import.State.CHECKING if dry_run else Import.State.RUNNING
    stopped.files = batch.files
    stopped.failure, stopped.began_at, stopped.stop_asked = "", now(), False
    stopped.save()
    return stopped


def take_out(batch: Import, *, by: User, progress: Progress | None = None) -> Import:
    """The command's way to undo: at once and in this process."""
    with _alone(), came_from("import", ""):
        if batch.state != Import.State.UNDOING:
            batch.undo(by=by)
        undo(batch, by=by, progress=progress)
    return batch
