from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, Fix
from tests.conftest import the
from tests.make import make_cause, make_fix


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    lin = the("lin")
    make_cause(by=lin)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


@pytest.fixture
def fix(cause: Cause, lin: User, ada: User) -> Fix:
    return make_fix(cause, by=lin, owner=ada)


def test_the_last_fix_in_place_begins_the_watch(cause: Cause, fix: Fix, ada: User, lin: User) -> None:
    other = make_fix(cause, by=lin, owner=ada, check_on=localdate() + timedelta(days=28))
    fix.finish(by=ada, words="On the card.")
    cause.refresh_from_db()
    assert (cause.state, fix.state, fix.completion.words) == ("fixing", "done", "On the card.")
    other.finish(by=ada)
    cause.refresh_from_db()
    assert (cause.state, cause.watch_until) == ("watched", localdate() + timedelta(days=28))


def test_a_fix_is_put_in_place_once(fix: Fix, ada: User, noor: User) -> None:
    with pytest.raises(Forbidden, match="to finish a fix takes an agent"):
        fix.finish(by=noor)
    fix.finish(by=ada)
    with pytest.raises(Refused, match=f"{fix.ref} is in place already"):
        fix.finish(by=ada)
    assert Entry.objects.filter(act="finished").count() == 1


def test_a_move_needs_a_reason_and_takes_the_check_with_it(fix: Fix, lin: User) -> None:
    was, later = fix.due, fix.due + timedelta(days=7)
    with pytest.raises(Refused, match="Say why it moves"):
        fix.move(by=lin, due=later, reason=" ")
    with pytest.raises(Refused, match="already"):
        fix.move(by=lin, due=was, reason="x")
    with pytest.raises(Refused, match="today or later"):
        fix.move(by=lin, due=localdate() - timedelta(days=1), reason="x")
    slip = fix.move(by=lin, due=later, reason="The printer is late.")
    assert (slip.was, slip.now, fix.due, fix.check_on) == (was, later, later, later)
    assert Entry.objects.get(act="moved").words == "The printer is late."


def test_a_dropped_fix_no_longer_counts(cause: Cause, fix: Fix, ada: User, lin: User) -> None:
    with pytest.raises(Forbidden, match="to drop a fix takes a support lead"):
        fix.drop(by=ada, reason="x")
    with pytest.raises(Refused, match="Say why"):
        fix.drop(by=lin, reason="")
    fix.drop(by=lin, reason="The supplier does it.")
    cause.refresh_from_db()
    assert cause.state == "open" and "No fix is proposed" in cause.what_blocks()
    for act in (lambda: fix.drop(by=lin, reason="x"), lambda: fix.finish(by=ada),
                lambda: fix.move(by=lin, due=localdate(), reason="x")):  # fmt: skip
        with pytest.raises(Refused, match=f"{fix.ref} is dropped"):
            act()


def test_somebody_else_verifies_with_evidence(fix: Fix, ada: User, lin: User) -> None:
    with pytest.raises(Refused, match="only a fix that is in place can be checked"):
        fix.verify(by=lin, result="effective", evidence="x")
    fix.finish(by=ada)
    assert list(Fix.objects.unverified()) == [fix]
    with pytest.raises(Refused, match="a verdict without evidence is a wish"):
        fix.verify(by=lin, result="effective", evidence=" ")
    verdict = fix.verify(by=lin, result="effective", evidence="None in 40 invoices.", observed=Decimal(0))
    assert (verdict.round, verdict.by, fix.state) == (1, lin, "done")
    assert not Fix.objects.unverified().exists()
    with pytest.raises(Refused, match="was verified already"):
        fix.verify(by=lin, result="not", evidence="x")


def test_the_owner_never_verifies_their_own(cause: Cause, ada: User, lin: User) -> None:
    fix = make_fix(cause, by=lin, owner=lin)
    fix.finish(by=lin)
    with pytest.raises(Refused, match=f"Lin Haddad owns {fix.ref}: somebody else says whether it holds"):
        fix.verify(by=lin, result="effective", evidence="x")
    with pytest.raises(Forbidden, match="to verify a fix takes a support lead"):
        fix.verify(by=ada, result="effective", evidence="x")


@pytest.mark.parametrize("result", ["not", "partly"])
def test_a_fix_that_does_not_hold_goes_back_to_work_and_is_checked_again(
    cause: Cause, fix: Fix, ada: User, lin: User, result: str
) -> None:
    fix.finish(by=ada)
    fix.verify(by=lin, result=result, evidence="Three came.", observed=Decimal(3))
    cause.refresh_from_db()
    assert (fix.state, cause.state) == ("open", "fixing") and list(Fix.objects.unfinished()) == [fix]
    fix = Fix.objects.get()
    fix.finish(by=ada)
    assert fix.verify(by=lin, result="effective", evidence="None.").round == 2


def test_the_verdict_is_in_the_ledger_of_the_cause_too(cause: Cause, fix: Fix, ada: User, lin: User) -> None:
    fix.finish(by=ada)
    fix.verify(by=lin, result="effective", evidence="None came.", observed=Decimal("0.5"))
    entry = Entry.objects.about([cause.ref]).get(act="verified")
    assert entry.words == "None came." and entry.after == {"result": "effective", "observed": "0.5"}
