from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import Cause, Fix
from tests.conftest import the
from tests.make import make_cause, make_chain, make_fix, make_session


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    lin = the("lin")
    make_cause(by=lin)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


def test_a_fix_has_an_owner_a_day_and_a_prediction_and_the_cause_is_under_way(
    cause: Cause, ada: User, lin: User
) -> None:
    day = localdate() + timedelta(days=3)
    fix = make_fix(cause, by=lin, owner=ada, due=day, check_on=day + timedelta(days=28))
    assert (fix.owner, fix.due, fix.state, fix.falls_from, fix.falls_to) == (ada, day, "open", 4, 0)
    cause.refresh_from_db()
    assert cause.state == "fixing" and list(Fix.objects.unfinished()) == [fix]
    assert fix.prediction.startswith("We expect price complaints a month to fall from 4 to 0 by ")


def test_through_the_cause_it_is_proposed_for_that_cause(cause: Cause, lin: User) -> None:
    fix = cause.fixes.propose(by=lin, kind="detection", title="Check the forms", owner=lin, due=localdate())
    assert fix.cause == cause and fix.measure == ""


def test_a_fix_may_begin_at_a_why_and_waits_there_for_its_root(lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[1]
    fix = make_fix(by=lin, why=why)
    assert fix.cause is None and fix.why == why
    with pytest.raises(Refused, match="name the cause, or the why"):
        make_fix(by=lin)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": "  "}, "Say in one line what will be done"),
        ({"title": "x" * 201}, "201 characters long"),
        ({"due": -1}, "a fix is due today or later"),
        ({"measure": ""}, "Say what should fall"),
        ({"check_on": None}, "Say on which day somebody looks"),
        ({"check_on": 0}, "the fix is not yet due"),
        ({"falls_from": 1, "falls_to": 4}, "From 1 to 4 is a rise"),
    ],
)
def test_half_a_fix_is_refused(cause: Cause, lin: User, facts: dict[str, Any], sentence: str) -> None:
    for name in ("due", "check_on"):
        if isinstance(facts.get(name), int):
            facts = {**facts, name: localdate() + timedelta(days=facts[name])}
    with pytest.raises(Refused, match=sentence):
        make_fix(cause, by=lin, **facts)


def test_somebody_who_only_looks_owns_no_fix_and_proposes_none(cause: Cause, lin: User, noor: User) -> None:
    with pytest.raises(Refused, match="Noor Said only looks"):
        make_fix(cause, by=lin, owner=noor)
    with pytest.raises(Forbidden, match="to propose a fix takes an agent"):
        make_fix(cause, by=noor, owner=lin)


def test_the_proposal_is_in_the_ledger_of_the_fix_and_of_its_cause(cause: Cause, ada: User, lin: User) -> None:
    fix = make_fix(cause, by=lin, owner=ada)
    entry = Entry.objects.get(act="proposed")
    assert entry.about == [fix.ref, cause.ref] and entry.after["measure"] == "price complaints a month"


def test_a_fix_is_amended_and_a_stale_edit_loses_nothing(cause: Cause, ada: User, lin: User) -> None:
    fix = make_fix(cause, by=lin, owner=lin)
    version = fix.version
    fix.amend(by=lin, version=version, owner=ada, falls_to=1)
    assert (fix.owner, fix.falls_to) == (ada, 1)
    with pytest.raises(Stale):
        fix.amend(by=lin, version=version, title="Another title")


def test_a_prediction_written_after_the_fix_says_so_and_after_the_check_is_refused(
    cause: Cause, ada: User, lin: User
) -> None:
    fix = make_fix(cause, by=lin, owner=ada, days=0, measure="", falls_from=None, falls_to=None, check_on=None)
    fix.finish(by=ada)
    fix.amend(by=lin, measure="price complaints", check_on=localdate() + timedelta(days=7))
    assert Entry.objects.get(act="amended").says.endswith("The prediction was written after the fix was in place.")
    cause.refresh_from_db()
    assert cause.watch_until == localdate() + timedelta(days=7)
    fix.verify(by=lin, result="effective", evidence="None.")
    with pytest.raises(Refused, match="it cannot be written anew afterwards"):
        fix.amend(by=lin, measure="something else")
