from collections.abc import Callable

from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import User
from tests.make import make_cause, make_fix

Door = Callable[..., APIClient]


def test_a_fix_from_proposal_to_verdict(api: Door, ada: User, lin: User) -> None:
    cause, today = make_cause(by=lin), str(localdate())
    foreseen = {"measure": "price complaints", "falls_from": "4", "falls_to": "0", "check_on": today}
    body = {"cause": cause.ref, "kind": "corrective", "title": "x", "owner": ada.email, "due": today, **foreseen}
    answer = api(lin).post("/api/v1/fixes/", body, format="json")
    assert answer.status_code == 201 and answer.json()["cause"] == cause.ref
    address = f"/api/v1/fixes/{answer.json()['ref']}/"
    assert (
        api(lin).post(address + "verification/", {"result": "effective", "evidence": "x"}, format="json").status_code
        == 409
    )
    assert api(ada).post(address + "slip/", {"due": today, "reason": "x"}, format="json").status_code == 409
    assert api(ada).post(address + "completion/", {}, format="json").json()["state"] == "done"
    verdict = {"result": "not", "evidence": "Three came.", "observed": "3"}
    found = api(lin).post(address + "verification/", verdict, format="json").json()
    assert found["state"] == "open" and found["verifications"][0]["by"] == lin.email


def test_a_fix_is_amended_with_its_version_and_dropped(api: Door, ada: User, lin: User) -> None:
    fix, door = make_fix(make_cause(by=lin), by=lin, owner=ada), api(lin)
    address = f"/api/v1/fixes/{fix.ref}/"
    tag = {"If-Match": door.get(address)["ETag"]}
    assert door.patch(address, {"title": "Anew"}, format="json", headers=tag).json()["title"] == "Anew"
    assert door.patch(address, {"title": "Again"}, format="json", headers=tag).status_code == 412
    assert api(ada).post(address + "drop/", {"reason": "x"}, format="json").status_code == 403
    assert door.post(address + "drop/", {"reason": "x"}, format="json").json()["state"] == "dropped"


def test_half_a_fix_is_refused_in_the_words_of_the_page(api: Door, lin: User) -> None:
    cause, door = make_cause(by=lin), api(lin)
    body = {"cause": cause.ref, "kind": "corrective", "title": "x", "owner": lin.email, "due": str(localdate())}
    answer = door.post("/api/v1/fixes/", {**body, "measure": "complaints"}, format="json")
    assert answer.status_code == 409 and answer.json()["title"] == "Say on which day somebody looks whether it fell."
    for bad in ({"kind": "magic"}, {"due": "soon"}, {"owner": "x@y.z"}, {"title": "x" * 201}, {"why": 99999}):
        assert door.post("/api/v1/fixes/", {**body, **bad}, format="json").status_code == 400
    assert door.get("/api/v1/fixes/?show=open").json()["results"] == []
