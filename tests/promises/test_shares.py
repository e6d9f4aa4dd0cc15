"""How we keep what we promise, by person, account and cause: each number opens exactly its promises."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Promise
from rca.promises.keeping import Share, by_account, by_cause, by_person, everybody
from tests.make import make_account, make_cause, make_complaint

DAY = timedelta(days=1)


def ended(account: Account, by: User, how: str, ago: int = 3, **facts: object) -> Promise:
    start = now() - ago * DAY
    made: Promise = Promise.objects.make(by=by, account=account, kind="answer", what="", window_from=start,
                                         window_until=start + DAY / 24, at=start - DAY, **facts)  # fmt: skip
    if how == "kept":
        made.keep(by=by, at=start)
    elif how == "late":
        made.keep(by=by)
    elif how in ("broken", "released"):
        (made.break_off if how == "broken" else made.release)(by=by, words="So it was.")
    return made


def world(ada: User, lin: User, harbour: Account) -> None:
    other = make_account("Globex", by=ada)
    for how in ("kept", "kept", "late", "overdue", "released"):
        ended(harbour, ada, how)
    complaint = make_complaint(other, by=ada)
    make_cause(complaint, by=lin)
    ended(other, lin, "broken", complaint=complaint)
    ended(other, lin, "kept", ago=120)


def numbers(share: Share) -> list[int]:
    return list(share.numbers.values())


def test_kept_late_broken_and_overdue_are_told_apart(ada: User, lin: User, harbour: Account) -> None:
    world(ada, lin, harbour)
    rows = Promise.objects.all()
    assert numbers(everybody(rows)) == [2, 1, 1, 1] and everybody(rows).due == 5
    assert [(one.name, numbers(one)) for one in by_person(rows)] == [
        ("Ada Okafor", [2, 1, 0, 1]), ("Lin Haddad", [0, 0, 1, 0]),
    ]  # fmt: skip
    assert [(one.name, numbers(one)) for one in by_account(rows)] == [
        ("Harbour Books", [2, 1, 0, 1]), ("Globex", [0, 0, 1, 0]),
    ]  # fmt: skip
    assert [numbers(one) for one in by_cause(rows)] == [[0, 0, 1, 0]]


def test_every_number_opens_as_many_promises_as_it_says(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    world(ada, lin, harbour)
    rows, checked = Promise.objects.all(), 0
    for share in (everybody(rows), *by_person(rows), *by_account(rows), *by_cause(rows)):
        for _, number, link in share.cells:
            assert len(as_ada.get(link).context["rows"]) == number, (share.name, link)
            checked += 1
    assert checked >= 20


def test_people_stand_in_the_order_of_their_names_and_not_of_a_rank(
    as_ada: Client, ada: User, lin: User, vic: User, harbour: Account
) -> None:
    for person in (vic, lin, ada):
        ended(harbour, person, "kept")
    ended(harbour, vic, "kept")
    page = as_ada.get("/promises/").content.decode()
    order = re.findall(r'<th scope="row">(Ada Okafor|Lin Haddad|Vic Moreau)</th>', page)
    assert order == ["Ada Okafor", "Lin Haddad", "Vic Moreau"]
    assert "In ninety days we kept" in page and "not for ranking people" in page


def test_an_empty_house_has_no_tables(as_ada: Client, harbour: Account) -> None:
    page = as_ada.get("/promises/").content.decode()
    assert "By person" not in page and "In ninety days" not in page


def test_the_api_gives_the_same(api: Callable[..., APIClient], ada: User, lin: User, harbour: Account) -> None:
    world(ada, lin, harbour)
    told = api(ada, "read").get("/api/v1/promises/shares/").data
    assert told["all"]["numbers"] == {"kept": 2, "late": 1, "broken": 1, "overdue": 1}
    assert told["by_person"][0]["name"] == "Ada Okafor" and told["by_cause"][0]["links"]["broken"]
