"""The room through the API: the same walk, the same refusals in the same words."""

from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.models import FiveWhys, NoSession
from tests.make import make_chain, make_complaint, make_session

Door = Callable[..., APIClient]


def test_a_session_is_planned_started_asked_answered_and_concluded(
    api: Door, ada: User, lin: User, harbour: Account
) -> None:
    complaint, client = make_complaint(harbour, by=ada), api(lin)
    planned = client.post(
        "/api/v1/whys/",
        {"problem": "You charged me twice.", "complaints": [complaint.ref], "facilitator": lin.email,
         "participants": [{"name": "Rosa Klein", "part": "print buying"}]},
        format="json",
    )  # fmt: skip
    assert planned.status_code == 201 and planned.data["complaints"] == [complaint.ref]
    home = f"/api/v1/whys/{planned.data['ref']}/"
    assert client.post(home + "start/").data["state"] == "running"
    asked = client.post(home + "question/", {}, format="json")
    (why,) = asked.data["whys"]
    assert why["question"] == "Why did you charge me twice?"
    node = f"/api/v1/why-nodes/{why['id']}/"
    said = client.post(node + "answer/", {"answer": "The price form is incorrect.", "version": 1}, format="json")
    assert said.data["state"] == "stated"
    shown = client.post(node + "confirmation/", {"evidence": "side by side"}, format="json")
    assert shown.data["state"] == "confirmed"
    below = client.post(node + "next/", {}, format="json")
    assert below.status_code == 201 and below.data["parent"] == why["id"] and below.data["depth"] == 2
    other = client.post(node + "branch/", {"answer": "The till rounds up."}, format="json")
    struck = client.post(f"/api/v1/why-nodes/{other.data['id']}/strike/", {"reason": "40 receipts"}, format="json")
    assert struck.data["state"] == "struck"
    assert client.post(f"/api/v1/why-nodes/{below.data['id']}/withdrawal/").status_code == 204
    test = client.get(node + "stop-test/")
    assert test.data["open"] == ["This is why 1, and five is the floor: ask on, or say why you stop early."]
    done = client.post(home + "conclusion/", {"conclusion": "The form."}, format="json")
    assert done.data["state"] == "concluded" and len(done.data["whys"]) == 2
    assert client.post(home + "reopening/", {"reason": "It came back."}, format="json").data["state"] == "reopened"


def test_the_list_names_sessions_and_filters_by_state(api: Door, lin: User) -> None:
    running = make_session(by=lin)
    FiveWhys.objects.plan(by=lin, problem="Late.")
    answer = api(lin).get("/api/v1/whys/?state=running")
    assert [row["ref"] for row in answer.data["results"]] == [running.ref] and "whys" not in answer.data["results"][0]


def test_a_refusal_has_the_words_of_the_page(api: Door, ada: User, lin: User, noor: User) -> None:
    session = make_session(by=lin)
    why = make_chain(session, by=lin)[-1]
    session.conclude(by=lin, conclusion="Found.")
    answer = api(ada).post(f"/api/v1/why-nodes/{why.pk}/next/", {}, format="json")
    assert (
        answer.status_code == 409
        and answer.data["title"] == f"{session.ref} is concluded: reopen it to ask below a why."
    )
    viewer = api(noor).post(f"/api/v1/why-nodes/{why.pk}/next/", {}, format="json")
    assert viewer.status_code == 403 and "to answer a why takes an agent" in viewer.data["title"]


def test_the_second_of_two_writers_gets_both_texts(api: Door, ada: User, lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    why.reply(by=lin, answer="Lin’s answer.", version=1)
    answer = api(ada).post(f"/api/v1/why-nodes/{why.pk}/answer/", {"answer": "Ada’s.", "version": 1}, format="json")
    assert answer.status_code == 412 and answer.data["fields"]["the answer"] == {
        "yours": "Ada’s.",
        "theirs": "Lin’s answer.",
    }


def test_wording_and_moving_say_which_version_they_read(api: Door, lin: User) -> None:
    session = make_session(by=lin)
    why, client = session.ask(by=lin).reply(by=lin, answer="The form."), api(lin)
    address = f"/api/v1/why-nodes/{why.pk}/"
    assert client.patch(address, {"answer": "The price form."}, format="json").status_code == 428
    tag = client.get(address)["ETag"]
    assert client.patch(address, {"answer": "The price form."}, format="json", HTTP_IF_MATCH=tag).status_code == 200
    assert client.patch(address, {"answer": "A form."}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    home = f"/api/v1/whys/{session.ref}/"
    tag = client.get(home)["ETag"]
    assert client.patch(home, {"place": "room 2"}, format="json", HTTP_IF_MATCH=tag).data["place"] == "room 2"


def test_who_comes_what_is_parked_and_what_needs_no_session(api: Door, ada: User, lin: User, harbour: Account) -> None:
    session, client, complaint = make_session(by=lin), api(ada), make_complaint(harbour, by=ada)
    home = f"/api/v1/whys/{session.ref}/"
    joined = client.post(home + "participant/", {"name": "Rosa Klein", "part": "print buying"}, format="json")
    (rosa,) = joined.data["participants"]
    said = client.post(
        f"/api/v1/participants/{rosa['id']}/attendance/", {"coming": "no", "words": "11:00?"}, format="json"
    )
    assert said.data["coming"] == "no"
    assert client.post(f"/api/v1/participants/{rosa['id']}/departure/").status_code == 204
    parked = client.post(home + "idea/", {"text": "A named deputy."}, format="json")
    (idea,) = parked.data["parked"]
    assert client.post(f"/api/v1/ideas/{idea['id']}/taking-up/").data["taken_up_at"]
    spared = client.post("/api/v1/no-sessions/", {"complaint": complaint.ref, "reason": "New phone."}, format="json")
    assert spared.status_code == 201
    assert client.post(f"/api/v1/no-sessions/{spared.data['id']}/withdrawal/").status_code == 204
    assert not NoSession.objects.exists()
    client.post(home + "attachment/", {"complaint": complaint.ref}, format="json")
    assert list(session.complaints.all()) == [complaint]


def test_what_is_unknown_or_empty_is_a_field_error(api: Door, lin: User) -> None:
    why, client = make_session(by=lin).ask(by=lin), api(lin)
    address = f"/api/v1/why-nodes/{why.pk}/answer/"
    assert client.post(address, {"answer": " "}, format="json").status_code == 400
    assert client.post(address, {"answer": "a\x00b"}, format="json").status_code == 400
    assert client.post(address, {"answer": "x" * 5000}, format="json").status_code == 400
    unknown = client.post(address, {"answer": "x", "state": "confirmed"}, format="json")
    assert unknown.status_code == 400 and "state" in unknown.data["errors"]
    assert client.post("/api/v1/whys/", {"problem": "x", "complaints": ["C-99"]}, format="json").status_code == 400
    assert client.get("/api/v1/why-nodes/99/").status_code == 404
    assert client.post("/api/v1/whys/W-99/start/").status_code == 404
