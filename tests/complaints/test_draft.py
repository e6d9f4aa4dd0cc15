"""What is typed is kept on the server, offered again, and no tab eats another one's."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Account, User
from accounts.people.drafts import Draft
from rca.models import Complaint
from tests.complaints.test_new import opened

WORDS = "We ordered thirty for year six."


def keep(client: Client, sealed: str, **typed: str) -> str:
    body = {"number": sealed, "words": WORDS, "channel": "phone", **typed}
    return client.post("/complaints/new/draft/", body).content.decode()


def test_what_was_typed_is_offered_again_and_taken_up_under_the_same_number(as_ada: Client, harbour: Account) -> None:
    ref, sealed = opened(as_ada)
    said = keep(as_ada, sealed, account=harbour.name, account_ref=harbour.ref, behaviours="ignored", remedy="a credit")
    assert said.startswith("kept ")
    page = as_ada.get("/complaints/new/").content.decode()
    assert "You began this" in page and WORDS in page
    again = as_ada.get(f"/complaints/new/?draft={ref[2:]}").content.decode()
    assert WORDS in again and 'value="a credit"' in again and f'value="{harbour.ref}"' in again and ref in again
    assert 'value="ignored" id="id_behaviours_2" checked' in again and "Harbour Books lately" in again


def test_two_tabs_keep_two_drafts_and_saving_one_drops_only_its_own(as_ada: Client, harbour: Account) -> None:
    (_, first), (second_ref, second) = opened(as_ada), opened(as_ada)
    keep(as_ada, first, account=harbour.name)
    keep(as_ada, second, account=harbour.name, words="Another thing.")
    as_ada.post("/complaints/new/", {"number": first, "account": harbour.name, "words": WORDS, "channel": "phone"})
    assert [draft.form for draft in Draft.objects.all()] == [f"log:{second_ref[2:]}"]


def test_a_late_draft_of_what_is_saved_already_is_not_kept(as_ada: Client, harbour: Account) -> None:
    _, sealed = opened(as_ada)
    as_ada.post("/complaints/new/", {"number": sealed, "account": harbour.name, "words": WORDS, "channel": "phone"})
    keep(as_ada, sealed)
    assert Complaint.objects.count() == 1 and not Draft.objects.exists()


def test_a_draft_is_dropped_when_it_is_not_wanted_and_an_empty_form_is_none(as_ada: Client, db: None) -> None:
    ref, sealed = opened(as_ada)
    as_ada.post("/complaints/new/draft/", {"number": sealed, "channel": "phone", "promise_day": "today"})
    assert not Draft.objects.exists()
    keep(as_ada, sealed)
    as_ada.post(f"/complaints/new/drafts/{ref[2:]}/dropping/")
    assert not Draft.objects.exists()


def test_one_person_neither_sees_nor_drops_nor_writes_over_anothers_draft(
    as_ada: Client, signed_in: Callable[[User], Client], lin: User
) -> None:
    ref, sealed = opened(as_ada)
    keep(as_ada, sealed)
    as_lin = signed_in(lin)
    assert WORDS not in as_lin.get("/complaints/new/").content.decode()
    assert WORDS not in as_lin.get(f"/complaints/new/?draft={ref[2:]}").content.decode()
    as_lin.post(f"/complaints/new/drafts/{ref[2:]}/dropping/")
    keep(as_lin, sealed, words="Lin’s.")
    assert Draft.objects.get().body["words"] == [WORDS]


def test_hostile_and_endless_text_is_no_fault(as_ada: Client, db: None) -> None:
    _, sealed = opened(as_ada)
    assert keep(as_ada, sealed, words="NUL \x00 in it").startswith("kept ")
    assert "too long to be kept" in keep(as_ada, sealed, words="x" * 3_000_000)
    for address in ("?draft=9" + "9" * 30, "?draft=-1", "?draft=abc"):
        assert as_ada.get(f"/complaints/new/{address}").status_code == 200
