"""One definition of the ledger's filters, for the page and the API alike."""

from datetime import time
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.audit.models import Entry, EntryQuerySet
from rca.lib.clock import now, wall, zone
from rca.lib.windows import Unread, read_day

DOORS = [(name, name) for name in ("page", "api", "import", "mail", "worker", "command", "story")]


def people(request: HttpRequest | None) -> QuerySet[Any]:
    """Everybody whose name stands in the ledger: those who left and the product itself too."""
    everybody: QuerySet[Any] = get_user_model()._default_manager.order_by("name")
    return everybody


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    about = django_filters.CharFilter(label="About", method="of", max_length=60)
    who = django_filters.ModelChoiceFilter(label="Who", field_name="by", queryset=people, empty_label="anyone")
    act = django_filters.CharFilter(label="Did", method="did", max_length=40)
    door = django_filters.ChoiceFilter(label="From", choices=DOORS, empty_label="any door")
    since = django_filters.CharFilter(label="Since", method="after", max_length=30)

    class Meta:
        model = Entry
        fields: list[str] = []

    def of(self, rows: EntryQuerySet, name: str, value: str) -> EntryQuerySet:
        refs = [ref.upper() for ref in value.replace(",", " ").split()]
        return rows.filter(about__overlap=refs)

    def did(self, rows: EntryQuerySet, name: str, value: str) -> EntryQuerySet:
        return rows.filter(act=value.strip().lower().replace(" ", "_"))

    def after(self, rows: EntryQuerySet, name: str, value: str) -> EntryQuerySet:
        try:
            day = read_day(value, now().astimezone(zone()).date())
        except Unread:
            return rows.none()  # the page says that the day could not be read
        return rows.filter(at__gte=wall(day, time(0)))
