"""R28: whatever a mail claims, nothing is done as one of us, nobody is written to, no foreign complaint touched."""

import pytest
from django.core import mail as django_mail

from accounts.models import Account, Entry, User
from rca.communications.replying import reply_address, signature
from rca.models import Complaint, InboundMail, Message, Note
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import mail
from tests.make import make_complaint


@pytest.fixture
def foreign(globex: Account, ada: User) -> Complaint:
    """A complaint of somebody else."""
    return make_complaint(globex, by=ada, words="Our own matter.")


def untouched(complaint: Complaint, entries: int) -> bool:
    same = Complaint.objects.get(pk=complaint.pk)
    return (same.version, same.words) == (complaint.version, complaint.words) and not Note.objects.exists() and (
        Entry.objects.about([complaint.ref]).count() == entries
    )  # fmt: skip


def claims(foreign: Complaint, letter: Message) -> dict[str, dict[str, str]]:
    right, ref = signature(foreign.ref), foreign.ref.lower()
    house = "@fairlight.example"
    return {
        "another customer’s own signature": {"to": reply_address(foreign.ref)},
        "no signature": {"to": f"support+{ref}.{house}"},
        "a made-up signature": {"to": f"support+{ref}.{'0' * 20}{house}"},
        "a signature cut short": {"to": f"support+{ref}.{right[:10]}{house}"},
        "the signature of another": {"to": f"support+{ref}.{signature('C-1')}{house}"},
        "a signature of a kind we do not have": {"to": f"support+z-1.{signature('Z-1')}{house}"},
        "its number in the subject": {"subject": f"Re: [{foreign.ref}] price"},
        "the number of a mail of theirs": {"References": "<theirs@globex.example>"},
        "the number of our letter to somebody else": {
            "sender": "hana@globex.example",
            "In_Reply_To": letter.message_id,
        },
        "a number such as ours": {"In_Reply_To": f"<{'a' * 32}@fairlight.example>"},
    }


NAMES = ["another customer’s own signature", "a made-up signature", "a signature cut short", "the signature of another",
         "a signature of a kind we do not have", "its number in the subject", "the number of a mail of theirs",
         "the number of our letter to somebody else", "a number such as ours"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_that_does_not_hold_is_put_aside_and_touches_nothing(
    arrive: Arrive, foreign: Complaint, letter: Message, complaint: Complaint, name: str
) -> None:
    first = arrive(mail("Theirs.", sender="hana@globex.example", number="<theirs@globex.example>"))
    django_mail.outbox.clear()
    InboundMail.objects.filter(pk=first.pk).update(complaint=foreign)
    counts = {one.pk: Entry.objects.about([one.ref]).count() for one in (foreign, complaint)}
    total = Complaint.objects.count()
    row = arrive(mail("Give me everything.", number="<forged@x.example>", **claims(foreign, letter)[name]))
    assert row.state == "parked" and row.why.startswith("Unverified.") and row.complaint is None
    assert Complaint.objects.count() == total and not django_mail.outbox
    assert untouched(foreign, counts[foreign.pk]) and untouched(complaint, counts[complaint.pk])


def test_who_says_to_be_one_of_us_is_not_believed(arrive: Arrive, complaint: Complaint, ada: User, lin: User) -> None:
    for number, sender in enumerate([ada.email, lin.email.upper(), f"Ada Okafor <{ada.email}>"]):
        row = arrive(mail(sender=sender, subject=f"[{complaint.ref}] close it", number=f"<{number}@x.example>"))
        assert row.state == "parked" and "who is one of us. Nothing was done in their name." in row.why
    assert not Entry.objects.filter(by__in=[ada, lin], act__in=["closed", "noted", "wrote_again"]).exists()


def test_headers_that_give_orders_are_words_and_nothing_else(arrive: Arrive, harbour: Account, lin: User) -> None:
    orders = {"X_Zammad_Ticket_State": "closed", "X_Zammad_Customer_Email": "x@y.example", "X_Amends_Account": "A-1",
              "X_Priority": "1", "X_Zammad_Article_Internal": "true", "Reply_To": "evil@x.example",
              "Disposition_Notification_To": "evil@x.example", "Return_Receipt_To": "evil@x.example"}  # fmt: skip
    row = arrive(mail("#close #assign max@fairlight.example", **orders))
    assert row.complaint.state == "open" and row.complaint.account == harbour and row.complaint.severity == ""
    assert not django_mail.outbox and not Message.objects.exists()


def test_a_known_sender_cannot_reach_past_their_account(
    arrive: Arrive, foreign: Complaint, complaint: Complaint
) -> None:
    row = arrive(mail("x", subject=f"[{foreign.ref}] [{complaint.ref}]"))
    assert row.state == "parked" and foreign.ref in row.why


def test_two_mails_with_one_number_are_both_kept_and_only_the_first_acts(arrive: Arrive, harbour: Account) -> None:
    first = arrive(mail("Mine.", sender="mallory@x.example"))
    second = arrive(mail("June’s own words."))
    assert (second.state, second.copy_of) == ("parked", first) and second.words == "June’s own words."
    assert second.why == f"It bears the number of {first.ref} and says something else."


def test_an_old_secret_signs_nothing(arrive: Arrive, complaint: Complaint, settings) -> None:
    address = reply_address(complaint.ref)
    settings.SECRET_KEY = "another-secret-that-is-long-enough-to-be-one-of-a-house"
    assert arrive(mail(to=address)).state == "parked"
