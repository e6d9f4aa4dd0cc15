"""Mail from where it lies: kept first and marked only then, once however often it is fetched."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from mailbox import mbox, mboxMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from accounts.models import Account, User
from rca import jobs
from rca.mailbox import fetching, filing
from rca.models import Complaint, InboundMail
from tests.mailbox.imap import Imap
from tests.mailbox.mails import hostile, mail
from tests.make import make_account

TWO = mail("Another matter.", number="<two@harbourbooks.example>", subject="Late")


def fetched(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command("fetch_mail", *args, stdout=out, **options)
    return out.getvalue().strip()


# IMAP


def test_a_mail_comes_in_is_filed_and_only_then_marked_as_seen(at_once: None, harbour: Account) -> None:
    with Imap(mail(), TWO) as server:
        assert fetching.from_imap(server.url).says == "2 new, 0 here already. opened a complaint: 2."
        assert server.seen == {1, 2} and fetching.from_imap(server.url).new == 0
    row = InboundMail.objects.order_by("id")[0]
    assert row.received_at == datetime(2026, 3, 10, 9, 59, tzinfo=UTC) and Complaint.objects.count() == 2


def test_reading_never_marks_by_itself(at_once: None, harbour: Account) -> None:
    with Imap(mail()) as server:
        fetching.from_imap(server.url)
        assert all("PEEK" in one for one in server.asked if "BODY" in one)


def test_a_mail_that_could_not_be_kept_stays_unseen(
    at_once: None, harbour: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**facts: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(InboundMail.objects, "keep", broken)
    with Imap(mail()) as server:
        assert "the disk is full" in fetching.from_imap(server.url).says and not server.seen


def test_a_line_that_breaks_loses_nothing_and_doubles_nothing(at_once: None, harbour: Account) -> None:
    for step in [("STORE", 1), ("FETCH", 2), ("FETCH", 4), ("SEARCH", 1), ("SELECT", 1)]:
        with Imap(mail(), TWO, breaks_at=step) as server:
            assert "could not be read to its end" in fetching.from_imap(server.url).says
            server.breaks_at = ("", 0)
            fetching.from_imap(server.url)
            assert server.seen == {1, 2}
    assert InboundMail.objects.count() == Complaint.objects.count() == 2


def test_what_was_taken_goes_to_a_folder_of_its_own_when_the_house_names_one(
    at_once: None, harbour: Account, settings: Any
) -> None:
    settings.MAILBOX_READ_TO = "Read"
    with Imap(mail()) as server:
        fetching.from_imap(server.url)
        assert not server.mails and server.folders == {"Read": [mail()]}


def test_one_that_is_too_large_is_never_fetched_whole(at_once: None, harbour: Account, settings: Any) -> None:
    settings.MAILBOX_MOST = 2_000
    with Imap(mail("x" * 5_000), TWO) as server:
        fetching.from_imap(server.url)
        assert server.count("BODY.PEEK[]") == 1 and server.count("BODY.PEEK[HEADER]") == 1 and server.seen == {1, 2}
    large, small = InboundMail.objects.order_by("id")
    assert large.state == "parked" and large.why.startswith("It is larger than the house takes")
    assert large.sender == "june@harbourbooks.example" and small.state == "opened"


def test_a_round_takes_a_few_and_the_next_one_the_rest(at_once: None, harbour: Account, settings: Any) -> None:
    mails = [mail(f"Matter {n}.", number=f"<{n}@harbourbooks.example>") for n in range(30)]
    with Imap(*mails) as server:
        assert fetching.from_imap(server.url).new == 25 and fetching.from_imap(server.url).new == 5
        server.seen.clear()
        settings.MAILBOX_URL = server.url
        assert fetched() == "0 new, 30 here already."


def test_a_wrong_password_or_address_is_said_and_nothing_else_happens(settings: Any, db: None) -> None:
    with Imap(mail()) as server:
        assert "wrong password" in fetching.from_imap(server.url.replace("pass%20word", "guess")).says
    assert "could not be read" in fetching.from_imap(server.url).says  # nobody is there any more
    settings.MAILBOX_URL = "pop3://x"
    with pytest.raises(CommandError, match="should look like imaps://"):
        fetched()


@pytest.mark.django_db(transaction=True)
def test_staying_on_the_line_takes_each_mail_as_it_comes(
    at_once: None, harbour: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "IDLE_FOR", 30)
    said: list[str] = []
    with Imap(mail()) as server:
        news = threading.Thread(target=server.drop_in_once_quiet, args=[TWO])
        news.start()
        begin = time.monotonic()
        fetching.idle(server.url, say=said.append, rounds=2)
        news.join()
    assert Complaint.objects.count() == 2 and len(said) == 2 and time.monotonic() - begin < 25


@pytest.mark.django_db(transaction=True)
def test_a_broken_line_is_taken_up_again(at_once: None, harbour: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: setattr(server, "breaks_at", ("", 0)))
    said: list[str] = []
    with Imap(mail(), breaks_at=("FETCH", 1)) as server:
        fetching.idle(server.url, say=said.append, rounds=1)
    assert "The line to the mailbox broke" in said[0] and InboundMail.objects.get().state == "opened"


def test_each_minute_the_mailbox_is_looked_into_and_what_was_left_is_filed(
    at_once: None, harbour: Account, settings: Any
) -> None:
    InboundMail.objects.keep(raw=TWO)
    assert jobs.fetch_mail(0) == ""
    with Imap(mail()) as server:
        settings.MAILBOX_URL = server.url
        assert jobs.fetch_mail(0).startswith("1 new")
    assert Complaint.objects.count() == 2


# Files


def test_a_maildir_gives_what_nobody_has_seen_and_marks_it(at_once: None, harbour: Account, tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(mail())
    (tmp_path / "cur" / "2.a:2,F").write_bytes(TWO)
    (tmp_path / "cur" / "3.a:2,S").write_bytes(mail(number="<seen@x>"))
    assert fetched("--maildir", str(tmp_path)).startswith("2 new")
    assert sorted(one.name for one in (tmp_path / "cur").iterdir()) == ["1.a:2,S", "2.a:2,FS", "3.a:2,S"]
    assert fetched("--maildir", str(tmp_path)).startswith("0 new, 0 here already")
    with pytest.raises(CommandError, match="is no maildir"):
        fetched("--maildir", str(tmp_path / "new"))


def test_an_mbox_and_single_files_come_in_once(at_once: None, harbour: Account, tmp_path: Path) -> None:
    box = mbox(tmp_path / "box")
    for one in (mail(), TWO):
        box.add(mboxMessage(one))
    box.close()
    assert fetched("--mbox", str(tmp_path / "box")).startswith("2 new")
    (tmp_path / "one.eml").write_bytes(mail())
    assert fetched("--eml", str(tmp_path / "one.eml")).startswith("0 new, 1 here already")
    assert InboundMail.objects.order_by("id")[0].deliveries == 2 and Complaint.objects.count() == 2


def test_a_large_file_is_kept_by_its_headers(at_once: None, harbour: Account, tmp_path: Path, settings: Any) -> None:
    settings.MAILBOX_MOST = 2_000
    (tmp_path / "one.eml").write_bytes(mail("x" * 5_000))
    fetched("--eml", str(tmp_path / "one.eml"))
    assert InboundMail.objects.get().state == "parked" and len(bytes(InboundMail.objects.get().raw)) < 1_000


def test_a_file_that_is_not_there_and_a_house_without_a_mailbox_are_said(db: None, settings: Any) -> None:
    with pytest.raises(CommandError, match="No such file"):
        fetched("--eml", "/no/such.eml")
    settings.MAILBOX_URL = ""
    with pytest.raises(CommandError, match="Name the mailbox in MAILBOX_URL"):
        fetched()


# The same mail again


ROADS = [mail(), mail().replace(b"from a.example", b"from z.example"), b"X-Spam: no\r\n" + mail(),
         mail().replace(b"\r\n", b"\n"), mail()]  # fmt: skip


@pytest.mark.parametrize("number", ["<one@harbourbooks.example>", ""])
def test_the_same_mail_five_times_by_five_roads_is_one_complaint(at_once: None, harbour: Account, number: str) -> None:
    tally = fetching.Tally()
    for raw in ROADS:
        fetching.take(raw.replace(b"Message-ID: <one@harbourbooks.example>", f"Message-ID: {number}".encode()), tally)
    assert (tally.new, tally.again) == (1, 4) and Complaint.objects.count() == 1
    assert InboundMail.objects.get().deliveries == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", ["<one@harbourbooks.example>", ""])
def test_three_fetchers_at_once_give_one_complaint(ada: User, number: str) -> None:
    """R8, with real children: fifteen deliveries of one mail, five by each of three fetchers."""
    make_account("Harbour Books", by=ada, email="june@harbourbooks.example")
    start = threading.Barrier(3)

    def fetch(_: int) -> None:
        start.wait(10)
        for raw in ROADS:
            fetching.take(raw.replace(b"<one@harbourbooks.example>", number.encode()), fetching.Tally())
        connections.close_all()

    with ThreadPoolExecutor(3) as fetchers:
        list(fetchers.map(fetch, range(3)))
    assert Complaint.objects.count() == InboundMail.objects.count() == 1
    row = InboundMail.objects.get()
    assert row.deliveries == 15 and row.state == "opened"


# Hostile mails, with real children


@pytest.mark.django_db(transaction=True)
def test_every_hostile_mail_is_kept_or_put_aside_and_the_next_one_comes_in(ada: User) -> None:
    """R13: all of them in one mailbox, and an ordinary mail behind each."""
    make_account("Harbour Books", by=ada, email="june@harbourbooks.example")
    worst = ["tags that never end", "two thousand levels", "a sender of brackets"]
    mails = [raw for name, raw in hostile() if name in worst]
    plain = [mail(f"Matter {n}.", number=f"<{n}@harbourbooks.example>") for n in range(len(mails))]
    with Imap(*(one for pair in zip(mails, plain, strict=True) for one in pair)) as server:
        fetching.from_imap(server.url)
        assert len(server.seen) == 2 * len(mails)
    assert not InboundMail.objects.filter(state="kept").exists()
    opened = InboundMail.objects.filter(state="opened", complaint__words__startswith="Matter")
    assert opened.count() == len(plain) and all(bytes(one.raw) for one in InboundMail.objects.all())


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_kept_even_when_its_reader_is_killed(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account("Harbour Books", by=ada, email="june@harbourbooks.example")
    monkeypatch.setattr("rca.lib.mailread.sys.executable", "/bin/false")
    fetching.take(mail(), tally := fetching.Tally())
    row = InboundMail.objects.get()
    assert bytes(row.raw) == mail() and row.state == "parked" and "was stopped" in " ".join([row.why, *row.faults])
    monkeypatch.undo()
    fetching.take(TWO, tally)
    assert InboundMail.objects.order_by("id")[1].state == "opened"


@pytest.mark.django_db(transaction=True)
def test_two_who_file_one_mail_follow_one_another(ada: User) -> None:
    make_account("Harbour Books", by=ada, email="june@harbourbooks.example")
    row, _ = InboundMail.objects.keep(raw=mail())

    def also(_: int) -> str:
        try:
            return str(filing.file(row.pk).state)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two, transaction.atomic():
        pass_on = list(two.map(also, range(2)))
    assert pass_on == ["opened", "opened"] and Complaint.objects.count() == 1
