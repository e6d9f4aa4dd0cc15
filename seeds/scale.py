"""A made-up house of any size, the same for the same numbers: its rows go in by COPY, past the verbs.

For measuring only. Words follow a Zipf-like spread over causes' own vocabularies, accounts complain unevenly (the
busiest hundredth makes a tenth of all complaints), one complaint in fifty is open, and one cause has hit half of all
accounts.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.models import Account, Contact, Entry, Preference, Touch, User
from accounts.people.roles import Role
from rca.lib.copying import Copier
from rca.models import Acknowledgment, Affected, Cause, CauseLink, Closure, Complaint, Promise
from seeds.scale_words import CHANNELS, PLACES, TRADES, Speech

SEED = 20_260_310
CHUNK = 20_000
YEARS = timedelta(days=3 * 365)
DEPARTMENTS = ("customer support", "accounts", "warehouse", "portal")
Say = Callable[[str], Any]


class Size(NamedTuple):
    """How many rows of each kind."""

    complaints: int
    accounts: int
    causes: int

    @classmethod
    def of(cls, complaints: int, accounts: int, causes: int | None = None) -> "Size":
        return cls(complaints, accounts, causes or max(20, min(5_000, complaints // 200)))


class Told(NamedTuple):
    """One complaint as the generator tells it."""

    number: int
    account: int
    cause: int | None
    words: str
    product: str
    channel: str
    severity: str
    received: datetime
    by: int
    open: bool
    acknowledged: datetime | None


def fill(size: Size, *, until: datetime, say: Say = print) -> None:
    """Puts the house into an empty database; `until` is when its last complaint came."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    people = [one.pk for one in _people()]
    say(f"{size.accounts:,} accounts")
    first_account, first_cause = _next(Account), _next(Cause)
    _accounts(size, first_account, people, until)
    say(f"{size.causes:,} causes")
    _causes(size, first_cause, people, until)
    _complaints(size, first_account, first_cause, people, until, say)
    with connection.cursor() as cursor:
        # As autovacuum leaves a house that is lived in; a transaction, as a test's, can only be told of its numbers.
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")


