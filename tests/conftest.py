"""The cast of every test, and a door for each of them. Ada logs, Lin leads, Vic manages, Noor only looks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from rest_framework.test import APIClient

from accounts.models import Account, ApiToken, User
from rca.hours.reading import forget
from seeds.people import CAST
from tests.make import make_account, make_person
from tests.story import tell

# A Tuesday morning, in the working hours of everybody in the cast.
TUESDAY = datetime(2026, 3, 10, 10, 40, tzinfo=UTC)


def the(key: str) -> User:
    """One of the cast, whether or not they stand there for the whole module already."""
    return User.objects.filter(email=CAST[key][1]).first() or make_person(*CAST[key])


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a fixture of a whole module arranges in here stands for each of its tests as it was arranged.

    A test works in a savepoint of its own, so that what it changes is gone with it. Fixtures hand out fresh rows, for
    an object that a verb has changed would remember. Such a fixture is `autouse`: no test depends on the one before.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ada(db: None) -> User:
    return the("ada")


@pytest.fixture
def lin(db: None) -> User:
    return the("lin")


@pytest.fixture
def vic(db: None) -> User:
    return the("vic")


@pytest.fixture
def noor(db: None) -> User:
    return the("noor")


@pytest.fixture
def max_(db: None) -> User:
    return the("max")


@pytest.fixture
def harbour(ada: User) -> Account:
    return Account.objects.filter(name="Harbour Books").first() or make_account("Harbour Books", by=ada)


@pytest.fixture
def story(db: None) -> None:
    """The demo story, whole: the world of the walks over every page and every act."""
    tell()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """The pages' door for anybody: signed_in(ada).get("/")."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def as_ada(signed_in: Callable[[User], Client], ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def as_lin(signed_in: Callable[[User], Client], lin: User) -> Client:
    return signed_in(lin)


@pytest.fixture
def as_vic(signed_in: Callable[[User], Client], vic: User) -> Client:
    return signed_in(vic)


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """The API's door for anybody: api(lin).post(...); api(lin, "read") for a token that may only read."""

    def door(person: User, *scopes: str) -> APIClient:
        _, secret = ApiToken.objects.issue(by=person, name="test", scopes=list(scopes or ("read", "write")))
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return door


@pytest.fixture(autouse=True)
def _no_hours_of_the_test_before() -> None:
    """What a process keeps of the calendar for five seconds must not reach the next test."""
    forget()


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_ledger_guard() -> Iterator[None]:
    """Tests that commit are cleaned up by TRUNCATE, which the ledger refuses; the guard rests for that moment only."""
    flush = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            flush(self)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]
