"""The field that finds who is on the line: beginnings first, then parts, then slips; quickly among 100,000 accounts."""

from time import perf_counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.customers.finding import suggested
from accounts.models import Account, User
from tests.make import make_account


@pytest.fixture
def cards(ada: User) -> dict[str, Account]:
    names = ["Harbour Books", "Old Harbour Inn", "Tolland Primary School", "Globex", "Harrow & Sons"]
    found = {name: make_account(name, by=ada) for name in names}
    found["Harbour Books"].call_also(by=ada, name="HBR Bookshop")
    found["Harbour Books"].contacts.introduce(
        by=ada, name="June Carver", email="June@harbour.example", phone="01632 960123"
    )
    found["Globex"].contacts.introduce(by=ada, name="Al Wu", phone="+1 212 555 0123")
    return found


def names(text: str) -> list[str]:
    return [account.name for account in suggested(Account.objects.all(), text)]


def test_what_begins_like_this_stands_first_and_what_has_it_elsewhere_after(cards: dict[str, Account]) -> None:
    assert names("har") == ["Harbour Books", "Harrow & Sons", "Old Harbour Inn"]
    assert names("h") == ["Harbour Books", "Harrow & Sons"]


@pytest.mark.parametrize("typed", ["hbr", "harbor boks", "Harbuor Books", "harbour", "june@harb", "bookshop"])
def test_another_spelling_a_slip_and_an_e_mail_find_it(cards: dict[str, Account], typed: str) -> None:
    assert names(typed)[0] == "Harbour Books"


@pytest.mark.parametrize(
    "display",
    ["01632 960123", "+441632960123", "0044 1632 960 123", "441632960123", "(01632) 960-123", "01632960", "960123"],
)
def test_a_number_as_the_display_shows_it_finds_the_account_and_the_person(
    cards: dict[str, Account], display: str
) -> None:
    (found,) = suggested(Account.objects.all(), display)
    assert found.name == "Harbour Books" and found.met and found.met.name == "June Carver"


def test_a_number_from_abroad_and_a_reference_find_it(cards: dict[str, Account]) -> None:
    assert names("+1 (212) 555-0123") == names("2125550123") == ["Globex"]
    assert names(cards["Globex"].ref) == ["Globex"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "\\", "'; DROP TABLE", "\x00", "x" * 5000, "zzzzzz", "⚓"])
def test_whatever_is_typed_it_answers(cards: dict[str, Account], as_ada: Client, typed: str) -> None:
    assert names(typed) == []
    assert as_ada.get("/accounts/suggest/", {"q": typed}).status_code == 200


def crowd(count: int) -> None:
    """So many accounts, each with a contact and another spelling."""
    words = "Harbour Books Primary School Globex Timber Penrose Northgate Abbey Hardware Trading Group Sons Market Inn"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "INSERT INTO accounts_account (version, name, kind, state, time_zone, profile, segment, region, source, "
            "external_id, opened_at) SELECT 1, w[1 + n %% 15] || ' ' || w[1 + n / 15 %% 15] || ' ' "
            "|| w[1 + n / 225 %% 15] || ' ' || left(md5(n::text), 6), "
            "'customer', 'active', '', '', '', '', '', '', now() "
            "FROM generate_series(1, %s) n, string_to_array(%s, ' ') w",
            [count, words],
        )
        cursor.execute(
            "INSERT INTO accounts_contact (version, account_id, name, email, phone, role) SELECT 1, id, 'Somebody', "
            "md5(id::text) || '@example.org', '+44' || (7000000000 + id * 7919 % 999999999), '' FROM accounts_account"
        )
        cursor.execute(
            "INSERT INTO accounts_alias (account_id, name) "
            "SELECT id, 'alias ' || md5((id * 3)::text) FROM accounts_account"
        )
        cursor.execute(
            "SELECT gin_clean_pending_list('account_name_parts'), gin_clean_pending_list('alias_name_parts')"
        )
        cursor.execute("ANALYZE accounts_account, accounts_contact, accounts_alias")


TYPED = ["h", "ha", "har", "harb", "harbour b", "harbour books 1", "boo", "books", "hardw", "hardwre", "penrsoe", "gr",
         "sons", "penrose northgte", "c4ca42", "alias c81",
         "07700", "07700 900123", "+447000792", "zzz", "quill & tanner",
         "primary school", "prmary scool", "a1b2@exa", "0a", "time"]  # fmt: skip


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_among_very_many_accounts_an_index_serves_each_beginning_and_the_answer_comes_at_once(
    ada: User, count: int
) -> None:
    crowd(count)
    took: list[float] = []
    for typed in TYPED * 3:
        with CaptureQueriesContext(connection) as asked:
            start = perf_counter()
            suggested(Account.objects.all(), typed)
            took.append(perf_counter() - start)
        assert len(asked) <= 11
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + asked[0]["sql"])
            assert "Seq Scan" not in str(cursor.fetchall()), asked[0]["sql"]
    assert sorted(took)[int(len(took) * 0.95)] < 0.25, sorted(took)  # the slowest are slips of the finger
