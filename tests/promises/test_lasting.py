"""Nothing but its own end ends a promise: no reply of the customer, no change of hands, no merge, no closing."""

from datetime import timedelta

import pytest

from accounts.models import Account, User
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.models import Promise
from tests.make import make_complaint, make_contact, make_promise

OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


def test_a_reply_of_the_customer_leaves_it_open(ada: User, harbour: Account) -> None:
    contact = make_contact(harbour, by=ada, email="june@harbour.example")
    complaint = make_complaint(harbour, by=ada)
    promise = make_promise(complaint, by=ada)
    for channel in ("email", "phone"):
        harbour.touches.note(by=ada, way="in", channel=channel, contact=contact, reached=True, words="Any news?",
                             about=complaint)  # fmt: skip
    complaint.note(by=ada, text="She rang again.")
    make_complaint(harbour, by=ada, words="And another thing.")
    promise.refresh_from_db()
    assert promise.state == "open" and promise.owner == ada


def test_a_change_of_liaison_leaves_it_with_whoever_promised(ada: User, lin: User, vic: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    promise = make_promise(complaint, by=ada)
    for person in (lin, vic):
        complaint.hand_to(by=ada, to=person, reason="They know the warehouse.")
    harbour.assign(by=lin, owner=vic)
    promise.refresh_from_db()
    assert (promise.state, promise.owner) == ("open", ada)


def test_a_merge_and_its_undoing_leave_it(ada: User, lin: User, harbour: Account) -> None:
    complaint, other = (make_complaint(harbour, by=ada) for _ in range(2))
    promise = make_promise(complaint, by=ada)
    complaint.merge_into(by=lin, into=other)
    assert Promise.objects.open().get() == promise
    complaint.unmerge(by=lin)
    assert Promise.objects.open().get() == promise


def test_a_complaint_does_not_close_over_it(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.acknowledge(by=ada, **OWN)
    promise = make_promise(complaint, by=ada)
    with pytest.raises(Refused, match="1 promise to this customer still open"):
        complaint.close(by=ada, outcome="Credited.")
    promise.keep(by=ada)
    complaint.close(by=ada, outcome="Credited.")
    assert Promise.objects.get().state == "kept"


def test_whoever_leaves_leaves_it_behind_and_it_can_be_given_on(
    ada: User, lin: User, max_: User, harbour: Account
) -> None:
    promise = make_promise(make_complaint(harbour, by=ada), by=ada)
    ada.deactivate(by=max_)
    assert Promise.objects.open().count() == 1
    promise.hand_over(by=lin, to=lin, reason="Ada has left.", at=now() + timedelta(minutes=1))
    assert Promise.objects.get().owner == lin
