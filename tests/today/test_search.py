from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.models import Complaint
from rca.today.searching import marked
from tests.make import make_account, make_cause, make_complaint, make_fix, make_session


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


def rows(client: Client, **asked: str) -> dict[str, list[str]]:
    found = client.get("/search/", asked).context["found"]
    return {group.name: [hit.ref or hit.title for hit in group.rows] for group in found.groups if group.rows}


@pytest.mark.parametrize(("typed", "found"), [
    ("account:harbour", [0]), ('account:"harbour books"', [0]), ("with:ada", [0, 1]), ("with:nobody", []),
    ("is:open rain", [0]), ("status:closed", []), ("hurts:stops", [1]), ("by:text", [1]), ("cause:none", [0, 1]),
    ("since:yesterday", [0, 1]), ("before:yesterday", []), ("about:atlas", []), ("with:me price", [1]),
])  # fmt: skip
def test_operators_narrow_the_complaints(
    as_ada: Client, ada: User, harbour: Account, typed: str, found: list[int]
) -> None:
    pair = [make_complaint(harbour, by=ada, words="It rained."),
            make_complaint(make_account("Globex", by=ada), by=ada, words="The price.", channel="text",
                           severity="critical")]  # fmt: skip
    assert sorted(rows(as_ada, q=typed).get("complaints", [])) == [pair[n].ref for n in found]


def test_an_operator_that_cannot_be_read_says_what_it_takes(as_ada: Client, ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada, words="It rained.")
    answer = as_ada.get("/search/", {"q": "rained hurts:blue with:zorro since:never"})
    page = answer.content.decode()
    assert "After hurts: write one of" in page and "There is nobody here called “zorro”" in page and "is no day" in page
    assert "rained" in page and answer.context["found"].groups


def test_a_word_with_a_colon_that_is_no_operator_stays_a_word(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, words="Error code:42 on the screen.")
    assert rows(as_ada, q="code:42")["complaints"] == [complaint.ref]


def test_a_name_spelled_nearly_so_is_found_said_and_undone(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, words="It rained.")
    with CaptureQueriesContext(connection) as captured:
        answer = as_ada.get("/search/", {"q": "Harbor Boks"})
    page = answer.content.decode()
    assert len(captured) <= 15
    assert answer.context["found"].mended == "Harbour Books" and "Nothing is called “Harbor Boks”" in page
    assert rows(as_ada, q="Harbor Boks") == {"accounts": [harbour.ref], "complaints": [complaint.ref]}
    assert "exact=1" in page and not rows(as_ada, q="Harbor Boks", exact="1")


@pytest.mark.parametrize("typed", ["01632 960123", "+44 1632 960123", "june@harbour", "June Carver", "Jun Carvr"])
def test_a_contact_leads_to_its_account(as_ada: Client, ada: User, typed: str) -> None:
    account = make_account("Globex", by=ada, email="june@harbour.example", phone="01632 960123")
    found = rows(as_ada, q=typed)
    assert account.ref in found.get("accounts", []) + found.get("contacts", [])


def test_colleagues_lead_to_their_complaints(as_ada: Client, lin: User) -> None:
    assert rows(as_ada, q="haddad") == {"people": [lin.name]}


def test_fixes_notes_and_whys_are_searched_too(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.note(by=ada, text="The walrus rang.")
    cause = make_cause(complaint, by=lin)
    fix = make_fix(cause, by=lin, title="Move the walrus")
    found = rows(as_ada, q="walruses")
    assert found == {"fixes": [fix.ref], "notes": [complaint.ref]}
    assert (
        rows(as_ada, q="diary")["sessions"]
        and "<mark>walrus</mark>" in as_ada.get("/search/?q=walrus").content.decode()
    )


def test_hash_and_number_is_a_complaint(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    assert as_ada.get("/search/", {"q": f"#{complaint.pk}"})["Location"] == f"/complaints/{complaint.ref}/"


@pytest.mark.parametrize("typed", [":*&|!", "a:*b", "'''", '""', "!!", "&", "|", "<->", "price:A", 'account:"', "(",
                                   "with:", "is:open" * 30, "x" * 200, "\x00", "since:" + "9" * 100, "<b>:*", "\\",
                                   "-- ;"])  # fmt: skip
def test_hostile_input_is_never_an_error_by_either_door(as_ada: Client, api: Callable, ada: User, typed: str) -> None:
    assert as_ada.get("/search/", {"q": typed}).status_code == 200
    assert api(ada).get("/api/v1/search/", {"q": typed}).status_code == 200


def test_the_api_finds_what_the_page_finds_as_plain_text(api: Callable, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, words="3 < 4 & it rained.")
    data = api(ada).get("/api/v1/search/", {"q": "rained"}).data
    group = next(one for one in data["groups"] if one["name"] == "complaints")
    assert group["rows"][0]["ref"] == complaint.ref and group["rows"][0]["passage"] == "3 < 4 & it rained."
    assert api(ada).get("/api/v1/search/", {"q": complaint.ref}).data["row"] == complaint.ref
    assert api(ada).get("/api/v1/search/", {"q": "Harbor Boks"}).data["mended"] == harbour.name
