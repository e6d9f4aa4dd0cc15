from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, FixNote, Message, Telling, Verdict
from tests.conftest import TUESDAY
from tests.make import make_contact, make_message


@pytest.fixture
def call(note: FixNote, cause: Cause, tolland: Account, ada: User) -> Message:
    return make_message(cause, tolland, by=ada, at=datetime(2026, 3, 10, 9, 5, tzinfo=UTC))


def test_reached_is_done_and_told_with_what_they_said(call: Message, ada: User) -> None:
    call.attempt(by=ada, outcome="reached", words="About time.", answer="yes", at=TUESDAY)
    telling = Telling.objects.get()
    assert call.state == "done" and (telling.words, telling.channel) == ("About time.", "phone")
    assert Verdict.objects.get().answer == "yes"
    assert call.account.touches.get(about=call.ref).reached is True


def test_no_answer_is_tried_again_in_their_next_hours(call: Message, ada: User) -> None:
    call.attempt(by=ada, outcome="no_answer", at=TUESDAY)
    assert call.state == "task" and call.due_at == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert call.account.touches.get(about=call.ref).reached is False and not Telling.objects.exists()


def test_after_three_times_another_way_is_chosen_without_a_reason(call: Message, tolland: Account, ada: User) -> None:
    make_contact(tolland, by=ada, name="Head", email="head@tolland.example")
    for day in range(3):
        call.attempt(by=ada, outcome="no_answer", at=TUESDAY + timedelta(days=day))
    assert call.state == "failed" and "choose another way" in call.failure
    assert make_message(call.affected.cause, tolland, by=ada).channel in ("text", "email")


def test_a_wrong_person_has_moved_on_and_somebody_else_is_told(call: Message, tolland: Account, ada: User) -> None:
    call.attempt(by=ada, outcome="wrong_person", words="Edie left in May.", at=TUESDAY)
    call.contact.refresh_from_db()
    assert call.contact.moved_on_at and call.state == "failed"
    make_contact(tolland, by=ada, name="Ruth Amadi", email="ruth@tolland.example")
    assert make_message(call.affected.cause, tolland, by=ada).contact.name == "Ruth Amadi"


def test_a_no_on_the_telephone_leaves_them_untold(call: Message, ada: User) -> None:
    call.attempt(by=ada, outcome="reached", words="Still wrong.", answer="no", at=TUESDAY)
    assert call.state == "done" and not Telling.objects.exists()
    acts = list(Entry.objects.about([call.affected.cause.ref]).values_list("act", flat=True))
    assert "told" in acts and "untold" in acts


def test_a_second_outcome_is_refused(call: Message, ada: User) -> None:
    call.attempt(by=ada, outcome="reached", at=TUESDAY)
    with pytest.raises(Refused, match="is no open task: it is done by a person"):
        call.attempt(by=ada, outcome="reached", at=TUESDAY)


def test_a_viewer_may_not_record_one(call: Message, noor: User) -> None:
    with pytest.raises(Forbidden, match="to tell a customer takes an agent"):
        call.attempt(by=noor, outcome="reached")


def test_the_page_has_the_script_and_takes_the_outcome(call: Message, as_ada: Client) -> None:
    page = as_ada.get(f"/tell/{call.ref}/").content.decode()
    assert "Hello June, it is Ada from Fairlight Wholesale." in page and "Does that put it right for you?" in page
    assert as_ada.post(f"/tell/{call.ref}/attempt/", {}).status_code == 422
    answer = as_ada.post(f"/tell/{call.ref}/attempt/", {"outcome": "reached", "words": "Thanks.", "answer": ""})
    assert answer.status_code == 302 and Telling.objects.get().words == "Thanks."


def test_told_in_person_stops_what_waits_to_go(call: Message, ada: User) -> None:
    Telling.objects.tell(by=ada, affected=call.affected, channel="person", words="Good.", contact=call.contact)
    call.refresh_from_db()
    assert call.state == "cancelled" and call.failure.startswith("Told in person on ")


def test_told_twice_in_person_is_refused(call: Message, ada: User) -> None:
    Telling.objects.tell(by=ada, affected=call.affected, channel="person")
    with pytest.raises(Refused, match="has been told in person already"):
        Telling.objects.tell(by=ada, affected=call.affected, channel="phone")


def test_a_contact_of_another_account_was_not_told(call: Message, harbour: Account, ada: User) -> None:
    with pytest.raises(Refused, match="June Carver is not a contact of Tolland Primary School"):
        Telling.objects.tell(by=ada, affected=call.affected, channel="person", contact=harbour.contacts.get())


def test_the_page_takes_what_was_said_face_to_face(call: Message, as_ada: Client) -> None:
    address = f"/tell/{call.affected_id}/telling/"
    assert as_ada.post(address, {"channel": "person", "words": "Fine."}).status_code == 302
    assert as_ada.post(address, {"channel": "person", "words": "Fine."}).status_code == 409
