"""Promises through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Promise
from tests.make import make_complaint, make_promise

Door = Callable[..., APIClient]


def window(start: float = 1, end: float = 2) -> dict[str, Any]:
    return {"window_from": now() + timedelta(hours=start), "window_until": now() + timedelta(hours=end)}


def test_a_promise_is_made_read_listed_and_kept(api: Door, ada: User, harbour: Account) -> None:
    client, complaint = api(ada), make_complaint(harbour, by=ada)
    body = {"complaint": complaint.ref, "what": "tell you what we found", **window()}
    made = client.post("/api/v1/promises/", body, format="json")
    assert made.status_code == 201 and made.data["account"] == harbour.ref and made.data["standing"] == "upcoming"
    ref = made.data["ref"]
    assert client.get(f"/api/v1/promises/?show=upcoming&complaint={complaint.ref}").data["results"][0]["ref"] == ref
    kept = client.post(f"/api/v1/promises/{ref}/keeping/", {}, format="json")
    assert kept.data["state"] == "kept" and kept.data["settlement"]["by"] == ada.email
    again = client.post(f"/api/v1/promises/{ref}/keeping/", {}, format="json")
    assert again.status_code == 409 and again.data["title"] == f"{ref} is settled already."


def test_a_promise_to_an_account_needs_no_complaint(api: Door, ada: User, lin: User, harbour: Account) -> None:
    body = {"account": harbour.ref, "kind": "visit", "owner": lin.email, **window()}
    made = api(ada).post("/api/v1/promises/", body, format="json")
    assert made.status_code == 201 and made.data["owner"] == lin.email and made.data["complaint"] is None


@pytest.mark.parametrize(("noun", "state"), [("breaking", "broken"), ("release", "released")])
def test_it_is_broken_or_released_only_with_words(
    api: Door, ada: User, harbour: Account, noun: str, state: str
) -> None:
    promise = make_promise(make_complaint(harbour, by=ada), by=ada)
    client, address = api(ada), f"/api/v1/promises/{promise.ref}/{noun}/"
    assert client.post(address, {}, format="json").status_code == 400
    assert client.post(address, {"words": "So it was."}, format="json").data["state"] == state


def test_the_refusals_are_those_of_the_page(api: Door, ada: User, noor: User, harbour: Account) -> None:
    turned = api(ada).post("/api/v1/promises/", {"account": harbour.ref, **window(2, 1)}, format="json")
    assert turned.status_code == 409 and "turn the two times round" in turned.data["title"]
    nobody = api(ada).post("/api/v1/promises/", window(), format="json")
    assert nobody.status_code == 409 and "say which" in nobody.data["title"]
    assert api(noor).post("/api/v1/promises/", {"account": harbour.ref, **window()}, format="json").status_code == 403
    assert not Promise.objects.exists()
