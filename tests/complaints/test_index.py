"""The list: tabs, counts, and the views that are kept of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account, Entry, SavedView, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Complaint
from tests.make import make_account, make_cause, make_complaint, make_fixed, make_told

Pair = tuple[Complaint, Complaint]
OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


def shown(client: Client, **filters: str) -> list[str]:
    answer = client.get("/complaints/", {"show": "all", **filters})
    assert answer.status_code == 200
    return [line["ref"] for line in answer.context["lines"]]


def test_told_then_again_are_those_who_had_heard_that_it_was_mended(
    as_ada: Client, ada: User, lin: User, harbour: Account
) -> None:
    before = now() - timedelta(days=20)
    first = make_complaint(harbour, by=ada, at=before)
    cause = make_cause(first, by=lin)
    make_fixed(cause, by=lin, owner=ada, at=before + timedelta(days=1))
    make_told(cause, harbour, by=ada, at=before + timedelta(days=2))
    again, other = make_complaint(harbour, by=ada), make_complaint(make_account("Globex", by=ada), by=ada)
    for one in (again, other):
        cause.link(by=ada, complaint=one)
    assert shown(as_ada, show="told-again") == [again.ref]


def test_the_counts_come_in_one_query_and_stop_at_a_hundred(
    as_ada: Client, ada: User, harbour: Account, django_assert_max_num_queries: Callable
) -> None:
    first = make_complaint(harbour, by=ada)
    Complaint.objects.bulk_create(
        Complaint(account=harbour, words=f"{n}", channel="phone", received_at=first.received_at,
                  acknowledge_by=first.acknowledge_by, logged_by=ada) for n in range(150)
    )  # fmt: skip
    page = as_ada.get("/complaints/").content.decode()
    assert "100+ are open." in page and 'id="n-mine">1</span>' in page
    with django_assert_max_num_queries(8):
        late = as_ada.get("/complaints/counts/?show=open").content.decode()
    assert 'id="n-no-cause" hx-swap-oob="true">100+</span>' in late and "all 151 that match" in late


def test_a_view_is_kept_named_shared_and_forgotten(as_lin: Client, lin: User, signed_in: Callable, ada: User) -> None:
    as_lin.post("/complaints/view/", {"name": "Price", "query": "show=open&q=price&older=abc&nonsense=1"})
    view = SavedView.objects.get()
    assert view.query == "q=price&show=open"
    assert "Price" not in signed_in(ada).get("/complaints/").content.decode()
    as_lin.post(f"/people/views/{view.pk}/sharing/", {"role": "agent"})
    assert "“Price”" in signed_in(ada).get("/complaints/").content.decode()
    as_lin.post(f"/people/views/{view.pk}/naming/", {"name": "Wrong price"})
    assert "“Wrong price”" in as_lin.get("/complaints/?show=open&q=price").content.decode()
    as_lin.post(f"/people/views/{view.pk}/unsharing/")
    assert not SavedView.objects.visible_to(ada).exists()
    as_lin.post(f"/people/views/{view.pk}/forgetting/")
    assert not SavedView.objects.exists()
    acts = set(Entry.objects.filter(by=lin).values_list("act", flat=True))
    assert {"view_kept", "view_shared", "view_renamed", "view_unshared", "view_forgotten"} <= acts


def test_an_agent_keeps_views_and_shares_none(ada: User) -> None:
    view = SavedView.objects.keep(by=ada, page="complaints", name="Mine", query="who=me")
    with pytest.raises(Forbidden, match="to share a view takes a support lead"):
        view.share(by=ada, role="agent")


def test_a_shared_view_is_its_owners_to_change(ada: User, lin: User, signed_in: Callable) -> None:
    view = SavedView.objects.keep(by=lin, page="complaints", name="Price", query="q=price")
    view.share(by=lin, role="viewer")
    answer = signed_in(ada).post(f"/people/views/{view.pk}/forgetting/")
    assert answer.status_code == 409 and "keep one of your own instead" in answer.content.decode()


def test_what_is_shared_with_leads_is_not_there_for_an_agent(ada: User, lin: User, signed_in: Callable) -> None:
    view = SavedView.objects.keep(by=lin, page="complaints", name="Price", query="q=price")
    view.share(by=lin, role="lead")
    assert signed_in(ada).post(f"/people/views/{view.pk}/forgetting/").status_code == 404


@pytest.mark.parametrize(("page", "name", "query", "said"), [
    ("complaints", "Price", "q=a", "You have a view called “Price” already"),
    ("complaints", " ", "q=a", "Give the view a name"), ("moons", "A", "q=a", "There is no such list"),
    ("complaints", "x" * 61, "q=a", "60 is the most"), ("complaints", "A", "since=blue", "is no day"),
    ("complaints", "A", "hurts=huge", "This view cannot be kept: hurts"),
])  # fmt: skip
def test_a_view_that_makes_no_sense_is_refused(ada: User, page: str, name: str, query: str, said: str) -> None:
    SavedView.objects.keep(by=ada, page="complaints", name="Price", query="q=price")
    with pytest.raises(Refused, match=said):
        SavedView.objects.keep(by=ada, page=page, name=name, query=query)


def test_views_through_the_api(api: Callable, lin: User, ada: User) -> None:
    door = api(lin)
    made = door.post("/api/v1/saved-views/", {"page": "complaints", "name": "Price", "query": "q=price"}, format="json")
    assert made.status_code == 201 and made.data["address"] == "/complaints/?q=price"
    address = f"/api/v1/saved-views/V-{SavedView.objects.get().pk}/"
    assert door.post(address + "sharing/", {"role": "agent"}, format="json").data["shared_role"] == "agent"
    assert [row["name"] for row in api(ada).get("/api/v1/saved-views/").data["results"]] == ["Price"]
    assert door.post(address + "naming/", {"name": "Prices"}, format="json").data["name"] == "Prices"
    assert door.post(address + "unsharing/", {}, format="json").data["shared_role"] == ""
    assert door.post(address + "forgetting/", {}, format="json").status_code == 204
    assert door.get(address).status_code == 404
