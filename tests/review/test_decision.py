from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, Decision
from tests.conftest import the
from tests.make import make_account, make_cause, make_complaint

WEEK = timedelta(days=7)


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    lin = the("lin")
    ada = the("ada")
    make_cause(make_complaint(make_account("Harbour Books", by=ada), by=ada), by=lin)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


@pytest.fixture
def ahead() -> date:
    return localdate() + WEEK


def decide(cause: Cause, by: User, kind: str = "keep", **facts: object) -> Decision:
    facts = {"next_review": localdate() + WEEK, **facts}
    return Decision.objects.decide(by=by, cause=cause, kind=kind, **facts)  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", ["keep", "escalate", "date", "accept"])
def test_every_decision_sets_the_next_review(cause: Cause, vic: User, ahead: date, kind: str) -> None:
    made = decide(cause, vic, kind, reason="The carrier desk needs a second person.")
    cause.refresh_from_db()
    assert (made.kind, cause.next_review) == (kind, ahead)
    assert cause.state == ("accepted" if kind == "accept" else "open")


def test_reassigning_names_the_new_owner(cause: Cause, vic: User, ada: User) -> None:
    decide(cause, vic, "reassign", owner=ada)
    cause.refresh_from_db()
    assert cause.owner == ada
    with pytest.raises(Refused, match="Say who holds it"):
        decide(cause, vic, "reassign")


@pytest.mark.parametrize("kind", ["escalate", "accept"])
def test_without_a_reason_it_is_neither_escalated_nor_accepted(cause: Cause, vic: User, kind: str) -> None:
    with pytest.raises(Refused, match="Say why"):
        decide(cause, vic, kind, reason=" ")
    assert not Decision.objects.exists()


def test_without_a_day_ahead_nothing_is_decided(cause: Cause, vic: User) -> None:
    with pytest.raises(Refused, match="no cause leaves the room without a day"):
        decide(cause, vic, next_review=None)
    with pytest.raises(Refused):
        decide(cause, vic, next_review=localdate())


def test_a_lead_does_not_decide(cause: Cause, lin: User) -> None:
    with pytest.raises(Forbidden, match="to decide on a root cause takes a manager"):
        decide(cause, lin)


def test_it_is_in_the_ledger_of_the_cause(cause: Cause, vic: User) -> None:
    decide(cause, vic, "escalate", reason="Slipped twice.")
    entry = Entry.objects.about([cause.ref]).get(act="decided")
    assert entry.words == "Slipped twice." and entry.says.startswith("Review: Escalated. Next review")


def test_a_second_click_counts_once(cause: Cause, vic: User) -> None:
    decide(cause, vic)
    with pytest.raises(Refused, match="a moment ago"):
        decide(cause, vic)


def test_an_accepted_cause_is_not_decided_on_again(cause: Cause, vic: User) -> None:
    decide(cause, vic, "accept", reason="It is the weather.")
    with pytest.raises(Refused, match="is accepted"):
        decide(cause, vic)


def test_undoing_puts_back_owner_day_and_state(cause: Cause, vic: User, ada: User) -> None:
    was = (cause.owner, cause.next_review, cause.state)
    for kind, facts in [("reassign", {"owner": ada}), ("accept", {"reason": "It is the weather."}), ("date", {})]:
        cause.refresh_from_db()
        decide(cause, vic, kind, **facts).undo(by=vic)
        cause.refresh_from_db()
        assert (cause.owner, cause.next_review, cause.state) == was
    assert not Decision.objects.standing() and Entry.objects.about([cause.ref])[0].act == "undone"


def test_undoing_leaves_alone_what_somebody_changed_since(cause: Cause, vic: User, lin: User, ada: User) -> None:
    made = decide(cause, vic, "reassign", owner=ada)
    cause.assign(by=lin, owner=vic)
    made.undo(by=vic)
    cause.refresh_from_db()
    assert cause.owner == vic


def test_only_the_last_decision_is_taken_back_and_only_once(cause: Cause, vic: User) -> None:
    first = decide(cause, vic)
    second = decide(cause, vic, "date")
    with pytest.raises(Refused, match="decided on again since"):
        first.undo(by=vic)
    second.undo(by=vic)
    with pytest.raises(Refused, match="taken back already"):
        second.undo(by=vic)
    first.undo(by=vic)


def test_a_lead_takes_nothing_back(cause: Cause, vic: User, lin: User) -> None:
    with pytest.raises(Forbidden):
        decide(cause, vic).undo(by=lin)


def test_the_api_decides_and_takes_back_in_the_same_words(
    api: Callable[..., APIClient], cause: Cause, vic: User, ahead: date
) -> None:
    client, body = api(vic), {"cause": cause.ref, "kind": "accept", "next_review": ahead.isoformat()}
    no = client.post("/api/v1/decisions/", body, format="json")
    assert no.status_code == 409 and no.data["title"] == "Say why. A cause is not accepted without a reason."
    made = client.post("/api/v1/decisions/", {**body, "reason": "It is the weather."}, format="json")
    assert made.status_code == 201 and made.data["by"] == vic.email
    back = client.post(f"/api/v1/decisions/{made.data['id']}/undoing/", {}, format="json")
    assert back.status_code == 200 and back.data["undone_by"] == vic.email
    assert len(client.get("/api/v1/decisions/").data["results"]) == 1
