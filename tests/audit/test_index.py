"""The ledger's page and its API: for managers, filtered, read only."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Seal, User
from rca.lib.clock import now
from tests.make import make_complaint


def acts(client: Client, query: str = "") -> list[str]:
    return [line.entry.act for line in client.get(f"/ledger/{query}").context["rows"]]


def test_vic_reads_who_did_what_by_which_door_before_and_after(as_vic: Client, ada: User, harbour: Account) -> None:
    harbour.amend(by=ada, region="Whitby")
    harbour.amend(by=ada, region="Leeds")
    page = unescape(as_vic.get("/ledger/").content.decode())
    assert "<del>Whitby</del> <ins>Leeds</ins>" in page and "Ada Okafor" in page and "command" in page
    assert f'href="/accounts/{harbour.ref}/"' in page and "not yet" in page


def test_an_owner_is_named_and_not_numbered(as_vic: Client, ada: User, lin: User, harbour: Account) -> None:
    harbour.assign(by=lin, owner=ada)
    page = as_vic.get("/ledger/?act=assigned").content.decode()
    assert "<ins>Ada Okafor</ins>" in page and ada.ref not in page


def test_it_is_filtered_by_reference_person_act_door_and_day(
    as_vic: Client, ada: User, lin: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada, at=now() - timedelta(days=40))
    complaint.acknowledge(by=lin, words="Sorry.", how="phone", our_mistake="yes")
    assert acts(as_vic, f"?about={complaint.ref.lower()}") == ["acknowledged", "logged"]
    assert acts(as_vic, f"?about={complaint.ref}, {harbour.ref}") == ["acknowledged", "opened", "logged"]
    assert acts(as_vic, f"?who={lin.pk}") == ["acknowledged"]
    assert acts(as_vic, "?act=Logged") == ["logged"] and acts(as_vic, "?door=mail") == []
    assert acts(as_vic, f"?about={complaint.ref}&since=%2B0") == ["acknowledged"]
    assert acts(as_vic, "?since=blursday") == []


@pytest.mark.parametrize("query", ["?about=%00", "?who=x", "?who=999999", "?door=window", "?older=x", "?about=%27"])
def test_a_mangled_address_breaks_nothing(as_vic: Client, harbour: Account, query: str) -> None:
    assert as_vic.get(f"/ledger/{query}").status_code == 200


@pytest.mark.parametrize("who", ["noor", "ada", "lin"])
def test_below_a_manager_nobody_reads_it_and_is_told_who_may(
    who: str, request: pytest.FixtureRequest, signed_in: Callable[[User], Client], api: Callable[..., APIClient]
) -> None:
    person = request.getfixturevalue(who)
    answer = signed_in(person).get("/ledger/")
    assert answer.status_code == 403 and "to read the ledger takes a manager" in answer.content.decode()
    assert api(person).get("/api/v1/ledger/").status_code == 403


def test_the_pager_walks_every_entry_once(as_vic: Client, vic: User) -> None:
    at = now()
    Entry.objects.bulk_create(
        Entry(at=at - timedelta(seconds=n // 3), by=vic, act="noted", ref="C-1", says="x", about=["C-1"], door="page")
        for n in range(120)
    )
    seen: list[int] = []
    address = "/ledger/?act=noted"
    while address:
        page = as_vic.get(address).context["page"]
        seen += [row.pk for row in page.rows]
        address = "/ledger/" + page.older if page.older else ""
    assert len(seen) == len(set(seen)) == 120


def test_it_asks_the_same_number_of_queries_for_ten_entries_and_for_a_thousand(as_vic: Client, vic: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_vic.get("/ledger/").status_code == 200
        return len(captured)

    def fill(count: int) -> None:
        Entry.objects.bulk_create(
            Entry(
                at=now(),
                by=vic,
                act="assigned",
                ref="A-1",
                says="x",
                about=["A-1"],
                door="page",
                after={"owner": vic.ref},
            )
            for _ in range(count)
        )

    fill(10)
    few = queries()
    fill(990)
    assert queries() == few <= 10


def test_the_api_reads_and_nothing_writes(
    api: Callable[..., APIClient], vic: User, ada: User, harbour: Account
) -> None:
    client = api(vic)
    rows = client.get(f"/api/v1/ledger/?about={harbour.ref}").data["results"]
    assert [row["act"] for row in rows] == ["opened"] and rows[0]["by"] == ada.email and rows[0]["seal"] is None
    address = f"/api/v1/ledger/{rows[0]['id']}/"
    assert client.get(address).data["says"] == "Account opened."
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address, {}, format="json").status_code == 405


def test_a_sealed_entry_shows_its_seal_and_the_page_counts_them(as_vic: Client, ada: User, harbour: Account) -> None:
    first = Entry.objects.earliest("pk")
    Seal.objects.create(number=1, entry=first, digest="9f3c" + "0" * 58 + "e1")
    harbour.amend(by=ada, region="Whitby")
    page = as_vic.get("/ledger/").content.decode()
    assert "9f3c…e1" in page and "1 entry is sealed; one waits for the next seal." in page
