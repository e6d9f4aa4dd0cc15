"""Where a mail goes: a customer’s opens a complaint or joins one; what is not sure waits for a person."""

from email import message_from_bytes

import pytest
from django.core import mail as django_mail

from accounts.models import Account, Entry, Notice, User
from rca.communications.replying import reply_address
from rca.complaints import answering
from rca.lib.clock import now
from rca.mailbox import filing
from rca.models import Cause, CauseLink, Complaint, InboundMail, Message, Note, Promise
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import everyday, file, html, many
from tests.mailbox.mails import mail as make_mail
from tests.make import make_account, make_promise

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


def test_a_customer_we_know_opens_a_complaint_in_their_own_words(arrive: Arrive, harbour: Account, lin: User) -> None:
    row = arrive(make_mail("It rained on the boxes.\n\nOn Tue, Ada wrote:\n> Hello.\n> Bye.", subject="Wet"))
    complaint = Complaint.objects.get()
    assert (row.state, row.complaint) == ("opened", complaint) and "June Carver is known" in row.why
    assert complaint.words == "It rained on the boxes." and complaint.channel == "email"
    assert complaint.account == harbour and complaint.contact.email == "june@harbourbooks.example"
    assert complaint.logged_by.name == "the mailbox" and complaint.received_at == row.received_at
    assert harbour.touches.filter(way="in", channel="email", about=complaint.ref).exists()
    assert "> Hello." in row.text and "Hello." in row.quoted


def test_its_one_person_is_the_owner_of_the_account_who_is_told(
    arrive: Arrive, harbour: Account, ada: User, lin: User
) -> None:
    harbour.assign(by=lin, owner=ada)
    row = arrive(make_mail())
    assert row.complaint.liaison == ada
    assert Notice.objects.get(person=ada).says == f"Harbour Books complained by e-mail: {row.complaint.ref}."


def test_where_an_account_has_no_owner_everybody_who_leads_is_told(arrive: Arrive, harbour: Account, lin: User) -> None:
    row = arrive(make_mail())
    assert row.complaint.liaison is None and Notice.objects.get().person == lin


def test_the_clock_of_owning_up_runs_from_when_the_mail_came(at_once: None, harbour: Account, lin: User) -> None:
    came = now().replace(year=now().year - 1)
    row, _ = InboundMail.objects.keep(raw=make_mail(), at=came)
    complaint = filing.file(row.pk).complaint
    assert complaint.received_at == came and complaint.late and complaint.acknowledged_at is None


def test_files_join_the_complaint_and_what_is_not_taken_stays_in_the_mail(arrive: Arrive, harbour: Account) -> None:
    row = arrive(many("Content-Type: text/plain\n\nSee.", file("wet.png", PNG, "image/png"),
                      file("run.exe", b"MZ\x90\x00", "application/octet-stream")))  # fmt: skip
    assert [one.name for one in row.complaint.attachments.all()] == ["wet.png"]
    assert "Left in the mail: run.exe" in row.why and [one["name"] for one in row.files] == ["wet.png", "run.exe"]


def test_html_alone_becomes_words_and_a_safe_layout(arrive: Arrive, harbour: Account) -> None:
    row = arrive(html("<p>It <b>rained</b>.</p><script>alert(1)</script><img src='https://evil.example/x.gif'>"))
    assert row.complaint.words == "It rained." and row.html == "<p>It <b>rained</b>.</p>"


def test_a_mail_passed_on_keeps_the_words_it_passes_on(arrive: Arrive, harbour: Account) -> None:
    row = arrive(
        make_mail("FYI\n\n---------- Forwarded message ---------\nFrom: Bob\n\nIt rained.", subject="Fwd: Wet")
    )
    assert "It rained." in row.complaint.words


def test_a_subject_alone_is_words_too_and_nothing_at_all_is_put_aside(arrive: Arrive, harbour: Account) -> None:
    assert arrive(make_mail("", subject="Where is my order 58077?")).complaint.words == "Where is my order 58077?"
    row = arrive(make_mail("", subject="", number="<two@x.example>"))
    assert row.state == "parked" and "no words in it" in row.why


def test_a_stranger_waits_for_a_person(arrive: Arrive, harbour: Account) -> None:
    row = arrive(make_mail(sender="Bob <bob@elsewhere.example>"))
    assert (row.state, row.why) == ("parked", "Nobody here knows bob@elsewhere.example yet.")
    assert not Complaint.objects.exists()


def test_who_is_known_twice_or_has_moved_on_waits_for_a_person(arrive: Arrive, harbour: Account, ada: User) -> None:
    other = make_account("Harbour Inn", by=ada, email="june@harbourbooks.example")
    assert "known at Harbour Books and Harbour Inn" in arrive(make_mail()).why
    other.contacts.get().move_on(by=ada)
    assert arrive(make_mail(number="<two@x.example>")).complaint.account == harbour
    harbour.contacts.get().move_on(by=ada)
    assert "has moved on, and writes again" in arrive(make_mail(number="<three@x.example>")).why


# Answers


def test_an_answer_to_our_letter_joins_the_complaint(arrive: Arrive, letter: Message, complaint: Complaint) -> None:
    row = arrive(make_mail("It is not fixed.", subject="Re: x", In_Reply_To=letter.message_id))
    assert (row.state, row.complaint, row.letter) == ("followed", complaint, letter)
    assert Note.objects.get(complaint=complaint).text == "It is not fixed."
    entry = Entry.objects.about([complaint.ref]).filter(act="wrote_again").get()
    assert entry.says == "June Carver wrote again." and entry.words == "It is not fixed." and entry.ref == row.ref


