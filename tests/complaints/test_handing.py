"""From hand to hand: colleagues are asked while the customer keeps their person; passes are counted, and told."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Notice, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Complaint, Consultation
from tests.make import make_complaint, make_person


@pytest.fixture
def complaint(ada: User, harbour: Account) -> Complaint:
    return make_complaint(harbour, by=ada)


@pytest.fixture
def tom(db: None) -> User:
    return make_person("Tom Beck", "tom@fairlight.example", "agent", "customer support")


def passed(complaint: Complaint, *people: User, by: User) -> None:
    for person in people:
        complaint.hand_to(by=by, to=person, reason="They know the warehouse.")


def test_a_colleague_answers_and_the_customer_keeps_their_one_person(
    complaint: Complaint, ada: User, lin: User
) -> None:
    asked = complaint.consult(by=ada, colleague=lin, question="Which price was billed?")
    question = f"Ada asks you about {complaint.ref}, Harbour Books: Which price was billed?"
    assert Notice.objects.get(person=lin).says == question
    asked.reply(by=lin, answer="Last year’s.")
    asked.refresh_from_db()
    complaint.refresh_from_db()
    assert (asked.answer, asked.answered_by, complaint.liaison) == ("Last year’s.", lin, ada)
    assert Notice.objects.get(person=ada).says == f"Lin answered on {complaint.ref}: Last year’s."
    assert Notice.objects.get(person=lin).seen_at
    entry = Entry.objects.get(act="answered")
    assert (entry.says, entry.words, entry.ref) == ("Lin Haddad answered.", "Last year’s.", complaint.ref)


def test_an_answer_may_be_written_down_for_somebody_else(complaint: Complaint, ada: User, lin: User) -> None:
    asked = complaint.consult(by=ada, colleague=lin, question="Which price was billed?")
    asked.reply(by=ada, answer="She said: last year’s.")
    assert Entry.objects.get(act="answered").says == "Ada Okafor answered for Lin Haddad."
    assert not Notice.objects.filter(person=ada).exists()


def test_what_is_no_answer_is_refused(complaint: Complaint, ada: User, lin: User, noor: User) -> None:
    with pytest.raises(Refused, match="Noor Said cannot answer here"):
        complaint.consult(by=ada, colleague=noor, question="?")
    asked = complaint.consult(by=ada, colleague=lin, question="Which price was billed?")
    with pytest.raises(Refused, match="Write the answer down"):
        asked.reply(by=lin, answer=" ")
    with pytest.raises(Forbidden, match="to ask a colleague takes an agent"):
        asked.reply(by=noor, answer="x")
    asked.reply(by=lin, answer="Last year’s.")
    with pytest.raises(Refused, match="answered already"):
        asked.reply(by=lin, answer="This year’s.")
    assert Consultation.objects.get().answer == "Last year’s."


def test_both_doors_take_the_answer(
    complaint: Complaint, as_lin: Client, api: Callable[..., APIClient], ada: User, lin: User
) -> None:
    first, second = (complaint.consult(by=ada, colleague=lin, question=f"Question {one}") for one in (1, 2))
    address = f"/complaints/consultations/{first.pk}/answer/"
    empty = as_lin.post(address, {"answer": ""})
    assert empty.status_code == 422 and "a customer waits for it" in empty.content.decode()
    assert as_lin.post(address, {"answer": "Last year’s."}).status_code == 302
    page = as_lin.get(complaint.get_absolute_url()).content.decode()
    assert "Last year’s." in page and f"consultations/{second.pk}/answer/" in page and address not in page
    client, door = api(lin), f"/api/v1/consultations/{second.pk}/answer/"
    assert client.post(door, {"answer": "The form."}, format="json").data["answered_by"] == lin.email
    assert client.post(door, {"answer": "Again."}, format="json").status_code == 409
    assert {one["answer"] for one in client.get("/api/v1/consultations/").data["results"]} == {
        "Last year’s.", "The form.",
    }  # fmt: skip


def test_it_stands_on_the_day_of_the_one_who_is_asked(
    complaint: Complaint, ada: User, lin: User, as_lin: Client
) -> None:
    asked = complaint.consult(by=ada, colleague=lin, question="Which price was billed?")
    assert f"#asked{asked.pk}" in as_lin.get("/").content.decode()
    asked.reply(by=lin, answer="Last year’s.")
    assert f"#asked{asked.pk}" not in as_lin.get("/").content.decode()


def test_the_second_pass_warns_before_it_is_done_and_the_third_names_who_will_hear(
    complaint: Complaint, as_ada: Client, ada: User, lin: User, tom: User
) -> None:
    def warned() -> str:
        return unescape(as_ada.get(complaint.get_absolute_url() + "?form=handoff").content.decode())

    assert "passed on" not in warned()
    passed(complaint, tom, by=ada)
    assert "They have been passed on once already. This second pass makes them tell it all again" in warned()
    passed(complaint, ada, by=tom)
    assert "passed on twice already. If you pass them on again, Lin will be told." in warned()
    assert "2 passes so far" in warned()


def test_whoever_gets_a_customer_hears_why_and_that_it_is_the_second_pass(
    complaint: Complaint, ada: User, lin: User, tom: User
) -> None:
    passed(complaint, tom, lin, by=ada)
    first, second = Notice.objects.get(person=tom), Notice.objects.get(person=lin)
    assert first.says == f"Ada gave you {complaint.ref}, Harbour Books: They know the warehouse."
    assert "This is the second pass: keep them." in second.says and second.url == complaint.get_absolute_url()


def test_the_third_pass_alerts_those_who_lead_there_and_stands_on_their_day(
    complaint: Complaint, ada: User, lin: User, vic: User, tom: User, as_vic: Client
) -> None:
    elsewhere = make_person("Priya Nand", "priya@fairlight.example", "lead", "accounts")
    passed(complaint, tom, ada, by=tom)
    assert not Notice.objects.filter(key__startswith="passes-").exists()
    passed(complaint, tom, by=ada)
    told = Notice.objects.filter(key__startswith="passes-")
    assert {one.person for one in told} == {lin, vic} and elsewhere not in {one.person for one in told}
    assert f"{complaint.ref}, Harbour Books has been passed on 3 times, now to Tom Beck" in told[0].says
    assert "has been passed on 3 times" in as_vic.get("/").content.decode()


def test_where_nobody_leads_the_leads_of_the_house_hear_of_it(complaint: Complaint, ada: User, tom: User) -> None:
    priya = make_person("Priya Nand", "priya@fairlight.example", "lead", "accounts")
    passed(complaint, tom, ada, tom, by=ada)
    assert Notice.objects.get(key__startswith="passes-").person == priya


def test_the_list_says_how_often_and_why_with_as_many_queries_for_many(
    complaint: Complaint,
    as_ada: Client,
    api: Callable[..., APIClient],
    ada: User,
    lin: User,
    tom: User,
    harbour: Account,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get("/complaints/").status_code == 200
        return len(captured)

    passed(complaint, tom, ada, by=tom)
    few = queries()
    for _ in range(10):
        passed(make_complaint(harbour, by=ada), tom, ada, by=tom)
    assert queries() == few
    assert "2 passes: They know the warehouse." in as_ada.get("/complaints/").content.decode()
    told = api(ada).get(f"/api/v1/complaints/{complaint.ref}/").data["handoffs"]
    assert [(one["to_person"], one["reason"]) for one in told] == [
        (tom.email, "They know the warehouse."), (ada.email, "They know the warehouse."),
    ]  # fmt: skip
