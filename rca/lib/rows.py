"""What every table of the house shares: who may see its rows, and how one is changed without losing an edit."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from django.db import models

from rca.lib.refused import Stale


class Reader(Protocol):
    def may(self, ability: str) -> bool: ...


Row = TypeVar("Row", bound=models.Model)


class HouseQuerySet(models.QuerySet[Row]):
    """Every read of every room starts from `visible_to`; nothing else decides what a person may see."""

    def visible_to(self, user: Reader) -> Self:
        return self.all() if user.may("read") else self.none()


class Editable(models.Model):
    """A row with a version: an edit names the version it read, so the second of two writers hears of the first."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def swap(self, *, version: int | None, labels: Mapping[str, str], **changes: Any) -> dict[str, Any]:
        """Writes the changes if the row is still at `version`; returns what stood before, by field.

        `version=None` means the caller holds the row already. `labels` names each field as a person reads it. Raises
        `Stale`, with both texts, when somebody saved first.
        """
        model = type(self)
        table = model._default_manager
        fresh = table.select_for_update().get(pk=self.pk)
        if version is not None and fresh.version != version:
            fields = {
                labels.get(name, name): (str(value), str(getattr(fresh, name)))
                for name, value in changes.items()
                if getattr(fresh, name) != value
            }
            raise Stale("Somebody saved this first. Both texts are below.", fields=fields, version=fresh.version)
        before = {name: getattr(fresh, name) for name, value in changes.items() if getattr(fresh, name) != value}
        changes["version"] = fresh.version + 1
        table.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)
        return before


def without(row: models.Model, *names: str) -> None:
    """A row that was made this moment has nothing under these related names yet: nobody need look."""
    row._prefetched_objects_cache = dict.fromkeys(names, ())  # type: ignore[attr-defined]


if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class OneOf(_Text):
    """A column that holds one of its choices; the database refuses everything else, whoever writes it."""

    def __init__(self, choices: Any = None, **options: Any) -> None:
        options.setdefault("max_length", 20)
        super().__init__(choices=choices, **options)

    def db_check(self, connection: Any) -> str:
        known = [value for value, _ in self.flatchoices if value] + ([""] if self.blank else [])
        return f"{connection.ops.quote_name(self.column)} IN ({', '.join(repr(str(value)) for value in known)})"
