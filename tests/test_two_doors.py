"""One rule, two doors: each refusal stands here once and must read the same on the page and through the API, and an
act that is allowed must leave the same entry in the ledger whichever door it came by."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.clock import now
from rca.models import Complaint, Promise
from tests.make import make_complaint, make_promise

OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


@pytest.fixture
def complaint(ada: User, harbour: Account) -> Complaint:
    return make_complaint(harbour, by=ada)


def closed(complaint: Complaint, ada: User) -> None:
    complaint.acknowledge(by=ada, **OWN)
    complaint.close(by=ada, outcome="Credited.")


def promised(complaint: Complaint, ada: User) -> None:
    complaint.acknowledge(by=ada, **OWN)
    make_promise(complaint, by=ada)


def owned(complaint: Complaint, ada: User) -> None:
    complaint.acknowledge(by=ada, **OWN)


def nothing(complaint: Complaint, ada: User) -> None:
    pass


REFUSALS = [
    (nothing, "ada", "closure", {"outcome": "Done."}, "Nobody has owned up to {ref} yet"),
    (promised, "ada", "closure", {"outcome": "Done."}, "1 promise to this customer still open"),
    (owned, "ada", "acknowledgment", OWN, "{ref} has been owned up to already."),
    (closed, "ada", "consultation", {"question": "Why?"}, "{ref} is closed: reopen it first."),
    (nothing, "ada", "reopening", {"reason": "Again."}, "{ref} is not closed, so there is nothing to reopen."),
    (nothing, "noor", "acknowledgment", OWN, "Noor Said is a viewer; to own up to a complaint takes an agent."),
    (nothing, "ada", "merge", {"into": "self"}, "Ada Okafor is an agent; to merge complaints takes a support lead."),
    (nothing, "lin", "merge", {"into": "self"}, "A complaint cannot be merged into itself."),
    (nothing, "ada", "relation", {"other": "self"}, "A complaint is not linked to itself."),
    (nothing, "lin", "separation", {}, "{ref} is not merged."),
]


@pytest.mark.parametrize(
    ("situation", "who", "noun", "body", "sentence"), REFUSALS,
    ids=[f"{case[2]}-{case[0].__name__}-{case[1]}" for case in REFUSALS],
)  # fmt: skip
def test_both_doors_refuse_in_the_same_words(
    situation: Callable[[Complaint, User], None], who: str, noun: str, body: dict[str, Any], sentence: str,
    complaint: Complaint, ada: User, lin: User, noor: User, signed_in: Callable[[User], Client],
    api: Callable[..., APIClient],
) -> None:  # fmt: skip
    situation(complaint, ada)
    person = {"ada": ada, "lin": lin, "noor": noor}[who]
    typed = {name: complaint.ref if value == "self" else value for name, value in body.items()}
    by_page = typed | ({"colleague": lin.pk} if noun == "consultation" else {})
    by_api = typed | ({"colleague": lin.email} if noun == "consultation" else {})
    page = signed_in(person).post(f"/complaints/{complaint.ref}/{noun}/", by_page)
    answer = api(person).post(f"/api/v1/complaints/{complaint.ref}/{noun}/", by_api, format="json")
    expected = sentence.format(ref=complaint.ref)
    assert page.status_code == answer.status_code in (403, 409)
    assert expected in unescape(page.content.decode()) and expected in answer.data["title"]


def test_both_doors_leave_the_same_entry_in_the_ledger(
    ada: User, harbour: Account, signed_in: Callable[[User], Client], api: Callable[..., APIClient]
) -> None:
    first, second = make_complaint(harbour, by=ada), make_complaint(harbour, by=ada)
    signed_in(ada).post(f"/complaints/{first.ref}/acknowledgment/", OWN)
    api(ada).post(f"/api/v1/complaints/{second.ref}/acknowledgment/", OWN, format="json")
    one, two = (Entry.objects.get(ref=complaint.ref, act="acknowledged") for complaint in (first, second))
    assert (one.by, one.says, one.words, one.after) == (two.by, two.says, two.words, two.after)
    assert (one.door, two.door) == ("page", "api")


def test_a_promise_is_kept_late_by_either_door(
    ada: User, complaint: Complaint, signed_in: Callable[[User], Client], api: Callable[..., APIClient]
) -> None:
    promises = [make_promise(complaint, by=ada) for _ in range(2)]
    Promise.objects.update(window_from=now() - timedelta(hours=2), window_until=now() - timedelta(hours=1))
    signed_in(ada).post(f"/promises/{promises[0].ref}/keeping/", {"words": ""})
    api(ada).post(f"/api/v1/promises/{promises[1].ref}/keeping/", {}, format="json")
    assert set(Promise.objects.values_list("state", flat=True)) == {"late"}
