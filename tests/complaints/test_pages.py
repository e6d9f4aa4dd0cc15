from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.models import Complaint, Promise
from tests.make import make_account, make_complaint


def test_ada_logs_a_complaint_with_a_promise_in_one_go(as_ada: Client, harbour: Account) -> None:
    answer = as_ada.post(
        "/complaints/new/",
        {"account": "harbour", "words": "You charged me twice.", "channel": "phone", "promise_day": "tomorrow",
         "promise_from": "14", "promise_to": "3pm"},
    )  # fmt: skip
    complaint = Complaint.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/complaints/{complaint.ref}/"
    assert complaint.account == harbour and complaint.liaison and complaint.liaison.name == "Ada Okafor"
    assert Promise.objects.get().window.endswith("14:00 to 15:00")


def test_an_empty_form_says_what_is_missing_and_keeps_the_rest(as_ada: Client) -> None:
    answer = as_ada.post("/complaints/new/", {"account": "", "words": "", "channel": "phone", "remedy": "a credit"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Whose complaint is it?" in page and "Write down what they said" in page and 'value="a credit"' in page


def test_an_unknown_account_is_offered_as_a_new_one_and_nothing_typed_is_lost(as_ada: Client) -> None:
    typed = {"account": "Quill & Tanner", "words": "No key fits.", "channel": "phone"}
    answer = as_ada.post("/complaints/new/", typed)
    assert answer.status_code == 422 and "No key fits." in answer.content.decode()
    as_ada.post("/complaints/new/", {**typed, "new_account": "on"})
    assert Complaint.objects.get().account.name == "Quill & Tanner"


def test_a_promise_whose_window_ends_before_it_starts_is_a_field_error(as_ada: Client, harbour: Account) -> None:
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone", "promise_day": "tomorrow",
             "promise_from": "15", "promise_to": "14"}  # fmt: skip
    answer = as_ada.post("/complaints/new/", typed)
    assert answer.status_code == 422 and "turn the two times round" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_ten_megabytes_of_words_are_refused_with_their_length_and_kept(as_ada: Client, harbour: Account) -> None:
    words = "x" * 10_000_000
    answer = as_ada.post("/complaints/new/", {"account": harbour.name, "words": words, "channel": "phone"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "10000000 characters long" in page and words in page


@pytest.mark.parametrize("words", ["NUL \x00 in it", "lone \ud800 surrogate"])
def test_text_that_the_database_refuses_is_a_field_error_not_a_fault(
    as_ada: Client, harbour: Account, words: str
) -> None:
    data = {"account": harbour.name, "words": words.encode("utf-8", "surrogatepass").decode("latin-1")
            if "\ud800" in words else words, "channel": "phone"}  # fmt: skip
    assert as_ada.post("/complaints/new/", data).status_code in (302, 422)


def test_a_closed_complaint_refuses_further_acts_in_a_sentence(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    complaint.close(by=ada, outcome="Credited.")
    answer = as_ada.post(f"/complaints/{complaint.ref}/consultation/", {"colleague": ada.pk, "question": "Why?"})
    assert answer.status_code == 409 and f"{complaint.ref} is closed: reopen it first." in answer.content.decode()


def test_a_stale_edit_shows_both_texts_and_writes_neither_over(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, words="First.")
    complaint.amend(by=ada, version=1, words="By Tom.")
    answer = as_ada.post(f"/complaints/{complaint.ref}/edit/", {"version": 1, "words": "By Ada."})
    page = answer.content.decode()
    assert answer.status_code == 409 and "By Ada." in page and "By Tom." in page
    complaint.refresh_from_db()
    assert complaint.words == "By Tom."


def test_a_viewer_reads_and_is_told_who_may_log(signed_in: Callable[[User], Client], noor: User) -> None:
    client = signed_in(noor)
    assert client.get("/complaints/").status_code == 200
    answer = client.post("/complaints/new/", {})
    assert answer.status_code == 403 and "takes an agent" in answer.content.decode()


def test_the_list_asks_the_same_number_of_queries_for_ten_rows_and_for_a_thousand(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert as_ada.get("/complaints/").status_code == 200
        return len(captured)

    for number in range(10):
        make_complaint(harbour, by=ada, words=f"Number {number}")
    few = queries()
    first = Complaint.objects.all()[0]
    copies = [
        Complaint(account=harbour, words=f"Copy {n}", channel="phone", received_at=first.received_at,
                  acknowledge_by=first.acknowledge_by, logged_by=ada, liaison=ada)
        for n in range(990)
    ]  # fmt: skip
    Complaint.objects.bulk_create(copies)
    assert queries() == few <= 15


def test_the_pager_walks_every_complaint_once(as_ada: Client, ada: User, harbour: Account) -> None:
    for number in range(120):
        make_complaint(harbour, by=ada, words=f"Number {number}")
    seen: list[str] = []
    address = "/complaints/?show=all"
    while address:
        page = as_ada.get(address).context["page"]
        seen += [row.ref for row in page.rows]
        address = "/complaints/" + page.older if page.older else ""
    assert len(seen) == len(set(seen)) == 120


def test_an_account_of_two_that_begin_alike_must_be_chosen(as_ada: Client, ada: User, harbour: Account) -> None:
    make_account("Harbour Inn", by=ada)
    answer = as_ada.post("/complaints/new/", {"account": "Harb", "words": "Late.", "channel": "phone"})
    assert answer.status_code == 422 and "choose one of the suggestions" in answer.content.decode()
