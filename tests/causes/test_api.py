from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import Account, Purchase, User
from rca.models import Cause
from tests.make import make_account, make_cause, make_chain, make_complaint, make_fixed, make_session, make_told

Door = Callable[..., APIClient]
PASSES: dict[str, Any] = {"would_have_happened": False, "stays_away": True, "reads_back": True}


@pytest.fixture
def cause(ada: User, lin: User, harbour: Account) -> Cause:
    return make_cause(make_complaint(harbour, by=ada), by=lin)


def post(door: APIClient, cause: Cause, noun: str, **body: object) -> dict[str, object]:
    answer = door.post(f"/api/v1/causes/{cause.ref}/{noun}/", body, format="json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_a_root_is_marked_through_the_api(api: Door, ada: User, lin: User, harbour: Account) -> None:
    why = make_chain(make_session(by=lin, complaints=[make_complaint(harbour, by=ada)]), by=lin)[-1]
    body = {"why": why.pk, "title": "One diary", "owner": lin.email, **PASSES}
    answer = api(lin).post("/api/v1/causes/", body, format="json")
    assert answer.status_code == 201
    found = answer.json()
    assert (found["title"], found["state"], found["accounts"], found["untold"]) == ("One diary", "open", 1, 1)
    again = api(lin).post("/api/v1/causes/", body, format="json")
    assert again.status_code == 409 and again.json()["title"].startswith("This why is marked as the root")


def test_the_whole_way_from_untold_to_closed(
    api: Door, ada: User, lin: User, vic: User, cause: Cause, harbour: Account
) -> None:
    door, globex = api(lin), make_account("Globex", by=ada)
    post(door, cause, "affected", account=globex.ref, why="30 copies")
    refusal = door.post(f"/api/v1/causes/{cause.ref}/closure/", {}, format="json")
    assert refusal.status_code == 409 and refusal.json()["title"] == cause.what_blocks()
    assert refusal.json()["steps"][:2] == ["Tell Harbour Books", "Tell Globex"]
    assert [one["text"] for one in door.get(f"/api/v1/causes/{cause.ref}/blockers/").json()] == [
        "2 accounts have not been told: Harbour Books and Globex", "No fix is proposed",
    ]  # fmt: skip
    post(api(vic), cause, "waiver", account=globex.ref, reason="Shop closed.")
    make_told(cause, harbour, by=ada)
    make_fixed(cause, by=lin, owner=ada)
    assert post(door, cause, "closure", words="Quiet.")["state"] == "closed"
    assert post(door, cause, "reopening", reason="Globex rang.")["state"] == "watched"
    rows = door.get(f"/api/v1/causes/{cause.ref}/roster/").json()["results"]
    assert [(row["account"], row["standing"]) for row in rows] == [(globex.ref, "waived"), (harbour.ref, "told")]


def test_the_other_acts_answer_with_the_cause(api: Door, ada: User, lin: User, vic: User, cause: Cause) -> None:
    door, globex = api(lin), make_account("Globex", by=ada, segment="schools")
    other = make_complaint(globex, by=ada)
    assert post(door, cause, "link", complaint=other.ref)["complaints"] == 2
    assert post(door, cause, "unlink", complaint=other.ref)["complaints"] == 1
    assert post(door, cause, "rule", segment="schools")["accounts"] == 2
    assert post(door, cause, "run", rule=cause.rules.get().pk)["accounts"] == 2
    post(api(vic), cause, "waiver", account=globex.ref, reason="x")
    assert post(api(vic), cause, "unwaiver", account=globex.ref)["waived"] == 0
    assert post(door, cause, "removal", account=globex.ref, reason="Not them.")["accounts"] == 1
    post(door, cause, "line", text="We are sorry.")
    (line,) = post(api(vic), cause, "approval", line=cause.lines.get().pk)["lines"]  # type: ignore[misc]
    assert line["approved_by"] == vic.email
    assert post(door, cause, "owner", owner=ada.email)["owner"] == ada.email
    day = str(localdate() + timedelta(days=7))
    assert post(door, cause, "review-date", on=day)["next_review"] == day


def test_a_preview_keeps_nothing(api: Door, ada: User, lin: User, cause: Cause, harbour: Account) -> None:
    Purchase.objects.create(account=harbour, on="2026-01-10", product="The Salt Road", quantity=30, reference="58113")
    answer = api(lin).post(f"/api/v1/causes/{cause.ref}/preview/", {"product": "The Salt Road"}, format="json")
    assert answer.json() == [
        {"account": harbour.ref, "name": "Harbour Books", "why": "30 of The Salt Road, invoice 58113"}
    ]
    assert not cause.rules.exists()
    assert api(ada).post(f"/api/v1/causes/{cause.ref}/preview/", {"segment": "x"}, format="json").status_code == 403


def test_an_edit_names_the_version_it_read(api: Door, lin: User, cause: Cause) -> None:
    door, address = api(lin), f"/api/v1/causes/{cause.ref}/"
    tag = door.get(address)["ETag"]
    assert door.patch(address, {"title": "One"}, format="json").status_code == 428
    assert door.patch(address, {"title": "One"}, format="json", headers={"If-Match": tag}).json()["title"] == "One"
    assert door.patch(address, {"title": "Two"}, format="json", headers={"If-Match": tag}).status_code == 412


def test_bad_bodies_are_400_and_absent_rows_are_sentences(
    api: Door, ada: User, lin: User, vic: User, cause: Cause
) -> None:
    door = api(lin)
    for noun, body, code in [
        ("link", {"complaint": "C-99999"}, 400), ("link", {}, 400), ("affected", {"account": "x"}, 400),
        ("rule", {"colour": "red"}, 400), ("rule", {}, 409), ("line", {"text": "a\x00b"}, 400),
        ("owner", {"owner": "nobody@example.com"}, 400), ("run", {"rule": 99}, 409), ("sighting", {}, 409),
        ("approval", {"line": 99}, 409), ("review-date", {"on": "2020-01-01"}, 409),
    ]:  # fmt: skip
        answer = door.post(f"/api/v1/causes/{cause.ref}/{noun}/", body, format="json")
        assert answer.status_code == code, (noun, answer.content)
    stranger = make_account("Globex", by=ada)
    answer = api(vic).post(
        f"/api/v1/causes/{cause.ref}/waiver/", {"account": stranger.ref, "reason": "x"}, format="json"
    )
    assert answer.status_code == 409 and "is not on the roster" in answer.json()["title"]
    assert door.post("/api/v1/causes/", {"why": 999999, **PASSES}, format="json").status_code == 400
    assert door.get("/api/v1/causes/R-999999/").status_code == 404
    assert api(ada, "read").post(f"/api/v1/causes/{cause.ref}/line/", {"text": "x"}, format="json").status_code == 403


def test_the_list_is_filtered_as_the_page_is(api: Door, lin: User, cause: Cause) -> None:
    door = api(lin)
    assert [one["ref"] for one in door.get("/api/v1/causes/?untold=some").json()["results"]] == [cause.ref]
    assert door.get("/api/v1/causes/?untold=none").json()["results"] == []
    assert door.get("/api/v1/causes/?show=none").status_code == 400
