"""The reminder before a window: in the hours of whoever keeps the promise, once, and gone when it is settled."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from accounts.models import Account, Notice, User
from rca.lib.clock import wall
from rca.models import HouseCalendar, Promise
from rca.promises.reminding import remind

MONDAY = wall(date(2026, 3, 16), time(9))
FRIDAY = wall(date(2026, 3, 13), time(9))


def promised(account: Account, by: User, start: datetime, **facts: object) -> Promise:
    return Promise.objects.make(
        by=by, account=account, kind="call_back", what="say what we found", window_from=start,
        window_until=start + timedelta(hours=1), at=start - timedelta(days=4), **facts,
    )  # fmt: skip


def told(at: datetime) -> list[str]:
    with time_machine.travel(at, tick=False):
        remind()
    return list(Notice.objects.filter(key__startswith="promise-").values_list("person__name", flat=True))


def test_half_an_hour_before_the_window_its_owner_is_told_once(ada: User, harbour: Account) -> None:
    promised(harbour, ada, MONDAY + timedelta(hours=5))
    assert told(MONDAY + timedelta(hours=4, minutes=29)) == []
    assert told(MONDAY + timedelta(hours=4, minutes=30)) == ["Ada Okafor"]
    assert told(MONDAY + timedelta(hours=4, minutes=35)) == ["Ada Okafor"]
    notice = Notice.objects.get()
    assert notice.due_at == MONDAY + timedelta(hours=4, minutes=30) and "Harbour Books: call back" in notice.says


@pytest.mark.parametrize("opens", [MONDAY, MONDAY - timedelta(hours=2), wall(date(2026, 3, 14), time(12))])
def test_for_a_window_that_opens_outside_their_hours_it_comes_at_the_end_of_the_day_before(
    ada: User, harbour: Account, opens: datetime
) -> None:
    promised(harbour, ada, opens)
    assert told(FRIDAY + timedelta(hours=8, minutes=29)) == []
    assert told(FRIDAY + timedelta(hours=8, minutes=30)) == ["Ada Okafor"]


def test_over_days_off_it_comes_before_them(ada: User, max_: User, harbour: Account) -> None:
    HouseCalendar.objects.ours().add_holiday(by=max_, day=date(2026, 3, 13), name="Stocktaking")
    promised(harbour, ada, MONDAY)
    assert told(wall(date(2026, 3, 12), time(17, 29))) == []
    assert told(wall(date(2026, 3, 12), time(17, 30))) == ["Ada Okafor"]


def test_it_goes_by_the_clock_where_the_owner_is(ada: User, lin: User, harbour: Account) -> None:
    User.objects.filter(pk=lin.pk).update(time_zone="America/New_York")
    promised(harbour, ada, MONDAY + timedelta(hours=1), owner=lin)  # 6:00 in New York, so she hears on Friday
    assert told(wall(date(2026, 3, 13), time(17, 29), "America/New_York")) == []
    assert told(wall(date(2026, 3, 13), time(17, 30), "America/New_York")) == ["Lin Haddad"]


def test_a_new_owner_is_told_and_the_old_one_no_more(ada: User, lin: User, harbour: Account) -> None:
    promise = promised(harbour, ada, MONDAY + timedelta(hours=5))
    at = MONDAY + timedelta(hours=4, minutes=40)
    told(at)
    promise.hand_over(by=ada, to=lin, reason="I am at the dentist.", at=at)
    assert set(told(at)) == {"Ada Okafor", "Lin Haddad"}
    assert [one.person for one in Notice.objects.unseen().filter(key__startswith="promise-")] == [lin]


def test_what_is_settled_is_not_remembered_and_a_reminder_of_it_is_put_away(ada: User, harbour: Account) -> None:
    early, promise = (promised(harbour, ada, MONDAY + timedelta(hours=5)) for _ in range(2))
    early.keep(by=ada, at=MONDAY)
    told(MONDAY + timedelta(hours=4, minutes=30))
    assert Notice.objects.get().url == promise.get_absolute_url()
    promise.keep(by=ada, at=MONDAY + timedelta(hours=5))
    assert not Notice.objects.unseen().exists()


def test_who_has_just_promised_it_is_not_reminded_but_a_colleague_is(ada: User, lin: User, harbour: Account) -> None:
    at = MONDAY + timedelta(hours=2)
    for owner in (ada, lin):
        Promise.objects.make(by=ada, account=harbour, kind="call_back", what="", owner=owner, at=at,
                             window_from=at + timedelta(minutes=10), window_until=at + timedelta(hours=1))  # fmt: skip
    assert told(at + timedelta(minutes=1)) == ["Lin Haddad"]


def test_after_six_hours_without_a_worker_only_what_can_still_be_kept_is_told(ada: User, harbour: Account) -> None:
    promised(harbour, ada, MONDAY + timedelta(hours=1))
    promise = promised(harbour, ada, MONDAY + timedelta(hours=6))
    told(MONDAY + timedelta(hours=6, minutes=10))
    assert Notice.objects.get().url == promise.get_absolute_url()