def test_our_letters_ask_for_answers_at_a_signed_address_that_finds_the_complaint(
    arrive: Arrive, letter: Message, complaint: Complaint
) -> None:
    sent = message_from_bytes(django_mail.outbox[-1].message().as_bytes())
    assert sent["Reply-To"] == reply_address(letter.ref) and sent["Reply-To"].startswith(f"support+m-{letter.pk}.")
    row = arrive(make_mail("Thank you.", to=f"Support <{sent['Reply-To'].upper()}>"))
    assert row.complaint == complaint and "by its signed address" in row.why


def test_without_a_mailbox_of_our_own_letters_ask_for_nothing(letter: Message, settings) -> None:
    settings.MAILBOX_ADDRESS = ""
    assert reply_address(letter.ref) == ""


def test_an_answer_to_a_mail_that_was_filed_joins_its_complaint(arrive: Arrive, harbour: Account) -> None:
    first = arrive(make_mail())
    row = arrive(make_mail("One more thing.", number="<two@x.example>", References="<one@harbourbooks.example>"))
    assert row.complaint == first.complaint and Complaint.objects.count() == 1


def test_a_number_in_the_subject_joins_it_for_who_is_known_there(arrive: Arrive, complaint: Complaint) -> None:
    assert arrive(make_mail("More.", subject=f"Re: [{complaint.ref}] wet")).complaint == complaint


def test_a_colleague_may_answer_behind_our_signature_but_not_at_a_domain_that_everybody_has(
    arrive: Arrive, complaint: Complaint, harbour: Account, ada: User
) -> None:
    signed = reply_address(complaint.ref)
    assert arrive(make_mail(sender="bob@harbourbooks.example", to=signed)).complaint == complaint
    harbour.contacts.introduce(by=ada, name="Nell", email="nell@gmail.com")
    row = arrive(make_mail(sender="mallory@gmail.com", to=signed, number="<two@x.example>"))
    assert row.state == "parked" and row.why.startswith("Unverified.")


def test_a_closed_complaint_stays_closed_and_its_one_person_is_told(
    arrive: Arrive, complaint: Complaint, ada: User
) -> None:
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    complaint.close(by=ada, outcome="Credited.")
    arrive(make_mail("Thank you!", subject=f"[{complaint.ref}]"))
    complaint.refresh_from_db()
    assert complaint.state == "closed"
    assert Notice.objects.get(person=ada).says == (
        f"June Carver wrote again about {complaint.ref}, which is closed: reopen it if it is not over."
    )


def test_a_merged_complaint_passes_their_words_on(
    arrive: Arrive, complaint: Complaint, harbour: Account, lin: User
) -> None:
    other = Complaint.objects.log(by=lin, account=harbour, words="The same again.")
    complaint.merge_into(by=lin, into=other)
    assert arrive(make_mail("Still wet.", subject=f"[{complaint.ref}]")).complaint == other


def test_an_answer_ends_no_promise_and_stops_no_clock(arrive: Arrive, complaint: Complaint, ada: User) -> None:
    promise = make_promise(complaint, by=ada)
    arrive(make_mail("Thank you.", subject=f"[{complaint.ref}]"))
    complaint.refresh_from_db()
    assert Promise.objects.get(pk=promise.pk).state == "open" and complaint.acknowledged_at is None


def test_an_answer_of_who_never_complained_waits_for_a_person(arrive: Arrive, letter: Message, cause: Cause) -> None:
    CauseLink.objects.filter(cause=cause).delete()
    row = arrive(make_mail("Thank you.", In_Reply_To=letter.message_id))
    assert row.state == "parked" and "who never complained about that" in row.why and row.letter == letter


# Whatever happens


def test_whatever_breaks_the_mail_is_put_aside_with_the_reason(
    arrive: Arrive, harbour: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **facts: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(filing.joining, "open_with", broken)
    row = arrive(make_mail())
    assert row.state == "parked" and "ZeroDivisionError" in row.why and row.words
    assert not Complaint.objects.exists() and not Note.objects.exists()


def test_half_of_a_filing_is_none_of_it(arrive: Arrive, complaint: Complaint, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answering, "looking_after", broken)
    assert arrive(make_mail("More.", subject=f"[{complaint.ref}]")).state == "parked"
    assert not Note.objects.exists() and not Entry.objects.filter(act="wrote_again").exists()


def test_a_mail_that_takes_its_reader_down_is_put_aside_at_the_third_try(at_once: None, harbour: Account) -> None:
    row, _ = InboundMail.objects.keep(raw=make_mail())
    InboundMail.objects.filter(pk=row.pk).update(tries=3)
    assert filing.file(row.pk).why == "Reading it broke off 3 times."


def test_what_was_kept_and_not_filed_is_filed_by_the_next_round(at_once: None, harbour: Account) -> None:
    InboundMail.objects.keep(raw=make_mail())
    assert filing.file_kept() == 1 and filing.file_kept() == 0
    assert InboundMail.objects.get().state == "opened"


@pytest.mark.parametrize("name", dict(everyday()))
def test_every_kind_of_mail_ends_where_a_person_sees_it(arrive: Arrive, harbour: Account, name: str) -> None:
    row = arrive(dict(everyday())[name])
    assert row.state in ("opened", "followed", "bounce", "parked", "ignored") and row.why.endswith((".", "!"))
    assert row.state != "opened" or row.complaint.words
