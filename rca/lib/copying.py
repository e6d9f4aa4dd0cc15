"""Rows by the thousand through PostgreSQL's COPY: the columns a caller names, the model's defaults for the rest."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from rca.lib.clock import now


def numbers(model: type[models.Model], count: int) -> list[int]:
    """So many new primary keys, taken from the table's own sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


class Copier:
    """Writes rows of one model. `named` are the attributes that differ from row to row, `same` those that do not."""

    def __init__(self, model: type[models.Model], named: Sequence[str], same: dict[str, Any]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
        rest = [field for name, field in fields.items() if name not in named]
        # What neither the caller nor the model says is left to the database: a key, a db_default.
        kept = [field for field in rest if field.attname in same or not (field.primary_key or _by_database(field))]
        values = [same[field.attname] if field.attname in same else _default(field) for field in kept]
        self.tail = tuple(field.get_db_prep_save(value, connection) for field, value in zip(kept, values, strict=True))
        columns = [connection.ops.quote_name(str(field.column)) for field in [*(fields[name] for name in named), *kept]]
        self.sql = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({', '.join(columns)}) FROM STDIN"

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Each row is a tuple in the order of `named`."""
        tail = self.tail
        with connection.cursor() as cursor, cursor.copy(self.sql) as copy:
            for row in rows:
                copy.write_row(row + tail)


def _by_database(field: Any) -> bool:
    return bool(field.has_db_default())


def _default(field: Any) -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return now()
    if field.has_default() or not field.null:
        return field.get_default()
    return None
