"""What happened about each cause since it was last decided on, read from the ledger for a whole page at once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.urls import NoReverseMatch, reverse

from rca.lib.refs import Referred

READ = 30  # of each cause, newest first
SHOWN = 4
# What the room itself writes, and what only moves a date, is no news to it.
NO_NEWS = ["decided", "review_set"]
NEWEST = """
    SELECT w.ref, e.act, e.ref, e.says, e.at FROM unnest(%s::text[], %s::timestamptz[]) AS w (ref, since)
    CROSS JOIN LATERAL (
        SELECT act, ref, says, at, id FROM accounts_entry
        WHERE about @> ARRAY[w.ref]::varchar[] AND at > w.since AND act <> ALL(%s)
        ORDER BY at DESC, id DESC LIMIT %s) AS e
    ORDER BY e.at DESC, e.id DESC"""


class Change(NamedTuple):
    text: str
    ref: str  # the row it happened to, when that is not the cause itself
    url: str
    at: datetime
    more: int  # others of the same kind since then


def changes(since: Mapping[str, datetime]) -> dict[str, list[Change]]:
    """For each reference the newest few things that happened since; one query, however many causes."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(since), list(since.values()), NO_NEWS, READ])
        rows = cursor.fetchall()
    kinds: dict[str, dict[str, Change]] = defaultdict(dict)
    for cause, act, ref, says, at in rows:
        seen = kinds[cause].get(act)
        other = "" if ref == cause else ref
        kinds[cause][act] = seen._replace(more=seen.more + 1) if seen else Change(says, other, address(other), at, 0)
    return {cause: list(found.values())[:SHOWN] for cause, found in kinds.items()}


def address(ref: str) -> str:
    """The page of the row with that reference, or "" when there is none."""
    letter, _, number = ref.partition("-")
    try:
        return reverse(_pages()[letter], args=[int(number)])
    except (KeyError, ValueError, NoReverseMatch):
        return ""


@cache
def _pages() -> dict[str, str]:
    return {model.LETTER: model.PAGE for model in apps.get_models() if issubclass(model, Referred)}
