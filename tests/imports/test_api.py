"""Files through the API: the same steps as the page, and every act for those who may import."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Entry, User
from rca.models import Complaint, Import
from tests.imports.desk import FIELDS, content, handed_in, line, run, worked
from tests.make import make_account

pytestmark = pytest.mark.django_db


def handed(client: APIClient, *lines: list[str]) -> Any:
    file = SimpleUploadedFile("desk.csv", content(*lines))
    return client.post("/api/v1/imports/", {"file": file}, format="multipart")


def test_a_file_goes_its_whole_way(lin: User, api: Callable[..., APIClient]) -> None:
    make_account("Harbour Books", by=lin)
    client = api(lin)
    made = handed(client, line(1, "Harbour Bookshop"), line(2, "Globex"), line(3, "Globex", text=""))
    assert (made.status_code, made.data["state"]) == (201, "looking")
    batch = worked(Import.objects.get())
    place = f"/api/v1/imports/{batch.ref}/"
    body = {"preset": "any", "source": "old desk", "columns": FIELDS, "remember": "Old desk"}
    assert client.patch(place, body, format="json").status_code == 428
    tag = client.get(place)["ETag"]
    assert client.patch(place, body, format="json", HTTP_IF_MATCH=tag).data["source"] == "old desk"
    odd = client.patch(place, {"values": {"status": {"x": "critical"}}}, format="json", HTTP_IF_MATCH='"2"')
    assert odd.status_code == 409 and "it is one of open, closed" in odd.data["title"]
    assert client.post(place + "run/").data["title"].startswith("Try it first")
    assert client.post(place + "dry-run/").data["state"] == "checking"
    worked(batch)
    doubt = client.get(place + "doubts/").data["results"][0]
    assert doubt["name"] == "Harbour Bookshop" and doubt["account"].startswith("A-")
    client.post(place + "decision/", {"doubt": doubt["id"], "decision": "same"}, format="json")
    assert client.post(place + "run/").data["state"] == "running"
    worked(batch)
    state = client.get(place).data
    assert (state["state"], state["created"], state["refused"], state["waiting"]) == ("done", 2, 1, 0)
    assert client.get(place + "refused/").data["results"][0]["row"] == 4
    assert b"why" in client.get(place + "error-file/").getvalue()
    assert client.get(place + "staying/").data == [] and client.get(place + "conflicts/").data["results"] == []
    assert client.post(place + "undoing/").data["state"] == "undoing"
    assert worked(batch).state == "undone" and not Complaint.objects.exists()


def test_stop_and_resumption(lin: User, api: Callable[..., APIClient]) -> None:
    batch, client = handed_in(lin, line(1)), api(lin)
    batch.try_out(by=lin)
    place = f"/api/v1/imports/{batch.ref}/"
    worked(batch)
    assert client.post(place + "stop/").status_code == 409
    client.post(place + "run/")
    assert client.post(place + "stop/").status_code == 200
    assert worked(batch).state == "stopped"
    assert client.post(place + "resumption/").data["state"] == "running"
    assert worked(batch).state == "done"


def test_a_conflict_is_settled(lin: User, ada: User, api: Callable[..., APIClient]) -> None:
    run(lin, line(1, thing="Cards"))
    Complaint.objects.get().amend(by=ada, product="Greeting cards")
    batch, client = run(lin, line(1, thing="Boxes"), name="second.csv"), api(lin)
    place = f"/api/v1/imports/{batch.ref}/"
    conflict = client.get(place + "conflicts/").data["results"][0]
    assert (conflict["ours"], conflict["theirs"]) == ("Greeting cards", "Boxes")
    client.post(place + "settlement/", {"conflict": conflict["id"], "keep": "theirs"}, format="json")
    assert Complaint.objects.get().product == "Boxes"


def test_what_is_too_big_or_no_file_is_said(lin: User, api: Callable[..., APIClient], settings: Any) -> None:
    assert api(lin).post("/api/v1/imports/", {}, format="multipart").status_code == 409
    settings.IMPORT_LIMIT = 20
    assert handed(api(lin), line(1)).status_code == 413
    settings.IMPORT_LIMIT = -2 * 1024 * 1024
    assert "the most that is taken here, all files" in handed(api(lin), line(1)).json()["title"]


def test_who_may_not_import_is_refused_everywhere(lin: User, ada: User, api: Callable[..., APIClient]) -> None:
    batch, client = handed_in(lin, line(1)), api(ada)
    before = Entry.objects.count()
    assert handed(client, line(1)).status_code == 403 and client.get("/api/v1/imports/").status_code == 403
    for noun in ("dry-run", "run", "stop", "resumption", "undoing", "decision", "settlement"):
        assert client.post(f"/api/v1/imports/{batch.ref}/{noun}/").status_code == 403
    assert Entry.objects.count() == before


def test_rows_of_another_file_cannot_be_decided_through_this_one(lin: User, api: Callable[..., APIClient]) -> None:
    make_account("Harbour Books", by=lin)
    first, second = run(lin, line(1, "Harbour Bookshop")), run(lin, line(2, "Globex"), name="second.csv")
    body = {"doubt": first.doubts.get().pk, "decision": "new"}
    assert api(lin).post(f"/api/v1/imports/{second.ref}/decision/", body, format="json").status_code == 404
