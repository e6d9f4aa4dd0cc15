"""The whole chain through the API alone, with tokens: the same walk as the browser's, and the same refusals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from accounts.models import Account, Purchase, User
from rca.communications import outbox
from rca.lib.clock import now
from rca.models import Cause, Message
from tests.make import make_account, make_contact

ANSWERS = ["They were overcharged.", "The form is wrong.", "It is last year’s.", "None were ordered.",
           "Nobody is told.", "The date stands in one diary and on no card."]  # fmt: skip
ROOT = {"would_have_happened": False, "stays_away": True, "reads_back": True}


class Walker:
    """One token's way through the API; every answer that is not the expected one ends the test with its body."""

    def __init__(self, client: APIClient) -> None:
        self.client = client

    def post(self, path: str, body: dict[str, Any] | None = None, *, expect: int = 0) -> Any:
        answer = self.client.post(f"/api/v1/{path}", body or {}, format="json")
        assert answer.status_code == expect or (not expect and answer.status_code in (200, 201)), answer.data
        return answer.data

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.data
        return answer.data


@pytest.fixture
def accounts(ada: User) -> tuple[Account, Account]:
    """One that complains and reads mail, one that says nothing and likes the phone."""
    harbour, tolland = make_account("Harbour Books", by=ada), make_account("Tolland Primary School", by=ada)
    make_contact(harbour, by=ada, email="june@harbour.example").preference.ask(by=ada, channel="email")
    make_contact(tolland, by=ada, name="Edie Marsh", phone="01632 960208").preference.ask(by=ada, channel="phone")
    for account in (harbour, tolland):
        Purchase.objects.create(account=account, product="The Salt Road", quantity=6, on=date.today())
    return harbour, tolland


def test_a_complaint_is_walked_to_a_closed_cause_with_tokens(
    accounts: tuple[Account, Account], ada: User, lin: User, vic: User, api: Callable[..., APIClient], settings: Any
) -> None:
    settings.MAIL_UNDO_SECONDS = 0
    harbour, tolland = accounts
    as_ada, as_lin, as_vic = Walker(api(ada)), Walker(api(lin)), Walker(api(vic))
    complaint = log_and_own_up(as_ada, harbour)
    cause = find_the_root(as_lin, complaint)
    as_lin.post(f"causes/{cause}/rule/", {"product": "The Salt Road"})
    assert {row["account"] for row in as_lin.get(f"causes/{cause}/roster/")["results"]} == {harbour.ref, tolland.ref}
    refused = as_lin.post(f"causes/{cause}/closure/", {"words": "Done."}, expect=409)
    assert "2 accounts have not been told" in refused["title"] and "Harbour Books" in refused["title"]
    fix = mend(as_lin, cause, ada)
    tell(as_ada, as_lin, cause, harbour, tolland)
    decided = {"cause": cause, "kind": "keep", "next_review": (date.today() + timedelta(days=14)).isoformat()}
    as_vic.post("decisions/", decided)
    assert "takes a manager" in as_ada.post("decisions/", decided, expect=403)["title"]
    as_lin.post(f"fixes/{fix}/verification/", {"result": "effective", "evidence": "None since."})
    Cause.objects.update(watch_until=now().date() - timedelta(days=1))
    assert as_lin.post(f"causes/{cause}/closure/", {"words": "It held."})["state"] == "closed"
    again = as_ada.post("complaints/", {"account": harbour.ref, "words": "Wrong price again."})["ref"]
    assert as_ada.post(f"causes/{cause}/link/", {"complaint": again})["state"] == "recurring"


def log_and_own_up(as_ada: Walker, harbour: Account) -> str:
    complaint: str = as_ada.post("complaints/", {"account": harbour.ref, "words": "£24.50 is not £19.90."})["ref"]
    start = now() + timedelta(days=1)
    window = {"window_from": start.isoformat(), "window_until": (start + timedelta(hours=1)).isoformat()}
    as_ada.post("promises/", {"complaint": complaint, "kind": "call_back", **window})
    backwards = {"window_from": window["window_until"], "window_until": window["window_from"]}
    refused = as_ada.post("promises/", {"complaint": complaint, "kind": "call_back", **backwards}, expect=409)
    assert "The window ends before it starts" in refused["title"]
    own = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}
    as_ada.post(f"complaints/{complaint}/acknowledgment/", own)
    assert (
        "has been owned up to already"
        in as_ada.post(f"complaints/{complaint}/acknowledgment/", own, expect=409)["title"]
    )
    return complaint


def find_the_root(as_lin: Walker, complaint: str) -> str:
    session = as_lin.post("whys/", {"problem": "Why are they angry?", "complaints": [complaint]})["ref"]
    as_lin.post(f"whys/{session}/start/")
    as_lin.post(f"whys/{session}/question/", {"question": "Why are they angry?"})
    for depth, answer in enumerate(ANSWERS, start=1):
        node = newest(as_lin, session)
        as_lin.post(f"why-nodes/{node}/answer/", {"answer": answer, "evidence": "seen in the room"})
        if depth == 2:
            refused = as_lin.post("causes/", {"why": node, "title": "Too soon", **ROOT}, expect=409)
            assert "five" in refused["title"].lower()
        if depth < len(ANSWERS):
            as_lin.post(f"why-nodes/{node}/next/")
    marked = as_lin.post("causes/", {"why": newest(as_lin, session), "title": "The date lived in one diary", **ROOT})
    return str(marked["ref"])


def newest(as_lin: Walker, session: str) -> int:
    from rca.models import Why

    node = Why.objects.filter(session=int(session[2:])).order_by("-pk").first()
    assert node
    return int(as_lin.get(f"why-nodes/{node.pk}/")["id"])


def mend(as_lin: Walker, cause: str, ada: User) -> str:
    fix = as_lin.post("fixes/", {
        "cause": cause, "kind": "corrective", "title": "Date on the stock card", "owner": ada.email,
        "due": date.today().isoformat(), "measure": "complaints about a price", "falls_from": "1", "falls_to": "0",
        "check_on": (date.today() + timedelta(days=1)).isoformat(),
    })["ref"]  # fmt: skip
    as_lin.post(f"fixes/{fix}/completion/", {"words": "In place."})
    return str(fix)


def tell(as_ada: Walker, as_lin: Walker, cause: str, harbour: Account, tolland: Account) -> None:
    early = as_ada.post("messages/", {"account": harbour.ref, "cause": cause}, expect=409)
    assert early["title"]
    as_ada.post("fix-notes/", {"cause": cause})
    note = as_ada.client.get(f"/api/v1/fix-notes/{cause}/")
    texts = {"title": "What we put right", "happened": "We billed from an old form.", "changed": "The date is on it.",
             "how_we_know": "We checked every invoice.", "owed": ""}  # fmt: skip
    edited = as_ada.client.patch(f"/api/v1/fix-notes/{cause}/", texts, format="json", HTTP_IF_MATCH=note["ETag"])
    assert edited.status_code == 200, edited.data
    assert "takes a support lead" in as_ada.post(f"fix-notes/{cause}/approval/", expect=403)["title"]
    as_lin.post(f"fix-notes/{cause}/approval/")
    as_ada.post("messages/", {"account": harbour.ref, "cause": cause})
    outbox.deliver(Message.objects.get().pk)
    assert "june@harbour.example" in mail.outbox[0].to[0]
    as_ada.post("tellings/", {"account": tolland.ref, "cause": cause, "channel": "phone", "words": "Thank you."})
