"""Taking a complaint down: the caller, the account on the spot, the promise, files, warnings, and no second send."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, Purchase, User
from rca.lib.clock import now
from rca.models import Attachment, Complaint, Promise
from tests.make import make_account, make_complaint, make_contact, make_promise

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
TYPED = {"account": "Quill & Tanner", "account_ref": "A-0", "words": "No key fits.", "channel": "phone"}


def opened(client: Client, address: str = "/complaints/new/") -> tuple[str, str]:
    """The reference that the open page reads out, and the number as its form carries it."""
    page = client.get(address).content.decode()
    ref, sealed = re.search(r'read-out">(C-\d+)<', page), re.search(r'name="number" value="([^"]+)"', page)
    assert ref and sealed
    return ref[1], sealed[1]


def test_a_new_account_and_its_caller_are_taken_down_in_one_send(as_ada: Client) -> None:
    typed = {**TYPED, "caller": "Jo Bell", "caller_at": "07700 900123", "promise_from": "14", "promise_to": "3pm",
             "promise_day": "tomorrow"}  # fmt: skip
    assert as_ada.post("/complaints/new/", typed).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.account.name == "Quill & Tanner" and complaint.contact
    assert (complaint.contact.name, complaint.contact.phone) == ("Jo Bell", "+447700900123")
    assert Promise.objects.get().contact == complaint.contact


def test_a_caller_with_an_e_mail_joins_the_account_and_one_we_know_is_not_doubled(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    june = make_contact(harbour, by=ada)
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone"}
    as_ada.post("/complaints/new/", {**typed, "caller": "june carver"})
    as_ada.post("/complaints/new/", {**typed, "caller": "Al Wu", "caller_at": "al@harbour.example"})
    first, second = Complaint.objects.order_by("pk")
    assert first.contact == june and second.contact and second.contact.email == "al@harbour.example"
    assert harbour.contacts.count() == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"caller": "Jo", "caller_at": "12"}, "Write a number as 01632 960123"),
        ({"caller": "Jo", "caller_at": "jo@"}, "That is no e-mail address"),
        ({"caller_at": "jo@shop.example"}, "Write their name"),
        ({"promise_from": "25", "promise_to": "26"}, "is no time of the day"),
        ({"promise_from": "14"}, "Say a time"),
        ({"words": ""}, "Write down what they said"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_opened(
    as_ada: Client, typed: dict[str, str], says: str
) -> None:
    answer = as_ada.post("/complaints/new/", {**TYPED, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and "Quill &amp; Tanner" in page and 'value="A-0"' in page
    assert not Account.objects.exists() and not Complaint.objects.exists()


def test_what_a_verb_refuses_leaves_no_account_behind(as_ada: Client) -> None:
    files = [SimpleUploadedFile(f"{name}.png", PNG) for name in "ab"]
    answer = as_ada.post("/complaints/new/", {**TYPED, "added": files})
    assert answer.status_code == 409 and "is here already, byte for byte" in answer.content.decode()
    assert not Account.objects.exists() and not Complaint.objects.exists()


def test_another_accounts_contact_is_not_taken_for_the_caller(as_ada: Client, ada: User, harbour: Account) -> None:
    stranger = make_contact(make_account("Globex", by=ada), by=ada, name="Al Wu")
    as_ada.post(
        "/complaints/new/",
        {"account": harbour.name, "words": "Late.", "channel": "phone", "contact": stranger.pk},
    )
    assert Complaint.objects.get().contact is None


def test_files_go_with_it_and_one_that_lies_is_a_field_error(as_ada: Client, harbour: Account) -> None:
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone"}
    lies = as_ada.post("/complaints/new/", {**typed, "added": SimpleUploadedFile("a.pdf", PNG)})
    assert lies.status_code == 422 and "by its bytes it is a PNG picture" in lies.content.decode()
    as_ada.post("/complaints/new/", {**typed, "added": SimpleUploadedFile("a.png", PNG)})
    assert Attachment.objects.get().complaint == Complaint.objects.get()


def test_the_number_that_was_read_out_is_the_number_it_gets_and_a_second_send_logs_nothing(
    as_ada: Client, harbour: Account
) -> None:
    ref, sealed = opened(as_ada)
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone", "number": sealed}
    assert as_ada.post("/complaints/new/", typed)["Location"] == f"/complaints/{ref}/"
    again = as_ada.post("/complaints/new/", typed, follow=True)
    assert "nothing was logged twice" in again.content.decode() and Complaint.objects.count() == 1
    assert opened(as_ada)[0] != ref


@pytest.mark.parametrize("number", ["999999", "WzcsMV0:forged:signature", "\x00"])
def test_a_number_that_was_not_reserved_for_this_person_is_not_used(
    as_ada: Client, signed_in: Callable[[User], Client], lin: User, harbour: Account, number: str
) -> None:
    theirs, sealed = opened(signed_in(lin))
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone"}
    for wrong in (number, sealed):
        as_ada.post("/complaints/new/", {**typed, "number": wrong})
    assert Complaint.objects.count() in (1, 2) and not Complaint.objects.filter(pk=int(theirs[2:])).exists()


def test_save_and_own_up_opens_the_acknowledgment(as_ada: Client, harbour: Account) -> None:
    typed = {"account": harbour.name, "words": "Late.", "channel": "phone", "next": "own"}
    answer = as_ada.post("/complaints/new/", typed)
    ref = Complaint.objects.get().ref
    assert answer["Location"] == f"/complaints/{ref}/#acknowledgment_words"
    assert 'id="acknowledgment_words"' in as_ada.get(answer["Location"]).content.decode()


def test_beside_the_form_stands_what_was_lately_and_how_they_want_to_be_reached(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    june = make_contact(harbour, by=ada, phone="01632 960123")
    june.preference.ask(by=ada, channel="phone", days=[2, 3, 4])
    promise = make_promise(make_complaint(harbour, by=ada, words="Twice charged."), by=ada)
    promise.break_off(by=ada, words="We forgot.")
    harbour.touches.keep(by=ada, way="in", channel="phone", reached=False, words="left word")
    Purchase.objects.create(account=harbour, on=now().date(), product="The Salt Road", quantity=30, reference="58113")
    page = as_ada.get("/complaints/new/beside/", {"account": harbour.name, "account_ref": harbour.ref}).content.decode()
    for said in ("Twice charged.", "Nobody called back.", "Say sorry for that too", "bought 30 of The Salt Road",
                 "June Carver", "Likes phone, Tue to Thu", promise.ref, "broken"):  # fmt: skip
        assert said in page, said
    whole = as_ada.get("/complaints/new/", {"account": harbour.ref}).content.decode()
    assert "bought 30 of The Salt Road" in whole and "Likes phone" in whole


def test_without_scripts_one_round_trip_looks_them_up_and_keeps_what_was_typed(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    make_complaint(harbour, by=ada, words="Twice charged.")
    typed = {"account": "harb", "words": "Charged again.", "channel": "phone", "next": "look"}
    page = as_ada.post("/complaints/new/", typed).content.decode()
    assert "Twice charged." in page and "Charged again." in page and Complaint.objects.count() == 1


def test_what_stands_beside_asks_as_many_queries_for_one_row_as_for_a_hundred(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            as_ada.get("/complaints/new/beside/", {"account": harbour.name, "account_ref": harbour.ref})
        return len(asked)

    make_promise(make_complaint(harbour, by=ada, words="Late."), by=ada)
    harbour.touches.keep(by=ada, way="in", channel="phone", reached=False)
    few = queries()
    for number in range(30):
        make_promise(make_complaint(harbour, by=ada, words=f"Late {number}."), by=ada)
        harbour.touches.keep(by=ada, way="in", channel="phone", reached=False)
        make_contact(harbour, by=ada, name=f"Nr {number}")
    assert queries() <= few + 1 and few <= 15


def test_the_same_thing_said_again_within_days_is_pointed_out_and_saved_all_the_same(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    first = make_complaint(harbour, by=ada, words="You charged £24.50 for The Salt Road, your website says £19.90.")
    make_complaint(harbour, by=ada, words="The van blocked our yard.")
    _, sealed = opened(as_ada)
    typed = {"account": harbour.name, "account_ref": harbour.ref, "number": sealed, "channel": "phone",
             "words": "They were charging 24.50 for the Salt Road and the website has 19.90"}  # fmt: skip
    hint = as_ada.post("/complaints/new/draft/", typed).content.decode()
    assert "Perhaps this is here already" in hint and first.ref in hint and "yard" not in hint
    page = as_ada.post("/complaints/new/", typed, follow=True).content.decode()
    assert Complaint.objects.count() == 3 and "Perhaps the same as" in page


def test_a_window_that_clashes_or_lies_outside_their_hours_is_hinted_at(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    june = make_contact(harbour, by=ada)
    day = now() + timedelta(days=2)
    june.preference.ask(by=ada, channel="phone", days=[day.isoweekday() % 7 + 1])
    other = make_complaint(make_account("Globex", by=ada), by=ada)
    Promise.objects.make(by=ada, complaint=other, kind="call_back", what="", window_from=day.replace(hour=0, minute=0),
                         window_until=day.replace(hour=23, minute=0))  # fmt: skip
    _, sealed = opened(as_ada)
    typed: dict[str, Any] = {"account": harbour.name, "account_ref": harbour.ref, "number": sealed, "words": "Late.",
                             "promise_day": f"{day:%Y-%m-%d}", "promise_from": "10", "promise_to": "11"}  # fmt: skip
    hint = as_ada.post("/complaints/new/draft/", typed).content.decode()
    assert (
        "Outside June Carver’s usual hours" in hint
        and "You have promised something in that time already: Globex" in hint
    )


def test_logging_asks_for_account_and_words_alone(as_ada: Client, harbour: Account) -> None:
    as_ada.post("/complaints/new/", {"account": harbour.name, "words": "Late.", "channel": "phone"})
    complaint = Complaint.objects.get()
    assert (complaint.severity, complaint.behaviours, complaint.product) == ("", [], "")
    entry = Entry.objects.about([complaint.ref]).first()
    assert entry and entry.act == "logged"


def test_the_form_opens_in_few_queries_with_an_account_and_without(as_ada: Client, ada: User, harbour: Account) -> None:
    make_promise(make_complaint(harbour, by=ada, words="Late."), by=ada)
    make_contact(harbour, by=ada)
    for address in ("/complaints/new/", f"/complaints/new/?account={harbour.ref}"):
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(address)
        assert len(asked) <= 15, address