def told(size: Size, first: int, accounts: int, causes: int, people: list[int], until: datetime) -> Iterator[Told]:
    """The complaints, oldest first; numbers are primary keys."""
    chance, speech = random.Random(SEED), Speech(size.causes, SEED)
    step = YEARS / max(size.complaints, 1)
    busy = max(size.accounts // 100, 1)
    for place in range(size.complaints):
        received = until - YEARS + step * (place + 1)
        fresh = size.complaints - place <= max(size.complaints // 100, 50)
        is_open = fresh or chance.random() < 0.01
        cause = int(size.causes * chance.random() ** 2) if chance.random() < 0.6 else None
        account = chance.randrange(busy if chance.random() < 0.1 else size.accounts)
        owned = not is_open or chance.random() < 0.8
        yield Told(
            number=first + place, account=accounts + account, cause=None if cause is None else causes + cause,
            words=speech.words(chance, cause), product=speech.product(chance, cause), channel=chance.choice(CHANNELS),
            severity=chance.choice(("", "nuisance", "minor", "serious", "critical")), received=received,
            by=chance.choice(people), open=is_open,
            acknowledged=received + timedelta(minutes=chance.randrange(5, 600)) if owned else None,
        )  # fmt: skip


def _people() -> list[User]:
    """Two dozen agents in four departments, who cannot sign in."""
    people: list[User] = User.objects.bulk_create(
        User(name=f"Agent {n + 1}", email=f"agent{n + 1}@scale.invalid", role=Role.AGENT, password="!",
             department=DEPARTMENTS[n % 4])
        for n in range(24)
    )  # fmt: skip
    return people


def _accounts(size: Size, first: int, people: list[int], until: datetime) -> None:
    chance = random.Random(SEED + 1)
    numbers = range(size.accounts)
    opened = until - YEARS - timedelta(days=30)
    first_contact = _next(Contact)
    _copy(Account, (
        "id version name kind state owner_id yearly_value time_zone profile segment region source external_id opened_at"
    ), (
        (first + n, 1, f"{chance.choice(PLACES)} {chance.choice(TRADES)} {n + 1}", "customer", "active",
         chance.choice(people), chance.randrange(500, 90_000), "", "", "", "", "", "", opened)
        for n in numbers
    ))  # fmt: skip
    _copy(Contact, "id version account_id name email phone role", (
        (first_contact + n, 1, first + n, f"Contact {n + 1}", f"contact{n + 1}@account{n + 1}.example",
         f"+44{1_632_000_000 + n}", "") for n in numbers
    ))  # fmt: skip
    _copy(Preference, "version contact_id channel days topics do_not_contact", (
        (1, first_contact + n, "", [], [], False) for n in numbers
    ))  # fmt: skip
    _settle("accounts_account", "accounts_contact")


def _causes(size: Size, first: int, people: list[int], until: datetime) -> None:
    chance, speech = random.Random(SEED + 2), Speech(size.causes, SEED)
    states = ("open", "open", "fixing", "watched", "closed")
    rows = (
        (first + n, 1, speech.title(n), "process", chance.choice(states), chance.choice(people),
         date(until.year + 1, 1, 1), until - YEARS, people[0], 0, 0)
        for n in range(size.causes)
    )  # fmt: skip
    columns = "id version title family state owner_id next_review opened_at opened_by_id complaint_count norm"
    _copy(Cause, columns, rows)
    _settle("rca_cause")


def _complaints(size: Size, accounts: int, causes: int, people: list[int], until: datetime, say: Say) -> None:
    first, hit = _next(Complaint), set[tuple[int, int]]()
    stream, done = told(size, first, accounts, causes, people, until), 0
    while chunk := list(islice(stream, CHUNK)):
        with transaction.atomic():
            _take(chunk)
        hit.update((one.cause, one.account) for one in chunk if one.cause is not None)
        done += len(chunk)
        say(f"{done:,} of {size.complaints:,} complaints")
    # One cause that hit half of everybody: what a roster must stand.
    hit.update((causes, accounts + n) for n in range(size.accounts // 2))
    _copy(Affected, "cause_id account_id how why by_id at", (
        (cause, account, "complained", "", people[0], until) for cause, account in sorted(hit)
    ))  # fmt: skip
    _settle("rca_complaint")
    with connection.cursor() as cursor:
        counts = "SELECT cause_id, count(*) AS n FROM rca_causelink GROUP BY 1"
        cursor.execute(f"UPDATE rca_cause SET complaint_count = n FROM ({counts}) c WHERE c.cause_id = rca_cause.id")


def _take(chunk: list[Told]) -> None:
    """What `log`, `acknowledge`, `link` and `close` leave behind, for many complaints at a time."""
    _copy(Complaint, (
        "id version account_id words channel received_at logged_at logged_by_id liaison_id state acknowledge_by "
        "acknowledged_at product remedy severity behaviours expected delivered expectation source external_id"
    ), (
        (one.number, 1, one.account, one.words, one.channel, one.received, one.received, one.by, one.by,
         "open" if one.open else "closed", one.received + timedelta(hours=6), one.acknowledged, one.product, "",
         one.severity, [], "", "", "", "", "")
        for one in chunk
    ))  # fmt: skip
    _copy(Acknowledgment, "complaint_id by_id at how words our_mistake", (
        (one.number, one.by, one.acknowledged, "phone", "You are right, and we are sorry.", "yes")
        for one in chunk if one.acknowledged
    ))  # fmt: skip
    _copy(Closure, "complaint_id by_id at outcome", (
        (one.number, one.by, one.received + timedelta(days=2), "Put right.") for one in chunk if not one.open
    ))  # fmt: skip
    _copy(CauseLink, "complaint_id cause_id by_id at", (
        (one.number, one.cause, one.by, one.received) for one in chunk if one.cause is not None
    ))  # fmt: skip
    _copy(Touch, "account_id way channel reached at by_id about", (
        (one.account, Touch.Way.IN, one.channel, True, one.received, one.by, f"C-{one.number}") for one in chunk
    ))  # fmt: skip
    _copy(Entry, "at by_id act ref says words about door", (
        (one.received, one.by, "logged", f"C-{one.number}", "Complaint taken.", one.words,
         [f"C-{one.number}", f"A-{one.account}"], "scale") for one in chunk
    ))  # fmt: skip
    _copy(Promise, (
        "version account_id complaint_id kind what window_from window_until zone made_by_id made_at owner_id state"
    ), (
        (1, one.account, one.number, Promise.Kind.CALL_BACK, "", one.received + timedelta(hours=20),
         one.received + timedelta(hours=21), "", one.by, one.received, one.by, "open" if one.open else "kept")
        for one in chunk if one.number % 10 == 0
    ))  # fmt: skip


def _copy(model: type[Any], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    Copier(model, columns.split(), {}).write(rows)


def _next(model: type[Any]) -> int:
    last: int | None = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1


def _settle(*tables: str) -> None:
    """Numbers were given by hand: the sequences go on behind them."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
            )


def roster_cause() -> Cause:
    """The cause that hit half of everybody."""
    cause: Cause = Cause.objects.get(pk=Affected.objects.order_by("cause_id").values_list("cause_id", flat=True)[:1])
    return cause
