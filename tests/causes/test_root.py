from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, Fix
from tests.make import BOOK_PRICE, make_account, make_chain, make_complaint, make_fix, make_session

PASSES: dict[str, Any] = {"would_have_happened": False, "stays_away": True, "reads_back": True}


def test_the_root_opens_a_cause_with_every_complaint_of_the_session_and_its_accounts(
    ada: User, lin: User, harbour: Account
) -> None:
    globex = make_account("Globex", by=ada)
    ours = [make_complaint(harbour, by=ada), make_complaint(harbour, by=ada), make_complaint(globex, by=ada)]
    chain = make_chain(make_session(by=lin, complaints=ours), by=lin)
    cause = Cause.objects.mark_root(by=lin, why=chain[-1], **PASSES)
    assert (cause.title, cause.state, cause.owner) == ("The re-order date was kept in one diary.", "open", lin)
    assert cause.next_review == localdate() + timedelta(days=14)
    assert list(cause.complaints.order_by("pk")) == ours
    assert {(row.account, row.how) for row in cause.affected.all()} == {
        (harbour, "complained"),
        (globex, "complained"),
    }
    assert cause.roots.get().depth == 6


def test_a_second_session_joins_the_same_cause(ada: User, lin: User, harbour: Account) -> None:
    cause = Cause.objects.mark_root(by=lin, why=make_chain(make_session(by=lin), by=lin)[-1], **PASSES)
    late = make_complaint(harbour, by=ada)
    again = make_chain(make_session(by=lin, complaints=[late]), by=lin)[-1]
    assert Cause.objects.mark_root(by=lin, why=again, cause=cause, **PASSES) == cause
    assert cause.roots.count() == 2 and list(cause.complaints.all()) == [late]


def test_fixes_proposed_on_the_way_down_belong_to_the_cause(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    fix = make_fix(by=lin, why=chain[2])
    assert fix.cause is None
    cause = Cause.objects.mark_root(by=lin, why=chain[-1], **PASSES)
    assert list(cause.fixes.all()) == [fix] and cause.state == "fixing"
    later: Fix = make_fix(by=lin, why=chain[1])
    assert later.cause == cause


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"would_have_happened": True}, "then it is not the root"),
        ({"stays_away": False}, "the root lies deeper"),
        ({"reads_back": False}, "does not hold when it is read back"),
    ],
)
def test_a_failed_stop_test_marks_no_root(lin: User, answer: dict[str, bool], sentence: str) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    with pytest.raises(Refused, match=sentence):
        Cause.objects.mark_root(by=lin, why=why, **{**PASSES, **answer})
    assert not Cause.objects.exists()


def test_four_whys_are_not_enough_without_a_reason(lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:4])[-1]
    with pytest.raises(Refused, match="This is why 4, and five is the floor"):
        Cause.objects.mark_root(by=lin, why=why, **PASSES)
    cause = Cause.objects.mark_root(by=lin, why=why, early_reason="The supplier put it in writing.", **PASSES)
    assert cause.roots.get().early_reason == "The supplier put it in writing."


def test_an_open_why_and_a_struck_chain_lead_to_no_root(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    with pytest.raises(Refused, match="has no answer yet"):
        Cause.objects.mark_root(by=lin, why=chain[-1].dig(by=lin), **PASSES)
    chain[2].strike(by=lin, reason="It was this year’s form.")
    with pytest.raises(Refused, match="Why 3 is struck out"):
        Cause.objects.mark_root(by=lin, why=chain[-1], **PASSES)


def test_a_root_is_marked_once(lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    cause = Cause.objects.mark_root(by=lin, why=why, **PASSES)
    why.refresh_from_db()
    with pytest.raises(Refused, match=f"marked as the root of {cause.ref} already") as refusal:
        Cause.objects.mark_root(by=lin, why=why, **PASSES)
    assert refusal.value.steps == [(f"Open {cause.ref}", f"/causes/{cause.ref}/")]


def test_a_merged_complaint_brings_the_one_it_was_merged_into(ada: User, lin: User, harbour: Account) -> None:
    twin, kept = make_complaint(harbour, by=ada), make_complaint(harbour, by=ada)
    session = make_session(by=lin, complaints=[twin, kept])
    twin.merge_into(by=lin, into=kept)
    cause = Cause.objects.mark_root(by=lin, why=make_chain(session, by=lin)[-1], **PASSES)
    assert list(cause.complaints.all()) == [kept]


def test_a_review_before_today_and_a_title_without_end_are_refused(lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    facts: dict[str, Any]
    for facts, sentence in [
        ({"next_review": localdate() - timedelta(days=1)}, "the next review is today or later"),
        ({"title": "x" * 201}, "201 characters long"),
    ]:
        with pytest.raises(Refused, match=sentence):
            Cause.objects.mark_root(by=lin, why=why, **facts, **PASSES)


def test_an_agent_may_not_mark_a_root(ada: User, lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    with pytest.raises(Forbidden, match="to mark a root cause takes a support lead"):
        Cause.objects.mark_root(by=ada, why=why, **PASSES)


def test_marking_is_in_the_ledger_of_the_cause_the_session_and_the_complaint(
    ada: User, lin: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    session = make_session(by=lin, complaints=[complaint])
    cause = Cause.objects.mark_root(by=lin, why=make_chain(session, by=lin)[-1], **PASSES)
    acts = [entry.act for entry in Entry.objects.about([cause.ref])]
    assert acts == ["linked", "marked"]
    assert Entry.objects.get(act="marked").about == [cause.ref, session.ref]
    assert Entry.objects.get(act="linked").about == [cause.ref, complaint.ref, harbour.ref]
