import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.models import Complaint
from rca.today.searching import marked
from tests.make import make_account, make_cause, make_complaint, make_session


@pytest.mark.parametrize("typed", ["{ref}", "{low}", " {ref} ", "{spaced}"])
def test_a_reference_opens_its_page_at_once(as_ada: Client, ada: User, harbour: Account, typed: str) -> None:
    ref = make_complaint(harbour, by=ada).ref
    text = typed.format(ref=ref, low=ref.lower().replace("-", ""), spaced=ref.replace("-", " "))
    answer = as_ada.get("/search/", {"q": text})
    assert answer.status_code == 302 and answer["Location"] == f"/complaints/{ref}/"


def test_every_letter_has_its_page(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    session = make_session(by=lin, complaints=[make_complaint(harbour, by=ada)])
    cause = make_cause(by=lin)
    for row in (harbour, session, cause):
        assert as_ada.get("/search/", {"q": row.ref})["Location"] == row.get_absolute_url()


def test_words_find_what_customers_said_with_the_words_marked(as_ada: Client, ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada, words="Twelve boxes stood in the rain.")
    make_complaint(harbour, by=ada, words="You charged me twice.")
    page = as_ada.get("/search/", {"q": "box"}).content.decode()
    assert "Twelve <mark>boxes</mark> stood in the rain." in page and "charged me twice" not in page


def test_nothing_a_customer_wrote_becomes_markup(as_ada: Client, ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada, words="<script>alert(1)</script> 3 < 4 & “rain” > <img src=x onerror=alert(1)>")
    page = as_ada.get("/search/", {"q": "rain"}).content.decode()
    assert "<script>alert" not in page and "<img" not in page
    assert "3 &lt; 4 &amp; “<mark>rain</mark>”" in page


def test_markup_is_escaped_before_the_found_words_are_marked() -> None:
    assert marked("<b> <t>rain</t>", "t") == "&lt;b&gt; <mark>rain</mark>"


def test_causes_come_first_then_complaints_accounts_and_sessions(as_ada: Client, ada: User, lin: User) -> None:
    account = make_account("Price & Sons", by=ada)
    complaint = make_complaint(account, by=ada, words="The price is wrong.")
    make_cause(by=lin, title="The price form is last year’s")
    make_session(by=lin, complaints=[complaint], problem="Why is the price wrong?")
    groups = as_ada.get("/search/", {"q": "price"}).context["found"].groups
    assert [group.name for group in groups if group.rows] == ["causes", "complaints", "accounts", "sessions"]


def test_quotes_and_minus_narrow(as_ada: Client, ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada, words="The Salt Road came late.")
    make_complaint(harbour, by=ada, words="The road is salt.")
    found = lambda q: len(as_ada.get("/search/", {"q": q}).context["found"].groups[1].rows)  # noqa: E731
    assert (found("salt road"), found('"salt road"'), found("road -late")) == (2, 1, 1)


@pytest.mark.parametrize("typed", ["", "   ", "C-99999999", "Z-1", "zebra crossing", "%", "'; drop", "a\x00b", "-", '"',
                                   "x" * 5000, "🐌", "C-999999999999999999999"])  # fmt: skip
def test_whatever_is_typed_gets_an_answer(as_ada: Client, ada: User, typed: str) -> None:
    answer = as_ada.get("/search/", {"q": typed})
    assert answer.status_code == 200


def test_nothing_found_says_so_and_offers_to_log_it(as_ada: Client) -> None:
    page = as_ada.get("/search/", {"q": "zebra crossing"}).content.decode()
    assert "Nobody has said that yet" in page and "Log it" in page


def test_a_thousand_hits_cost_as_many_queries_as_ten(as_ada: Client, ada: User, harbour: Account) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get("/search/", {"q": "rain"}).status_code == 200
        return len(captured)

    for _ in range(10):
        make_complaint(harbour, by=ada, words="It rained.")
    few, first = queries(), Complaint.objects.all()[0]
    Complaint.objects.bulk_create(
        Complaint(account=harbour, words=f"Rain {n}", channel="phone", received_at=first.received_at,
                  acknowledge_by=first.acknowledge_by, logged_by=ada) for n in range(990)
    )  # fmt: skip
    assert queries() == few <= 15
