"""The list of accounts: its tabs and filters, pages in the order of a name, and what each line says."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import django_filters
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from accounts.customers.models import Account, AccountQuerySet, Touch
from accounts.people.models import User
from rca.lib.paging import Page
from rca.lib.said import money

Row = TypeVar("Row", bound=models.Model)
STATE = Account.State

# Each tab of the list: its name in the address, its label, and which accounts it shows to whom.
SHOWN: dict[str, tuple[str, Callable[[AccountQuerySet, User], AccountQuerySet]]] = {
    "customers": ("Customers", lambda rows, user: rows.customers().exclude(state__in=[STATE.LOST, STATE.LET_GO])),
    "mine": ("Mine", lambda rows, user: rows.filter(owner=user)),
    "leaving": ("Leaving", lambda rows, user: rows.filter(state=STATE.LEAVING)),
    "lost": ("Lost", lambda rows, user: rows.filter(state=STATE.LOST)),
    "won-back": ("Won back", lambda rows, user: rows.filter(state=STATE.WON_BACK)),
    "let-go": ("Let go", lambda rows, user: rows.filter(state=STATE.LET_GO)),
    "prospects": ("Prospects", lambda rows, user: rows.filter(kind=Account.Kind.PROSPECT)),
    "all": ("All", lambda rows, user: rows),
}


class AccountFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in SHOWN.items()], method="shown", empty_label=None
    )
    q = django_filters.CharFilter(label="Words", method="named", max_length=200)
    owner = django_filters.ModelChoiceFilter(label="Owner", queryset=User.objects.people(), empty_label="anyone")
    value = django_filters.ChoiceFilter(
        label="Value", method="worth", empty_label="any",
        choices=[*((str(sum_), f"{money(sum_)} and over") for sum_ in (50_000, 10_000)), ("unknown", "unknown")],
    )  # fmt: skip

    class Meta:
        model = Account
        fields: list[str] = []

    def shown(self, rows: AccountQuerySet, name: str, value: str) -> AccountQuerySet:
        return SHOWN[value][1](rows, self.request.user)

    def named(self, rows: AccountQuerySet, name: str, value: str) -> AccountQuerySet:
        return rows.matching(value)

    def worth(self, rows: AccountQuerySet, name: str, value: str) -> AccountQuerySet:
        return rows.filter(yearly_value=None) if value == "unknown" else rows.filter(yearly_value__gte=int(value))


def ascending(rows: QuerySet[Row], params: QueryDict, *, by: str, size: int = 50) -> Page[Row]:
    """One page of `rows` from A to Z or soonest first, addressed as `keyset` does: ?older= is the next page."""
    border, back = _border(params, "older"), False
    if border is None and "newer" in params:
        border, back = _border(params, "newer"), True
    if border:
        value, pk = border
        side = "lt" if back else "gt"
        rows = rows.filter(Q(**{f"{by}__{side}": value}) | Q(**{by: value, f"pk__{side}": pk}))
        # The redundant half gives the planner one range to walk instead of an OR over the whole index.
        rows = rows.filter(**{f"{by}__{side}e": value})
    back = back and border is not None
    found = list(rows.order_by(*((f"-{by}", "-pk") if back else (by, "pk")))[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    query = params.copy()
    for turned in ("older", "newer"):
        query.pop(turned, None)

    def address(side: str, row: Row) -> str:
        value = getattr(row, by)
        text = f"{'t' if isinstance(value, datetime) else 's'}{value}|{row.pk}"
        turned = query.copy()
        turned[side] = urlsafe_b64encode(text.encode()).decode()
        return "?" + turned.urlencode()

    before, after = (more, border is not None) if back else (border is not None, more)
    return Page(
        rows=found,
        newer=address("newer", found[0]) if found and before else "",
        older=address("older", found[-1]) if found and after else "",
    )


def _border(params: QueryDict, side: str) -> tuple[Any, int] | None:
    try:
        text, pk = urlsafe_b64decode(str(params.get(side, "")).encode()).decode().rsplit("|", 1)
        value = parse_datetime(text[1:]) if text[:1] == "t" else text[1:]
        return None if value is None or "\x00" in text else (value, int(pk))
    except ValueError:
        return None  # a mangled address starts from the top instead of failing


@dataclass
class Line:
    """What the list says of one account beside its own columns."""

    open: int = 0
    causes: list[tuple[int, bool]] = field(default_factory=list)  # the cause's number, and whether they were told
    touch: Touch | None = None


def lines(accounts: list[Account]) -> dict[int, Line]:
    """A line for each account shown: three queries, however many accounts there are."""
    said = {account.pk: Line() for account in accounts}
    shown = Account.objects.filter(pk__in=said)
    complaints = Count("complaints", filter=Q(complaints__state="open"))
    for pk, number in shown.annotate(number=complaints).values_list("pk", "number"):
        said[pk].open = number
    hit = shown.filter(affected__isnull=False).order_by("affected__cause_id")
    for pk, cause, telling, waiver in hit.values_list(
        "pk", "affected__cause_id", "affected__telling__id", "affected__waiver__id"
    ):
        said[pk].causes.append((cause, bool(telling or waiver)))
    newest = Touch.objects.filter(account=models.OuterRef("pk")).order_by("-at").values("pk")[:1]
    last = shown.annotate(last=models.Subquery(newest)).values("last")
    for touch in Touch.objects.filter(pk__in=last):
        said[touch.account_id].touch = touch
    return said
