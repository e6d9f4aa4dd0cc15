from datetime import timedelta

import pytest

from accounts.models import Account, User
from rca.health import scoring
from rca.lib.clock import now
from rca.models import Closure, Complaint, Promise, Wound
from tests.make import make_account, make_cause, make_complaint, make_promise

DAY = timedelta(days=1)


def wounds(account: Account) -> list[tuple[str, float]]:
    return sorted((one.kind, float(one.weight)) for one in account.wounds.all())


def taken(account: Account, by: User, days: float, **facts: object) -> Complaint:
    """A complaint of some days ago, owned up to in time."""
    at = now() - days * DAY
    complaint = make_complaint(account, by=by, at=at, **facts)
    complaint.acknowledge(by=by, words="Sorry.", how="phone", our_mistake="yes", at=at)
    return complaint


@pytest.mark.parametrize(("severity", "weight"), [("", 1), ("nuisance", 0.5), ("serious", 3), ("critical", 5)])
def test_a_complaint_hurts_as_much_as_its_severity(ada: User, harbour: Account, severity: str, weight: float) -> None:
    taken(harbour, ada, 1, severity=severity)
    scoring.refresh()
    assert wounds(harbour) == [("complaint", weight)]


def test_being_treated_badly_hurts_on_top(ada: User, harbour: Account) -> None:
    taken(harbour, ada, 1, severity="minor", behaviours=["ignored", "rude"])
    scoring.refresh()
    assert wounds(harbour) == [("complaint", 2)]


def test_ninety_days_later_it_is_healed(ada: User, harbour: Account) -> None:
    taken(harbour, ada, 91).close(by=ada, outcome="Credited.", at=now() - 91 * DAY)
    scoring.refresh()
    assert wounds(harbour) == []


def test_half_is_left_after_forty_five_days_and_the_list_is_the_score(ada: User, harbour: Account) -> None:
    for _ in range(2):
        taken(harbour, ada, 45, severity="critical").close(by=ada, outcome="Credited.", at=now() - 44 * DAY)
    scoring.refresh()
    ((account, score),) = Wound.objects.worst()
    assert account == harbour.pk and score == pytest.approx(5, abs=0.01)
    assert sum(float(one.left) for one in harbour.wounds.all()) == pytest.approx(score, abs=0.02)


def test_a_late_acknowledgment_hurts_and_one_in_time_does_not(ada: User, harbour: Account) -> None:
    late = make_complaint(harbour, by=ada, at=now() - 5 * DAY)
    late.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    make_complaint(harbour, by=ada, at=now())
    scoring.refresh()
    assert [kind for kind, _ in wounds(harbour)] == ["complaint", "complaint", "late"]


def test_a_case_open_for_four_weeks_hurts_once_more(ada: User, harbour: Account) -> None:
    slow, quick = taken(harbour, ada, 40), taken(harbour, ada, 40)
    quick.close(by=ada, outcome="Credited.", at=now() - 30 * DAY)
    scoring.refresh()
    assert [one.ref for one in harbour.wounds.filter(kind="long")] == [slow.ref]


def test_the_first_pass_is_free_and_the_second_hurts(ada: User, lin: User, harbour: Account) -> None:
    complaint = taken(harbour, ada, 1)
    complaint.hand_to(by=ada, to=lin, reason="Her account.")
    complaint.hand_to(by=lin, to=ada, reason="Back.")
    scoring.refresh()
    assert wounds(harbour) == [("complaint", 1), ("handoff", 1)]


def test_broken_hurts_more_than_late_and_released_not_at_all(ada: User, harbour: Account) -> None:
    complaint, at = taken(harbour, ada, 3), now() - 2 * DAY
    for _ in range(3):
        Promise.objects.make(by=ada, complaint=complaint, kind="answer", what="", window_from=at,
                             window_until=at + DAY / 24, at=at - DAY)  # fmt: skip
    broken, late, released = Promise.objects.order_by("pk")
    broken.break_off(by=ada, words="We forgot.")
    late.keep(by=ada)
    released.release(by=ada, words="Never mind.")
    scoring.refresh()
    assert wounds(harbour) == [("broken", 1), ("broken", 2), ("complaint", 1)]


def test_reopening_hurts(ada: User, harbour: Account) -> None:
    complaint = taken(harbour, ada, 2)
    complaint.close(by=ada, outcome="Credited.")
    complaint.reopen(by=ada, reason="It was not.")
    scoring.refresh()
    assert ("reopening", 2) in wounds(harbour) and not Closure.objects.exists()


def test_the_same_cause_twice_hurts_the_account_it_hit_twice(ada: User, lin: User, harbour: Account) -> None:
    other = make_account("Globex", by=ada)
    first, again, theirs = taken(harbour, ada, 60), taken(harbour, ada, 1), taken(other, ada, 1)
    make_cause(first, again, theirs, by=lin)
    scoring.refresh()
    assert [one.ref for one in Wound.objects.filter(kind="repeat")] == [again.ref]


def test_a_call_nobody_took_and_nobody_returned_hurts(ada: User, harbour: Account) -> None:
    harbour.touches.keep(by=ada, way="in", channel="phone", reached=False, at=now() - 10 * DAY)
    harbour.touches.keep(by=ada, way="in", channel="phone", reached=False, at=now() - 5 * DAY)
    harbour.touches.keep(by=ada, way="out", channel="phone", reached=True, at=now() - 4 * DAY)
    scoring.refresh()
    assert wounds(harbour) == [("unanswered", 2)]


def test_running_it_twice_changes_nothing_and_a_merge_heals(ada: User, lin: User, harbour: Account) -> None:
    one, two = taken(harbour, ada, 1), taken(harbour, ada, 1)
    assert scoring.refresh() == scoring.refresh() == 2
    ids = set(Wound.objects.values_list("pk", flat=True))
    scoring.refresh()
    assert set(Wound.objects.values_list("pk", flat=True)) == ids
    two.merge_into(by=lin, into=one)
    scoring.refresh()
    assert [wound.ref for wound in Wound.objects.all()] == [one.ref]


def test_all_of_it_is_one_statement_however_many_accounts(ada: User, django_assert_max_num_queries: object) -> None:
    for number in range(10):
        make_promise(make_complaint(make_account(f"Account {number}", by=ada), by=ada), by=ada)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert scoring.refresh() == 10
