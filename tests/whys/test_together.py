"""Several people in one room: who is here, what a screen follows, two who write at once, what a closed laptop keeps."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Draft, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import FiveWhys, Presence, Why
from rca.whys import following
from tests.make import BOOK_PRICE, make_chain, make_person, make_session

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nothing_kept_of_the_test_before() -> None:
    following._kept.clear()


@pytest.fixture
def session(lin: User, ada: User) -> FiveWhys:
    return make_session(by=lin, participants=[("Ada Okafor", "", ada), ("Rosa Klein", "print buying", None)])


@pytest.fixture
def why(session: FiveWhys, lin: User) -> Why:
    return session.ask(by=lin)


def body(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def pulse(client: Client, session: FiveWhys, tag: str = "", **told: object) -> object:
    headers = {"If-None-Match": tag} if tag else {}
    return client.get(f"/whys/{session.ref}/pulse/", {"doing": "works", "seen": 0, **told}, headers=headers)


def revision(session: FiveWhys) -> int:
    return Entry.objects.filter(about__contains=[session.ref]).count()


# What a screen follows


def test_a_poll_of_a_room_in_which_nothing_happened_answers_304_by_one_query(session: FiveWhys, as_ada: Client) -> None:
    first = pulse(as_ada, session)
    with CaptureQueriesContext(connection) as asked:
        again = pulse(as_ada, session, first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    ours = [
        one["sql"] for one in asked if "django_session" not in one["sql"] and 'FROM "accounts_user"' not in one["sql"]
    ]
    assert len(ours) == 1 and len(asked) == 3


def test_every_act_about_the_room_raises_its_revision(session: FiveWhys, why: Why, as_ada: Client, lin: User) -> None:
    seen = [pulse(as_ada, session)["ETag"]]
    for act in (
        lambda: why.reply(by=lin, answer="The till rounds up."),
        lambda: session.park(by=lin, text="Ask the till maker."),
        lambda: session.join(by=lin, name="Tom Bell"),
        lambda: why.strike(by=lin, reason="40 receipts"),
        lambda: session.pause(by=lin),
    ):
        act()
        seen.append(pulse(as_ada, session, seen[-1])["ETag"])
    assert len({tag.split("-")[0] for tag in seen}) == 6


def test_a_poll_says_what_others_did_and_not_what_one_did_oneself(
    session: FiveWhys, why: Why, as_ada: Client, ada: User, lin: User
) -> None:
    seen = revision(session)
    why.reply_and_dig(by=lin, answer="The till rounds up.")
    assert 'data-news="Lin: Why 1 answered."' in body(pulse(as_ada, session, seen=seen))
    seen = revision(session)
    why.confirm(by=ada, evidence="40 receipts")
    assert "data-news" not in body(pulse(as_ada, session, seen=seen))


def test_the_shared_room_is_drawn_once_for_everybody_alike_and_anew_after_an_act(
    session: FiveWhys, why: Why, as_ada: Client, signed_in: Callable[[User], Client], lin: User
) -> None:
    tom = signed_in(make_person("Tom Bell", "tom@fairlight.example", "agent"))
    address = f"/whys/{session.ref}/shared/"
    assert f'data-revision="{revision(session)}"' in body(as_ada.get(address))
    with CaptureQueriesContext(connection) as asked:
        theirs = body(tom.get(address))
    assert len(asked) == 3 and f'id="why-{why.pk}"' in theirs
    why.reply(by=lin, answer="The till rounds up.")
    assert "The till rounds up." in body(tom.get(address))


def test_the_shared_room_holds_the_token_of_whoever_reads_it_and_nothing_of_one_person(
    session: FiveWhys, why: Why, ada: User, lin: User
) -> None:
    one, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    for client, person in ((one, ada), (other, make_person("Tom Bell", "tom@fairlight.example", "agent"))):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    Draft.objects.keep(by=ada, form=f"why:{session.pk}:{why.pk}", body={"answer": "Mine alone."})
    one.get(f"/whys/{session.ref}/shared/")
    page = body(other.get(f"/whys/{session.ref}/shared/"))
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"answer": "The till rounds up.", "version": 1, "csrfmiddlewaretoken": token}
    assert "Mine alone." not in page and other.post(f"/whys/nodes/{why.pk}/answer/", sent).status_code == 302


def test_a_viewer_gets_a_room_without_the_forms_of_an_agent(
    session: FiveWhys, why: Why, as_ada: Client, noor: User, signed_in: Callable[[User], Client]
) -> None:
    assert "answer_answer" in body(as_ada.get(f"/whys/{session.ref}/shared/"))
    assert "answer_answer" not in body(signed_in(noor).get(f"/whys/{session.ref}/shared/"))


# Who is here


def test_the_people_say_where_each_of_them_is_and_guests_have_no_screen(
    session: FiveWhys, why: Why, as_ada: Client, as_lin: Client
) -> None:
    pulse(as_lin, session, at=why.pk, doing="writes", branch="")
    people = body(pulse(as_ada, session, at=why.pk, doing="works", branch="C"))
    assert "facilitates, writes at why 1" in people and "on branch C" in people
    assert "Rosa Klein<small>print buying" in people


def test_somebody_without_a_beat_is_away_after_fifteen_seconds(
    session: FiveWhys, as_ada: Client, as_lin: Client, ada: User
) -> None:
    pulse(as_ada, session)
    before = pulse(as_lin, session)
    assert "Ada<small>listens" in body(before)
    Presence.objects.filter(person=ada).update(seen_at=now() - timedelta(seconds=16))
    after = pulse(as_lin, session, before["ETag"])
    assert after.status_code == 200 and "Ada<small>away" in body(after)
    assert before["ETag"].split("-")[0] == after["ETag"].split("-")[0]


def test_a_beat_that_says_nothing_new_is_written_every_six_seconds_and_never_in_the_ledger(
    session: FiveWhys, as_ada: Client, ada: User
) -> None:
    acts = Entry.objects.count()
    pulse(as_ada, session)
    first = Presence.objects.get().seen_at
    pulse(as_ada, session)
    assert Presence.objects.get().seen_at == first
    Presence.objects.update(seen_at=now() - timedelta(seconds=7))
    pulse(as_ada, session)
    assert Presence.objects.get().seen_at > first and Entry.objects.count() == acts


@pytest.mark.parametrize(
    "told", [{"at": "banana"}, {"at": 9**30}, {"doing": "sleeps"}, {"branch": "<b>"}, {"seen": "-1"}, {"at": 10**12}]
)
def test_a_beat_that_makes_no_sense_counts_as_listening(
    session: FiveWhys, as_ada: Client, told: dict[str, object]
) -> None:
    assert pulse(as_ada, session, **told).status_code == 200
    assert (Presence.objects.get().why, Presence.objects.get().branch) == (None, "")


def test_a_why_of_another_room_is_nobodys_place(session: FiveWhys, as_ada: Client, lin: User) -> None:
    other = make_session(by=lin, problem="Why else?").ask(by=lin)
    pulse(as_ada, session, at=other.pk)
    assert Presence.objects.get().why is None


def test_a_room_that_is_not_there_has_no_pulse(as_ada: Client) -> None:
    assert as_ada.get("/whys/W-99/pulse/").status_code == as_ada.get("/whys/W-99/shared/").status_code == 404


# Two who write at once


def clash(why: Why, lin: User, client: Client, **more: object) -> object:
    """Lin has answered; Ada sends hers, written on the open question."""
    why.reply(by=lin, answer="It was bought for counting parcels.", version=1)
    typed = {"answer": "Finance bought it.", "version": 1, "evidence": "invoice 12", **more}
    return client.post(f"/whys/nodes/{why.pk}/answer/", typed)


def settle(client: Client, why: Why, keep: str, **more: object) -> object:
    sent = {"keep": keep, "of": "answer", "mine": "Finance bought it.", "version": Why.objects.get(pk=why.pk).version}
    return client.post(f"/whys/nodes/{why.pk}/settlement/", sent | more)


def test_two_answers_to_one_question_stand_side_by_side_in_the_room(
    session: FiveWhys, why: Why, as_ada: Client, lin: User
) -> None:
    answer = clash(why, lin, as_ada)
    page = body(answer)
    assert answer.status_code == 409 and "Two people wrote here." in page and "Lin saved" in page
    assert "Finance bought it.</textarea>" in page and "counting parcels.</textarea>" in page
    assert 'value="invoice 12"' in page and "answer_answer" not in page
    part = as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance bought it.", "version": 1}, headers=HTMX)
    assert part.status_code == 409 and "<html" not in body(part) and "Finance bought it." in body(part)


def test_keeping_theirs_leaves_mine_in_the_history(why: Why, as_ada: Client, ada: User, lin: User) -> None:
    clash(why, lin, as_ada)
    settle(as_ada, why, "theirs")
    entry = Entry.objects.get(act="set_aside")
    assert (entry.words, entry.by, entry.after) == ("Finance bought it.", ada, {"why": why.pk})
    assert Why.objects.get().answer == "It was bought for counting parcels."


def test_keeping_mine_leaves_theirs_in_the_history(why: Why, as_ada: Client, lin: User) -> None:
    clash(why, lin, as_ada)
    settle(as_ada, why, "mine", evidence="invoice 12")
    kept = Why.objects.get()
    assert (kept.answer, kept.state, kept.evidence) == ("Finance bought it.", "confirmed", "invoice 12")
    assert Entry.objects.get(act="amended").before["answer"] == "It was bought for counting parcels."


def test_keeping_both_makes_a_branch(why: Why, as_ada: Client, lin: User) -> None:
    clash(why, lin, as_ada)
    settle(as_ada, why, "both")
    assert set(Why.objects.values_list("answer", flat=True)) == {
        "It was bought for counting parcels.", "Finance bought it.",
    }  # fmt: skip


def test_one_text_made_of_both_leaves_both_in_the_history(why: Why, as_ada: Client, lin: User) -> None:
    clash(why, lin, as_ada)
    settle(as_ada, why, "one", one="Finance bought it, for counting parcels.")
    assert Why.objects.get().answer == "Finance bought it, for counting parcels."
    assert Entry.objects.get(act="set_aside").words == "Finance bought it."
    assert Entry.objects.get(act="amended").before["answer"] == "It was bought for counting parcels."


def test_a_third_who_saved_meanwhile_is_not_overwritten_either(why: Why, as_ada: Client, lin: User) -> None:
    clash(why, lin, as_ada)
    Why.objects.get().amend(by=lin, answer="A third text.")
    answer = settle(as_ada, why, "mine", version=2)
    assert answer.status_code == 409 and "A third text." in body(answer) and "Finance bought it." in body(answer)
    assert Why.objects.get().answer == "A third text."


@pytest.mark.parametrize(("sent", "said"), [({"keep": ""}, "Choose what to keep"), ({"one": "x" * 5000}, "4000")])
def test_a_settlement_with_a_slip_keeps_both_texts_on_the_page(
    why: Why, as_ada: Client, lin: User, sent: dict[str, str], said: str
) -> None:
    clash(why, lin, as_ada)
    answer = settle(as_ada, why, **{"keep": "one", **sent})
    assert answer.status_code == 409 and said in body(answer)
    assert "Finance bought it." in body(answer) and "counting parcels" in body(answer)


def test_two_wordings_of_an_answer_clash_as_two_answers_do(why: Why, as_ada: Client, lin: User) -> None:
    why.reply(by=lin, answer="One.")
    Why.objects.get().amend(by=lin, answer="Two.")
    sent = {"version": 2, "question": why.question, "answer": "Three."}
    answer = as_ada.post(f"/whys/nodes/{why.pk}/wording/", sent)
    assert answer.status_code == 409 and "Two.</textarea>" in body(answer) and "Three.</textarea>" in body(answer)


def test_two_wordings_of_an_open_question_may_become_two_questions(why: Why, as_ada: Client, lin: User) -> None:
    Why.objects.get().amend(by=lin, question="Why did nobody see it?")
    answer = as_ada.post(f"/whys/nodes/{why.pk}/wording/", {"version": 1, "question": "Why did none of us see it?"})
    assert answer.status_code == 409 and "Keep both, as two questions" in body(answer)
    settle(as_ada, why, "both", of="question", mine="Why did none of us see it?")
    assert set(Why.objects.values_list("question", flat=True)) == {
        "Why did nobody see it?", "Why did none of us see it?",
    }  # fmt: skip


def test_an_answer_to_a_question_worded_anew_comes_back_to_be_sent_to_that_one(
    why: Why, as_ada: Client, lin: User
) -> None:
    was = why.question
    Why.objects.get().amend(by=lin, question="Why did nobody see it?")
    answer = as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance bought it.", "version": 1})
    page = body(answer)
    assert answer.status_code == 409 and "Lin worded the question anew" in page and was in page
    assert "Finance bought it.</textarea>" in page and 'name="version" value="2"' in page
    assert as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance.", "version": 2}).status_code == 302


def test_a_question_worded_anew_while_it_was_answered_is_asked_which_to_keep(
    why: Why, as_ada: Client, lin: User
) -> None:
    Why.objects.get().reply(by=lin, answer="It was bought for counting parcels.")
    answer = as_ada.post(f"/whys/nodes/{why.pk}/wording/", {"version": 1, "question": "Why did none of us see it?"})
    page = body(answer)
    assert answer.status_code == 409 and "Lin answered at" in page and "counting parcels" in page
    assert "Why did none of us see it?</textarea>" in page
    settle(as_ada, why, "mine", of="question", mine="Why did none of us see it?")
    assert Why.objects.get().question == "Why did none of us see it?"


def test_an_answer_struck_out_meanwhile_takes_mine_as_another(why: Why, as_ada: Client, lin: User) -> None:
    why.reply(by=lin, answer="One.").strike(by=lin, reason="40 receipts")
    sent = {"version": 2, "question": why.question, "answer": "Three."}
    page = body(as_ada.post(f"/whys/nodes/{why.pk}/wording/", sent))
    assert "This answer was struck out." in page and "40 receipts" in page and "Three.</textarea>" in page
    assert "keep yours as another answer" in body(settle(as_ada, why, "mine", mine="Three."))
    settle(as_ada, why, "both", mine="Three.")
    assert Why.objects.get(answer="Three.").state == "stated"


def test_a_question_taken_back_while_it_was_answered_can_be_asked_again_with_that_answer(
    session: FiveWhys, as_ada: Client, lin: User
) -> None:
    chain = make_chain(session, by=lin, answers=BOOK_PRICE[:2])
    gone = chain[1].dig(by=lin)
    Why.objects.get(pk=gone.pk).withdraw(by=lin)
    sent = {"answer": "Finance bought it.", "version": 1, "evidence": "invoice 12"}
    answer = as_ada.post(f"/whys/nodes/{gone.pk}/answer/", sent)
    page = body(answer)
    assert answer.status_code == 409 and "The question was taken back." in page and gone.question in page
    assert "Finance bought it.</textarea>" in page
    again = {"why": gone.pk, "keep": "mine", "of": "answer", "mine": "Finance bought it.", "evidence": "invoice 12"}
    as_ada.post(f"/whys/{session.ref}/asking-again/", again)
    asked = Why.objects.get(depth=3)
    assert (asked.question, asked.parent, asked.state) == (gone.question, chain[1], "confirmed")


def test_or_the_answer_is_let_go_and_the_history_keeps_it(
    session: FiveWhys, why: Why, as_ada: Client, lin: User
) -> None:
    why.withdraw(by=lin)
    sent = {"why": why.pk, "keep": "theirs", "of": "answer", "mine": "Finance bought it."}
    as_ada.post(f"/whys/{session.ref}/asking-again/", sent)
    assert Entry.objects.get(act="set_aside").words == "Finance bought it." and not Why.objects.exists()


def test_a_question_that_was_never_asked_is_not_asked_again(session: FiveWhys, lin: User) -> None:
    with pytest.raises(Refused, match="was not taken back"):
        session.ask_again(by=lin, why=99, mine="Something.")


def test_the_api_answers_412_with_both_texts_and_settles_in_the_same_words(
    why: Why, lin: User, ada: User, api: Callable[..., APIClient]
) -> None:
    client, node = api(ada), f"/api/v1/why-nodes/{why.pk}/"
    why.reply(by=lin, answer="It was bought for counting parcels.", version=1)
    late = client.post(node + "answer/", {"answer": "Finance bought it.", "version": 1}, format="json")
    worded = client.patch(node, {"answer": "Finance."}, format="json", headers={"If-Match": '"1"'})
    both = {"yours": "Finance bought it.", "theirs": "It was bought for counting parcels."}
    assert late.status_code == worded.status_code == 412 and late.data["fields"]["the answer"] == both
    kept = client.post(
        node + "settlement/", {"keep": "mine", "mine": "Finance bought it.", "version": late.data["version"]},
        format="json",
    )  # fmt: skip
    assert kept.data["answer"] == "Finance bought it."


def test_only_who_may_answer_may_settle(why: Why, noor: User) -> None:
    with pytest.raises(Forbidden):
        why.settle(by=noor, keep="theirs", mine="Mine.")


def test_settling_holds_to_the_version_it_names(why: Why, lin: User, ada: User) -> None:
    why.reply(by=lin, answer="One.")
    with pytest.raises(Stale):
        Why.objects.get().settle(by=ada, keep="mine", mine="Two.", version=1)


# A closed laptop


def draft(client: Client, why: Why, **typed: object) -> object:
    return client.post(f"/whys/nodes/{why.pk}/draft/", {"version": 1, "answer": "Finance bou", **typed})


def test_what_is_being_typed_stands_in_its_place_again_on_any_device(
    session: FiveWhys, why: Why, as_ada: Client, ada: User, signed_in: Callable[[User], Client]
) -> None:
    assert "kept at" in body(draft(as_ada, why, evidence="invoice 12"))
    session.ask(by=ada, question="Why did nobody here notice?", trunk="escape")
    page = body(signed_in(ada).get(session.get_absolute_url()))
    assert "You were writing this at" in page and "Finance bou</textarea>" in page and 'value="invoice 12"' in page


def test_a_draft_is_ones_own_and_goes_when_it_is_sent_or_thrown_away(
    session: FiveWhys, why: Why, as_ada: Client, as_lin: Client
) -> None:
    draft(as_ada, why)
    assert "Finance bou" not in body(as_lin.get(session.get_absolute_url()))
    as_ada.post(f"/whys/nodes/{why.pk}/dropping/")
    assert not Draft.objects.exists()
    draft(as_ada, why)
    as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance bought it.", "version": 1})
    assert not Draft.objects.exists()
    draft(as_ada, why)  # the last letters, which came after the answer itself
    assert not Draft.objects.exists()


def test_a_draft_of_a_why_that_others_answered_meanwhile_stands_beside_their_answer(
    session: FiveWhys, why: Why, as_ada: Client, lin: User
) -> None:
    draft(as_ada, why)
    why.reply_and_dig(by=lin, answer="It was bought for counting parcels.")
    page = body(as_ada.get(session.get_absolute_url()))
    assert "Two people wrote here." in page and "Finance bou</textarea>" in page
    draft(as_ada, why, answer="Finance bought it")  # still typing on the old page
    settle(as_ada, why, "theirs")
    assert not Draft.objects.exists()


def test_a_draft_of_a_question_that_was_taken_back_is_not_lost_either(
    session: FiveWhys, why: Why, as_ada: Client, lin: User
) -> None:
    draft(as_ada, why)
    session.ask(by=lin, question="Why else?")
    why.withdraw(by=lin)
    page = body(as_ada.get(session.get_absolute_url()))
    assert "The question was taken back." in page and "Finance bou</textarea>" in page


def test_an_empty_draft_is_none_and_one_as_long_as_a_book_is_refused_in_words(why: Why, as_ada: Client) -> None:
    draft(as_ada, why, answer=" ")
    assert "too long" in body(draft(as_ada, why, answer="x" * 100_000)) and not Draft.objects.exists()


def test_the_room_opens_where_one_stopped_unless_others_answered_that(
    session: FiveWhys, why: Why, as_ada: Client, ada: User, lin: User
) -> None:
    session.ask(by=lin, question="Why did nobody here notice?", trunk="escape")
    pulse(as_ada, session, at=why.pk)
    assert f'data-at="{why.pk}"' in body(as_ada.get(session.get_absolute_url()))
    below = Why.objects.get(pk=why.pk).reply_and_dig(by=lin, answer="Finance bought it.")
    assert f'data-at="{below.pk}"' in body(as_ada.get(session.get_absolute_url()))


def test_a_viewer_keeps_no_drafts(why: Why, noor: User, signed_in: Callable[[User], Client]) -> None:
    assert draft(signed_in(noor), why).status_code == 403
