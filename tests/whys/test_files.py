"""Files that show an answer: kept with it, handed out guarded, taken off; through both doors."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Why, WhyFile
from tests.make import make_session

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


@pytest.fixture
def why(lin: User) -> Why:
    return make_session(by=lin).ask(by=lin).reply(by=lin, answer="It is last year’s form.")


def test_a_file_alone_confirms_an_answer_and_its_name_says_so(why: Why, as_ada: Client, ada: User) -> None:
    answer = as_ada.post(f"/whys/nodes/{why.pk}/confirmation/", {
        "evidence": "", "added": [SimpleUploadedFile("form.png", PNG), SimpleUploadedFile("list.txt", b"19.90")],
    })  # fmt: skip
    why.refresh_from_db()
    assert answer.status_code == 302 and (why.state, why.evidence) == ("confirmed", "form.png and list.txt")
    assert [(one.name, one.kind, one.by) for one in why.files.all()] == [
        ("form.png", "png", ada), ("list.txt", "text", ada),
    ]  # fmt: skip
    page = as_ada.get(why.session.get_absolute_url()).content.decode()
    assert f'href="/whys/nodes/{why.pk}/files/{why.files.first().pk}/"' in page and "a PNG picture" in page


def test_neither_words_nor_a_file_confirm_nothing(why: Why, as_ada: Client) -> None:
    answer = as_ada.post(f"/whys/nodes/{why.pk}/confirmation/", {"evidence": " "})
    assert answer.status_code == 422 and "Say what shows it, or add a file that does." in answer.content.decode()
    why.refresh_from_db()
    assert why.state == "stated"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("form.png", b"<script>alert(1)</script>", "by its bytes"), ("run.exe", b"MZ\x00\x00", "is a program"),
     ("empty.txt", b"", "is empty"), ("what.xyz", b"?", "is of a kind that is not kept here")],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_and_the_words_stay(
    why: Why, as_ada: Client, name: str, content: bytes, sentence: str
) -> None:
    sent = {"evidence": "five invoices", "added": SimpleUploadedFile(name, content)}
    answer = as_ada.post(f"/whys/nodes/{why.pk}/confirmation/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "five invoices</textarea>" in page
    assert not WhyFile.objects.exists()


def test_a_file_is_handed_out_so_that_no_browser_runs_it(why: Why, as_ada: Client, ada: User, lin: User) -> None:
    picture = why.files.attach(by=ada, name="form.png", content=PNG)
    page = why.files.attach(by=ada, name="page.html", content=b"<script>alert(1)</script>")
    shown, saved = as_ada.get(picture.get_absolute_url()), as_ada.get(page.get_absolute_url())
    assert shown["Content-Disposition"].startswith("inline") and shown["Content-Type"] == "image/png"
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Type"] == "application/octet-stream"
    for answer in (shown, saved):
        assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    other = make_session(by=lin).ask(by=lin)
    assert as_ada.get(f"/whys/nodes/{other.pk}/files/{picture.pk}/").status_code == 404
    assert Client().get(picture.get_absolute_url()).status_code in (302, 403)


def test_the_same_file_twice_and_the_eleventh_are_refused(why: Why, ada: User) -> None:
    why.files.attach(by=ada, name="one.txt", content=b"1")
    with pytest.raises(Refused, match="is here already, byte for byte"):
        why.files.attach(by=ada, name="again.txt", content=b"1")
    for number in range(2, 11):
        why.files.attach(by=ada, name=f"{number}.txt", content=b"%d" % number)
    with pytest.raises(Refused, match="has 10 files already"):
        why.files.attach(by=ada, name="more.txt", content=b"more")


def test_a_file_is_taken_off_and_the_ledger_keeps_its_name(why: Why, as_ada: Client, ada: User) -> None:
    kept = why.files.attach(by=ada, name="form.png", content=PNG)
    assert as_ada.post(f"/whys/nodes/{why.pk}/files/{kept.pk}/removal/").status_code == 302
    assert not why.files.exists()
    entry = Entry.objects.get(act="file_taken_off")
    assert entry.ref == why.session.ref and entry.before["name"] == "form.png" and len(entry.before["sha256"]) == 64
    with pytest.raises(Refused, match="taken off already"):
        kept.remove(by=ada)


def test_a_viewer_reads_a_file_and_keeps_none(why: Why, ada: User, noor: User) -> None:
    kept = why.files.attach(by=ada, name="one.txt", content=b"1")
    with pytest.raises(Forbidden):
        why.files.attach(by=noor, name="two.txt", content=b"2")
    with pytest.raises(Forbidden):
        kept.remove(by=noor)


def test_the_api_keeps_lists_hands_out_and_takes_off(why: Why, ada: User, api: Callable[..., APIClient]) -> None:
    door, root = api(ada), f"/api/v1/why-nodes/{why.pk}"
    sent = {"name": "form.png", "content": b64encode(PNG).decode()}
    assert door.post(f"{root}/evidence-file/", sent, format="json").status_code == 200
    again = door.post(f"{root}/evidence-file/", sent, format="json")
    assert again.status_code == 409 and "byte for byte" in again.data["title"]
    listed = door.get(f"{root}/files/").data
    assert [one["name"] for one in listed] == ["form.png"]
    assert door.get(f"{root}/files/{listed[0]['id']}/").content == PNG
    assert door.post(f"{root}/files/{listed[0]['id']}/removal/", {}, format="json").status_code == 200
    assert not why.files.exists()


def test_files_come_with_the_page_in_no_more_queries(
    why: Why, as_ada: Client, ada: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(6):
        why.files.attach(by=ada, name=f"{number}.txt", content=b"%d" % number, at=why.at + timedelta(seconds=number))
    with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
        as_ada.get(why.session.get_absolute_url())
