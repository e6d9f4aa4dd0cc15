"""The seal of the ledger: each entry gets a gap-free number and the digest of the seal before it with its own text.

Sealing happens a little after the act, in a job, so that no act waits for another and an entry that was committed
late only gets a later number. Whoever changes, drops or reorders one entry afterwards breaks every digest from there.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from accounts.audit.models import Entry, Seal

BEGINNING = "0" * 64
LOCK = 7_205_759  # any number, as long as nobody else takes it: one sealer at a time
WINDOW = 100_000  # how far behind the newest seal a late commit is looked for each minute; the whole ledger each night
BATCH = 2_000


class Proof(NamedTuple):
    """What verifying found: how many seals hold, the digest of the last of them, and the first thing that is wrong."""

    sealed: int
    head: str
    until: datetime | None
    fault: str
    unsealed: int


@transaction.atomic
def seal(*, whole: bool = False, most: int = 50_000) -> int:
    """Seals what is not sealed yet, oldest first; returns how many. With `whole`, looks through the whole ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0  # another worker is at it
    last = Seal.objects.order_by("-number").first()
    number, digest = (last.number, last.digest) if last else (0, BEGINNING)
    rows = Entry.objects.filter(seal=None).order_by("id")
    if not whole:
        newest = Seal.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
        rows = rows.filter(id__gt=newest - WINDOW)
    seals: list[Seal] = []
    for entry in rows[:most]:
        number, digest = number + 1, link(digest, entry)
        seals.append(Seal(number=number, entry=entry, digest=digest))
    Seal.objects.bulk_create(seals, batch_size=BATCH)
    return len(seals)


def verify(*, noted: str = "") -> Proof:
    """Walks the chain from its beginning and stops at the first link that does not hold.

    A digest `noted` outside the database on an earlier day must stand in the chain: else it was written anew.
    """
    digest, number, until, met = BEGINNING, 0, None, not noted
    for seal_number, entry_id, kept, entry in _links():
        number += 1
        if seal_number != number:
            return _broken(number - 1, digest, until, f"Seal {number} is missing: the next one is {seal_number}.")
        if entry is None:
            return _broken(number - 1, digest, until, f"Entry {entry_id}, which seal {number} was for, is gone.")
        digest_now = link(digest, entry)
        if digest_now != kept:
            what = f"entry {entry.pk} ({entry.ref}, “{entry.act}”, {entry.at:%Y-%m-%d %H:%M} UTC)"
            return _broken(number - 1, digest, until, f"Seal {number} does not hold for {what}: it was changed since.")
        digest, until, met = digest_now, entry.recorded_at, met or digest_now == noted
    if not met:
        return _broken(number, digest, until, "The digest that was noted is not in it: the chain was written anew.")
    return Proof(number, digest, until, "", Entry.objects.filter(seal=None).count())


def link(before: str, entry: Entry) -> str:
    """The digest of the seal before and this entry, field by field, in one form only."""
    return sha256((before + canonical(entry)).encode()).hexdigest()


def canonical(entry: Entry) -> str:
    return json.dumps(
        {
            "id": entry.pk, "at": _moment(entry.at), "recorded_at": _moment(entry.recorded_at), "by": entry.by_id,
            "act": entry.act, "ref": entry.ref, "says": entry.says, "words": entry.words, "about": entry.about,
            "before": entry.before, "after": entry.after, "door": entry.door, "address": entry.address,
        },
        sort_keys=True, ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _links() -> Iterator[tuple[int, int, str, Entry | None]]:
    """Every seal in order with its entry, or None for one that somebody took out past the guard."""
    start = 0
    while batch := list(Seal.objects.filter(number__gt=start).order_by("number")[:BATCH]):
        entries: dict[Any, Entry] = Entry.objects.in_bulk([one.entry_id for one in batch])
        for one in batch:
            yield one.number, one.entry_id, one.digest, entries.get(one.entry_id)
        start = batch[-1].number


def _broken(sealed: int, head: str, until: datetime | None, fault: str) -> Proof:
    return Proof(sealed, head, until, fault, 0)
