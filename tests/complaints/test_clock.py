"""The acknowledgment clock: set by how badly it hurts, stopped by a person and by nothing else."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.models import Account, Entry, User
from rca.lib.clock import wall
from rca.lib.refused import Forbidden
from rca.models import Complaint, HouseCalendar
from tests.conftest import TUESDAY
from tests.make import make_complaint

OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


def london(*when: int) -> datetime:
    return wall(date(*when[:3]), time(*when[3:]))


@pytest.fixture
def targets(max_: User) -> None:
    HouseCalendar.objects.ours().set_targets(by=max_, hours={"": Decimal(4), "critical": Decimal(1)})


def test_sorting_it_later_sets_the_clock_anew_from_when_it_came(targets: None, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, at=TUESDAY)
    complaint.amend(by=ada, severity="critical")
    complaint.refresh_from_db()
    assert complaint.acknowledge_by == TUESDAY + timedelta(hours=1)
    entry = Entry.objects.get(act="amended")
    assert "To be owned up to by Tuesday 10 March" in entry.says and entry.after["acknowledge_by"]
    complaint.amend(by=ada, severity="")
    complaint.refresh_from_db()
    assert complaint.acknowledge_by == TUESDAY + timedelta(hours=4)


def test_once_somebody_has_owned_up_the_clock_rests(targets: None, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, at=TUESDAY)
    complaint.acknowledge(by=ada, **OWN, at=TUESDAY + timedelta(hours=2))
    complaint.amend(by=ada, severity="critical")
    complaint.refresh_from_db()
    assert complaint.acknowledge_by == TUESDAY + timedelta(hours=4) and not complaint.late


def test_other_details_leave_the_clock_alone(targets: None, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, at=TUESDAY)
    complaint.amend(by=ada, product="The Salt Road")
    assert "acknowledge_by" not in Entry.objects.get(act="amended").after


def test_where_no_clock_runs_sorting_starts_none(targets: None, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, at=TUESDAY)
    Complaint.objects.update(acknowledge_by=datetime(9999, 12, 30, tzinfo=TUESDAY.tzinfo))
    complaint.refresh_from_db()
    complaint.amend(by=ada, severity="critical")
    complaint.refresh_from_db()
    assert complaint.own_up_by is None
    assert complaint.acknowledge(by=ada, **OWN, at=TUESDAY + timedelta(hours=2)).working_minutes is None


def test_the_working_minutes_it_took_are_kept(ada: User, harbour: Account) -> None:
    friday = make_complaint(harbour, by=ada, at=london(2026, 3, 13, 17, 30))
    fact = friday.acknowledge(by=ada, **OWN, at=london(2026, 3, 16, 9, 20))
    assert fact.working_minutes == 50
    before = make_complaint(harbour, by=ada, at=TUESDAY)
    assert before.acknowledge(by=ada, **OWN, at=TUESDAY).working_minutes == 0


def test_an_automatic_reply_never_stops_the_clock(ada: User, harbour: Account) -> None:
    complaint, mailbox = make_complaint(harbour, by=ada, at=TUESDAY), User.objects.system("mailbox")
    harbour.touches.note(by=mailbox, way="out", channel="email", words="We have your message.", about=complaint)
    with pytest.raises(Forbidden, match="to own up to a complaint takes an agent"):
        complaint.acknowledge(by=mailbox, **OWN)
    complaint.refresh_from_db()
    assert complaint.acknowledged_at is None
    assert list(Complaint.objects.overdue(TUESDAY + timedelta(days=1))) == [complaint]


@time_machine.travel(TUESDAY, tick=False)
def test_what_is_due_soon_and_what_is_over_are_lists_the_most_urgent_first(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    over, worse = (make_complaint(harbour, by=ada, at=TUESDAY - timedelta(hours=hours)) for hours in (24, 48))
    soon = make_complaint(harbour, by=ada, at=TUESDAY - timedelta(minutes=60 + 40 + 9 * 60 - 60))
    make_complaint(harbour, by=ada, at=TUESDAY)
    Complaint.objects.filter(pk=soon.pk).update(acknowledge_by=TUESDAY + timedelta(minutes=50))

    def listed(show: str) -> list[Complaint]:
        return list(as_ada.get(f"/complaints/?show={show}").context["page"].rows)

    assert listed("overdue") == [worse, over] and listed("due-soon") == [soon]
    assert listed("to-own-up")[:3] == [worse, over, soon]
    assert "show=overdue" in as_ada.get("/complaints/").content.decode()


@time_machine.travel(london(2026, 3, 13, 17, 40), tick=False)
def test_an_hour_of_working_time_reaches_over_the_weekend(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    Complaint.objects.update(acknowledge_by=london(2026, 3, 16, 9, 30))
    assert list(Complaint.objects.due_soon()) == [complaint]
    Complaint.objects.update(acknowledge_by=london(2026, 3, 16, 9, 50))
    assert not Complaint.objects.due_soon()


def test_the_api_shows_both_ends_of_the_clock_and_filters_by_it(
    api: Callable[..., Client], ada: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada, at=TUESDAY)
    complaint.acknowledge(by=ada, **OWN, at=TUESDAY + timedelta(minutes=30))
    make_complaint(harbour, by=ada, at=TUESDAY)
    told = api(ada).get(f"/api/v1/complaints/{complaint.ref}/").data
    assert told["acknowledgment"]["working_minutes"] == 30 and told["acknowledge_by"]
    assert len(api(ada).get("/api/v1/complaints/?show=overdue").data["results"]) == 1
