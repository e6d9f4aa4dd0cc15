"""Whose complaint a row is: an account by its name or alias, a new one, or a name that a person has to decide about."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Min

from accounts.customers.models import Account, Alias
from accounts.customers.opening import accounts_of
from accounts.people.models import User
from rca.imports.cells import Row
from rca.imports.doubting import likely
from rca.imports.models import Doubt, Import, Opened

NEW, WAITS, SKIPPED = -1, -2, -3  # in place of an account: it would be opened; it waits; it was left out
MOST_KNOWN = 200_000  # names remembered at once, so that memory stays flat however many there are


@dataclass
class Named:
    """One name of a chunk that no account bears, and what its first row says besides."""

    name: str
    at: datetime
    spot: tuple[int, int]  # its file, its row
    email: str = ""
    phone: str = ""
    rows: int = 0


class Names:
    """The accounts of the names of one file."""

    def __init__(self, batch: Import, by: User) -> None:
        self.batch, self.by = batch, by
        self.known: dict[str, int] = {}
        # A try has asked about every name already: what it did not doubt, the run does not ask about again.
        asked = batch.tried and batch.state == Import.State.RUNNING and batch.doubts_go == Import.Doubts.ASK
        self.ask = batch.doubts_go != Import.Doubts.NEW and not asked
        self.asked = set(batch.doubts.filter(decision="").values_list("folded", flat=True))
        self.mark = _mark(batch)
        # What was decided of a name goes for the same file, whoever brings it in again.
        decided = Doubt.objects.filter(batch__digest=batch.digest).exclude(decision="").order_by("decided_at")
        self.decided = {one.folded: (one.decision, one.account_id) for one in decided}
        self.open = {one.folded for one in decided if one.batch_id == batch.pk and not one.settled}

    def of(self, rows: list[tuple[tuple[int, int], Row]], *, dry: bool) -> list[int]:
        """The account of each row, or NEW, WAITS or SKIPPED."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        strange: dict[str, Named] = {}
        for spot, row in rows:
            folded = row.account.lower()
            if folded not in self.known:
                named = strange.setdefault(folded, Named(row.account, row.received_at, spot))
                named.rows += 1
                named.at = min(named.at, row.received_at)
                named.email, named.phone = named.email or row.contact_email, named.phone or row.contact_phone
        passing = self._learn(strange, dry) if strange else {}
        return [passing.get(folded) or self.known[folded] for folded in (row.account.lower() for _, row in rows)]

    def _learn(self, strange: dict[str, Named], dry: bool) -> dict[str, int]:
        """Looks the names up, asks about those in doubt, opens the others; returns what holds for this chunk only."""
        passing: dict[str, int] = {}
        for folded in list(strange):
            decision, account = self.decided.get(folded, ("", 0))
            if decision == Doubt.Decision.SAME:
                self.known[folded] = account
            elif decision == Doubt.Decision.SKIP:
                passing[folded] = SKIPPED
        left = {folded: one for folded, one in strange.items() if folded not in self.known and folded not in passing}
        self.known |= _by_name(list(left))
        left = {folded: one for folded, one in left.items() if folded not in self.known}
        asked = {folded: one for folded, one in left.items() if folded not in self.decided} if self.ask else {}
        doubtful = likely(self.mark, {folded: one for folded, one in asked.items() if folded not in self.asked})
        if self.batch.doubts_go == Import.Doubts.SKIP:
            passing |= dict.fromkeys(doubtful, SKIPPED)
        else:
            self._ask(doubtful, left)
            for folded in self.asked.intersection(left):
                Doubt.objects.filter(batch=self.batch, folded=folded).update(rows=F("rows") + left[folded].rows)
                passing[folded] = WAITS
        new = {folded: one for folded, one in left.items() if folded not in passing}
        if dry:
            self.known |= dict.fromkeys(new, NEW)
        elif new:
            self._open(new)
        return passing

    def _open(self, new: dict[str, Named]) -> None:
        found = accounts_of(by=self.by, names={one.name: one.at for one in new.values()}, source=self.batch.source)
        self.known |= found
        Opened.objects.bulk_create(Opened(batch=self.batch, account_id=found[folded]) for folded in new)

    def _ask(self, doubtful: dict[str, tuple[int, str]], named: dict[str, Named]) -> None:
        """One question for each name, however many rows it has."""
        Doubt.objects.bulk_create(
            (
                Doubt(batch=self.batch, name=named[folded].name, folded=folded, account_id=account, why=why[:200],
                      file=named[folded].spot[0], first_row=named[folded].spot[1])
                for folded, (account, why) in doubtful.items()
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        self.asked |= set(doubtful)


def _mark(batch: Import) -> int:
    """The newest account that was here before the file."""
    first = batch.opened.aggregate(first=Min("account"))["first"]
    return first - 1 if first else Account.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _by_name(folded: list[str]) -> dict[str, int]:
    """The account that bears each name, or is also called so; the oldest where several are."""
    known: dict[str, int] = {}
    for rows, pk in ((Alias.objects.all(), "account_id"), (Account.objects.all(), "pk")):
        known |= dict(rows.filter(folded__in=folded).order_by("-pk").values_list("folded", pk))
    return known
