"""Which related rows a row has at all: one statement, instead of an empty answer from every table there is."""

from functools import cache
from typing import Any

from django.db import connection, models


def present(row: models.Model, *names: str) -> set[str]:
    """Those of the related names, as `handoffs`, under which there is anything to be read."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(row), names), [row.pk] * len(names))
        found = cursor.fetchone()
    return {name for name, there in zip(names, found, strict=True) if there}


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(_exists(model._meta.get_field(name)) for name in names)}"


def _exists(relation: Any) -> str:
    if relation.many_to_many:
        table, column = relation.through._meta.db_table, relation.field.m2m_reverse_name()
    else:
        table, column = relation.related_model._meta.db_table, relation.field.column
    return f'EXISTS (SELECT FROM "{table}" WHERE "{column}" = %s)'
