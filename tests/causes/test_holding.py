from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import Cause
from tests.conftest import the
from tests.make import make_cause, make_fix


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    lin = the("lin")
    make_cause(by=lin)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


def test_another_person_holds_it(cause: Cause, ada: User, lin: User) -> None:
    cause.assign(by=lin, owner=ada)
    assert Cause.objects.get().owner == ada
    entry = Entry.objects.get(act="assigned")
    assert entry.says == "Ada Okafor holds it." and entry.before == {"owner": lin.ref}


def test_somebody_who_only_looks_cannot_hold_it(cause: Cause, lin: User, noor: User) -> None:
    with pytest.raises(Refused, match="Noor Said only looks"):
        cause.assign(by=lin, owner=noor)


def test_the_next_review_is_today_or_later(cause: Cause, lin: User) -> None:
    cause.set_review(by=lin, on=localdate())
    with pytest.raises(Refused, match="the next review is today or later"):
        cause.set_review(by=lin, on=localdate() - timedelta(days=1))
    assert Entry.objects.get(act="review_set").after == {"next_review": localdate().isoformat()}


def test_a_stale_title_loses_nobodys_text(cause: Cause, lin: User) -> None:
    first = cause.version
    cause.amend(by=lin, version=first, title="One diary held the date", family="process")
    with pytest.raises(Stale) as stale:
        cause.amend(by=lin, version=first, title="The diary")
    assert stale.value.fields == {"title": ("The diary", "One diary held the date")}


def test_a_cause_keeps_a_title(cause: Cause, lin: User) -> None:
    with pytest.raises(Refused, match="A cause needs a title"):
        cause.amend(by=lin, title="  ")


def test_a_manager_accepts_it_with_a_reason_until_a_day(cause: Cause, vic: User) -> None:
    later = localdate() + timedelta(days=180)
    with pytest.raises(Refused, match="Say why we live with"):
        cause.accept(by=vic, reason="", next_review=later)
    cause.accept(by=vic, reason="The bridge closes in high wind.", next_review=later)
    assert (cause.state, cause.next_review) == ("accepted", later)
    assert not Cause.objects.open().exists()
    assert Entry.objects.get(act="accepted").words == "The bridge closes in high wind."


def test_an_accepted_cause_is_taken_up_again_by_a_fix_or_by_reopening(cause: Cause, lin: User, vic: User) -> None:
    cause.accept(by=vic, reason="x", next_review=localdate())
    cause.reopen(by=lin, reason="We found a way.")
    assert cause.state == "open"
    cause.accept(by=vic, reason="x", next_review=localdate())
    make_fix(cause, by=lin)
    cause.refresh_from_db()
    assert cause.state == "fixing"


@pytest.mark.parametrize("who", ["ada", "noor"])
def test_holding_takes_a_lead_and_accepting_a_manager(
    cause: Cause, who: str, request: pytest.FixtureRequest, lin: User
) -> None:
    person = request.getfixturevalue(who)
    for act in (
        lambda: cause.assign(by=person, owner=lin),
        lambda: cause.set_review(by=person, on=localdate()),
        lambda: cause.amend(by=person, title="x"),
        lambda: cause.accept(by=person, reason="x", next_review=localdate()),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden, match="takes a manager"):
        cause.accept(by=lin, reason="x", next_review=localdate())
