"""The customer's own page: by a signed link, without a session, with the protection of every other form."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Account, Entry, User
from rca.communications import outbox
from rca.communications.letters import read_token, token
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.models import Cause, FixNote, Message, Telling, Verdict
from tests.make import make_message


@pytest.fixture
def message(note: FixNote, cause: Cause, harbour: Account, ada: User) -> Message:
    message = make_message(cause, harbour, by=ada, at=now() - timedelta(minutes=1))
    outbox.deliver(message.pk)
    message.refresh_from_db()
    return message


def address(message: Message) -> str:
    return f"/n/{token(message.pk)}/"


def answered(message: Message, **said: str):
    """What a browser does: reads the page, keeps its cookie, and sends the form with what stands in it."""
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address(message)).content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert secret
    return browser, browser.post(address(message), {"csrfmiddlewaretoken": secret[1], **said})


def test_the_page_is_the_letter_and_asks_one_question(message: Message) -> None:
    answer = Client().get(address(message))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Dear June," in page and "Did this fix it for you?" in page and "June Carver, Harbour Books" in page
    assert "Send to Ada" in page


def test_it_needs_no_sign_in_makes_no_session_and_is_kept_by_nobody(message: Message) -> None:
    answer = Client().get(address(message))
    assert "sessionid" not in answer.cookies
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"


def test_it_shows_no_number_of_ours_and_no_name_but_who_signs(message: Message) -> None:
    page = Client().get(address(message)).content.decode()
    for inside in (message.ref, message.affected.cause.ref, "Lin Haddad", "Sam Wells", message.affected.cause.title):
        assert inside not in page


def test_reading_changes_nothing(message: Message) -> None:
    before = Entry.objects.count()
    for method in ("get", "head"):
        getattr(Client(), method)(address(message))
    assert Entry.objects.count() == before and not Verdict.objects.exists()


def test_an_answer_is_taken_once_and_thanked_for(message: Message) -> None:
    browser, answer = answered(message, fixed="yes", more="Thank you.")
    assert answer.status_code == 302
    assert "We are glad that it holds" in browser.get(address(message)).content.decode()
    assert Telling.objects.exists() and Verdict.objects.get().words == "Thank you."
    again = browser.post(address(message), {"fixed": "no", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert again.status_code == 409 and "We have your answer already" in again.content.decode()
    assert Verdict.objects.get().answer == "yes"


def test_a_no_makes_the_row_untold_again_and_the_ledger_keeps_both(message: Message, cause: Cause) -> None:
    answered(message, fixed="no", more="My March invoice is wrong too.")
    row = cause.affected.untold().get(pk=message.affected_id)
    assert row.standing == "untold"
    entries = Entry.objects.about([cause.ref])
    untold = entries.get(act="untold")
    assert untold.by.name == "the letterbox" and untold.before["by"]
    assert entries.get(act="answered").words == "My March invoice is wrong too."


def test_after_a_no_the_same_note_is_not_written_again_but_a_call_is_fine(
    message: Message, cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    answered(message, fixed="no")
    with pytest.raises(Refused, match="answered that this did not fix it: ring them"):
        make_message(cause, harbour, by=ada)
    call = make_message(cause, harbour, by=lin, channel="phone", override_reason="They said no.")
    assert call.state == "task"


def test_an_answer_proves_that_a_doubtful_mail_arrived(message: Message) -> None:
    Telling.objects.all().delete()
    Message.objects.update(state="unknown")
    answered(message, fixed="partly")
    assert Message.objects.get().state == "accepted" and Telling.objects.exists()


def test_without_the_token_of_the_form_nothing_is_taken(message: Message) -> None:
    answer = Client(enforce_csrf_checks=True).post(address(message), {"fixed": "yes"})
    assert answer.status_code == 403 and not Verdict.objects.exists()


def test_an_empty_answer_keeps_the_words_and_says_what_to_choose(message: Message) -> None:
    _, answer = answered(message, more="Nearly.")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose one of the three" in page and "Nearly.</textarea>" in page


def test_nul_bytes_and_script_in_the_answer_are_text(message: Message, as_ada: Client) -> None:
    _, answer = answered(message, fixed="partly", more="<script>alert(1)</script>")
    assert answer.status_code == 302
    assert "<script>alert" not in as_ada.get(f"/tell/{message.ref}/").content.decode()
    assert answered_status(message, "a\x00b") in (302, 403, 409, 422)


def answered_status(message: Message, more: str) -> int:
    Verdict.objects.all().delete()
    return answered(message, fixed="yes", more=more)[1].status_code


@pytest.mark.parametrize("change", ["", "x", ".x", "-"])
def test_a_link_that_is_not_ours_shows_nothing(message: Message, change: str) -> None:
    wrong = token(message.pk)[:-1] + ("A" if token(message.pk)[-1] != "A" else "B") + change
    answer = Client().get(f"/n/{wrong}/")
    assert answer.status_code == 404 and "Dear June" not in answer.content.decode()
    assert "There is no letter at this address" in answer.content.decode()


def test_another_letter_cannot_be_reached_by_counting(message: Message) -> None:
    _, signature = token(message.pk).split(".")
    assert read_token(f"{message.pk + 1}.{signature}") is None


def test_after_ninety_days_the_page_is_politely_gone(message: Message) -> None:
    with time_machine.travel(now() + timedelta(days=89), tick=False):
        assert Client().get(address(message)).status_code == 200
    with time_machine.travel(now() + timedelta(days=91), tick=False):
        answer = Client().get(address(message))
    assert answer.status_code == 410 and "01632 960 114" in answer.content.decode()
    assert "Dear June" not in answer.content.decode()


def test_a_page_that_was_shut_takes_no_answer(message: Message, ada: User) -> None:
    browser, _ = Client(), message.withdraw(by=ada)
    assert browser.get(address(message)).status_code == 410
    assert browser.post(address(message), {"fixed": "yes"}).status_code == 410
    assert not Verdict.objects.exists()
    with pytest.raises(Refused, match="shut already"):
        message.withdraw(by=ada)


def test_a_mail_that_was_stopped_has_no_page(note: FixNote, cause: Cause, northgate: Account, ada: User) -> None:
    message = make_message(cause, northgate, by=ada)
    assert Client().get(address(message)).status_code == 200
    with pytest.raises(Refused, match="has not reached anybody yet"):
        message.answer(answer="yes")
    message.stop(by=ada)
    assert Client().get(address(message)).status_code == 410


def test_somebody_reads_the_answer_and_says_so(message: Message, ada: User, as_lin: Client) -> None:
    message.answer(answer="partly", words="Half of it.")
    assert Message.objects.unread().get() == message
    assert as_lin.post(f"/tell/{message.ref}/reading/").status_code == 302
    assert not Message.objects.unread().exists() and Verdict.objects.get().seen_by.name == "Lin Haddad"
