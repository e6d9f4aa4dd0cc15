import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.clock import now, wall
from rca.models import Complaint, Promise
from rca.reports.drawing import figures
from rca.reports.figures import Figure, Period
from tests.make import make_account, make_cause, make_complaint, make_contact, make_told

DAY = timedelta(days=1)


def figure(name: str, days: int = 90) -> Figure:
    return next(one for one in figures(Period(days)) if one.name == name)


def owned(account: Account, by: User, hours: float, ago: float = 1) -> Complaint:
    at = now() - ago * DAY
    complaint = make_complaint(account, by=by, at=at)
    complaint.acknowledge(by=by, words="Sorry.", how="phone", our_mistake="yes", at=at + hours * DAY / 24)
    return complaint


def promised(complaint: Complaint, by: User, settle: str) -> Promise:
    at = now() - 2 * DAY
    made: Promise = Promise.objects.make(by=by, complaint=complaint, kind="answer", what="", window_from=at,
                                         window_until=at + DAY / 24, at=at - DAY)  # fmt: skip
    if settle == "kept":
        made.keep(by=by, at=at)
    elif settle == "late":
        made.keep(by=by)
    elif settle == "broken":
        made.break_off(by=by, words="Forgotten.")
    return made


def test_the_median_and_the_ninetieth_percentile_are_those_of_the_waits(ada: User, harbour: Account) -> None:
    for hours in range(1, 12):
        owned(harbour, ada, hours)
    make_complaint(harbour, by=ada)
    found = figure("owned_up")
    assert found.sum == "6 h" and "within 6 h, nine of ten within 10 h" in found.says
    assert "Of 12 complaints 1 still waits for it." in found.says


def test_each_team_has_its_own_median_in_working_time(ada: User, max_: User, lin: User, harbour: Account) -> None:
    morning = wall(localdate() - timedelta(days=localdate().weekday() + 7), time(9))
    for number, person in enumerate((ada, ada, ada, max_), 1):
        complaint = make_complaint(harbour, by=ada, at=morning)
        complaint.acknowledge(by=person, words="Sorry.", how="phone", our_mistake="yes",
                              at=morning + timedelta(hours=2 * number))  # fmt: skip
    found = figure("teams")
    assert "Half were owned up to within 5 h of working time" in found.says and "2 of 4 came in time." in found.says
    told = {row[0].text.split(", ")[1]: [cell.text for cell in row[1:]] for row in found.rows}
    assert told["customer support"] == ["3", "1", "4 h", "5 h 36"] and told["office"] == ["1", "1", "8 h", "8 h"]
    assert told["everybody"][:3] == ["4", "2", "5 h"]


def test_nights_and_days_off_are_no_working_time(ada: User, harbour: Account) -> None:
    friday = wall(localdate() - timedelta(days=localdate().weekday() + 3), time(17))
    complaint = make_complaint(harbour, by=ada, at=friday)
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes", at=friday + timedelta(hours=65))
    assert figure("teams").sum == "2 h"


def test_a_promise_counts_as_kept_only_inside_its_window(ada: User, harbour: Account) -> None:
    complaint = owned(harbour, ada, 1)
    for settle in ("kept", "kept", "late", "broken", "overdue"):
        promised(complaint, ada, settle)
    found = figure("promises")
    assert found.sum == "40%" and "Of 5 promises that fell due we kept 2" in found.says
    assert "Two were not kept at all." in found.says


def test_a_week_of_many_complaints_is_outside_the_limits(ada: User, harbour: Account) -> None:
    for week in range(1, 12):
        for _ in range(15 if week == 4 else 2):
            make_complaint(harbour, by=ada, at=now() - week * 7 * DAY)
    found = figure("complaints")
    assert "is outside the limits" in found.says
    assert [row[2].text for row in found.rows].count("outside the limits") == 1


def test_causes_are_ranked_by_the_accounts_they_hit(ada: User, lin: User, harbour: Account) -> None:
    small = make_cause(make_complaint(harbour, by=ada), by=lin, title="Small")
    big = make_cause(*(make_complaint(make_account(f"A {n}", by=ada), by=ada) for n in range(3)), by=lin, title="Big")
    rows = figure("causes").rows
    assert [row[0].text for row in rows] == [f"{big.ref} Big", f"{small.ref} Small"]
    assert [row[2].text for row in rows] == ["3", "1"] and [row[4].text for row in rows] == ["75%", "100%"]


