"""The calendar through the API."""

from collections.abc import Callable
from datetime import date

from rest_framework.test import APIClient

from accounts.models import User
from rca.models import Holiday, WorkingDay

Door = Callable[..., APIClient]
WEEK = {
    "week": [{"weekday": 1, "opens": "08:30", "closes": "17:30"}, {"weekday": 7, "opens": "20:00", "closes": "00:00"}]
}


def test_everybody_reads_it(api: Door, noor: User) -> None:
    told = api(noor, "read").get("/api/v1/hours/").data
    assert told["week"][0] == {"weekday": 1, "opens": "09:00:00", "closes": "18:00:00"} and len(told["week"]) == 5
    assert told["targets"][0] == {"severity": "", "hours": "4.00"} and told["holidays"] == []


def test_the_admin_changes_hours_targets_and_days_off(api: Door, max_: User) -> None:
    client, year = api(max_), date.today().year
    week = client.post("/api/v1/hours/week/", WEEK, format="json")
    assert week.status_code == 200 and [one["weekday"] for one in week.data["week"]] == [1, 7]
    body = {"targets": [{"severity": "critical", "hours": "0.5"}], "version": week.data["version"]}
    assert client.post("/api/v1/hours/targets/", body, format="json").data["targets"][-1]["hours"] == "0.50"
    day = {"day": f"{year}-03-11", "name": "Stocktaking"}
    assert client.post("/api/v1/hours/holiday/", day, format="json").status_code == 201
    assert client.post("/api/v1/hours/holiday/", day, format="json").status_code == 409
    filled = client.post("/api/v1/hours/filling/", {"country": "GB", "year": year, "part": "ENG"}, format="json")
    assert filled.status_code == 200 and len(filled.data["holidays"]) == Holiday.objects.count() > 7
    assert client.post("/api/v1/hours/removal/", {"day": day["day"]}, format="json").status_code == 200
    assert not Holiday.objects.filter(name="Stocktaking").exists()


def test_the_refusals_are_those_of_the_page(api: Door, max_: User, vic: User) -> None:
    assert api(vic).post("/api/v1/hours/week/", WEEK, format="json").status_code == 403
    nothing = api(max_).post("/api/v1/hours/week/", {"week": []}, format="json")
    assert nothing.status_code == 409 and "keep at least one day" in nothing.data["title"]
    stale = api(max_).post("/api/v1/hours/week/", {**WEEK, "version": 7}, format="json")
    assert stale.status_code == 412 and not WorkingDay.objects.exists()
    for noun, body in (
        ("week", {"week": "x"}),
        ("holiday", {"day": "x", "name": "\x00"}),
        ("targets", {"targets": [1]}),
    ):
        assert api(max_).post(f"/api/v1/hours/{noun}/", body, format="json").status_code == 400


def test_the_same_request_sent_again_does_nothing_twice(api: Door, max_: User) -> None:
    client, day = api(max_), {"day": "2026-03-11", "name": "Stocktaking"}
    codes = [
        client.post("/api/v1/hours/holiday/", day, format="json", HTTP_IDEMPOTENCY_KEY="k").status_code
        for _ in range(2)
    ]
    assert codes == [201, 201] and Holiday.objects.count() == 1
