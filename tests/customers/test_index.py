"""The list of accounts and what it says of each; the search that finds one by any of its names."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Touch, User
from rca.lib.clock import now
from rca.models import Affected, Cause, Complaint
from tests.make import make_account, make_complaint, make_contact


def names(client: Client, query: str = "") -> list[str]:
    return [account.name for account, _ in client.get(f"/accounts/{query}").context["rows"]]


def test_what_is_not_known_is_said_to_be_unknown_and_never_nought(as_ada: Client, ada: User) -> None:
    make_account("Wickham Reading Rooms", by=ada)
    page = as_ada.get("/accounts/").content.decode()
    assert page.count("unknown</span>") == 2 and "£0" not in page and "nobody" in page


def test_a_line_says_owner_open_complaints_causes_last_touch_and_value(as_ada: Client, ada: User, lin: User) -> None:
    account = make_account("Harbour Books", by=ada, yearly_value=31400)
    account.assign(by=lin, owner=ada)
    complaint = make_complaint(account, by=ada, at=now() - timedelta(days=3))
    closed = make_complaint(account, by=ada, at=now() - timedelta(days=9))
    closed.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes", at=now() - timedelta(days=8))
    closed.close(by=ada, outcome="Credited.")
    cause = Cause.objects.create(title="Old forms", next_review=now().date(), opened_at=now(), opened_by=lin)
    Affected.objects.create(cause=cause, account=account, how="complained", by=lin, at=now())
    page = unescape(as_ada.get("/accounts/").content.decode())
    assert f'href="/complaints/?show=open&account={account.ref}">1</a>' in page and complaint.account_id == account.pk
    assert "£31,400" in page and "3 d ago" in page and ">Ada<" in page
    assert f"{cause.ref}</a>" in page and "not told" in page


@pytest.mark.parametrize(
    "typed", ["harb", "HARBOUR", "our bo", "Hrbr", "june@harb", "01632 960 123", "+441632960123", "A-{pk}", "a{pk}"]
)
def test_an_account_is_found_by_its_letters_alias_mail_phone_and_reference(
    as_ada: Client, ada: User, typed: str
) -> None:
    account = make_account("Harbour Books", by=ada)
    make_contact(account, by=ada, email="June@harbour.example", phone="01632 960123")
    account.call_also(by=ada, name="Hrbr Bks")
    make_account("Globex", by=ada)
    assert names(as_ada, f"?q={typed.format(pk=account.pk).replace('+', '%2B')}") == ["Harbour Books"]


def test_two_letters_are_first_letters(as_ada: Client, ada: User) -> None:
    for name in ("Harbour Books", "Globex", "Old Harbour"):
        make_account(name, by=ada)
    assert names(as_ada, "?q=ha") == ["Harbour Books"]
    assert names(as_ada, "?q=har") == ["Harbour Books", "Old Harbour"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; --", "%00", "x" * 500, "12345678901234567890", "%ED%A0%80"])
def test_odd_searches_find_nothing_and_break_nothing(as_ada: Client, ada: User, typed: str) -> None:
    make_account("Harbour Books", by=ada)
    assert as_ada.get(f"/accounts/?q={typed}").status_code == 200


def test_the_tabs_show_each_state(as_ada: Client, ada: User, lin: User) -> None:
    for number, state in enumerate(Account.State.values):
        make_account(f"Account {number}", by=ada, state=state)
    make_account("A prospect", by=ada, kind="prospect")
    assert names(as_ada, "?show=leaving") == ["Account 1"] and names(as_ada, "?show=lost") == ["Account 2"]
    assert names(as_ada) == ["Account 0", "Account 1", "Account 3"]
    assert names(as_ada, "?show=prospects") == ["A prospect"] and len(names(as_ada, "?show=all")) == 6
    Account.objects.get(name="Account 4").assign(by=lin, owner=ada)
    assert names(as_ada, "?show=mine") == ["Account 4"]


def test_the_pager_walks_every_account_once_and_back(as_ada: Client, ada: User) -> None:
    Account.objects.bulk_create(Account(name=f"Twin {n // 3}", opened_at=now()) for n in range(120))
    seen: list[str] = []
    address, last = "/accounts/", ""
    while address:
        page = as_ada.get(address).context["page"]
        seen += [row.ref for row in page.rows]
        last, address = address, "/accounts/" + page.older if page.older else ""
    assert len(seen) == len(set(seen)) == 120
    back = as_ada.get("/accounts/" + as_ada.get(last).context["page"].newer).context["page"]
    assert [row.ref for row in back.rows] == seen[50:100]


@pytest.mark.parametrize("query", ["?older=rubbish", "?older=", "?newer=c3h8MQ==", "?older=dDIwMjZ8MQ==", "?owner=x"])
def test_a_mangled_address_shows_the_list_from_its_top(as_ada: Client, harbour: Account, query: str) -> None:
    assert as_ada.get(f"/accounts/{query}").status_code == 200


def test_the_list_asks_the_same_number_of_queries_for_ten_rows_and_for_a_thousand(as_ada: Client, ada: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get("/accounts/?show=all").status_code == 200
        return len(captured)

    def fill(first: int, count: int) -> None:
        accounts = Account.objects.bulk_create(
            Account(name=f"A {n}", opened_at=now(), owner=ada) for n in range(first, count)
        )
        Touch.objects.bulk_create(Touch(account=one, way="in", channel="phone", at=now(), by=ada) for one in accounts)
        Complaint.objects.bulk_create(
            Complaint(
                account=one, words="Late.", channel="phone", received_at=now(), acknowledge_by=now(), logged_by=ada
            )
            for one in accounts
        )

    fill(0, 10)
    few = queries()
    fill(10, 1000)
    assert queries() == few <= 15


def test_an_empty_house_says_how_to_begin(as_ada: Client) -> None:
    assert "No accounts yet" in as_ada.get("/accounts/").content.decode()
    assert "No account matches" in as_ada.get("/accounts/?q=zzz").content.decode()


def test_the_suggestions_carry_the_reference_and_the_name(as_ada: Client, ada: User) -> None:
    account = make_account("Quill & Tanner", by=ada)
    make_contact(account, by=ada, name="Ann Quill")
    make_account("Globex", by=ada)
    page = as_ada.get("/accounts/suggest/?q=qui").content.decode()
    assert f'<li role="option" data-value="{account.ref}" data-text="Quill &amp; Tanner">' in page
    assert "Ann Quill" in page and "Globex" not in page
    assert "<li" not in as_ada.get("/accounts/suggest/?q=").content.decode()


def test_the_suggestions_ask_the_same_number_of_queries_for_one_and_for_eight(as_ada: Client, ada: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_ada.get("/accounts/suggest/?q=book")
        return len(captured)

    make_contact(make_account("Book 0", by=ada), by=ada)
    one = queries()
    for number in range(1, 20):
        make_contact(make_account(f"Book {number}", by=ada), by=ada)
    assert queries() <= one <= 15
