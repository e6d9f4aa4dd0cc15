"""The pages of mail: what waits first, each with its reason; safe to look at; and the acts that file it."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Complaint, InboundMail
from tests.lib.test_mailread import PAYLOADS
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import bounce, html, mail
from tests.make import make_account


class Marks(HTMLParser):
    """What a browser would run or load in a page of ours, apart from our own."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag in ("iframe", "object", "embed", "style", "img", "video", "base", "marquee") or (
            tag == "script" and not str(facts.get("src", "")).startswith("/static/")
        ):
            self.wrong.append(tag)
        for name, value in facts.items():
            aims = name in ("href", "src", "action", "formaction", "xlink:href", "background", "data")
            if (
                name.startswith("on")
                or name == "style"
                or (aims and (str(value)[:1] not in ("/", "#", "?") or str(value).startswith("//")))
            ):
                self.wrong.append(f"{tag} {name}={value}")


STRANGER = mail(
    "Eight boxes came, not ten.", sender="Petra Moss <petra@harbourbooks.example>", subject="Two boxes short"
)


def test_what_waits_for_a_person_stands_first_with_its_reason(arrive: Arrive, harbour: Account, as_ada: Client) -> None:
    arrive(mail())
    row = arrive(STRANGER.replace(b"<one@", b"<two@"))
    page = as_ada.get("/mailbox/").content.decode()
    assert row.ref in page and "Petra Moss" in page and row.why in page and "1 waits for a person." in page
    assert InboundMail.objects.get(state="opened").ref not in page
    everything = as_ada.get("/mailbox/?show=all").content.decode()
    assert all(one.ref in everything for one in InboundMail.objects.all())


@pytest.mark.parametrize("show", ["waiting", "complaints", "bounces", "ignored", "all", "no-such-tab"])
def test_every_tab_answers_and_says_something_when_it_is_empty(as_ada: Client, show: str) -> None:
    page = as_ada.get(f"/mailbox/?show={show}")
    assert page.status_code == 200 and 'class="empty"' in page.content.decode()


def test_one_key_opens_the_complaint_of_the_account_that_it_is_likely_from(
    arrive: Arrive, harbour: Account, as_ada: Client, ada: User
) -> None:
    row = arrive(STRANGER)
    page = as_ada.get(f"/mailbox/{row.ref}/").content.decode()
    assert "others there write from harbourbooks.example" in page and 'data-key="o"' in page
    answer = as_ada.post(
        f"/mailbox/{row.ref}/opening/", {"account_ref": harbour.ref, "account": "Harbour Books", "remember": "on"}
    )
    complaint = Complaint.objects.get()
    assert answer["Location"] == complaint.get_absolute_url() and complaint.liaison == complaint.logged_by == ada
    assert complaint.contact.email == "petra@harbourbooks.example" and complaint.words == "Eight boxes came, not ten."
    timeline = as_ada.get(complaint.get_absolute_url()).content.decode()
    assert f'href="/mailbox/{row.ref}/"' in timeline
    arrive(mail(sender="petra@harbourbooks.example", number="<next@x.example>"))
    assert Complaint.objects.count() == 2  # now we know her


