"""A promise given to somebody else of us: it stays the same promise, and both hear of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Notice, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Handover, Promise
from tests.make import make_complaint, make_promise


@pytest.fixture
def promise(ada: User, harbour: Account) -> Promise:
    return make_promise(make_complaint(harbour, by=ada), by=ada)


def test_it_changes_hands_and_nothing_else(promise: Promise, ada: User, lin: User) -> None:
    window = promise.window
    fact = promise.hand_over(by=ada, to=lin, reason="I am at the dentist.")
    promise.refresh_from_db()
    assert (promise.owner, promise.made_by, promise.window) == (lin, ada, window)
    assert (fact.from_person, fact.to_person, fact.reason) == (ada, lin, "I am at the dentist.")
    entry = Entry.objects.get(act="handed_over")
    assert entry.says == "Lin Haddad keeps it now, not Ada Okafor." and entry.words == "I am at the dentist."
    notice = Notice.objects.get(person=lin)
    assert notice.says.startswith(f"You keep {promise.ref}, Harbour Books") and "dentist" in notice.says
    assert not Notice.objects.filter(person=ada).exists()


def test_who_had_it_hears_when_somebody_else_takes_it(promise: Promise, ada: User, lin: User) -> None:
    promise.hand_over(by=lin, to=lin, reason="Ada is on another call.")
    assert Notice.objects.get().person == ada and "Lin keeps" in Notice.objects.get().says


def test_what_makes_no_sense_is_refused(promise: Promise, ada: User, lin: User, noor: User) -> None:
    for to, reason, sentence in (
        (lin, " ", "Say why somebody else keeps it."), (ada, "x", "Ada Okafor keeps it already."),
        (noor, "x", "Noor Said cannot answer customers"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            promise.hand_over(by=ada, to=to, reason=reason)
    with pytest.raises(Forbidden, match="to hand a promise on takes an agent"):
        promise.hand_over(by=noor, to=lin, reason="x")
    promise.keep(by=ada)
    with pytest.raises(Refused, match="is settled already"):
        promise.hand_over(by=ada, to=lin, reason="x")
    assert not Handover.objects.exists()


def test_both_doors_hand_it_over_in_the_same_words(
    promise: Promise, as_ada: Client, api: Callable[..., APIClient], ada: User, lin: User
) -> None:
    address = f"/promises/{promise.ref}/handover/"
    assert as_ada.post(address, {"to": lin.pk}).status_code == 422
    assert as_ada.post(address, {"to": lin.pk, "reason": "Dentist."}).status_code == 302
    page = as_ada.get(promise.get_absolute_url()).content.decode()
    assert "Lin Haddad keeps it now, not Ada Okafor." in page and "Dentist." in page
    again = api(ada).post(f"/api/v1{address}", {"to": lin.email, "reason": "x"}, format="json")
    assert again.status_code == 409 and again.data["title"] == "Lin Haddad keeps it already."
    back = api(ada).post(f"/api/v1{address}", {"to": ada.email, "reason": "Back."}, format="json")
    assert back.status_code == 200 and back.data["owner"] == ada.email
