from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.communications import outbox
from rca.lib.clock import now
from rca.models import Cause, FixNote, Message, Telling
from tests.make import NOTE, make_message

Door = Callable[..., APIClient]


def test_a_note_is_drafted_changed_and_approved(api: Door, cause: Cause, ada: User, lin: User) -> None:
    as_ada, as_lin = api(ada), api(lin)
    made = as_ada.post("/api/v1/fix-notes/", {"cause": cause.ref}, format="json")
    assert made.status_code == 201 and made.data["cause"] == cause.ref
    address = f"/api/v1/fix-notes/{cause.ref}/"
    assert as_ada.patch(address, NOTE, format="json").status_code == 428
    changed = as_ada.patch(address, NOTE, format="json", HTTP_IF_MATCH='"1"')
    assert changed.status_code == 200 and changed.data["title"] == NOTE["title"]
    assert as_ada.patch(address, {"title": "x"}, format="json", HTTP_IF_MATCH='"1"').status_code == 412
    assert as_ada.post(address + "approval/", {}, format="json").status_code == 403
    assert as_lin.post(address + "approval/", {}, format="json").data["approved_by"] == lin.email


def test_a_second_draft_is_refused_in_the_sentence_of_the_page(api: Door, cause: Cause, ada: User, as_ada) -> None:
    api(ada).post("/api/v1/fix-notes/", {"cause": cause.ref}, format="json")
    again = api(ada).post("/api/v1/fix-notes/", {"cause": cause.ref}, format="json")
    page = as_ada.post(f"/tell/note/{cause.ref}/draft/")
    sentence = "A draft of Ada Okafor is there already: change that one."
    assert again.status_code == page.status_code == 409
    assert sentence in str(again.data) and sentence in page.content.decode()


def test_an_account_is_told_stopped_and_told_again(
    api: Door, note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    body = {"account": harbour.ref, "cause": cause.ref}
    first = api(ada).post("/api/v1/messages/", body, format="json")
    assert first.status_code == 201 and first.data["state"] == "queued" and first.data["cause"] == cause.ref
    assert api(ada).post("/api/v1/messages/", body, format="json").status_code == 409
    address = f"/api/v1/messages/{first.data['ref']}/"
    assert api(ada).post(address + "stop/", {}, format="json").data["state"] == "cancelled"
    assert api(ada).post(address + "stop/", {}, format="json").status_code == 409


def test_an_account_that_is_not_on_the_roster_is_named(api: Door, note: FixNote, cause: Cause, ada: User) -> None:
    stranger = Account.objects.open(by=ada, name="Globex")
    answer = api(ada).post("/api/v1/messages/", {"account": stranger.ref, "cause": cause.ref}, format="json")
    assert answer.status_code == 400 and "Globex is not on the roster" in str(answer.data)


def test_an_unknown_field_is_an_error(api: Door, note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    body = {"account": harbour.ref, "cause": cause.ref, "state": "accepted", "body": "Buy more."}
    answer = api(ada).post("/api/v1/messages/", body, format="json")
    assert answer.status_code == 400 and set(answer.data["errors"]) == {"state", "body"}


def test_a_doubt_is_settled(api: Door, note: FixNote, cause: Cause, harbour: Account, ada: User) -> None:
    message = make_message(cause, harbour, by=ada)
    Message.objects.update(state="unknown")
    answer = api(ada).post(f"/api/v1/messages/{message.ref}/confirmation/", {}, format="json")
    assert answer.data["state"] == "accepted" and Telling.objects.exists()


def test_a_call_is_recorded(api: Door, note: FixNote, cause: Cause, tolland: Account, ada: User) -> None:
    message = make_message(cause, tolland, by=ada)
    body = {"outcome": "reached", "words": "Fine.", "answer": "yes"}
    answer = api(ada).post(f"/api/v1/messages/{message.ref}/attempt/", body, format="json")
    assert answer.data["state"] == "done" and answer.data["verdict"]["answer"] == "yes"


def test_telling_in_person_and_reading_it_back(api: Door, cause: Cause, harbour: Account, ada: User) -> None:
    body = {"account": harbour.ref, "cause": cause.ref, "channel": "person", "words": "Good."}
    made = api(ada).post("/api/v1/tellings/", body, format="json")
    assert made.status_code == 201 and made.data["account"] == harbour.ref
    assert api(ada).get(f"/api/v1/tellings/{made.data['id']}/").data["words"] == "Good."
    assert api(ada).post("/api/v1/tellings/", body, format="json").status_code == 409
    assert api(ada).get("/api/v1/tellings/").data["results"][0]["cause"] == cause.ref


def test_everybody_is_told_with_one_request(api: Door, note: FixNote, cause: Cause, ada: User) -> None:
    answer = api(ada).post(f"/api/v1/fix-notes/{cause.ref}/mailing/", {}, format="json")
    assert answer.status_code == 200 and Message.objects.count() == 3 and "says" in answer.data


def test_the_list_of_messages_shows_the_answer(
    api: Door, note: FixNote, cause: Cause, harbour: Account, ada: User
) -> None:
    message = make_message(cause, harbour, by=ada, at=now().replace(year=2025))
    outbox.deliver(message.pk)
    Message.objects.get().answer(answer="partly", words="Half.")
    row = api(ada, "read").get("/api/v1/messages/").data["results"][0]
    assert row["verdict"]["words"] == "Half." and row["message_id"].endswith("@fairlight.example>")


def test_a_token_that_may_only_read_tells_nobody(api: Door, cause: Cause, harbour: Account, ada: User) -> None:
    body = {"account": harbour.ref, "cause": cause.ref, "channel": "person"}
    assert api(ada, "read").post("/api/v1/tellings/", body, format="json").status_code == 403
