"""Accounts by the hundred, for imports: each name finds its account, or opens one."""

from datetime import datetime

from django.db import connection, transaction

from accounts.audit.models import Entry
from accounts.audit.origin import origin
from accounts.customers.models import Account, Alias
from accounts.people.models import User


@transaction.atomic
def accounts_of(*, by: User, names: dict[str, datetime], source: str) -> dict[str, int]:
    """The account of each name, folded: the one called so, or also called so, or a new one opened at that time."""
    spelled = {name.lower(): name for name in reversed(names)}
    _hold(sorted(spelled))
    known: dict[str, int] = {}
    for rows, pk in ((Alias.objects.all(), "account_id"), (Account.objects.all(), "pk")):
        found = rows.filter(folded__in=list(spelled)).order_by("-pk").values_list("name", pk)
        known |= {name.lower(): account for name, account in found}
    new = {folded: name for folded, name in spelled.items() if folded not in known}
    if new:
        by.must("accounts.open")
        opened = Account.objects.bulk_create(
            Account(name=name, source=source, opened_at=names[name]) for name in reversed(new.values())
        )
        Entry.objects.bulk_create(_entry(account, by) for account in opened)
        known |= {account.name.lower(): account.pk for account in opened}
    return known


def _hold(folded: list[str]) -> None:
    """The locks that `Account.objects.open` takes, in one order, so that no name is opened twice at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('account ' || name)) FROM unnest(%s::text[]) WITH ORDINALITY "
            "AS names(name, place) ORDER BY place",
            [folded],
        )


def _entry(account: Account, by: User) -> Entry:
    door, address = origin()
    return Entry(
        at=account.opened_at, by=by, act="opened", ref=account.ref, says="Account opened.", about=[account.ref],
        after={"name": account.name, "source": account.source}, door=door, address=address,
    )  # fmt: skip
