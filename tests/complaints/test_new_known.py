"""A complaint logged with a known cause ticked beside it: linked in the same act, or not logged at all."""

from django.test import Client

from accounts.models import Account, Entry, User
from rca.models import CauseLink, Complaint, NoneOfThese
from tests.make import make_account, make_cause, make_complaint

TYPED = {"account": "Harbour Books", "words": "You charged me the old price again.", "channel": "phone"}


def test_a_ticked_cause_is_linked_and_its_roster_has_the_account(
    as_ada: Client, ada: User, lin: User, harbour: Account
) -> None:
    cause = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin)
    answer = as_ada.post("/complaints/new/", {**TYPED, "cause": [cause.ref], "offered": cause.ref})
    complaint = Complaint.objects.get(account=harbour)
    assert answer.status_code == 302 and CauseLink.objects.filter(cause=cause, complaint=complaint).exists()
    assert cause.affected.filter(account=harbour).exists()
    assert Entry.objects.about([complaint.ref]).filter(act="linked").exists()


def test_none_of_these_is_kept_as_what_it_is(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    cause = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin)
    as_ada.post("/complaints/new/", {**TYPED, "cause": ["none"], "offered": cause.ref})
    complaint = Complaint.objects.get(account=harbour)
    assert not complaint.cause_links.exists() and NoneOfThese.objects.get().complaint == complaint


def test_a_cause_that_is_not_there_refuses_all_of_it_and_keeps_what_was_typed(as_ada: Client, harbour: Account) -> None:
    answer = as_ada.post("/complaints/new/", {**TYPED, "cause": ["R-999999"], "offered": ""})
    assert answer.status_code == 409 and "You charged me the old price again." in answer.content.decode()
    assert not Complaint.objects.exists()


def test_the_tick_survives_a_form_that_comes_back(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    cause = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin)
    answer = as_ada.post("/complaints/new/", {**TYPED, "words": "", "cause": [cause.ref], "offered": cause.ref})
    assert answer.status_code == 422 and f'name="cause" value="{cause.ref}"' in answer.content.decode()
    assert not Complaint.objects.filter(account=harbour).exists()


def test_an_undo_takes_the_ticked_cause_back_and_offers_it_again(
    as_ada: Client, ada: User, lin: User, harbour: Account
) -> None:
    cause = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin)
    as_ada.post("/complaints/new/", {**TYPED, "cause": [cause.ref], "offered": cause.ref})
    complaint = Complaint.objects.get(account=harbour)
    page = as_ada.post(f"/complaints/{complaint.ref}/withdrawal/", follow=True).content.decode()
    assert not Complaint.objects.filter(account=harbour).exists() and not cause.affected.filter(account=harbour)
    assert f'name="cause" value="{cause.ref}"' in page and TYPED["words"] in page


def test_a_cause_that_somebody_else_linked_keeps_the_complaint(
    as_ada: Client, ada: User, lin: User, harbour: Account
) -> None:
    cause = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin)
    as_ada.post("/complaints/new/", TYPED)
    complaint = Complaint.objects.get(account=harbour)
    cause.link(by=lin, complaint=complaint)
    answer = as_ada.post(f"/complaints/{complaint.ref}/withdrawal/")
    assert answer.status_code == 409 and Complaint.objects.filter(pk=complaint.pk).exists()
