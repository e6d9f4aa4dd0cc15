"""The pages of the room: planning, asking by Enter, two people on one why, what is refused, what is empty."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Cause, FiveWhys, NoSession, ParkedIdea, SessionComplaint, Why
from tests.make import BOOK_PRICE, make_chain, make_complaint, make_session

HTMX = {"HX-Request": "true"}


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_session_planned_from_two_complaints_begins_with_their_words(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    one = make_complaint(harbour, by=ada, words="You charged me twice.")
    two = make_complaint(harbour, by=ada, words="It says £19.90 on your website.")
    page = body(as_ada.get(f"/whys/new/?complaint={one.ref}&complaint={two.ref}"))
    assert f"{one.ref}, {two.ref}" in page and "You charged me twice.</textarea>" in page and "on your website." in page
    answer = as_ada.post(
        "/whys/new/",
        {"problem": "You charged me twice.", "complaints": f"{one.ref} {two.ref}", "facilitator": ada.pk,
         "participants": "Ada Okafor, took the call\nJune Carver, the customer", "day": "tomorrow", "opens": "14",
         "closes": "14:45", "place": "room 2"},
    )  # fmt: skip
    session = FiveWhys.objects.get()
    assert answer["Location"] == f"/whys/{session.ref}/"
    assert set(session.complaints.all()) == {one, two}
    assert [(guest.name, guest.part, guest.person) for guest in session.participants.all()] == [
        ("Ada Okafor", "took the call", ada), ("June Carver", "the customer", None),
    ]  # fmt: skip


def test_planning_and_starting_in_one_go_opens_the_room(as_lin: Client, lin: User) -> None:
    as_lin.post("/whys/new/", {"problem": "Why are they angry?", "facilitator": lin.pk, "next": "start"})
    assert FiveWhys.objects.get().state == "running"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"problem": ""}, "in the customers’ words"),
        ({"complaints": "C-99"}, "There is no complaint C-99."),
        ({"complaints": "banana"}, "is no reference of this kind"),
        ({"opens": "15", "closes": "14", "day": "tomorrow"}, "turn the two times round"),
        ({"opens": "noonish"}, "is no time of the day"),
        ({"problem": "x" * 200_000}, "200000 characters long"),
    ],
)
def test_a_plan_with_a_slip_says_which_and_keeps_the_rest(
    as_lin: Client, lin: User, typed: dict[str, str], sentence: str
) -> None:
    answer = as_lin.post("/whys/new/", {"problem": "Late.", "facilitator": lin.pk, "impact": "two days", **typed})
    assert answer.status_code == 422 and sentence in body(answer) and "two days" in body(answer)
    assert not FiveWhys.objects.exists()


def test_the_room_of_a_planned_session_says_who_opens_it(as_ada: Client, lin: User) -> None:
    session = FiveWhys.objects.plan(by=lin, problem="Late.")
    page = body(as_ada.get(session.get_absolute_url()))
    assert "Lin starts it." in page and "Start the session" not in page
    assert as_ada.post(f"/whys/{session.ref}/start/").status_code == 403


def test_enter_answers_and_asks_the_next_why_with_and_without_a_script(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin, problem="You charged me twice.")
    page = body(as_lin.get(session.get_absolute_url()))
    assert "Why did you charge me twice?</textarea>" in page
    plain = as_lin.post(f"/whys/{session.ref}/question/", {"question": "Why did you charge me twice?"})
    why = Why.objects.get()
    assert plain["Location"] == f"/whys/{session.ref}/?at={why.pk}#work"
    part = as_lin.post(
        f"/whys/nodes/{why.pk}/answer/", {"answer": "The price form is incorrect.", "version": 1}, headers=HTMX
    )
    assert part.status_code == 200 and "<html" not in body(part) and body(part).strip().startswith('<div id="room">')
    below = Why.objects.get(depth=2)
    assert below.question == "Why is the price form incorrect?" and f'id="why-{below.pk}"' in body(part)
    assert part["HX-Replace-Url"] == f"/whys/{session.ref}/?at={below.pk}"


def test_every_why_of_a_deep_tree_is_on_the_page_once_and_the_lists_close(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)
    chain[2].branch(by=lin, answer="The till rounds prices up.").strike(by=lin, reason="40 receipts")
    session.ask(by=lin, question="Why did nobody here notice?", trunk="escape").reply_and_dig(
        by=lin, answer="We check sums."
    )
    for many in (False, True):
        page = body(as_lin.get(session.get_absolute_url()))
        for why in session.whys.all():
            assert page.count(f'id="why-{why.pk}"') == 1
        for tag in ("ol", "li", "details", "div", "section", "form"):
            assert len(re.findall(rf"<{tag}\b", page)) == page.count(f"</{tag}>"), tag
        assert ("The whole tree" in page) is many
        for number in range(0 if many else 9):
            chain[1].branch(by=lin, answer=f"Something else, number {number}.").dig(by=lin)


def test_a_tree_of_a_hundred_levels_is_drawn(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    make_chain(session, by=lin, answers=[f"Answer number {number}." for number in range(100)])
    assert as_lin.get(session.get_absolute_url()).status_code == 200


def test_an_empty_answer_comes_back_with_its_error_and_the_tree(as_lin: Client, lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    answer = as_lin.post(
        f"/whys/nodes/{why.pk}/answer/", {"answer": "", "said_by": "", "evidence": "5 invoices"}, headers=HTMX
    )
    assert answer.status_code == 422 and "Write the answer first" in body(answer) and "5 invoices" in body(answer)


def test_root_with_an_answer_keeps_it_and_without_one_goes_to_the_stop_test(as_lin: Client, lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:2])
    why = chain[-1].dig(by=lin)
    blank = as_lin.post(f"/whys/nodes/{why.pk}/answer/", {"answer": " ", "then": "root"})
    assert blank["Location"].endswith(f"?at={why.pk}#stop")
    as_lin.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "It is last year’s form.", "then": "root", "version": 1})
    assert Why.objects.count() == 3
    page = body(as_lin.get(f"{why.session.get_absolute_url()}?at={why.pk}"))
    assert "May we stop at why 3?" in page and "This is why 3, and five is the floor" in page


def test_two_people_editing_one_why_the_second_sees_both_texts(as_ada: Client, ada: User, lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    why.reply(by=lin, answer="It was bought for counting parcels.", version=1)
    page = body(as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance bought it.", "version": 1}))
    assert "Two people wrote here." in page and "Finance bought it." in page and "counting parcels" in page
    stale = as_ada.post(
        f"/whys/nodes/{why.pk}/wording/", {"version": 1, "question": why.question, "answer": "Ada’s wording."}
    )
    assert stale.status_code == 409 and "Ada’s wording." in body(stale)
    part = as_ada.post(f"/whys/nodes/{why.pk}/answer/", {"answer": "Finance bought it.", "version": 1}, headers=HTMX)
    assert part.status_code == 409 and "<html" not in body(part) and 'id="both"' in body(part)


def test_branch_confirm_strike_restore_word_and_take_back_by_their_addresses(as_ada: Client, lin: User) -> None:
    session = make_session(by=lin)
    why = session.ask(by=lin).reply(by=lin, answer="The till rounds up.")
    address = f"/whys/nodes/{why.pk}"
    as_ada.post(f"{address}/branch/", {"answer": "The form is wrong.", "said_by": ""})
    as_ada.post(f"{address}/confirmation/", {"evidence": "one receipt"})
    as_ada.post(f"{address}/strike/", {"reason": "40 receipts checked"})
    why.refresh_from_db()
    assert (why.state, Why.objects.count()) == ("struck", 2)
    as_ada.post(f"{address}/restoration/")
    why.refresh_from_db()
    as_ada.post(f"{address}/wording/", {"version": why.version, "question": why.question, "answer": "The till rounds."})
    as_ada.post(f"{address}/next/", {"question": ""})
    why.refresh_from_db()
    below = why.children.get()
    assert (why.state, why.answer, below.question) == ("confirmed", "The till rounds.", "Why does the till round?")
    as_ada.post(f"/whys/nodes/{below.pk}/wording/", {"version": 1, "question": "Why does it round?"})
    below.refresh_from_db()
    assert below.question == "Why does it round?"
    as_ada.post(f"/whys/nodes/{below.pk}/withdrawal/")
    assert not why.children.exists()


def test_advice_is_given_once_and_can_be_asked_or_kept(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    why = session.ask(by=lin).reply(by=lin, answer="The clerk typed the wrong price.")
    page = body(as_lin.get(session.get_absolute_url()))
    assert "This answer names a person." in page and "Keep it as it is" in page
    below = why.dig(by=lin)
    as_lin.post(f"/whys/nodes/{why.pk}/next/", {"question": "What made it possible?", "instead": "true"})
    below.refresh_from_db()
    assert below.question == "What made it possible?"
    as_lin.post(f"/whys/nodes/{why.pk}/kept-advice/", {"kind": "person"})
    assert "This answer names a person." not in body(as_lin.get(session.get_absolute_url()))


def test_parking_and_joining_and_attaching_in_the_room(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    session, complaint = make_session(by=lin), make_complaint(harbour, by=ada)
    why = session.ask(by=lin)
    as_ada.post(f"/whys/{session.ref}/idea/", {"text": "What else lived in that diary?", "why": why.pk, "said_by": ""})
    as_ada.post(f"/whys/{session.ref}/participant/", {"name": "Rosa Klein", "part": "print buying"})
    as_ada.post(f"/whys/{session.ref}/attachment/", {"complaint": complaint.ref})
    rosa = session.participants.get()
    as_ada.post(f"/whys/participants/{rosa.pk}/attendance/", {"coming": "no", "words": "asks for 11:00"})
    page = body(as_ada.get(session.get_absolute_url()))
    assert "What else lived in that diary?" in page and "asks for 11:00" in page and complaint.ref in page
    assert ParkedIdea.objects.get().why == why
    as_ada.post(f"/whys/participants/{rosa.pk}/departure/")
    assert not session.participants.exists()
    assert as_ada.post(f"/whys/{session.ref}/attachment/", {"complaint": "C-99"}).status_code == 409


def test_a_session_is_paused_resumed_concluded_and_reopened_from_its_page(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    make_chain(session, by=lin, answers=BOOK_PRICE[:1])
    act = f"/whys/{session.ref}/"
    as_lin.post(act + "pause/", {"waits_for": "the lock-out log"})
    assert "Waits for the lock-out log." in body(as_lin.get(act))
    as_lin.post(act + "resumption/")
    assert as_lin.post(act + "conclusion/", {"conclusion": ""}).status_code == 422
    as_lin.post(act + "conclusion/", {"conclusion": "No root yet: the log is gone."})
    assert "No root yet: the log is gone." in body(as_lin.get(act))
    as_lin.post(act + "reopening/", {"reason": "The log is found."})
    session.refresh_from_db()
    assert session.state == "reopened"


def test_moving_a_session_that_has_begun_keeps_its_past_slot(as_lin: Client, lin: User) -> None:
    begins = now() - timedelta(days=2)
    session = FiveWhys.objects.plan(
        by=lin, problem="Late.", slot_from=begins, slot_until=begins + timedelta(minutes=45)
    )
    shown = as_lin.get(f"/whys/{session.ref}/edit/").context["form"]
    typed = {name: shown[name].value() for name in shown.fields}
    answer = as_lin.post(f"/whys/{session.ref}/edit/", {**typed, "place": "room 2"})
    session.refresh_from_db()
    assert answer.status_code == 302 and session.place == "room 2" and session.slot_from == begins


def test_no_session_is_decided_beside_the_plan_and_taken_back_on_the_list(
    as_ada: Client, ada: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    address = f"/whys/no-session/{complaint.ref}/"
    assert as_ada.post(address, {"reason": ""}).status_code == 422
    as_ada.post(address, {"reason": "New phone, first day.", "unless": "it comes twice more"})
    assert NoSession.objects.get().complaint == complaint
    page = body(as_ada.get("/whys/"))
    assert "New phone, first day." in page and "it comes twice more" in page
    as_ada.post(f"{address}withdrawal/")
    assert not NoSession.objects.exists()


def test_the_list_groups_what_runs_waits_and_ended_and_counts_ideas(as_lin: Client, lin: User) -> None:
    running, waiting, done = (make_session(by=lin, problem=f"Why number {n}?") for n in range(3))
    FiveWhys.objects.plan(by=lin, problem="Why planned?")
    for session in (running, waiting, done):
        make_chain(session, by=lin, answers=BOOK_PRICE[:2])
        session.park(by=lin, text="A named deputy for every list.")
    waiting.pause(by=lin, waits_for="the log")
    done.conclude(by=lin, conclusion="Found.")
    page = as_lin.get("/whys/")
    groups = {name: [row.session.problem for row in page.context[name]] for name in ("running", "planned", "parked")}
    assert groups == {"running": ["Why number 0?"], "planned": ["Why planned?"], "parked": ["Why number 1?"]}
    assert [row.session.problem for row in page.context["concluded"]] == ["Why number 2?"]
    assert "3 times" in body(page)
    first = ParkedIdea.objects.order_by("id")[0]
    as_lin.post(f"/whys/ideas/{first.pk}/taking-up/")
    assert "3 times" not in body(as_lin.get("/whys/"))


@pytest.mark.parametrize("show", ["now", "mine", "concluded", "reopened", "all", "nonsense"])
def test_every_view_has_an_empty_state(as_ada: Client, show: str) -> None:
    answer = as_ada.get(f"/whys/?show={show}")
    assert answer.status_code == 200 and 'class="empty"' in body(answer)


def test_the_library_finds_an_answer_by_its_words(as_ada: Client, lin: User) -> None:
    make_chain(make_session(by=lin), by=lin)
    assert "The re-order date was kept in one diary." in body(as_ada.get("/whys/?q=diary"))
    assert "No answer says that." in body(as_ada.get("/whys/?q=elephant"))
    assert as_ada.get("/whys/?q=%22%3A%26%7C!(&show=mine").status_code == 200


def test_a_viewer_reads_the_room_and_is_offered_no_act(
    signed_in: Callable[[User], Client], lin: User, noor: User
) -> None:
    session = make_session(by=lin)
    why = make_chain(session, by=lin)[-1]
    client = signed_in(noor)
    page = body(client.get(session.get_absolute_url()))
    main = page[page.index('<div id="room">') :]
    assert 'method="post"' not in main.partition("</main>")[0].replace('<form method="post">', "")
    for name in ("next", "branch", "confirmation", "strike", "wording"):
        facts = {"answer": "x", "evidence": "x", "reason": "x", "question": "x", "version": why.version}
        assert client.post(f"/whys/nodes/{why.pk}/{name}/", facts).status_code == 403


def test_a_session_that_is_not_there_is_not_found(as_ada: Client) -> None:
    assert as_ada.get("/whys/W-99/").status_code == 404
    assert as_ada.post("/whys/nodes/99/answer/", {"answer": "x"}).status_code == 404
    assert as_ada.get("/whys/W-1/answer/").status_code == 404


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_room_asks_the_same_number_of_queries_for_ten_whys_and_for_a_thousand(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin, answers=[f"Answer number {n}." for n in range(10)])
    few = queries(as_lin, session.get_absolute_url())
    Why.objects.bulk_create(
        Why(session=session, parent=chain[n % 10], depth=chain[n % 10].depth + 1, question="Why?", answer=f"Copy {n}.",
            state="stated", by=lin, at=session.planned_at)
        for n in range(990)
    )  # fmt: skip
    assert queries(as_lin, session.get_absolute_url()) == few <= 15


@pytest.mark.parametrize("show", ["now", "concluded", "mine"])
def test_the_list_asks_the_same_number_of_queries_for_ten_sessions_and_for_a_thousand(
    as_lin: Client, lin: User, harbour: Account, show: str
) -> None:
    complaint = make_complaint(harbour, by=lin)
    for number in range(10):
        session = make_session(by=lin, complaints=[complaint])
        make_chain(session, by=lin, answers=BOOK_PRICE[:2])
        session.park(by=lin, text=f"Idea {number} of its own kind {'xyzuvwabcd'[number] * 9}")
        session.conclude(by=lin, conclusion="Found.")
    few = queries(as_lin, f"/whys/?show={show}")
    made = FiveWhys.objects.bulk_create(
        FiveWhys(problem=f"Copy {n}", facilitator=lin, planned_by=lin, planned_at=session.planned_at, state="concluded",
                 conclusion="x", concluded_at=session.concluded_at, concluded_by=lin)
        for n in range(990)
    )  # fmt: skip
    SessionComplaint.objects.bulk_create(SessionComplaint(session=one, complaint=complaint) for one in made)
    assert queries(as_lin, f"/whys/?show={show}") == few <= 15


def test_an_ended_session_opens_on_the_root_it_found(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)
    Cause.objects.mark_root(by=lin, why=chain[-1], would_have_happened=False, stays_away=True, reads_back=True)
    escape = session.ask(by=lin, question="Why did nobody notice?", trunk="escape").reply(
        by=lin, answer="We check sums."
    )
    session.conclude(by=lin, conclusion="One diary.")
    page = body(as_lin.get(session.get_absolute_url()))
    assert "Why 6 is a root" in page and "Mark as root cause" not in page
    assert "May we stop at why 1?" in body(as_lin.get(f"{session.get_absolute_url()}?at={escape.pk}"))


def test_the_stop_test_and_the_action_post_to_the_rooms_that_keep_them(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    why = make_chain(session, by=lin)[-1]
    page = body(as_lin.get(session.get_absolute_url()))
    assert f'action="/causes/roots/{why.pk}/"' in page and 'action="/fixes/propose/"' in page
    answers = {"would_have_happened": "no", "stays_away": "yes", "reads_back": "on", "title": "", "owner": lin.pk}
    assert as_lin.post(f"/causes/roots/{why.pk}/", answers).status_code == 302
    action = {"why": why.pk, "kind": "containment", "title": "Old forms off the vans", "owner": lin.pk, "due": "+7"}
    assert as_lin.post("/fixes/propose/", action).status_code == 302
    page = body(as_lin.get(session.get_absolute_url()))
    assert "Old forms off the vans" in page and "Root</b>" in page


def test_tab_keeps_the_answer_and_opens_another_beside_it(as_lin: Client, lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    sent = {"answer": "The form is wrong.", "then": "branch", "version": 1}
    part = body(as_lin.post(f"/whys/nodes/{why.pk}/answer/", sent, headers=HTMX))
    assert Why.objects.get().answer == "The form is wrong." and 'id="branch_answer"' in part
    again = as_lin.post(f"/whys/nodes/{why.pk}/branch/", {"answer": "The till rounds.", "then": "branch"})
    other = Why.objects.latest("pk")
    assert again["Location"].endswith(f"?at={other.pk}&act=branch#work")
    as_lin.post(f"/whys/nodes/{other.pk}/branch/", {"answer": "The list is old.", "then": "dig"})
    asked = [(one.depth, one.state) for one in Why.objects.order_by("pk")]
    assert asked == [(1, "stated"), (1, "stated"), (1, "stated"), (2, "open")]
    empty = as_lin.post(f"/whys/nodes/{other.pk}/branch/", {"answer": " ", "then": "dig"})
    assert empty.status_code == 422 and "why else?" in body(empty) and 'id="branch_answer"' in body(empty)


@pytest.mark.parametrize(
    ("act", "field"),
    [("confirmation", "confirmation_evidence"), ("strike", "strike_reason"), ("wording", "wording_answer"),
     ("branch", "branch_answer"), ("idea", "idea_text"), ("action", "action_title")],
)  # fmt: skip
def test_a_form_is_opened_by_its_address_and_takes_the_focus(as_lin: Client, lin: User, act: str, field: str) -> None:
    why = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:1])[0]
    page = body(as_lin.get(f"{why.session.get_absolute_url()}?at={why.pk}&act={act}"))
    focused = re.findall(r"<(?:textarea|input)[^>]*\bautofocus\b[^>]*>", page[page.index('id="work"') :])
    shown = page.partition("data-shown")[2] if act in ("idea", "action") else focused[0]
    assert f'id="{field}"' in shown and "next_why_question" not in focused[0]
    assert as_lin.get(f"{why.session.get_absolute_url()}?at={why.pk}&act=nonsense").status_code == 200


def test_one_branch_alone_is_shown_with_the_chain_above_it_and_stays_after_an_act(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)
    other = chain[2].branch(by=lin, answer="The till rounds prices up.")
    address = f"{session.get_absolute_url()}?at={other.pk}&focus={other.pk}"
    here = {"HX-Current-URL": f"http://testserver{address}"}
    answer = as_lin.get(address, headers=HTMX)
    assert {node.why for node in answer.context["tree"].nodes} == {chain[0], chain[1], other}
    assert answer["HX-Replace-Url"] == address and "Show the whole tree" in body(answer)
    sent = as_lin.post(f"/whys/nodes/{other.pk}/next/", {"question": "Why?"}, headers={**HTMX, **here})
    below = Why.objects.latest("pk")
    assert sent["HX-Replace-Url"] == f"{session.get_absolute_url()}?at={below.pk}&focus={other.pk}"
    plain = as_lin.post(f"/whys/nodes/{below.pk}/withdrawal/", headers={"Referer": f"http://testserver{address}"})
    assert plain["Location"].endswith(f"?at={other.pk}&focus={other.pk}#work")
    elsewhere = as_lin.get(f"{session.get_absolute_url()}?at={chain[5].pk}&focus={other.pk}")
    assert elsewhere.context["tree"].focus is None  # what is worked on is never out of sight
    assert as_lin.get(f"{session.get_absolute_url()}?focus=", headers=here).context["tree"].focus is None


def test_the_second_trunk_is_offered_until_somebody_asks_it(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    assert "Two questions, and both are asked" in body(as_lin.get(session.get_absolute_url()))
    make_chain(session, by=lin, answers=BOOK_PRICE[:1])
    page = body(as_lin.get(session.get_absolute_url()))
    assert "Nobody has asked this yet." in page and "Nobody has asked why it reached the customer before us." in page
    session.ask(by=lin, question="Why did nobody notice?", trunk="escape")
    page = body(as_lin.get(session.get_absolute_url()))
    assert "Nobody has asked" not in page and page.count('class="trunk" id="trunk-') == 2


def test_evidence_is_shown_with_its_address_as_a_link_and_nothing_else(as_lin: Client, lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    why.reply(by=lin, answer="<b>It is old.</b>", evidence="<i>seen</i> at https://a.example/form javascript:alert(1)")
    page = body(as_lin.get(why.session.get_absolute_url()))
    assert '<a href="https://a.example/form" rel="noopener noreferrer" target="_blank">a.example/form</a>' in page
    assert "<i>seen" not in page and "<b>It is old" not in page and 'href="javascript' not in page


def test_an_action_leads_back_to_the_why_it_was_taken_on_at_and_nowhere_else(as_lin: Client, lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:1])[0]
    back = f"{why.session.get_absolute_url()}?at={why.pk}"
    action = {
        "why": why.pk,
        "kind": "containment",
        "title": "Old forms off",
        "owner": lin.pk,
        "due": "+7",
        "back": back,
    }
    assert as_lin.post("/fixes/propose/", action)["Location"] == back
    wrong = as_lin.post("/fixes/propose/", {**action, "title": ""})
    assert wrong.status_code == 422 and f'name="back" value="{back}"' in body(wrong)
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert "/fixes/F-" in as_lin.post("/fixes/propose/", {**action, "back": elsewhere})["Location"]


def test_a_marked_root_freezes_nothing_above_or_below_it(as_lin: Client, lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    Cause.objects.mark_root(by=lin, why=chain[-1], would_have_happened=False, stays_away=True, reads_back=True)
    root, form = Why.objects.get(pk=chain[-1].pk), Why.objects.get(pk=chain[2].pk)
    for why, act, sent in [
        (root, "next", {"question": "Why was that?"}), (root, "branch", {"answer": "Nobody was named."}),
        (root, "wording", {"version": root.version, "question": "Why?", "answer": "One diary held it."}),
        (form, "wording", {"version": form.version, "question": "Why?", "answer": "It is an old form."}),
        (form, "strike", {"reason": "It was new."}), (form, "restoration", {}),
    ]:  # fmt: skip
        assert as_lin.post(f"/whys/nodes/{why.pk}/{act}/", sent).status_code == 302, act
    assert root.children.exists() and Why.objects.get(pk=root.pk).answer == "One diary held it."


def test_the_map_of_thirty_levels_is_as_wide_as_it_needs_and_names_its_branches(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin, answers=[f"Thing {number} broke." for number in range(30)])
    chain[3].branch(by=lin, answer="The till rounds.")
    drawn = as_lin.get(session.get_absolute_url()).context["map"]
    assert drawn.wide == 3 and len({(one.x, one.y) for one in drawn.points}) == 31
    assert {one.letter for one in drawn.points} == {"", "A", "B"}
    assert max(float(one.x.rstrip("%")) for one in drawn.points) <= 100
