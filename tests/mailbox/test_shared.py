"""The 32 real mails of other products’ own tests: each ends where a person sees it, as this table says."""

from pathlib import Path

import pytest

from accounts.models import Account, User
from rca.models import Complaint, InboundMail, Message
from tests.mailbox.conftest import Arrive
from tests.make import make_account

FOLDER = Path(__file__).parents[2].parent / "shared/data/emails"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"the shared data is absent: {FOLDER}"),
]
# What each becomes when John Smith of Somenet and Danielle are customers of ours, and the mail to AOL was our letter.
ENDS = {
    "crisp__correct_sig.txt": ("parked", "names no sender"),
    "crisp__email_1.txt": ("parked", "names no sender"),
    "crisp__email_10.txt": ("parked", "names no sender"),
    "crisp__email_11.txt": ("parked", "names no sender"),
    "crisp__email_2.txt": ("parked", "names no sender"),
    "django-helpdesk__all-special-chars.eml": ("parked", "Nobody here knows timothy.hobbs@auto-mat.cz"),
    "django-helpdesk__blank-body-with-attachment.eml": ("parked", "Nobody here knows timothy.hobbs@auto-mat.cz"),
    "django-helpdesk__forwarded-message.eml": ("parked", "Nobody here knows sender@domain.tld"),
    "django-helpdesk__pgp.eml": ("parked", "Nobody here knows bugreporter@example.com"),
    "django-helpdesk__quoted_printable.eml": ("parked", "Nobody here knows tim.thelion@gmail.com"),
    "django-helpdesk__utf-nondecodable.eml": ("parked", "Nobody here knows john.smith@example.cz"),
    "flanker__8bitmime.eml": ("parked", "Nobody here knows bob@example.com"),
    "flanker__attached-pdf.eml": ("parked", "names no sender"),
    "flanker__bounce_delayed.eml": ("bounce", "nobody here has that address"),
    "flanker__bounce_mailbox-full.eml": ("bounce", "MAILBOX FULL"),
    "flanker__encoded-header.eml": ("parked", "Nobody here knows foo.bar@example.com"),
    "flanker__iphone.eml": ("opened", "Danielle is known at Somewhere"),
    "redmine__gmail_with_attachment_iso-8859-1.eml": ("opened", "known at Somenet"),
    "redmine__invalid_utf8.eml": ("opened", "known at Somenet"),
    "redmine__issue_update_with_quoted_reply_above.eml": ("opened", "known at Somenet"),
    "redmine__japanese_keywords_iso_2022_jp.eml": ("opened", "known at Somenet"),
    "redmine__message_reply_by_subject.eml": ("opened", "known at Somenet"),
    "redmine__no_subject_header.eml": ("parked", "no words in it"),
    "redmine__outlook_web_access_2010_html_only.eml": ("opened", "known at Somenet"),
    "redmine__subject_japanese_1.eml": ("parked", "bears the number of"),
    "redmine__ticket_from_emission_address.eml": ("parked", "bears the number of"),
    "redmine__ticket_html_only.eml": ("opened", "known at Somenet"),
    "redmine__ticket_on_given_project.eml": ("parked", "bears the number of"),
    "redmine__ticket_reply.eml": ("opened", "known at Somenet"),
    "redmine__ticket_with_attachment.eml": ("opened", "known at Somenet"),
    "redmine__ticket_with_cc.eml": ("parked", "bears the number of"),
    "redmine__ticket_without_from_header.eml": ("parked", "bears the number of"),
}


def test_all_of_them_end_where_the_table_says(arrive: Arrive, letter: Message, harbour: Account, ada: User) -> None:
    make_account("Somenet", by=ada, email="jsmith@somenet.foo")
    make_account("Somewhere", by=ada).contacts.introduce(by=ada, name="Danielle", email="someone@somewhere.com")
    Message.objects.filter(pk=letter.pk).update(message_id="<4E326A95.3010907@example.com>")
    before, found = Complaint.objects.count(), {}
    for path in sorted(FOLDER.glob("*__*")):
        found[path.name] = arrive(path.read_bytes())
    wrong = {
        name: (row.state, row.why)
        for name, row in found.items()
        if row.state != ENDS[name][0] or ENDS[name][1] not in row.why
    }
    assert not wrong and set(found) == set(ENDS)
    assert InboundMail.objects.count() == 32 and Complaint.objects.count() == before + 10
    letter.refresh_from_db()
    assert letter.state == "bounced" and harbour.contacts.get().bounced_at
    assert all(row.words or row.files or row.state == "bounce" for row in found.values())


def test_their_words_and_files_are_what_was_written(arrive: Arrive, ada: User, harbour: Account) -> None:
    make_account("Somenet", by=ada, email="jsmith@somenet.foo")
    read = {name: arrive((FOLDER / name).read_bytes()) for name in ENDS if (FOLDER / name).exists()}
    assert read["redmine__invalid_utf8.eml"].words.startswith("Здравствуйте")
    assert read["django-helpdesk__all-special-chars.eml"].words == "íářčšáíéřášč"
    assert read["redmine__subject_japanese_1.eml"].subject == "テスト"
    assert read["redmine__ticket_reply.eml"].words == "This is reply"
    assert read["redmine__ticket_html_only.eml"].complaint.words.startswith("This is a html-only email.")
    assert [one.name for one in read["redmine__ticket_with_attachment.eml"].complaint.attachments.all()] == [
        "Paella.jpg"
    ]
    assert read["flanker__iphone.eml"].files[0]["name"] == "photo.JPG"