def test_told_their_way_means_on_the_channel_they_ask_for(ada: User, lin: User) -> None:
    for name, channel in [("A", "phone"), ("B", "email")]:
        account = make_account(name, by=ada)
        contact = make_contact(account, by=ada, phone="+441632960101", email="a@b.example")
        type(contact.preference).objects.filter(pk=contact.preference.pk).update(channel=channel)
        telling = make_told(make_cause(make_complaint(account, by=ada), by=lin), account, by=ada)
        type(telling).objects.filter(pk=telling.pk).update(contact=contact)
    found = figure("told")
    assert found.sum == "50%"
    assert {row[0].text: row[2].text for row in found.rows} == {"phone": "1 of 1", "e-mail": "0 of 1"}


@pytest.mark.parametrize("days", [30, 90, 365])
def test_every_number_opens_as_many_records_as_it_says(
    as_vic: Client, ada: User, lin: User, harbour: Account, days: int
) -> None:
    for ago in (1, 5, 20, 40, 80, 200):
        complaint = owned(harbour, ada, 1, ago)
    promised(complaint, ada, "kept")
    promised(complaint, ada, "overdue")
    make_told(make_cause(complaint, by=lin), harbour, by=ada)
    checked = 0
    for one in figures(Period(days)):
        for row in one.rows:
            for cell in row:
                if cell.url.startswith("/reports/"):
                    said = int(re.findall(r"\d+", cell.text)[-1])
                    assert len(as_vic.get(cell.url).context["rows"]) == said, (one.name, cell)
                    checked += 1
    assert checked > 10


def test_an_empty_house_says_so_in_every_figure(as_vic: Client) -> None:
    page = as_vic.get("/reports/").content.decode()
    assert "Nobody complained in this time." in page and "No promise fell due in this time." in page


def test_the_drawing_has_no_style_and_its_twin_is_a_table(as_vic: Client, ada: User, harbour: Account) -> None:
    owned(harbour, ada, 2)
    page = as_vic.get("/reports/?days=30").content.decode()
    assert "style=" not in page and page.count("As a table") == 4 and page.count("What is counted") == 6


@pytest.mark.parametrize("query", ["days=7", "days=x", "days=", "days=90&days=30"])
def test_a_mangled_period_is_ninety_days_or_one_of_the_three(as_vic: Client, query: str) -> None:
    assert as_vic.get(f"/reports/?{query}").context["period"].days in (30, 90)


MANGLED = ["", "since=x&until=y", "since=2026-01-01", "since=9999-12-31", "state=none", "channel=any", "older=abc"]


@pytest.mark.parametrize("query", MANGLED)
def test_mangled_records_do_no_harm(as_vic: Client, query: str) -> None:
    for kind in ("complaints", "acknowledgments", "promises", "accounts", "linked", "tellings"):
        assert as_vic.get(f"/reports/records/{kind}/?{query}").status_code == 200
    assert as_vic.get("/reports/records/nothing/").status_code == 404


def test_the_same_number_of_queries_for_ten_rows_and_for_a_thousand(
    as_vic: Client, ada: User, harbour: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_vic.get("/reports/").status_code == 200
            assert as_vic.get("/reports/records/complaints/").status_code == 200
        return len(captured)

    for _ in range(10):
        owned(harbour, ada, 2)
    few, first = queries(), Complaint.objects.all()[0]
    Complaint.objects.bulk_create(
        Complaint(account=harbour, words="Again.", channel="phone", received_at=first.received_at,
                  acknowledge_by=first.acknowledge_by, logged_by=ada) for _ in range(990)
    )  # fmt: skip
    assert queries() == few <= 15


def test_the_api_gives_the_same_figures(api: Callable[..., APIClient], ada: User, harbour: Account) -> None:
    owned(harbour, ada, 2)
    answer = api(ada).get("/api/v1/figures/?days=30")
    assert answer.status_code == 200 and answer.data[0]["sum"] == "2 h"
    assert answer.data[0]["rows"][0][0]["text"]
