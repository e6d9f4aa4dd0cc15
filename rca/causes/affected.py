"""Rules: saved conditions that find the accounts a cause has hit without a word from them, all of them at once."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, models, transaction
from django.db.models import BigIntegerField, CharField, Count, DateTimeField, F, Func, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Concat, Left

from accounts.audit.models import record
from accounts.customers.models import Account, Purchase
from accounts.people.models import User
from rca.causes.roster import Affected
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.lib.said import day, money
from rca.lib.text import clean, count

CONDITIONS = {
    "product": "product",
    "bought_from": "bought from",
    "bought_until": "bought until",
    "segment": "segment",
    "region": "region",
    "min_value": "worth at least",
}
BOUGHT = {"product", "bought_from", "bought_until"}


class Rule(models.Model):
    """Saved conditions that find accounts a cause has hit without a word from them."""

    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="rules")
    conditions = models.JSONField()  # product, bought_from, bought_until, segment, region, min_value
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(HouseQuerySet)()

    def __str__(self) -> str:
        return says(self.conditions)

    def matches(self) -> "models.QuerySet[Account, dict[str, Any]]":
        """The accounts that this rule finds: `pk`, `name` and `found`, the text that says why."""
        return matching(self.conditions)

    @transaction.atomic
    def run(self, *, by: User, at: datetime | None = None) -> int:
        """Puts every account that the rule finds on the roster, in one statement; says how many are new to it."""
        by.must("causes.match")
        self.cause.hold()
        self.cause.must_be_open("run a rule for it")
        at = at or now()
        added = self._insert(by, at)
        Rule.objects.filter(pk=self.pk).update(ran_at=at)
        self.ran_at = at
        record(by, "matched", self.cause, says=f"Rule run, {count(added, 'account')} added: {self}.",
               after={"rule": self.pk, "added": added, **self.conditions}, at=at)  # fmt: skip
        return added

    def _insert(self, by: User, at: datetime) -> int:
        """One INSERT from one SELECT: an account that is on the roster already stays as it is."""
        rows = matching(self.conditions).values_list(
            Value(self.cause_id, BigIntegerField()), "pk", Value("rule", CharField()),
            Value(self.pk, BigIntegerField()), "found", Value(by.pk, BigIntegerField()), Value(at, DateTimeField()),
        )  # fmt: skip
        select, params = rows.order_by().query.sql_with_params()
        table, quote = Affected._meta.db_table, connection.ops.quote_name
        names = ", ".join(quote(f"{name}") for name in
                          ("cause_id", "account_id", "how", "rule_id", "why", "by_id", "at"))  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(table)} ({names}) {select} ON CONFLICT (cause_id, account_id) DO NOTHING", params
            )
            return int(cursor.rowcount)


def read_conditions(raw: Mapping[str, Any]) -> dict[str, str]:
    """Conditions as they are kept; refuses what cannot be one, in a sentence."""
    unknown = [name for name in raw if name not in CONDITIONS]
    if unknown:
        known = ", ".join(CONDITIONS)
        raise Refused(f"“{unknown[0][:40]}” is no condition of a rule: it takes {known}.")
    kept = {name: clean(str(raw[name])) for name in CONDITIONS if raw.get(name) not in (None, "")}
    kept = {name: text for name, text in kept.items() if text}
    if not kept:
        raise Refused("Say at least one thing that the affected accounts have in common, or the rule finds everybody.")
    for name in ("bought_from", "bought_until"):
        if name in kept:
            kept[name] = _day(name, kept[name])
    if kept.get("bought_from", "") > kept.get("bought_until", "9999"):
        raise Refused("The rule’s last day is before its first: turn the two dates round.")
    if "min_value" in kept:
        kept["min_value"] = _amount(kept["min_value"])
    if "product" in kept:
        kept["product"] = _product(kept["product"])
    return kept


def says(conditions: Mapping[str, str]) -> str:
    """bought Primer 3 from 1 January, in schools, worth £500 or more a year"""
    parts = []
    if BOUGHT & conditions.keys():
        since, until = (conditions.get(name) for name in ("bought_from", "bought_until"))
        words = [f"bought {conditions.get('product', 'anything')}"]
        words += [f"from {day(date.fromisoformat(since))}"] if since else []
        words += [f"until {day(date.fromisoformat(until))}"] if until else []
        parts.append(" ".join(words))
    if "segment" in conditions:
        parts.append(f"segment {conditions['segment']}")
    if "region" in conditions:
        parts.append(f"region {conditions['region']}")
    if "min_value" in conditions:
        parts.append(f"worth {money(Decimal(conditions['min_value']))} or more a year")
    return ", ".join(parts)


def matching(conditions: Mapping[str, str]) -> "models.QuerySet[Account, dict[str, Any]]":
    """The customers that these conditions find, each once, with the text that says why it is on the list."""
    accounts = Account.objects.customers()
    if "segment" in conditions:
        accounts = accounts.filter(segment__iexact=conditions["segment"])
    if "region" in conditions:
        accounts = accounts.filter(region__iexact=conditions["region"])
    if "min_value" in conditions:
        accounts = accounts.filter(yearly_value__gte=Decimal(conditions["min_value"]))
    if BOUGHT & conditions.keys():
        found = _bought(accounts, conditions)
    else:
        found = accounts.annotate(found=Value(says(conditions)[:400], TextField()))
    return found.order_by("folded", "pk").values("pk", "name", "found")  # type: ignore[no-any-return]


def _bought(accounts: Any, conditions: Mapping[str, str]) -> Any:
    """Joins the purchases once, so that all of their conditions hold of the same purchase; says what was bought."""
    bought: dict[str, Any] = {"purchases__isnull": False}
    keys = {"product": "product", "bought_from": "on__gte", "bought_until": "on__lte"}
    bought |= {f"purchases__{keys[name]}": conditions[name] for name in conditions if name in BOUGHT}
    product = conditions.get("product", "")
    numbers = ArrayAgg("purchases__reference", distinct=True, filter=~Q(purchases__reference=""), default=Value([]))
    quantity = Cast(Func(Sum("purchases__quantity"), function="trim_scale"), TextField())
    if product:
        whole = Func(Concat(quantity, Value(f" of {product}")), Value(f"bought {product}"), function="coalesce")
        # Concat treats a missing quantity as "", so the name alone must be asked for.
        what: Any = models.Case(
            models.When(quantity_sum__isnull=False, then=whole), default=Value(f"bought {product}"),
            output_field=TextField(),
        )  # fmt: skip
    else:
        number = Cast(F("times"), TextField())
        what = models.Case(
            models.When(times=1, then=Value("1 purchase")), default=Concat(number, Value(" purchases")),
            output_field=TextField(),
        )  # fmt: skip
    rows = accounts.filter(**bought).annotate(
        quantity_sum=Sum("purchases__quantity"), times=Count("purchases"), numbers=numbers
    )
    return rows.annotate(found=Left(Concat(what, _invoices(), output_field=TextField()), 400))


def _invoices() -> Any:
    """“, invoice 58113”; “, invoices 58113, 58140, 58141 and 4 more”; nothing where no number was kept."""
    size = Func(F("numbers"), function="cardinality", output_field=models.IntegerField())
    first = Func(F("numbers"), template="array_to_string((%(expressions)s)[1:3], ', ')", output_field=TextField())
    more = Concat(Value(" and "), Cast(size - 3, TextField()), Value(" more"), output_field=TextField())
    return models.Case(
        models.When(numbers=[], then=Value("")),
        models.When(numbers__len=1, then=Concat(Value(", invoice "), first, output_field=TextField())),
        models.When(numbers__len__lte=3, then=Concat(Value(", invoices "), first, output_field=TextField())),
        default=Concat(Value(", invoices "), first, more, output_field=TextField()),
        output_field=TextField(),
    )


def _day(name: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused(f"“{text[:20]}” is no day for “{CONDITIONS[name]}”: write it as 2026-01-31.") from None


def _amount(text: str) -> str:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < 10**12:
        raise Refused(f"“{text[:20]}” is no yearly value: write a number, 500 or 1200.50.")
    return str(amount)


def _product(text: str) -> str:
    """The product as it is spelled on the purchases; refuses one that nobody has bought."""
    exact = Purchase.objects.filter(product=text).values_list("product", flat=True).first()
    found = exact or Purchase.objects.filter(product__iexact=text).values_list("product", flat=True).first()
    if not found:
        raise Refused(f"Nobody has bought anything called “{text[:60]}”: see how it is spelled on the purchases.")
    return found
