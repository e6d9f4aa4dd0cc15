"""The prompt: what is offered while somebody types, why, and when it keeps quiet."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.causes import prompting
from rca.causes.prompting import Asked, known
from rca.lib.clock import now
from rca.models import Cause, CauseWord
from tests.make import make_account, make_cause, make_complaint, make_fixed, make_promise, make_told

PRICE = "We were charged twenty four pounds for the book and your own website says nineteen."
PARCEL = "The parcel was left in the rain behind the shed and every box inside was soaked."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def price(ada: User, lin: User, harbour: Account) -> Cause:
    return make_cause(
        make_complaint(harbour, by=ada, words=PRICE, product="Primer 3"), by=lin, title="The price form is old"
    )


@pytest.fixture
def parcel(ada: User, lin: User) -> Cause:
    globex = make_account("Globex", by=ada)
    return make_cause(make_complaint(globex, by=ada, words=PARCEL), by=lin, title="Drivers have no dry place")


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a house that has learnt from many complaints."""
    monkeypatch.setattr(prompting, "YOUNG_LINKS", 1)
    monkeypatch.setattr(prompting, "YOUNG_CAUSES", 1)


def asked(person: User, words: str = "", **more: object) -> Asked:
    return Asked(person, words, **more)  # type: ignore[arg-type]


def test_the_cause_whose_complaints_sound_like_it_stands_first(ada: User, price: Cause, parcel: Cause) -> None:
    found = known(asked(ada, "You charged me more pounds for a book than the website says"))
    assert [one.cause for one in found.rows] == [price, parcel] and found.manner == "list"
    found = known(asked(ada, "Our parcel stood in the rain and the box was soaked"))
    assert [one.cause for one in found.rows] == [parcel, price]


def test_it_says_which_words_it_goes_by_as_they_were_typed(ada: User, price: Cause, grown: None) -> None:
    found = known(asked(ada, "They are charging and charging nineteen pounds for books that the website gives away"))
    assert found.rows[0].because.startswith("Because of ") and "“charging”" in found.rows[0].because


def test_nothing_is_offered_before_five_words_but_what_hit_the_account(
    ada: User, price: Cause, harbour: Account, grown: None
) -> None:
    assert known(asked(ada, "charged pounds")).rows == []
    found = known(asked(ada, "charged pounds", account=harbour))
    assert [one.cause for one in found.rows] == [price] and found.manner == "account"
    assert found.rows[0].because == "They complained of this before."


def test_a_text_of_unknown_words_offers_nothing(ada: User, price: Cause, grown: None) -> None:
    assert known(asked(ada, "xyzzy plugh frobnicate quux wibble wobble")).rows == []


def test_a_merged_cause_is_not_offered(ada: User, lin: User, price: Cause, parcel: Cause) -> None:
    from rca.models import CauseMerge

    CauseMerge.objects.create(duplicate=price, into=parcel, by=lin, at=now())
    assert [one.cause for one in known(asked(ada, PRICE)).rows] == [parcel]


def test_it_says_since_when_a_fix_is_in_place_and_what_may_be_said(
    ada: User, lin: User, vic: User, price: Cause, grown: None
) -> None:
    make_fixed(price, by=lin, owner=ada)
    line = price.draft_line(by=lin, text="You are right, and it was our mistake.")
    assert known(asked(ada, PRICE)).rows[0].line is None
    line.approve(by=vic)
    shown = known(asked(ada, PRICE)).rows[0]
    assert shown.badge[0] == "kept" and shown.badge[1].startswith("fix in place since") and shown.line == line


def test_it_says_what_the_account_was_told_promised_or_still_waits_for(
    ada: User, price: Cause, harbour: Account
) -> None:
    make_promise(price.complaints.get(), by=ada)
    shown = known(asked(ada, PRICE, account=harbour)).rows[0]
    assert shown.roster == f"Harbour Books is on the roster of {price.ref} and has not been told."
    assert shown.heard[0].startswith("Promised to them: call back: tell you what we found")
    make_told(price, harbour, by=ada)
    shown = known(asked(ada, PRICE, account=harbour)).rows[0]
    assert shown.roster == "" and shown.heard[0].startswith("Harbour Books was told by phone on")


def test_complaints_that_say_much_the_same_stand_below(ada: User, price: Cause, harbour: Account) -> None:
    twin = make_complaint(harbour, by=ada, words=PRICE + " Again!")
    assert twin in known(asked(ada, PRICE)).similar
    assert twin not in known(asked(ada, PRICE, complaint=twin)).similar


def test_the_first_is_opened_only_where_it_stands_out() -> None:
    from rca.causes.ranking import Likely

    def manner(*scores: float) -> str:
        return prompting._manner([Likely(place, score, [], False) for place, score in enumerate(scores)])

    assert manner(0.30, 0.29, 0.28, 0.28) == "maybe"
    assert manner(0.30, 0.29, 0.28, 0.26) == "plain"
    assert manner(0.30, 0.29, 0.28, 0.24) == "first"
    assert manner(0.30) == "first" and manner(0.19) == manner() == "maybe"


