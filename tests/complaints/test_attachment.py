"""Files that came with a complaint: what is kept, what is refused, and that no browser runs any of it."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.complaints.attachments import SIZE_LIMIT
from rca.lib.kinds import kind_of, safe_name
from rca.lib.refused import Forbidden, Refused
from rca.models import Attachment, Complaint
from tests.make import make_complaint

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n%"
TWO = "two prices.csv"
Door = Callable[..., APIClient]


@pytest.fixture
def complaint(ada: User, harbour: Account) -> Complaint:
    return make_complaint(harbour, by=ada)


def test_a_file_is_kept_with_its_kind_size_and_digest_and_stands_in_the_ledger(ada: User, complaint: Complaint) -> None:
    file = complaint.attachments.attach(by=ada, name="invoice.png", content=PNG)
    assert (file.kind, file.size, file.by) == ("png", len(PNG), ada) and len(file.digest) == 64
    entry = Entry.objects.about([complaint.ref]).first()
    assert entry and entry.says == "File kept: invoice.png." and entry.after["sha256"] == file.digest


def test_a_viewer_attaches_nothing_and_takes_nothing_off(ada: User, noor: User, complaint: Complaint) -> None:
    file = complaint.attachments.attach(by=ada, name="invoice.png", content=PNG)
    with pytest.raises(Forbidden):
        complaint.attachments.attach(by=noor, name="b.pdf", content=PDF)
    with pytest.raises(Forbidden):
        file.remove(by=noor)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.png", PDF, "says it is a PNG picture, but by its bytes it is a PDF document"),
        ("list.csv", b"\x00\x01\x02", "says it is a table, but by its bytes it is something else"),
        ("run.exe", b"MZ\x90\x00\x03", "is a program"),
        ("photo.jpg", b"\x7fELF\x02", "is a program"),
        ("setup.sh", b"#!/bin/sh", "is a program"),
        ("a.iso", b"CD001", "is of a kind that is not kept here"),
        ("empty.txt", b"", "is empty"),
        ("letter.eml", b"<html>", "says it is a mail"),
    ],
)
def test_what_lies_runs_or_is_unknown_is_refused_in_a_sentence(
    ada: User, complaint: Complaint, name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        complaint.attachments.attach(by=ada, name=name, content=content)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.JPG", b"\xff\xd8\xff\xe0", "jpeg"),
        ("a.gif", b"GIF89a", "gif"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic", "heic"),
        ("a.pdf", PDF, "pdf"),
        ("a.docx", b"PK\x03\x04", "office"),
        ("a.zip", b"PK\x03\x04", "zip"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
        ("a.txt", "Straße".encode("latin-1"), "text"),
        ("a.csv", "a;b".encode("utf-16"), "table"),
        ("a.eml", b"From: june@harbour.example\r\n\r\nHello", "mail"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A ", "mp4"),
        ("a.svg", b"<svg onload='alert(1)'/>", "code"),
        ("a", PNG, "png"),
    ],
)
def test_each_kind_is_known_by_its_bytes(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content).key == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\june\\invoice.png", "invoice.png"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
        ("..hidden.", "hidden"),
        ("x" * 400 + ".png", "x" * 116 + ".png"),
        ("\ud800", "file"),
    ],
)
def test_a_name_loses_its_path_its_controls_and_its_turned_letters(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_the_eleventh_file_the_same_file_and_ten_megabytes_and_one_byte_are_refused(
    ada: User, complaint: Complaint
) -> None:
    with pytest.raises(Refused, match="is the most"):
        complaint.attachments.attach(by=ada, name="big.png", content=PNG + b"\x00" * (10 * 1024 * 1024))
    complaint.attachments.attach(by=ada, name="0.png", content=PNG)
    with pytest.raises(Refused, match="is here already, byte for byte"):
        complaint.attachments.attach(by=ada, name="again.png", content=PNG)
    for number in range(1, 10):
        complaint.attachments.attach(by=ada, name=f"{number}.png", content=PNG + bytes([number]))
    with pytest.raises(Refused, match="has 10 files already"):
        complaint.attachments.attach(by=ada, name="11.png", content=PNG + b"eleven")


def test_a_file_taken_off_leaves_its_name_in_the_ledger_and_is_not_taken_off_twice(
    ada: User, complaint: Complaint
) -> None:
    file = complaint.attachments.attach(by=ada, name="invoice.png", content=PNG)
    file.remove(by=ada)
    entry = Entry.objects.about([complaint.ref]).first()
    assert entry and (entry.act, entry.before["name"]) == ("detached", "invoice.png")
    with pytest.raises(Refused, match="taken off already"):
        file.remove(by=ada)


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "feed.xml", "script.js"])
def test_what_a_browser_would_run_is_only_ever_handed_out_as_octets_to_save(
    as_ada: Client, complaint: Complaint, name: str
) -> None:
    upload = SimpleUploadedFile(name, b"<script>alert(document.domain)</script>", "text/html")
    assert as_ada.post(f"/complaints/{complaint.ref}/attachment/", {"added": upload}).status_code == 302
    answer = as_ada.get(Attachment.objects.get().get_absolute_url())
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"] and "no-cache" in answer["Cache-Control"]


def test_a_picture_of_dots_is_shown_and_its_copy_is_not_sent_twice(
    as_ada: Client, ada: User, complaint: Complaint
) -> None:
    file = complaint.attachments.attach(by=ada, name="Rechnung für June.png", content=PNG)
    answer = as_ada.get(file.get_absolute_url())
    assert answer.content == PNG and answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline") and "sandbox" in answer["Content-Security-Policy"]
    assert as_ada.get(file.get_absolute_url() + "?save")["Content-Disposition"].startswith("attachment")
    again = as_ada.get(file.get_absolute_url(), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content


def test_a_file_of_another_complaint_is_not_found_under_this_one(
    as_ada: Client, ada: User, harbour: Account, complaint: Complaint
) -> None:
    file = complaint.attachments.attach(by=ada, name="invoice.png", content=PNG)
    other = make_complaint(harbour, by=ada, words="Another.")
    assert as_ada.get(f"/complaints/{other.ref}/files/{file.pk}/").status_code == 404
    assert as_ada.post(f"/complaints/{other.ref}/files/{file.pk}/removal/").status_code == 404
    assert Client().get(file.get_absolute_url()).status_code == 302


def test_of_several_files_all_are_kept_or_none(as_ada: Client, complaint: Complaint) -> None:
    good, bad = SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", PDF)
    answer = as_ada.post(f"/complaints/{complaint.ref}/attachment/", {"added": [good, bad]})
    assert answer.status_code == 409 and "b.png” says it is a PNG picture" in answer.content.decode()
    assert not Attachment.objects.exists()
    good.seek(0)
    page = as_ada.post(f"/complaints/{complaint.ref}/attachment/", {"added": good}, follow=True).content.decode()
    assert "a.png" in page and "up to 10 files, 10 MB each" in page and f"/complaints/{complaint.ref}/files/" in page


def test_the_page_reads_no_bytes_of_its_files(as_ada: Client, ada: User, complaint: Complaint) -> None:
    complaint.attachments.attach(by=ada, name="a.png", content=PNG)
    with CaptureQueriesContext(connection) as asked:
        as_ada.get(complaint.get_absolute_url())
    assert not [query for query in asked if '"rca_attachment"."content"' in query["sql"]]


def test_a_file_goes_in_and_out_through_the_api(api: Door, ada: User, complaint: Complaint) -> None:
    client, address = api(ada), f"/api/v1/complaints/{complaint.ref}/"
    body = {"name": TWO, "content": b64encode(b"copy;price").decode()}
    assert client.post(address + "attachment/", body, format="json").status_code == 200
    (row,) = client.get(address + "attachments/").data
    assert (row["name"], row["kind"], row["by"]) == (TWO, "table", ada.email)
    answer = client.get(f"{address}attachments/{row['id']}/")
    assert answer.content == b"copy;price" and answer["Content-Disposition"].startswith("attachment")
    assert client.post(f"{address}attachments/{row['id']}/removal/", {}, format="json").status_code == 200
    assert client.get(address + "attachments/").data == []


def test_the_api_says_what_is_wrong_with_a_file(api: Door, ada: User, complaint: Complaint) -> None:
    client, address = api(ada), f"/api/v1/complaints/{complaint.ref}/attachment/"
    wrong = client.post(address, {"name": TWO, "content": "no base64!"}, format="json")
    assert wrong.status_code == 400 and "This is no base64." in str(wrong.data["errors"]["content"])
    lies = client.post(address, {"name": "a.pdf", "content": b64encode(PNG).decode()}, format="json")
    assert lies.status_code == 409 and "by its bytes it is a PNG picture" in lies.data["title"]


def test_a_file_of_ten_megabytes_fits_through_the_api_and_may_be_sent_twice(
    api: Door, ada: User, complaint: Complaint
) -> None:
    client, address = api(ada), f"/api/v1/complaints/{complaint.ref}/attachment/"
    body = {"name": "big.png", "content": b64encode(PNG.ljust(SIZE_LIMIT, b"\x00")).decode()}
    for _ in range(2):
        assert client.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY="k1").status_code == 200
    assert Attachment.objects.get().size == SIZE_LIMIT
