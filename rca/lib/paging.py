"""Keyset paging: the cost of a page is the same at the first row and at the millionth."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from rest_framework.pagination import CursorPagination

Row = TypeVar("Row", bound=models.Model)


@dataclass
class Page(Generic[Row]):
    rows: list[Row]
    newer: str  # the query string of the page before, or ""
    older: str


def _pack(row: models.Model, by: str) -> str:
    value = getattr(row, by)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return urlsafe_b64encode(f"{text}|{row.pk}".encode()).decode()


def _unpack(token: str) -> tuple[Any, int] | None:
    try:
        text, pk = urlsafe_b64decode(token.encode()).decode().rsplit("|", 1)
        return (int(text) if text.isdigit() else datetime.fromisoformat(text)), int(pk)
    except ValueError:
        return None  # a mangled address starts from the top instead of failing


def keyset(rows: QuerySet[Row], params: QueryDict, *, by: str, size: int = 50) -> Page[Row]:
    """One page of `rows`, newest `by` first; `?older=` and `?newer=` carry the border row."""
    border, up = _unpack(str(params.get("older", ""))), False
    if border is None and params.get("newer"):
        border, up = _unpack(str(params["newer"])), True
    if border:
        value, pk = border
        side = "gt" if up else "lt"
        rows = rows.filter(Q(**{f"{by}__{side}": value}) | Q(**{by: value, f"pk__{side}": pk}))
        # The redundant half gives the planner one range to walk instead of an OR over the whole index.
        rows = rows.filter(**{f"{by}__{side}e": value})
    up = up and border is not None
    found = list(rows.order_by(*((by, "pk") if up else (f"-{by}", "-pk")))[: size + 1])
    more, found = len(found) > size, found[:size]
    if up:
        found.reverse()
    query = params.copy()
    query.pop("older", None)
    query.pop("newer", None)

    def address(side: str, row: Row) -> str:
        turned = query.copy()
        turned[side] = _pack(row, by)
        return "?" + turned.urlencode()

    has_newer = more if up else border is not None
    has_older = border is not None if up else more
    return Page(
        rows=found,
        newer=address("newer", found[0]) if found and has_newer else "",
        older=address("older", found[-1]) if found and has_older else "",
    )


def tallies(sets: Mapping[str, QuerySet[Any]], most: int = 100) -> dict[str, str]:
    """How many rows each of those has, counted no further than `most`, “26” or “100+”, all in one query."""
    asked: list[str] = []
    params: list[Any] = []
    for rows in sets.values():
        try:
            sql, given = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE false", ()
        asked.append(f"(SELECT count(*) FROM ({sql}) one)")
        params += given
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", params)
        found = cursor.fetchone()
    return {name: f"{most}+" if number > most else str(number) for name, number in zip(sets, found, strict=True)}


class ApiPages(CursorPagination):
    """The API's pages: a cursor, 50 rows, newest first."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"
