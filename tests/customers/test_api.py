"""Accounts through the API: the same verbs, the same refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from tests.make import make_contact

Door = Callable[..., APIClient]


def post(client: APIClient, address: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/accounts/{address}", body, format="json")


def test_an_account_is_opened_read_found_and_changed(api: Door, ada: User) -> None:
    client = api(ada)
    made = post(client, "", {"name": "Globex", "yearly_value": "63500.00", "time_zone": "America/New_York"})
    assert made.status_code == 201 and made.data["yearly_value"] == "63500.00"
    ref = made.data["ref"]
    assert client.get("/api/v1/accounts/?q=glo").data["results"][0]["ref"] == ref
    assert client.patch(f"/api/v1/accounts/{ref}/", {"region": "Leeds"}, format="json").status_code == 428
    changed = client.patch(f"/api/v1/accounts/{ref}/", {"region": "Leeds"}, format="json", HTTP_IF_MATCH='"1"')
    assert changed.data["region"] == "Leeds" and changed["ETag"] == '"2"'


def test_a_value_that_is_not_known_is_null(api: Door, ada: User, harbour: Account) -> None:
    assert api(ada).get(f"/api/v1/accounts/{harbour.ref}/").data["yearly_value"] is None


def test_every_act_of_the_page_is_an_act_here(api: Door, ada: User, lin: User, harbour: Account) -> None:
    client, ref = api(lin), harbour.ref
    assert post(client, f"{ref}/assignment/", {"owner": ada.email}).data["owner"] == ada.email
    assert post(client, f"{ref}/alias/", {"name": "Harbor Bks"}).data["aliases"] == ["Harbor Bks"]
    june = post(client, f"{ref}/contact/", {"name": "June Carver", "phone": "01632 960123"}).data["contacts"][0]
    assert june["phone"] == "+441632960123"
    base = f"{ref}/contacts/{june['id']}"
    wish = {"channel": "phone", "days": [2, 3], "opens": "09:00", "closes": "11:30", "version": 1}
    answer = post(client, f"{base}/preference/", wish)
    assert answer.data["contacts"][0]["preference"]["days"] == [2, 3]
    assert post(client, f"{base}/preference/", wish).status_code == 412
    assert (
        post(client, f"{base}/correction/", {"name": "June Carver-Bell"}).data["contacts"][0]["name"].endswith("Bell")
    )
    touched = post(client, f"{ref}/touch/", {"way": "in", "channel": "phone", "reached": True, "contact": june["id"]})
    assert touched.status_code == 200 and harbour.touches.get().contact_id == june["id"]
    assert post(client, f"{base}/departure/", {}).data["contacts"][0]["moved_on_at"]
    assert set(Entry.objects.filter(door="api").values_list("act", flat=True)) >= {
        "assigned", "aliased", "contact_added", "preference_asked", "contact_corrected", "touched", "contact_moved_on"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [({"name": "x", "nane": "y"}, "nane"), ({}, "name"), ({"name": "x", "kind": "friend"}, "kind"),
     ({"name": "x", "yearly_value": "-1"}, "yearly_value"), ({"name": "a\x00b"}, "name")],
)  # fmt: skip
def test_a_body_of_the_wrong_shape_names_its_field(api: Door, ada: User, body: dict[str, Any], field: str) -> None:
    answer = post(api(ada), "", body)
    assert answer.status_code == 400 and field in answer.data["errors"]


def test_the_refusals_are_those_of_the_page(api: Door, ada: User, noor: User, harbour: Account) -> None:
    answer = post(api(ada), "", {"name": "harbour books"})
    assert answer.status_code == 409 and "There is an account named Harbour Books already" in answer.data["title"]
    assert "no time zone" in post(api(ada), "", {"name": "x", "time_zone": "Mars"}).data["title"]
    assert post(api(noor), f"{harbour.ref}/alias/", {"name": "x"}).status_code == 403


def test_a_touch_takes_only_contacts_of_that_account(api: Door, ada: User, harbour: Account) -> None:
    stranger = make_contact(Account.objects.open(by=ada, name="Globex"), by=ada)
    body = {"way": "in", "channel": "phone", "contact": stranger.pk}
    answer = post(api(ada), f"{harbour.ref}/touch/", body)
    assert answer.status_code == 400 and "contact" in answer.data["errors"]
    assert post(api(ada), f"{harbour.ref}/contacts/{stranger.pk}/departure/", {}).status_code == 404
