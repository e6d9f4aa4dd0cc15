from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import localdate

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.lib.said import day
from rca.models import Cause, CauseClosure
from tests.make import make_account, make_cause, make_complaint, make_fix, make_fixed, make_told


@pytest.fixture
def ready(ada: User, lin: User, harbour: Account) -> Cause:
    """A cause that nothing keeps open."""
    cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    make_fixed(cause, by=lin, owner=ada)
    make_told(cause, harbour, by=ada)
    return cause


def test_a_cause_closes_when_everybody_is_told_and_the_fix_was_found_to_hold(ready: Cause, lin: User) -> None:
    ready.close(by=lin, words="Nobody has rung since.")
    assert ready.state == "closed" and ready.closure.by == lin
    entry = Entry.objects.get(act="closed")
    assert (entry.says, entry.words) == ("Closed: 1 account told, 0 waived.", "Nobody has rung since.")


def test_one_untold_account_keeps_it_open_by_name(ready: Cause, ada: User, lin: User) -> None:
    row = ready.affect(by=ada, account=make_account("Tolland Primary School", by=ada), why="30 copies")
    with pytest.raises(Refused) as refusal:
        ready.close(by=lin)
    assert refusal.value.sentence == (
        f"{ready.ref} cannot close yet. 1 account has not been told: Tolland Primary School."
    )
    assert refusal.value.steps == [("Tell Tolland Primary School", f"/causes/{ready.ref}/#a-{row.pk}")]


def test_many_untold_accounts_are_three_names_and_how_many_more(ready: Cause, ada: User) -> None:
    for number in range(10):
        ready.affect(by=ada, account=make_account(f"School {number}", by=ada), why="x")
    assert "10 accounts have not been told: School 0, School 1, School 2 and 7 more." in ready.what_blocks()
    (blocker,) = ready.blockers()
    assert blocker.url == f"/causes/{ready.ref}/#untold" and blocker.more == "7 more" and len(blocker.names) == 3


def test_a_waiver_by_name_lets_it_close(ready: Cause, ada: User, lin: User, vic: User) -> None:
    ready.affect(by=ada, account=make_account("Ostler’s Toys", by=ada), why="2 copies").waive(by=vic, reason="Closed.")
    ready.close(by=lin)
    assert Entry.objects.get(act="closed").says == "Closed: 1 account told, 1 waived."


def test_an_unfinished_fix_is_named_with_its_owner_and_day(ready: Cause, ada: User, lin: User) -> None:
    fix = make_fix(ready, by=lin, owner=ada)
    with pytest.raises(Refused, match=f"{fix.ref} is not finished: Ada Okafor, due {day(fix.due)}"):
        ready.close(by=lin)


def test_no_fix_no_prediction_no_verdict_and_a_watch_each_keep_it_open(ada: User, lin: User) -> None:
    cause, today = make_cause(by=lin), localdate()
    assert cause.what_blocks() == f"{cause.ref} cannot close yet. No fix is proposed."
    bare = make_fix(cause, by=lin, owner=ada, days=0, measure="", falls_from=None, falls_to=None, check_on=None)
    bare.finish(by=ada)
    assert f"Nobody wrote down what {bare.ref} should change" in cause.what_blocks()
    fix = make_fix(cause, by=lin, owner=ada, days=0, check_on=today + timedelta(days=21))
    fix.finish(by=ada)
    until = day(today + timedelta(days=21))
    cause.refresh_from_db()
    assert cause.what_blocks() == (
        f"{cause.ref} cannot close yet. {fix.ref} has not been verified yet. The watch runs until {until}."
    )
    fix.verify(by=lin, result="effective", evidence="None since.")
    cause.refresh_from_db()
    assert cause.what_blocks() == f"{cause.ref} cannot close yet. The watch runs until {until}."


def test_every_blocker_leads_to_its_rows(ready: Cause, ada: User, lin: User) -> None:
    ready.affect(by=ada, account=make_account("Globex", by=ada), why="x")
    make_fix(ready, by=lin, owner=ada)
    assert all(one.url.startswith(("/causes/", "/fixes/")) for one in ready.blockers())


Act = Callable[[Cause, User, Account], Any]
ACTS: dict[str, Act] = {
    "close": lambda cause, by, account: cause.close(by=by),
    "affect": lambda cause, by, account: cause.affect(by=by, account=account, why="x"),
    "unlink": lambda cause, by, account: cause.unlink(by=by, complaint=cause.complaints.get()),
    "add_rule": lambda cause, by, account: cause.add_rule(by=by, conditions={"segment": "x"}),
    "draft_line": lambda cause, by, account: cause.draft_line(by=by, text="x"),
    "assign": lambda cause, by, account: cause.assign(by=by, owner=by),
    "set_review": lambda cause, by, account: cause.set_review(by=by, on=localdate()),
    "amend": lambda cause, by, account: cause.amend(by=by, title="x"),
    "accept": lambda cause, by, account: cause.accept(by=by, reason="x", next_review=localdate()),
    "propose": lambda cause, by, account: make_fix(cause, by=by),
    "move": lambda cause, by, account: cause.fixes.get().move(by=by, due=localdate(), reason="x"),
    "verify": lambda cause, by, account: cause.fixes.get().verify(by=by, result="not", evidence="x"),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_cause_refuses_every_further_act(ready: Cause, vic: User, harbour: Account, act: str) -> None:
    ready.close(by=vic)
    with pytest.raises(Refused, match=f"{ready.ref} is closed"):
        ACTS[act](ready, vic, harbour)


def test_a_closed_cause_is_taken_up_again_with_a_reason(ready: Cause, lin: User) -> None:
    with pytest.raises(Refused, match="neither closed nor accepted"):
        ready.reopen(by=lin, reason="x")
    ready.close(by=lin)
    with pytest.raises(Refused, match="Say why it is taken up again"):
        ready.reopen(by=lin, reason="")
    ready.reopen(by=lin, reason="Globex rang.")
    assert ready.state == "watched" and not CauseClosure.objects.exists()
    assert Entry.objects.filter(act="reopened").get().words == "Globex rang."


def test_an_agent_may_neither_close_nor_reopen(ready: Cause, ada: User) -> None:
    for act in (lambda: ready.close(by=ada), lambda: ready.reopen(by=ada, reason="x")):
        with pytest.raises(Forbidden, match="to close a root cause takes a support lead"):
            act()


@pytest.mark.django_db(transaction=True)
def test_of_four_clicks_at_once_one_closes_it_and_three_hear_so(
    ada: User, lin: User, vic: User, harbour: Account
) -> None:
    cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    make_fixed(cause, by=lin, owner=ada)
    make_told(cause, harbour, by=ada)

    def click(_: int) -> str:
        try:
            Cause.objects.get(pk=cause.pk).close(by=vic)
            return "closed"
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(click, range(4)))
    assert said == [f"{cause.ref} is closed already."] * 3 + ["closed"]
    assert Entry.objects.filter(act="closed").count() == 1
