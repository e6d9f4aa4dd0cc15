"""A root that was none: taken back with its history, and nothing else lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, Root, Unmarking, Why
from tests.make import make_cause, make_chain, make_complaint, make_fix, make_session

PASSES: dict[str, Any] = {"would_have_happened": False, "stays_away": True, "reads_back": True}


def marked(lin: User, **facts: Any) -> Root:
    why = make_chain(make_session(by=lin, **facts), by=lin)[-1]
    return Cause.objects.mark_root(by=lin, why=why, **PASSES).roots.get()


def test_what_was_marked_and_why_it_was_taken_back_stays_readable(lin: User, vic: User) -> None:
    root = marked(lin)
    fact = root.unmark(by=vic, reason="The diary was copied each week.")
    assert (fact.marked_by, fact.marked_at, fact.depth, fact.by) == (lin, root.at, 6, vic)
    assert not Root.objects.exists() and str(fact).startswith("was the root of R-")


def test_a_cause_with_links_fixes_or_accounts_stays_open_without_a_why(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    root = marked(lin, complaints=[complaint])
    make_fix(root.cause, by=lin)
    fact = root.unmark(by=lin, reason="It was the till.")
    cause = fact.cause
    assert cause and list(cause.complaints.all()) == [complaint] and cause.fixes.count() == 1
    assert cause.affected.count() == 1 and cause.state == "fixing"


def test_a_cause_on_which_nothing_hangs_is_withdrawn_with_its_only_root(lin: User) -> None:
    fact = marked(lin).unmark(by=lin, reason="It was the till.")
    assert fact.cause is None and not Cause.objects.exists()
    assert "withdrawn" in Entry.objects.get(act="unmarked").says


def test_a_cause_that_another_session_found_too_still_stands(lin: User) -> None:
    root = marked(lin)
    other = make_chain(make_session(by=lin), by=lin)[-1]
    Cause.objects.mark_root(by=lin, why=other, cause=root.cause, **PASSES)
    fact = root.unmark(by=lin, reason="Only the other one.")
    assert fact.cause and [one.why for one in fact.cause.roots.all()] == [other]


def test_it_can_be_marked_again_and_taken_back_again(lin: User) -> None:
    root = marked(lin)
    why = root.why
    root.unmark(by=lin, reason="Too early.")
    again = Cause.objects.mark_root(by=lin, why=Why.objects.get(pk=why.pk), **PASSES).roots.get()
    again.unmark(by=lin, reason="Too early again.")
    assert [one.reason for one in why.unmarkings.all()] == ["Too early again.", "Too early."]


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_no_root_is_taken_back_without_a_reason(lin: User, reason: str) -> None:
    with pytest.raises(Refused, match="Say why it is not the root"):
        marked(lin).unmark(by=lin, reason=reason)
    assert Root.objects.exists()


def test_the_second_of_two_who_take_it_back_hears_of_the_first(ada: User, lin: User, harbour: Account) -> None:
    root = marked(lin, complaints=[make_complaint(harbour, by=ada)])
    late = Root.objects.get(pk=root.pk)
    root.unmark(by=lin, reason="It was the till.")
    with pytest.raises(Refused, match="taken this root back already"):
        late.unmark(by=lin, reason="Mine too.")
    assert Unmarking.objects.count() == 1


def test_a_closed_cause_keeps_its_root_until_it_is_reopened(lin: User) -> None:
    cause = make_cause(by=lin)
    Cause.objects.filter(pk=cause.pk).update(state="closed")
    with pytest.raises(Refused, match="reopen it before you take its root back"):
        cause.roots.get().unmark(by=lin, reason="It was the till.")


def test_an_agent_takes_no_root_back(ada: User, lin: User) -> None:
    with pytest.raises(Forbidden, match="to mark a root cause takes a support lead"):
        marked(lin).unmark(by=ada, reason="No.")


def test_it_is_in_the_ledger_of_the_cause_and_the_session(lin: User) -> None:
    root = marked(lin)
    cause, session = root.cause.ref, root.why.session.ref
    root.unmark(by=lin, reason="It was the till.")
    entry = Entry.objects.get(act="unmarked")
    assert entry.about == [cause, session]
    assert (entry.words, entry.before["marked_by"]) == ("It was the till.", lin.ref)


def test_marking_a_root_freezes_nothing_around_it(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    cause = Cause.objects.mark_root(by=lin, why=chain[-1], **PASSES)
    top, root = chain[1], Why.objects.get(pk=chain[-1].pk)
    top.amend(by=lin, answer="The price form is wrong.")
    top.branch(by=lin, answer="The till rounds up.")
    root.amend(by=lin, answer="The date was kept in a single diary.")
    root.confirm(by=lin, evidence="the diary itself")
    assert root.dig(by=lin).depth == 7
    chain[2].strike(by=lin, reason="It is this year’s form.")
    assert cause.ref in Entry.objects.filter(act="struck").latest("pk").about
    chain[2].restore(by=lin)


def test_both_doors_take_it_back(as_lin: Client, lin: User, api: Callable[..., APIClient]) -> None:
    root = marked(lin)
    address = f"/causes/roots/{root.why_id}/unmarking/"
    empty = as_lin.post(address, {"reason": ""})
    assert empty.status_code == 422 and "Say why it is not the root" in empty.content.decode()
    page = as_lin.post(address, {"reason": "It was the till."})
    assert page["Location"] == root.why.get_absolute_url()
    room = as_lin.get(root.why.get_absolute_url()).content.decode()
    assert "Lin took it back: “It was the till.”" in room and "withdrawn" in room
    other = marked(lin)
    other.cause.affect(by=lin, account=Account.objects.open(by=lin, name="Globex"), why="bought 3")
    body = {"why": other.why_id, "reason": "It was the scanner."}
    answer = api(lin).post(f"/api/v1/causes/{other.cause.ref}/unmarking/", body, format="json")
    assert (answer.status_code, answer.data["whys"], answer.data["former_whys"]) == (200, [], [other.why_id])
    cause = as_lin.get(f"/causes/{other.cause.ref}/").content.decode()
    assert "no why leads here" in cause and "It was the scanner." in cause
    assert api(lin).post(f"/api/v1/causes/{other.cause.ref}/unmarking/", body, format="json").status_code == 409


def test_the_api_answers_nothing_for_a_cause_that_went_with_its_root(lin: User, api: Callable[..., APIClient]) -> None:
    root = marked(lin)
    body = {"why": root.why_id, "reason": "It was the till."}
    assert api(lin).post(f"/api/v1/causes/{root.cause.ref}/unmarking/", body, format="json").status_code == 204
    why = api(lin).get(f"/api/v1/why-nodes/{root.why_id}/").data
    assert (why["root"], why["was_root_of"]) == (None, [root.cause.ref])
