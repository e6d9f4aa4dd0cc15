"""R29: machines that write to machines open nothing, are answered by nobody, and a bounce marks the address."""

import re
from pathlib import Path

import pytest
from django.core import mail as django_mail

from accounts.models import Account, Contact, Entry, Notice, User
from rca.mailbox import filing
from rca.models import Cause, Complaint, InboundMail, Message, Note, Telling
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import bounce, mail
from tests.make import make_complaint


def test_a_thousand_rounds_of_automatic_answers_open_nothing_and_are_answered_by_nobody(
    arrive: Arrive, letter: Message, complaint: Complaint
) -> None:
    django_mail.outbox.clear()
    answer = {"subject": "Automatic reply: x", "Auto_Submitted": "auto-replied", "In_Reply_To": letter.message_id}
    for number in range(1_000):
        arrive(mail(f"I am away, round {number}.", number=f"<away-{number}@harbourbooks.example>", **answer))
    assert set(InboundMail.objects.values_list("state", flat=True)) == {"ignored"}
    assert Complaint.objects.count() == 1 and not Note.objects.exists()
    assert not django_mail.outbox and Message.objects.count() == 1


def test_an_automatic_answer_is_noted_on_its_thread_and_reopens_nothing(
    arrive: Arrive, complaint: Complaint, ada: User
) -> None:
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    complaint.close(by=ada, outcome="Credited.")
    touches = complaint.account.touches.count()
    row = arrive(mail("I am away.", subject=f"Automatic reply: [{complaint.ref}] x", Auto_Submitted="auto-replied"))
    complaint.refresh_from_db()
    assert row.state == "ignored" and complaint.state == "closed" and complaint.account.touches.count() == touches
    assert Entry.objects.about([complaint.ref]).filter(act="answered_by_machine", ref=row.ref).exists()


def test_an_automatic_answer_stops_no_clock(arrive: Arrive, complaint: Complaint) -> None:
    arrive(mail("We got your mail.", subject=f"Auto: [{complaint.ref}]", X_Autoreply="yes"))
    complaint.refresh_from_db()
    assert complaint.acknowledged_at is None


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List_Id": "<x.example>"}, {"Return_Path": "<>"},
     {"X_Autoreply": "yes"}, {"sender": "postmaster@harbourbooks.example"}],
)  # fmt: skip
def test_what_a_machine_or_a_list_sends_opens_nothing(
    arrive: Arrive, harbour: Account, headers: dict[str, str]
) -> None:
    row = arrive(mail(**headers))
    assert row.state == "ignored" and row.why and not Complaint.objects.exists()


def test_a_customer_who_answers_through_a_list_of_their_own_is_not_lost(arrive: Arrive, letter: Message) -> None:
    row = arrive(mail("Still wet.", In_Reply_To=letter.message_id, List_Id="<office.harbourbooks.example>"))
    assert row.state == "parked" and "came through a mailing list" in row.why


def test_our_own_mail_that_comes_round_is_ignored(arrive: Arrive, letter: Message) -> None:
    assert arrive(mail(sender="Fairlight <support@fairlight.example>")).state == "ignored"
    assert arrive(mail(sender="support+c-1.abc@fairlight.example", number="<2@x.example>")).state == "ignored"
    row = arrive(mail(sender="relay@elsewhere.example", number=letter.message_id))
    assert row.state == "ignored" and "came round" in row.why


# What came back


def test_a_bounce_of_our_letter_marks_the_address_and_the_letter(
    arrive: Arrive, letter: Message, harbour: Account, cause: Cause, ada: User
) -> None:
    row = arrive(bounce(letter.message_id))
    letter.refresh_from_db()
    assert (row.state, row.letter) == ("bounce", letter) and letter.state == "bounced"
    assert "550 5.1.1 no such mailbox" in row.why and harbour.contacts.get().bounced_at
    assert not Telling.objects.exists() and Complaint.objects.count() == 1
    assert Notice.objects.get(person=ada).says.startswith(f"{letter.ref} to Harbour Books came back")
    assert arrive(bounce(letter.message_id, number="<again@x>", subject="again")).state == "bounce"


def test_a_letter_that_is_only_late_is_noted_and_changes_nothing(
    arrive: Arrive, letter: Message, harbour: Account
) -> None:
    row = arrive(bounce(letter.message_id, action="delayed"))
    letter.refresh_from_db()
    assert row.state == "bounce" and "is late, not lost" in row.why
    assert letter.state == "accepted" and harbour.contacts.get().bounced_at is None
    assert Entry.objects.about([letter.ref]).filter(act="delayed").exists()


def test_a_bounce_of_a_mail_that_is_not_ours_marks_nobody_until_a_person_says_so(
    arrive: Arrive, letter: Message, harbour: Account, ada: User
) -> None:
    row = arrive(bounce("<made-up@fairlight.example>"))
    letter.refresh_from_db()
    assert row.state == "parked" and letter.state == "accepted" and harbour.contacts.get().bounced_at is None
    row.mark_address(by=ada)
    row.refresh_from_db()
    assert row.state == "bounce" and harbour.contacts.get().bounced_at
    assert Entry.objects.about([harbour.ref]).filter(act="address_marked", by=ada).exists()


def test_a_bounce_of_an_address_that_nobody_here_has_is_kept_and_says_so(arrive: Arrive, harbour: Account) -> None:
    row = arrive(bounce("<x@y>", to="nobody@nowhere.example"))
    assert row.state == "bounce" and row.why.endswith("nobody here has that address.")
    assert not Contact.objects.exclude(bounced_at=None).exists()


def test_a_bounce_that_bears_our_number_in_its_subject_opens_and_joins_nothing(
    arrive: Arrive, ada: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    arrive(bounce("<x@y>", subject=f"Undelivered: [{complaint.ref}]", sender="june@harbourbooks.example"))
    assert Complaint.objects.count() == 1 and not Note.objects.exists()


def test_nothing_in_this_room_writes_to_anybody() -> None:
    """No automatic answer exists, so none can go round in a loop."""
    for path in Path(filing.__file__).parent.glob("*.py"):
        text = path.read_text()
        assert not re.search(r"django\.core\.mail|smtplib|objects\.send\(|posting", text), path