def test_a_new_account_is_opened_on_the_spot(arrive: Arrive, as_ada: Client) -> None:
    row = arrive(STRANGER)
    as_ada.post(f"/mailbox/{row.ref}/opening/", {"new_name": "Quill & Tanner", "remember": "on"})
    assert Account.objects.get().name == "Quill & Tanner" and Account.objects.get().contacts.get().name == "Petra Moss"
    row.refresh_from_db()
    assert row.state == "opened" and row.why == "Ada Okafor opened it for Quill & Tanner."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose an account, or write the name of a new one."),
        ({"account": "Nobody Ltd"}, "No account is called that."),
        ({"account": "Harbour Books", "new_name": "Other"}, "Either the account above or a new one"),
        ({"new_name": "Harbour Books"}, "There is an account named Harbour Books already"),
        ({"new_name": "x" * 300}, "at most 200"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(
    arrive: Arrive, harbour: Account, as_ada: Client, typed: dict[str, str], said: str
) -> None:
    row = arrive(STRANGER)
    answer = as_ada.post(f"/mailbox/{row.ref}/opening/", typed)
    assert answer.status_code in (409, 422) and said in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "parked" and not Complaint.objects.exists()


def test_it_is_added_to_a_complaint_by_its_number(arrive: Arrive, complaint: Complaint, as_ada: Client) -> None:
    row = arrive(STRANGER)
    assert as_ada.post(f"/mailbox/{row.ref}/addition/", {"complaint": "C-99999"}).status_code == 422
    as_ada.post(f"/mailbox/{row.ref}/addition/", {"complaint": complaint.ref})
    row.refresh_from_db()
    assert (row.state, row.complaint) == ("followed", complaint)
    page = as_ada.get(complaint.get_absolute_url()).content.decode()
    assert "Petra Moss wrote again." in page and "Eight boxes came" in page


def test_it_is_ignored_with_a_reason_and_can_be_taken_up_again(
    arrive: Arrive, harbour: Account, as_ada: Client
) -> None:
    row = arrive(STRANGER)
    assert as_ada.post(f"/mailbox/{row.ref}/dismissal/", {"reason": ""}).status_code == 422
    as_ada.post(f"/mailbox/{row.ref}/dismissal/", {"reason": "An offer of toner."})
    row.refresh_from_db()
    assert (row.state, row.why) == ("ignored", "An offer of toner.")
    as_ada.post(f"/mailbox/{row.ref}/opening/", {"account": harbour.name})
    assert Complaint.objects.count() == 1


def test_a_second_click_and_a_second_person_hear_that_it_is_done(
    arrive: Arrive, complaint: Complaint, as_ada: Client
) -> None:
    row = arrive(STRANGER)
    as_ada.post(f"/mailbox/{row.ref}/addition/", {"complaint": complaint.ref})
    again = as_ada.post(f"/mailbox/{row.ref}/opening/", {"account": "Harbour Books"})
    assert (
        again.status_code == 409 and f"{row.ref} has been filed already with {complaint.ref}." in again.content.decode()
    )


def test_the_address_of_a_bounce_that_is_not_ours_is_marked_by_a_person(
    arrive: Arrive, harbour: Account, as_ada: Client
) -> None:
    row = arrive(bounce("<elsewhere@x.example>"))
    assert "Mark the address of June Carver" in as_ada.get(f"/mailbox/{row.ref}/").content.decode()
    as_ada.post(f"/mailbox/{row.ref}/marking/")
    assert harbour.contacts.get().bounced_at
    other = arrive(STRANGER)
    assert as_ada.post(f"/mailbox/{other.ref}/marking/").status_code == 409


def test_a_viewer_reads_and_files_nothing(
    arrive: Arrive, complaint: Complaint, signed_in: Callable[[User], Client], noor: User
) -> None:
    row, client = arrive(STRANGER), signed_in(noor)
    page = client.get(f"/mailbox/{row.ref}/").content.decode()
    assert "Eight boxes came" in page and "Where does it belong?" not in page and "/raw/" not in page
    for noun, typed in [("opening", {"account": "Harbour Books"}), ("addition", {"complaint": complaint.ref}),
                        ("dismissal", {"reason": "x"}), ("marking", {})]:  # fmt: skip
        answer = client.post(f"/mailbox/{row.ref}/{noun}/", typed)
        assert answer.status_code == 403 and "to file a mail takes an agent" in answer.content.decode()
    assert client.get(f"/mailbox/{row.ref}/raw/").status_code == 403


def test_the_mail_as_it_came_is_handed_out_and_never_shown(arrive: Arrive, as_ada: Client) -> None:
    raw = html("<script>alert(1)</script>")
    row = arrive(raw)
    answer = as_ada.get(f"/mailbox/{row.ref}/raw/")
    assert answer.content == raw and answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"] == f'attachment; filename="{row.ref}.eml"'
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


def test_the_check_below_sees_what_it_should() -> None:
    for bad in ("<img src=x>", "<p onclick=x>", "<a href='javascript:x'>", "<a href=//x>x</a><script>", "<p style=x>"):
        seen = Marks()
        seen.feed(bad)
        assert seen.wrong, bad


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_is_in_a_mail_its_page_runs_and_loads_nothing(arrive: Arrive, as_ada: Client, payload: str) -> None:
    facts = {"sender": f'"{payload}" <x@y.example>'.replace("\n", " "), "subject": payload}
    row = arrive(html(f"<p>before</p>{payload}<p>after</p>", **facts))
    for address in (f"/mailbox/{row.ref}/", "/mailbox/", "/"):
        seen = Marks()
        seen.feed(as_ada.get(address).content.decode())
        assert not seen.wrong, (address, seen.wrong)


def test_the_page_says_what_could_not_be_read_and_how_often_it_came(arrive: Arrive, as_ada: Client) -> None:
    row = arrive(mail(b"\x78\x9f", kind="application/ms-tnef"))
    arrive(mail(b"\x78\x9f", kind="application/ms-tnef"))
    page = as_ada.get(f"/mailbox/{row.ref}/").content.decode()
    assert "winmail.dat" in page and "2 times, and counts once" in page


def test_today_shows_it_to_who_may_file_it(
    arrive: Arrive, as_ada: Client, signed_in: Callable[[User], Client], noor: User
) -> None:
    row = arrive(STRANGER)
    assert (
        "Mail that waits for a person" in as_ada.get("/").content.decode()
        and row.ref in as_ada.get("/").content.decode()
    )
    assert row.ref not in signed_in(noor).get("/").content.decode()


def test_the_list_asks_the_same_number_of_queries_for_ten_mails_and_for_a_thousand(as_ada: Client, ada: User) -> None:
    def more(start: int, number: int) -> None:
        InboundMail.objects.bulk_create(
            InboundMail(raw=b"x" * 2_000, text="x" * 2_000, digest=str(start + n), sender=f"{n}@x.example",
                        subject="Late", received_at=now(), state="parked", why="Nobody here knows them yet.")
            for n in range(number)
        )  # fmt: skip

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get(address).status_code == 200
        assert not [one for one in captured.captured_queries if '"raw"' in one["sql"]]
        return len(captured)

    more(0, 10)
    few = [queries(f"/mailbox/?show={show}") for show in ("waiting", "all")]
    more(10, 990)
    assert [queries(f"/mailbox/?show={show}") for show in ("waiting", "all")] == few and max(few) <= 15


def test_the_pager_walks_every_mail_once(as_ada: Client, ada: User) -> None:
    InboundMail.objects.bulk_create(
        InboundMail(raw=b"", digest=str(n), received_at=now(), state="parked") for n in range(120)
    )
    seen: list[str] = []
    address = "/mailbox/"
    while address:
        page = as_ada.get(address).context["page"]
        seen += [row.ref for row in page.rows]
        address = "/mailbox/" + page.older if page.older else ""
    assert len(seen) == len(set(seen)) == 120


def test_a_mail_without_an_account_of_any_kind_still_has_a_page(arrive: Arrive, as_ada: Client, ada: User) -> None:
    make_account("Elsewhere", by=ada)
    for raw in (b"", b"\x00\xff", mail(sender="", subject="", number="")):
        row = arrive(raw)
        assert as_ada.get(f"/mailbox/{row.ref}/").status_code == 200
    assert Path("templates/mailbox/detail.html").read_text().count("|safe") == 1  # the one place that is not escaped
