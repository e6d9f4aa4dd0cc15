"""How we keep what we promise, by person, account and cause: set-based, and every number leads to its promises."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rca.lib.clock import now
from rca.promises.models import PromiseQuerySet

DAYS = 90
MOST = 6
PARTS = {"kept": "kept", "late": "late", "broken": "broken", "overdue": "overdue"}
CLASSES = {"kept": "kept", "late": "due", "broken": "late", "overdue": "hero"}


class Share(NamedTuple):
    """One line: whose promises, how they ended, and where each number leads."""

    name: str
    url: str
    numbers: dict[str, int]
    links: dict[str, str]
    widest: int

    @property
    def due(self) -> int:
        return sum(self.numbers.values())

    @property
    def cells(self) -> list[tuple[str, int, str]]:
        return [(PARTS[part].capitalize(), number, self.links[part]) for part, number in self.numbers.items()]

    @property
    def drawn(self) -> SafeString:
        x, parts = 0.0, SafeString("")
        for part, number in self.numbers.items():
            width = 96 * number / max(self.widest, 1)
            if number:
                parts += format_html('<rect class="bar {}" x="{}%" y="5" height="12" width="{}%"/>', CLASSES[part],
                                     f"{x:.1f}", f"{max(width - 0.6, 0.6):.1f}")  # fmt: skip
            x += width
        return format_html('<svg class="chart" height="22" aria-hidden="true">{}</svg>', parts)


def fell_due(rows: PromiseQuerySet, at: datetime | None = None, days: int = DAYS) -> PromiseQuerySet:
    """Promises whose window ended in the last so many days, without those that the customer let go."""
    at = at or now()
    return rows.filter(window_until__gte=at - timedelta(days=days), window_until__lt=at).exclude(state="released")


def everybody(rows: PromiseQuerySet, at: datetime | None = None) -> Share:
    found = fell_due(rows, at).aggregate(**_counts())
    return _share("All", "", found, {}, sum(found.values()))


def by_person(rows: PromiseQuerySet, at: datetime | None = None) -> list[Share]:
    """In the order of their names: this is a table to ask questions of, and no ranking."""
    found = list(_grouped(rows, at, "owner_id", "owner__name").order_by("owner__name")[:60])
    return _shares(found, lambda one: (one["owner__name"], "", {"who": one["owner_id"]}))


def by_account(rows: PromiseQuerySet, at: datetime | None = None) -> list[Share]:
    """Those to whom most was promised."""
    found = list(_grouped(rows, at, "account_id", "account__name").order_by("-due", "account_id")[:MOST])
    return _shares(found, lambda one: (one["account__name"], f"/accounts/A-{one['account_id']}/",
                                       {"account": f"A-{one['account_id']}"}))  # fmt: skip


def by_cause(rows: PromiseQuerySet, at: datetime | None = None) -> list[Share]:
    """The causes behind most promises; a promise about a complaint of two causes counts for both."""
    cause = F("complaint__cause_links__cause_id")
    rows = rows.filter(complaint__cause_links__isnull=False)
    found = list(_grouped(rows, at, cause=cause, title=F("complaint__cause_links__cause__title"))
                 .order_by("-due", "cause")[:MOST])  # fmt: skip
    return _shares(found, lambda one: (f"R-{one['cause']} {one['title']}", f"/causes/R-{one['cause']}/",
                                       {"cause": f"R-{one['cause']}"}))  # fmt: skip


def _grouped(rows: PromiseQuerySet, at: datetime | None, *columns: str, **named: F) -> Any:
    due = fell_due(rows, at).order_by().values(*columns, **named)
    return due.annotate(due=Count("pk"), **_counts())


def _counts() -> dict[str, Count]:
    return {
        f"n_{part}": Count("pk", filter=Q(state="open" if part == "overdue" else part)) for part in PARTS
    }  # fmt: skip


def _shares(found: list[dict[str, Any]], line: Any) -> list[Share]:
    widest = max((one["due"] for one in found), default=1)
    shares = []
    for one in found:
        name, url, params = line(one)
        shares.append(_share(name, url, one, params, widest))
    return shares


def _share(name: str, url: str, row: dict[str, Any], params: dict[str, Any], widest: int) -> Share:
    links = {}
    for part in PARTS:
        links[part] = reverse("promises:index") + "?" + urlencode({"show": part, "days": DAYS, **params})
    return Share(name, url, {part: row[f"n_{part}"] for part in PARTS}, links, widest)