def test_the_part_offers_ticks_with_keys_and_none_of_these(as_ada: Client, price: Cause, parcel: Cause) -> None:
    page = as_ada.get("/causes/known/", {"words": PRICE}, headers=HTMX).content.decode()
    assert f'name="cause" value="{price.ref}" data-held="Alt+Digit1"' in page and "<html" not in page
    assert 'name="cause" value="none" data-held="Alt+Digit0"' in page
    assert f'name="offered" value="{price.ref} {parcel.ref}"' in page


def test_what_was_chosen_stays_chosen_when_it_is_no_longer_like_it(
    as_ada: Client, price: Cause, parcel: Cause, grown: None
) -> None:
    typed = {"words": "the rain soaked every parcel behind the shed", "cause": [price.ref, "R-999", "rubbish"]}
    page = as_ada.get("/causes/known/", typed, headers=HTMX).content.decode()
    assert f'value="{price.ref}" checked' in page and f'value="{parcel.ref}" data-held' in page


def test_words_longer_than_an_address_are_posted_and_change_nothing(as_ada: Client, price: Cause) -> None:
    sums = CauseWord.objects.count()
    page = as_ada.post("/causes/known/", {"words": (PRICE + " ") * 10_000}, headers=HTMX)
    assert page.status_code == 200 and price.ref in page.content.decode() and CauseWord.objects.count() == sums


@pytest.mark.parametrize(
    "typed",
    [{}, {"words": ""}, {"words": "\x00 a"}, {"words": "<script>alert(1)</script> one two three four five"},
     {"account_ref": "A-999999999999999999"}, {"account_ref": "R-1"}, {"complaint": "C-0"}, {"cause": "R-" + "9" * 30}],
    ids=str,
)  # fmt: skip
def test_whatever_is_typed_it_answers(as_ada: Client, price: Cause, typed: dict[str, str]) -> None:
    page = as_ada.get("/causes/known/", typed, headers=HTMX)
    assert page.status_code == 200 and b"<script" not in page.content


def test_it_is_a_page_without_scripts_too(as_ada: Client, price: Cause) -> None:
    page = unescape(as_ada.get("/causes/known/", {"words": PRICE, "account": "harbour books"}).content.decode())
    assert "<html" in page and "The price form is old" in page and "Harbour Books is on the roster" in page


def test_on_the_page_of_a_complaint_one_click_links_it(
    as_ada: Client, ada: User, price: Cause, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada, words=PRICE)
    assert f"/causes/known/?complaint={complaint.ref}" in as_ada.get(complaint.get_absolute_url()).content.decode()
    page = as_ada.get("/causes/known/", {"complaint": complaint.ref}, headers=HTMX).content.decode()
    assert f'action="/causes/{price.ref}/link/"' in page and f'value="{complaint.ref}"' in page
    as_ada.post(f"/causes/{price.ref}/link/", {"complaint": complaint.ref})
    assert complaint.causes.get() == price


def test_a_viewer_is_not_asked(noor: User, signed_in: Callable[[User], Client], price: Cause) -> None:
    assert signed_in(noor).get("/causes/known/", {"words": PRICE}).status_code == 403


def test_the_api_says_the_same(ada: User, price: Cause, parcel: Cause, api: Callable[..., APIClient]) -> None:
    answer = api(ada, "read").get("/api/v1/causes/known/", {"words": PRICE, "account": "Harbour Books"}).json()
    assert [one["cause"] for one in answer["causes"]] == [price.ref, parcel.ref] and answer["manner"] == "list"
    assert answer["causes"][0]["on_roster_untold"] is True and "score" not in str(answer)


def test_as_many_questions_are_asked_of_the_database_for_one_cause_as_for_five(
    ada: User, lin: User, price: Cause, parcel: Cause, harbour: Account, django_assert_max_num_queries: Callable
) -> None:
    for words in ("late invoice", "rude driver", "wrong size"):
        make_cause(make_complaint(harbour, by=ada, words=f"{PRICE} {words}"), by=lin, title=words)
    with django_assert_max_num_queries(15):
        assert len(known(asked(ada, PRICE, account=harbour)).rows) == 5


def test_of_megabytes_no_more_is_read_and_said_again_than_is_needed(as_ada: Client, ada: User, price: Cause) -> None:
    typed = {"words": f"{PRICE} {'soaked ' * 300_000}", "product": "x" * 1_000_000, "account": "y" * 1_000_000}
    answer = as_ada.post("/causes/known/", typed)
    assert answer.status_code == 200 and len(answer.content) < 60_000 and price.ref in answer.content.decode()
    assert len(as_ada.post("/causes/known/", typed, headers=HTMX).content) < 20_000
