from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Caller, Cancellation, Grant, WinBack
from tests.make import make_account, make_allowance, make_cause, make_complaint, make_fixed

WORDS = "We are not angry any more, we are tired."


@pytest.fixture
def leaving(ada: User, harbour: Account) -> Cancellation:
    return Cancellation.objects.notice(by=ada, account=harbour, reason=WORDS, channel="email")


def state(account: Account) -> str:
    account.refresh_from_db()
    return account.state


def test_a_notice_keeps_their_words_and_the_account_is_leaving(leaving: Cancellation, harbour: Account) -> None:
    assert (leaving.reason, leaving.state, state(harbour)) == (WORDS, "open", "leaving")
    entry = Entry.objects.about([harbour.ref])[0]
    assert (entry.act, entry.words) == ("gave_notice", WORDS)


def test_the_reason_is_tied_to_the_cause_of_the_complaint(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    cause = make_cause(complaint, by=lin)
    made = Cancellation.objects.notice(by=ada, account=harbour, reason=WORDS, channel="phone", complaint=complaint)
    assert made.cause == cause


def test_a_second_notice_while_one_is_open_is_refused(leaving: Cancellation, ada: User, harbour: Account) -> None:
    with pytest.raises(Refused, match="has given notice already"):
        Cancellation.objects.notice(by=ada, account=harbour, reason=WORDS, channel="email")


def test_a_viewer_takes_no_notice(noor: User, harbour: Account) -> None:
    with pytest.raises(Forbidden):
        Cancellation.objects.notice(by=noor, account=harbour, reason=WORDS, channel="email")


@pytest.mark.parametrize(
    ("guard", "sentence"), [("afford", "cannot afford it"), ("wrong_thing", "sold the wrong thing")]
)
def test_a_guard_refuses_an_offer_in_a_sentence(
    leaving: Cancellation, ada: User, vic: User, harbour: Account, guard: str, sentence: str
) -> None:
    make_allowance(ada, by=vic)
    grant = Grant.objects.give(by=ada, account=harbour, amount=Decimal(5), what="a token")
    leaving.amend(by=ada, guard=guard)
    with pytest.raises(Refused, match=sentence):
        leaving.attempt(by=ada, what="Gave a token.", grant=grant)
    assert leaving.attempt(by=ada, what="Thanked them.", answer="Thank you.").grant is None


def test_an_offer_for_somebody_else_is_refused(leaving: Cancellation, ada: User) -> None:
    other = Grant.objects.give(by=ada, account=make_account("Globex", by=ada), amount=Decimal(5), what="a token")
    with pytest.raises(Refused, match="is for another account"):
        leaving.attempt(by=ada, what="Gave a token.", grant=other)


def test_staying_is_not_saved_until_sixty_days_after_the_notice(
    leaving: Cancellation, ada: User, harbour: Account
) -> None:
    leaving.stay(by=ada, words="All right then.")
    assert (leaving.state, state(harbour)) == ("staying", "active")
    with pytest.raises(Refused, match="not before"):
        leaving.confirm_saved(by=ada)
    leaving.confirm_saved(by=ada, at=now() + timedelta(days=60))
    assert leaving.state == "saved"


def test_who_gives_notice_again_was_not_saved(leaving: Cancellation, ada: User, harbour: Account) -> None:
    leaving.stay(by=ada)
    Cancellation.objects.notice(by=ada, account=harbour, reason="Now it is enough.", channel="phone")
    leaving.refresh_from_db()
    assert (leaving.state, leaving.decision, state(harbour)) == ("left", "Gave notice again.", "leaving")


def test_leaving_loses_the_account_and_nothing_follows(leaving: Cancellation, ada: User, harbour: Account) -> None:
    leaving.leave(by=ada, words="Good bye.")
    assert state(harbour) == "lost"
    with pytest.raises(Refused, match="Harbour Books has left"):
        leaving.attempt(by=ada, what="Rang again.")
    with pytest.raises(Refused, match="has left already"):
        Cancellation.objects.notice(by=ada, account=harbour, reason=WORDS, channel="email")


def test_letting_go_is_a_leads_decision_with_a_reason(
    leaving: Cancellation, ada: User, lin: User, harbour: Account
) -> None:
    with pytest.raises(Forbidden, match="takes a support lead"):
        leaving.let_go(by=ada, reason="Unkind to everybody.")
    with pytest.raises(Refused, match="Say why"):
        leaving.let_go(by=lin, reason=" ")
    leaving.let_go(by=lin, reason="Unkind to everybody.")
    assert (leaving.state, state(harbour)) == ("let_go", "let_go")


def test_who_left_over_a_cause_hears_of_it_only_once_its_fix_is_verified(ada: User, lin: User, vic: User) -> None:
    harbour = make_account("Harbour Books", by=ada)
    complaint = make_complaint(harbour, by=ada)
    cause = make_cause(complaint, by=lin)
    made = Cancellation.objects.notice(by=ada, account=harbour, reason=WORDS, channel="phone", complaint=complaint)
    made.leave(by=ada)
    with pytest.raises(Refused, match="its fix has to be verified"):
        WinBack.objects.ask(by=ada, account=harbour, cause=cause)
    make_fixed(cause, by=lin, owner=ada)
    assert list(Cancellation.objects.mended()) == [made]
    asked = WinBack.objects.ask(by=ada, account=harbour, cause=cause)
    assert not Cancellation.objects.mended()
    asked.answer(by=ada, came=True, words="Let us try.")
    assert state(harbour) == "won_back"
    with pytest.raises(Refused, match="has answered already"):
        asked.answer(by=ada, came=False)


def test_a_caller_who_never_bought_is_settled_once(ada: User) -> None:
    caller = Caller.objects.take(by=ada, name="Dunmore Hotel", wanted="reading room stock")
    caller.settle(by=ada, bought=False, outcome="Bought elsewhere.")
    with pytest.raises(Refused, match="settled already"):
        caller.settle(by=ada, bought=True, outcome="Bought.")


def test_the_whole_of_it_on_the_pages(as_ada: Client, as_lin: Client, harbour: Account) -> None:
    bad = as_ada.post("/retention/notice/", {"account": "Harbour", "reason": "", "channel": "phone"})
    assert bad.status_code == 422 and "Write down why they want to leave" in bad.content.decode()
    as_ada.post("/retention/notice/", {"account": "Harbour", "reason": WORDS, "channel": "phone", "leaves_on": "+30"})
    here = f"/retention/{Cancellation.objects.get().ref}/"
    as_ada.post(f"{here}attempt/", {"what": "Rang Mina.", "answer": "We shall see."})
    page = as_ada.get(here).content.decode()
    assert (
        "“We shall see.”" in page
        and "We let them go" not in page
        and "We let them go" in as_lin.get(here).content.decode()
    )
    assert as_ada.post(f"{here}release/", {"reason": "No."}).status_code == 403
    assert as_ada.post(f"{here}stay/", {}).status_code == 302
    early = as_ada.post(f"{here}saving/")
    assert early.status_code == 409 and "not before" in early.content.decode()
    assert "counts on" in as_ada.get("/retention/").content.decode()


def test_the_tie_is_an_edit_with_a_version(as_ada: Client, leaving: Cancellation) -> None:
    here = f"/retention/{leaving.ref}/tie/"
    assert as_ada.post(here, {"version": 1, "guard": "afford"}).status_code == 302
    assert as_ada.post(here, {"version": 1, "guard": ""}).status_code == 409


def test_the_api_refuses_in_the_same_words(api: Callable[..., APIClient], ada: User, harbour: Account) -> None:
    client = api(ada)
    body = {"account": harbour.ref, "reason": WORDS, "channel": "email", "guard": "afford"}
    made = client.post("/api/v1/cancellations/", body, format="json")
    assert made.status_code == 201 and made.data["guard"] == "afford"
    grant = Grant.objects.give(by=ada, account=harbour, amount=Decimal(5), what="a token")
    no = client.post(f"/api/v1/cancellations/{made.data['ref']}/attempt/", {"what": "x", "grant": grant.ref},
                     format="json")  # fmt: skip
    assert no.status_code == 409 and "cannot afford it" in no.data["title"]
    stay = client.post(f"/api/v1/cancellations/{made.data['ref']}/stay/", {}, format="json")
    assert stay.data["state"] == "staying"


def test_the_page_asks_a_fixed_number_of_queries(
    as_ada: Client, ada: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        account = make_account(f"Account {number}", by=ada)
        Cancellation.objects.notice(by=ada, account=account, reason=WORDS, channel="email")
        Caller.objects.take(by=ada, name="Dunmore Hotel", wanted="reading room stock")
    with django_assert_max_num_queries(15):
        as_ada.get("/retention/")
