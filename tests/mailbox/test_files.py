"""The files of a mail: handed out from its page by the guards of those of a complaint, which they join later."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.handing import POLICY
from rca.models import Complaint, InboundMail
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import file, many

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40
PAGE = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def parked(arrive: Arrive, harbour: Account) -> InboundMail:
    """A stranger's, with a picture, a page and a program that says it is a picture."""
    row = arrive(many(
        "Content-Type: text/plain\n\nSee the files.", file("wet.png", PNG, "image/png"),
        file("note.html", PAGE, "text/html"), file("run.png", b"MZ\x90\x00", "image/png"),
        sender="Petra Moss <petra@elsewhere.example>",
    ))  # fmt: skip
    assert row.state == "parked"
    return row


def test_the_page_names_them_and_hands_them_out(parked: InboundMail, as_ada: Client) -> None:
    page = as_ada.get(f"/mailbox/{parked.ref}/").content.decode()
    assert all(f'href="/mailbox/{parked.ref}/files/{place}/?save" download>{name}</a>' in page
               for place, name in enumerate(["wet.png", "note.html", "run.png"], 1))  # fmt: skip
    answer = as_ada.get(f"/mailbox/{parked.ref}/files/1/")
    assert answer.content == PNG and answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="wet.png"'
    assert as_ada.get(f"/mailbox/{parked.ref}/files/1/?save")["Content-Disposition"].startswith("attachment")


def test_what_a_browser_would_run_is_only_ever_saved(parked: InboundMail, as_ada: Client) -> None:
    answer = as_ada.get(f"/mailbox/{parked.ref}/files/2/")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream" and answer["Content-Security-Policy"] == POLICY


def test_a_program_under_another_name_is_not_handed_out(parked: InboundMail, as_ada: Client) -> None:
    answer = as_ada.get(f"/mailbox/{parked.ref}/files/3/")
    assert answer.status_code == 409 and "is a program" in answer.content.decode()


@pytest.mark.parametrize("place", ["0", "4", "9999999999"])
def test_a_file_that_is_not_there_is_not_found(parked: InboundMail, as_ada: Client, place: str) -> None:
    assert as_ada.get(f"/mailbox/{parked.ref}/files/{place}/").status_code == 404


def test_they_are_for_who_may_file_the_mail(
    parked: InboundMail, signed_in: Callable[[User], Client], api: Callable[..., APIClient], noor: User, ada: User
) -> None:
    assert signed_in(noor).get(f"/mailbox/{parked.ref}/files/1/").status_code == 403
    assert "wet.png" in signed_in(noor).get(f"/mailbox/{parked.ref}/").content.decode()
    address = f"/api/v1/mails/{parked.ref}/files/1/"
    assert api(noor).get(address).status_code == 403
    answer = api(ada).get(address)
    assert answer.content == PNG and answer["Content-Disposition"] == 'attachment; filename="wet.png"'


def test_they_become_the_files_of_the_complaint_that_it_opens(parked: InboundMail, ada: User, harbour: Account) -> None:
    complaint = parked.open_complaint(by=ada, account=harbour)
    assert {one.name: bytes(one.content) for one in complaint.attachments.all()} == {"wet.png": PNG, "note.html": PAGE}
    assert "Left in the mail: run.png" in InboundMail.objects.get(pk=parked.pk).why


def test_they_become_the_files_of_the_complaint_that_it_is_added_to(
    parked: InboundMail, ada: User, complaint: Complaint
) -> None:
    parked.add_to(by=ada, complaint=complaint)
    assert [one.name for one in complaint.attachments.all()] == ["wet.png", "note.html"]
