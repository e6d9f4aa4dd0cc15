"""Merging and linking are different acts, and both are undone."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account, Entry, User
from rca.lib.refused import Refused
from rca.models import Complaint, Promise, Relation
from tests.make import make_cause, make_complaint, make_promise

OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}
Pair = tuple[Complaint, Complaint]


@pytest.fixture
def two(ada: User, harbour: Account) -> Pair:
    return make_complaint(harbour, by=ada), make_complaint(harbour, by=ada, words="Charged twice, I said.")


def test_what_came_with_a_merged_one_stands_on_the_other_and_stays_its_own(
    as_lin: Client, lin: User, ada: User, two: Pair
) -> None:
    one, stub = two
    cause, promise = make_cause(stub, by=lin), make_promise(stub, by=ada)
    stub.note(by=ada, text="She rang twice.")
    as_lin.post(f"/complaints/{stub.ref}/merge/", {"into": one.ref, "reason": "Same call."})
    page = as_lin.get(f"/complaints/{one.ref}/").content.decode()
    for part in ("Came with", stub.ref, "She rang twice.", promise.ref, cause.ref, "Same call."):
        assert part in page
    assert stub.notes.count() == stub.promises.count() == stub.cause_links.count() == 1
    assert one.ref in as_lin.get(f"/complaints/{stub.ref}/").content.decode()


def test_the_target_does_not_close_over_a_promise_that_came_with_it(ada: User, lin: User, two: Pair) -> None:
    one, stub = two
    promise = make_promise(stub, by=ada)
    stub.merge_into(by=lin, into=one)
    one.acknowledge(by=ada, **OWN)
    with pytest.raises(Refused, match="1 promise to this customer still open") as refused:
        one.close(by=ada, outcome="Credited.")
    assert refused.value.steps == [(promise.ref, promise.get_absolute_url())]
    assert Promise.objects.get().state == "open"


def test_closing_the_target_leaves_the_stub_a_stub(ada: User, lin: User, two: Pair) -> None:
    one, stub = two
    stub.merge_into(by=lin, into=one)
    one.acknowledge(by=ada, **OWN)
    one.close(by=ada, outcome="Credited.")
    stub.refresh_from_db()
    assert stub.state == "merged" and not hasattr(stub, "closure")


def test_parted_again_each_has_its_own(ada: User, lin: User, two: Pair) -> None:
    one, stub = two
    stub.note(by=ada, text="She rang twice.")
    stub.merge_into(by=lin, into=one)
    stub.unmerge(by=lin)
    assert stub.state == "open" and stub.notes.count() == 1 and not one.merged.exists()


def test_the_api_says_where_a_merged_one_went(api: Callable, lin: User, two: Pair) -> None:
    one, stub = two
    stub.merge_into(by=lin, into=one)
    assert api(lin).get(f"/api/v1/complaints/{stub.ref}/").data["merged_into"] == one.ref
    assert api(lin).get(f"/api/v1/complaints/{one.ref}/").data["came_with"] == [stub.ref]


def test_a_link_is_taken_away_from_either_side_and_the_ledger_keeps_both(as_ada: Client, ada: User, two: Pair) -> None:
    one, other = two
    one.relate(by=ada, other=other, reason="Same van.")
    answer = as_ada.post(f"/complaints/{other.ref}/unrelation/", {"other": one.ref})
    assert answer.status_code == 302 and not Relation.objects.exists()
    acts = list(Entry.objects.about([one.ref]).values_list("act", "words")[:2])
    assert acts == [("unrelated", "Same van."), ("related", "Same van.")]


def test_the_api_takes_a_link_away_and_refuses_one_that_is_not_there(api: Callable, ada: User, two: Pair) -> None:
    one, other = two
    one.relate(by=ada, other=other)
    address, body = f"/api/v1/complaints/{one.ref}/unrelation/", {"other": other.ref}
    assert api(ada).post(address, body, format="json").status_code == 200
    again = api(ada).post(address, body, format="json")
    assert again.status_code == 409 and again.data["title"] == f"{one.ref} and {other.ref} are not linked."


@pytest.mark.parametrize("typed", ["", "C-999999", "<b>", "R-1"])
def test_unlinking_from_nothing_is_refused_in_a_sentence(as_ada: Client, two: Pair, typed: str) -> None:
    assert as_ada.post(f"/complaints/{two[0].ref}/unrelation/", {"other": typed}).status_code == 409
