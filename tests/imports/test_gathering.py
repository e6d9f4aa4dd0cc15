"""Several files of one export: taken for what they are, joined, corrected, and read as one import."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Contact, Entry, User
from rca.imports import chunks
from rca.imports.forms import FIELDS, ColumnsForm
from rca.imports.importing import bring_in
from rca.imports.keeping import Handed
from rca.imports.presets import PRESETS
from rca.imports.refusing import error_file
from rca.lib.refused import Refused
from rca.models import Complaint, FilePart, Import
from tests.imports.desk import worked
from tests.imports.reads import SHARED

pytestmark = pytest.mark.django_db

HEAD = "id,requester_id,submitter_id,organization_id,status,created_at,subject,description,via_channel\n"
TICKETS = HEAD + "7,11,11,,open,2021-03-04 09:12:00,,,web\n8,12,12,,closed,2021-03-05 09:12:00,Late,It came late,web\n"
USERS = "id,name,email,organization_id\n11,June Park,june@harbour.example,21\n12,Tom Oak,tom@oak.example,\n"
HOUSES = "id,name,shared_tickets\n21,Harbour Books,FALSE\n"
SAID = "id,ticket_id,body,public,created\n2,7,We are sorry,TRUE,2021-03-06\n1,7,It is wrong,TRUE,2021-03-05\n"
BRANDS = "id,brand_url,active\n1,x,TRUE\n"
ALL = {"tickets.csv": TICKETS, "users.csv": USERS, "organizations.csv": HOUSES, "comments.csv": SAID}


def given(**files: str) -> list[Handed]:
    return [Handed(name.replace("_", "."), [text.encode()]) for name, text in files.items()]


def handed(by: User, files: dict[str, str]) -> Import:
    return worked(Import.objects.receive(by=by, files=given(**files)))


def gone_through(batch: Import, by: User) -> Import:
    batch.try_out(by=by)
    worked(batch).run(by=by)
    return worked(batch)


def taken_for(batch: Import) -> dict[str, str]:
    return {one["name"]: one["role"] for one in batch.files}


def page(as_lin: Client, batch: Import) -> str:
    return as_lin.get(f"/imports/{batch.ref}/").content.decode()


def folder(path: Path, files: dict[str, str]) -> list[Path]:
    for name, text in files.items():
        (path / name).write_text(text)
    return [path / name for name in files]


def test_four_files_dropped_together_are_told_apart_shown_and_joined(as_lin: Client, lin: User) -> None:
    uploads = [SimpleUploadedFile(name, text.encode()) for name, text in reversed(ALL.items())]
    assert as_lin.post("/imports/file/", {"file": uploads}).status_code == 302
    batch = worked(Import.objects.get())
    assert (batch.state, batch.name, batch.preset, batch.total) == ("ready", "tickets.csv", "zendesk", 2)
    assert taken_for(batch) == {
        "tickets.csv": "tickets", "users.csv": "users", "organizations.csv": "organizations", "comments.csv": "comments"
    }  # fmt: skip
    text = page(as_lin, batch)
    assert "tickets.csv</bdi> and 3 more" in text and "It has the columns of organisations." in text
    assert "organization_name" in text and "Harbour Books" in text  # the columns that come from beside it
    assert gone_through(batch, lin).created == 2
    one, two = Complaint.objects.order_by("external_id")
    assert (one.account.name, one.words, one.contact.email) == ("Harbour Books", "It is wrong", "june@harbour.example")
    assert two.account.name == "Tom Oak" and "It came late" in two.words
    assert Entry.objects.get(ref=batch.ref, act="received").says.endswith("and tickets.csv were handed in.")


def test_columns_kept_as_the_page_shows_them_are_read_as_they_were_found(as_lin: Client, lin: User) -> None:
    batch = handed(lin, ALL)
    form, found = ColumnsForm(batch=batch), batch.mapping
    shown = {name: form[name].value() for name in form.fields}
    assert all(value in dict(form.fields[name].choices) for name, value in shown.items() if name.startswith("column_"))
    as_lin.post(f"/imports/{batch.ref}/columns/", {**shown, "version": batch.version, "next": "try"})
    assert worked(batch).mapping == found
    batch.run(by=lin)
    worked(batch)
    assert Complaint.objects.get(external_id="8").words == "Late\n\nIt came late"


def test_each_field_that_a_kind_knows_can_be_chosen() -> None:
    assert not {ours for preset in PRESETS.values() for ours in preset.fields} - set(FIELDS)


def test_the_same_files_again_change_nothing_whatever_their_order(lin: User) -> None:
    first = gone_through(handed(lin, ALL), lin)
    again = gone_through(handed(lin, dict(reversed(ALL.items()))), lin)
    assert again.digest == first.digest and (again.created, again.changed, again.unchanged) == (0, 0, 2)
    other = handed(lin, ALL | {"comments.csv": SAID + "3,8,Really,TRUE,2021-03-07\n"})
    assert other.digest != first.digest


def test_people_without_tickets_are_refused_in_a_sentence_until_the_tickets_are_added(
    as_lin: Client, lin: User
) -> None:
    batch = handed(lin, {"organizations.csv": HOUSES})
    assert batch.state == "unreadable"
    assert batch.failure == "organizations.csv holds organisations and no tickets: add the file with the tickets."
    assert "add the file with the tickets" in page(as_lin, batch)
    more = {"file": [SimpleUploadedFile(name, ALL[name].encode()) for name in ("tickets.csv", "comments.csv")]}
    assert as_lin.post(f"/imports/{batch.ref}/addition/", more).status_code == 302
    assert worked(batch).state == "ready" and batch.name == "tickets.csv" and len(batch.files) == 3
    assert gone_through(batch, lin).created == 2
    assert Entry.objects.get(ref=batch.ref, act="added").says == "tickets.csv and comments.csv were added."


def test_two_files_of_which_none_holds_tickets_are_both_named(lin: User) -> None:
    batch = handed(lin, {"organizations.csv": HOUSES, "users.csv": USERS})
    assert batch.failure.startswith("organizations.csv holds organisations, users.csv holds people, and none of them")


def test_what_has_no_place_is_named_and_left_aside_with_one_press(as_lin: Client, lin: User) -> None:
    batch = handed(lin, ALL | {"brands.csv": BRANDS, "notes.csv": "%PDF-1.4 and so on\n"})
    assert batch.state == "unreadable" and "brands.csv, notes.csv have no place here." in batch.failure
    text = page(as_lin, batch)
    assert "nothing that tickets could be joined with" in text and "notes.csv is a PDF, not a table" in text
    answer = as_lin.post(f"/imports/{batch.ref}/roles/", {"version": batch.version, "aside": "rest"})
    assert answer.status_code == 302
    assert worked(batch).state == "ready" and batch.failure == ""
    assert taken_for(batch)["brands.csv"] == taken_for(batch)["notes.csv"] == "aside"
    assert batch.digest == handed(lin, ALL).digest


def test_a_person_may_say_that_people_are_the_tickets(as_lin: Client, lin: User) -> None:
    odd = "id,name,email,complaint,received\n1,Harbour,a@harbour.example,It is wrong.,2021-03-04\n"
    batch = handed(lin, {"odd.csv": odd})
    assert batch.state == "unreadable" and "holds people" in batch.failure
    as_lin.post(f"/imports/{batch.ref}/roles/", {"version": batch.version, "file_1": "tickets"})
    assert worked(batch).state == "ready" and batch.mapping["fields"]["complaint"] == "words"
    assert as_lin.post(f"/imports/{batch.ref}/roles/", {"version": 1, "file_1": "aside"}).status_code == 409
    assert as_lin.post(f"/imports/{batch.ref}/roles/", {"version": batch.version, "file_1": "x"}).status_code == 422


def test_pages_of_one_export_are_read_as_one_in_the_order_of_their_names(lin: User) -> None:
    pages = {f"tickets-{n}.csv": HEAD + f"{n},11,11,,open,2021-03-04 09:12:00,S,Words {n},web\n" for n in (10, 2, 1)}
    pages["tickets-2.csv"] += "99,11,11,,open,never,S,Words,web\n"
    batch = handed(lin, pages | {"users.csv": USERS})
    assert (batch.name, batch.total, batch.pages) == ("tickets-1.csv", 4, 3)
    assert (gone_through(batch, lin).created, batch.refused) == (3, 1)
    refused = batch.refusals.get()
    assert (refused.file_name, refused.row) == ("tickets-2.csv", 3)
    mended = "".join(error_file(batch)).replace("never", "2021-03-05")
    assert "tickets-2.csv,3," in mended and "June Park" in mended  # what was joined goes with it: it can go in alone
    again = gone_through(handed(lin, {"mended.csv": mended}), lin)
    assert again.created == 1 and Complaint.objects.get(external_id="99").contact.name == "June Park"


def test_pages_of_json_and_the_people_beside_them_are_joined(lin: User) -> None:
    ticket: dict[str, Any] = {"status": "open", "created_at": "2021-03-04T09:12:00Z", "requester_id": 11,
                              "submitter_id": 11, "description": "It is wrong."}  # fmt: skip
    files = {f"tickets-{n}.json": json.dumps({"tickets": [ticket | {"id": n}]}) for n in (1, 2)}
    files["users.json"] = json.dumps({"users": [{"id": 11, "name": "June", "email": "june@harbour.example"}]})
    batch = gone_through(handed(lin, files), lin)
    assert batch.created == 2 and Contact.objects.get().email == "june@harbour.example"


def test_tickets_of_two_kinds_are_not_read_as_one(lin: User) -> None:
    ticket = {"id": 1, "requester_id": 1, "submitter_id": 1, "status": "open"}
    batch = handed(lin, {"a.csv": TICKETS, "b.json": json.dumps({"tickets": [ticket]})})
    assert batch.failure.startswith("b.json has no place here. It is written in another way than a.csv: bring it in")
    wider = handed(lin, {"a.csv": TICKETS, "b.csv": TICKETS.replace("subject", "title")})
    assert "It has other columns than a.csv" in wider.failure


def test_the_limits_go_for_all_files_together(lin: User, settings: Any) -> None:
    settings.IMPORT_LIMIT = len(TICKETS) + 10
    with pytest.raises(Refused, match="all files of an import together"):
        handed(lin, ALL)
    batch = handed(lin, {"tickets.csv": TICKETS})
    with pytest.raises(Refused, match="all files of an import together"):
        batch.add(by=lin, files=given(**{"users.csv": USERS}))
    assert Import.objects.get().files[0]["name"] == "tickets.csv" and FilePart.objects.count() == 1


def test_the_same_file_twice_an_empty_one_and_none_are_refused(lin: User) -> None:
    batch = handed(lin, {"tickets.csv": TICKETS})
    for files, why in (
        ({"more.csv": TICKETS}, "more.csv is tickets.csv once more"),
        ({"more.csv": ""}, "more.csv is empty"),
        ({}, "Choose the file first"),
    ):
        with pytest.raises(Refused, match=why):
            batch.add(by=lin, files=given(**files))
    gone_through(batch, lin)
    with pytest.raises(Refused, match="files can be added before it is run"):
        batch.add(by=lin, files=given(**{"users.csv": USERS}))


def test_files_added_after_the_columns_were_put_right_leave_them_so(lin: User) -> None:
    batch = handed(lin, {"tickets.csv": TICKETS})
    mapping = {**batch.mapping, "fields": {**batch.mapping["fields"], "subject": "product"}}
    batch.correct(by=lin, mapping=mapping)
    gone = worked(batch)
    gone.try_out(by=lin)
    assert worked(batch).state == "checked" and batch.created
    batch.add(by=lin, files=given(**{"users.csv": USERS}))
    assert worked(batch).state == "ready" and not batch.tried
    assert batch.mapping["fields"]["subject"] == "product" and batch.mapping["fields"]["requester_email"]


def test_a_run_over_pages_gives_way_stops_and_goes_on_behind_its_last_row(
    lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    monkeypatch.setattr("rca.imports.importing.SLICE", -1)
    row = "{0},11,11,,open,2021-03-04 09:12:00,S,Words {0},web\n"
    pages = {f"t{page}.csv": HEAD + "".join(row.format(page * 10 + n) for n in range(3)) for page in (1, 2, 3)}
    batch = handed(lin, pages | {"users.csv": USERS})
    batch.try_out(by=lin)
    turns = 0
    while worked(batch).state == "checking":
        turns += 1
    batch.run(by=lin)
    worked(batch)
    batch.stop(by=lin)
    assert worked(batch).state == "stopped"
    batch.go_on(by=lin)
    while worked(batch).state == "running":
        pass
    assert turns == 5 and (batch.created, batch.cursor) == (9, 9)
    assert sorted(Complaint.objects.values_list("words", flat=True))[-1].endswith("Words 32")


def test_the_command_takes_files_or_a_folder_and_says_what_each_was_taken_for(tmp_path: Path) -> None:
    files = [str(path) for path in folder(tmp_path, ALL | {"brands.csv": BRANDS})]
    with pytest.raises(CommandError, match=r"brands\.csv has no place here"):
        call_command("import_complaints", *files, stdout=StringIO())
    out = StringIO()
    call_command("import_complaints", *files[:-1], "--dry-run", stdout=out)
    assert "users.csv: people, 2 rows" in out.getvalue() and not Complaint.objects.exists()
    out = StringIO()
    call_command("import_complaints", str(tmp_path), stdout=out)
    assert "2 new" in out.getvalue() and "brands.csv: left aside. It holds nothing" in out.getvalue()
    assert Complaint.objects.filter(account__name="Harbour Books").exists()
    call_command("import_complaints", str(tmp_path), stdout=(again := StringIO()))
    assert "0 new" in again.getvalue()


def test_the_api_takes_several_files_adds_more_and_says_what_each_is(
    lin: User, ada: User, api: Callable[..., APIClient]
) -> None:
    client = api(lin)

    def parts(*names: str) -> dict[str, Any]:
        return {"file": [SimpleUploadedFile(name, ALL[name].encode()) for name in names]}

    made = client.post("/api/v1/imports/", parts("tickets.csv", "users.csv"), format="multipart")
    batch, place = worked(Import.objects.get()), f"/api/v1/imports/{made.data['ref']}/"
    more = ("organizations.csv", "comments.csv")
    assert api(ada).post(place + "addition/", parts(*more), format="multipart").status_code == 403
    assert client.post(place + "addition/", {}, format="multipart").status_code == 409
    assert client.post(place + "addition/", parts(*more), format="multipart").data["state"] == "looking"
    worked(batch)
    got = client.get(place)
    assert [one["role"] for one in got.data["files"]] == ["tickets", "users", "organizations", "comments"]
    odd = client.patch(place, {"roles": {"9": "aside"}}, format="json", HTTP_IF_MATCH=got["ETag"])
    assert odd.status_code == 409 and "numbered from 1 to 4" in odd.data["title"]
    right = client.patch(place, {"roles": {"4": "aside"}}, format="json", HTTP_IF_MATCH=got["ETag"])
    assert right.data["state"] == "looking"
    assert taken_for(worked(batch))["comments.csv"] == "aside"


@pytest.mark.skipif(not (SHARED / "exports").exists(), reason=f"the shared data is absent: {SHARED}/exports")
def test_the_real_warehouse_export_is_joined_from_its_folder() -> None:
    real = SHARED / "exports/zendesk_warehouse_csv"
    names = [real / f"{name}_data.csv" for name in ("ticket", "ticket_comment", "user", "organization")]
    batch = bring_in(names, by=User.objects.system("importer"))
    assert (batch.preset, batch.name, batch.rows, batch.skipped) == ("zendesk", "ticket_data.csv", 10, 2)
    whole = bring_in(sorted(real.iterdir()), by=User.objects.system("importer"), leave=True)
    assert (whole.created, whole.unchanged, whole.digest) == (0, 8, batch.digest)
    assert Complaint.objects.get(external_id="11071").contact.name == "Earnest End User"
    assert {one["role"] for one in whole.files} == {"tickets", "comments", "users", "organizations", "aside"}


@pytest.mark.skipif(not (SHARED / "exports").exists(), reason=f"the shared data is absent: {SHARED}/exports")
def test_the_real_freshdesk_answers_are_joined() -> None:
    real = SHARED / "exports/freshdesk_api_json"
    names = [real / f"{name}.json" for name in ("all_tickets", "contacts", "companies", "conversations")]
    batch = bring_in(names, by=User.objects.system("importer"))
    assert (batch.preset, batch.refused) == ("freshdesk", 0) and batch.created
