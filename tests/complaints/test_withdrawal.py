"""Taking a complaint back: within an hour, by who logged it, while nothing else has happened to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Touch, User
from accounts.people.drafts import Draft
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Complaint, Promise
from tests.complaints.test_new import opened
from tests.make import make_complaint, make_promise

Door = Callable[..., APIClient]


def logged(client: Client, account: Account) -> Complaint:
    _, sealed = opened(client)
    client.post("/complaints/new/", {
        "number": sealed, "account": account.name, "account_ref": account.ref, "words": "Late again.",
        "channel": "email", "severity": "serious", "behaviours": ["ignored"], "promise_day": "tomorrow",
        "promise_from": "14", "promise_to": "15",
    })  # fmt: skip
    return Complaint.objects.get()


def test_it_goes_with_its_promise_and_touch_and_the_form_opens_with_all_that_was_typed(
    as_ada: Client, harbour: Account
) -> None:
    complaint = logged(as_ada, harbour)
    answer = as_ada.post(f"/complaints/{complaint.ref}/withdrawal/", follow=True)
    page = answer.content.decode()
    assert not (Complaint.objects.exists() or Promise.objects.exists() or Touch.objects.exists())
    assert "Late again." in page and 'value="14:00"' in page and 'value="15:00"' in page and complaint.ref in page
    assert (
        'value="serious" id="id_severity_2" checked' in page and 'value="ignored" id="id_behaviours_2" checked' in page
    )


def test_saved_again_it_has_the_number_that_was_read_out(as_ada: Client, harbour: Account) -> None:
    ref = logged(as_ada, harbour).ref
    as_ada.post(f"/complaints/{ref}/withdrawal/")
    again, sealed = opened(as_ada, f"/complaints/new/?draft={ref[2:]}")
    as_ada.post(
        "/complaints/new/", {"number": sealed, "account": harbour.name, "words": "Late again!", "channel": "phone"}
    )
    assert again == ref == Complaint.objects.get().ref and not Draft.objects.exists()


def test_the_ledger_keeps_both_acts_with_the_words(as_ada: Client, harbour: Account) -> None:
    ref = logged(as_ada, harbour).ref
    as_ada.post(f"/complaints/{ref}/withdrawal/")
    acts = {entry.act: entry for entry in Entry.objects.filter(ref=ref)}
    assert acts["logged"].words == acts["taken_back"].words == "Late again."
    assert acts["taken_back"].before["severity"] == "serious"


def test_an_hour_later_or_by_somebody_else_it_is_refused(ada: User, lin: User, noor: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    with pytest.raises(Refused, match="Ada Okafor logged"):
        complaint.take_back(by=lin)
    with pytest.raises(Forbidden):
        complaint.take_back(by=noor)
    with pytest.raises(Refused, match="more than an hour ago"):
        complaint.take_back(by=ada, at=now() + timedelta(minutes=61))
    assert Complaint.objects.exists()


@pytest.mark.parametrize("act", ["acknowledgment", "note", "promise", "consultation", "file"])
def test_once_something_else_has_happened_to_it_it_is_refused(ada: User, lin: User, harbour: Account, act: str) -> None:
    complaint = make_complaint(harbour, by=ada)
    {
        "acknowledgment": lambda: complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes"),
        "note": lambda: complaint.note(by=lin, text="They rang again."),
        "promise": lambda: make_promise(complaint, by=ada),
        "consultation": lambda: complaint.consult(by=ada, colleague=lin, question="Why?"),
        "file": lambda: complaint.attachments.attach(by=lin, name="a.txt", content=b"seen"),
    }[act]()
    with pytest.raises(Refused, match=r"[Cc]lose"):
        complaint.take_back(by=ada)
    assert Complaint.objects.exists()


def test_a_file_of_ones_own_goes_with_it_and_the_form_names_it(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.attachments.attach(by=ada, name="invoice.txt", content=b"24.50")
    page = as_ada.post(f"/complaints/{complaint.ref}/withdrawal/", follow=True).content.decode()
    assert "Attach again: invoice.txt." in page


def test_it_is_taken_back_through_the_api_too(api: Door, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    assert api(ada).post(f"/api/v1/complaints/{complaint.ref}/withdrawal/", {}, format="json").status_code == 204
    assert not Complaint.objects.exists() and Draft.objects.get().person == ada


def test_the_page_of_a_fresh_complaint_reads_its_number_out_and_offers_to_take_it_back(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    assert "Take it back" in as_ada.get(complaint.get_absolute_url()).content.decode()
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    assert "Take it back" not in as_ada.get(complaint.get_absolute_url()).content.decode()
