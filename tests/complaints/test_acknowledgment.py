import pytest

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from tests.make import make_complaint


def test_owning_up_keeps_who_when_how_and_the_words(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    fact = complaint.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    assert (fact.by, fact.words, fact.our_mistake) == (ada, "You are right.", "yes")
    complaint.refresh_from_db()
    assert complaint.acknowledged_at == fact.at


def test_a_second_acknowledgment_is_refused(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    with pytest.raises(Refused, match="has been owned up to already"):
        complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")


def test_a_viewer_may_not_own_up(ada: User, noor: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    with pytest.raises(Forbidden, match="Noor Said is a viewer; to own up to a complaint takes an agent"):
        complaint.acknowledge(by=noor, words="Sorry.", how="phone", our_mistake="yes")


def test_owning_up_is_in_the_ledger(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    complaint.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    entry = Entry.objects.about([complaint.ref]).first()
    assert entry and (entry.act, entry.by, entry.words) == ("acknowledged", ada, "You are right.")
