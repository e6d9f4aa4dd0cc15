"""The room by keyboard alone: the book price, from the complaint to the root; and every state of it under axe."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Account, User
from rca.models import Cause, Complaint, FiveWhys, Fix, ParkedIdea, Why
from seeds.people import CAST, PASSWORD
from tests.browser.test_access import RULES
from tests.make import make_complaint

TREE = [  # depth, question, answer, state: the seed's own example, with a branch and a sixth why
    (1, "Why are the customers angry?", "They were overcharged for the book.", "confirmed"),
    (2, "Why were they overcharged for the book?", "The price form is incorrect.", "confirmed"),
    (3, "Why is the price form incorrect?", "It is last year’s form, with last year’s prices.", "confirmed"),
    (3, "Why else is the price form incorrect?", "The till rounds prices up.", "struck"),
    (4, "Why is it last year’s form, with last year’s prices?", "The new forms were not ordered.", "stated"),
    (5, "Why were the new forms not ordered?", "The old manager left before it was time to order them.", "stated"),
    (6, "Why did the re-order depend on one person?", "The re-order date was kept in one diary.", "stated"),
]


@pytest.fixture
def complaint(transactional_db: None) -> Complaint:
    for key in ("max", "ada", "lin", "sam"):
        name, email, role, department = CAST[key]
        by = User.objects.filter(role="admin").first()
        User.objects.welcome(by=by, name=name, email=email, role=role, password=PASSWORD, department=department)
    ada = User.objects.get(email=CAST["ada"][1])
    account: Account = Account.objects.open(by=ada, name="Harbour Books")
    return make_complaint(account, by=ada, words="Why are the customers angry?")


# What an act brought is alive a moment after it is seen; no hand is as quick as this test.
SETTLING = ".htmx-swapping, .htmx-added, .htmx-settling"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        expect(page.locator(SETTLING)).to_have_count(0)
        page.keyboard.press(key)


def tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Tab, as somebody without a mouse would, until that has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def say(page: Page, number: int, answer: str, key: str = "Enter") -> None:
    """Types one answer into the field that has the focus, and what shows it where somebody showed it."""
    expect(page.locator("#answer_answer")).to_be_focused()
    expect(page.locator(".composer .why-n").first).to_contain_text(str(number))
    page.keyboard.type(answer)
    page.keyboard.press(key)


@pytest.mark.browser
def test_the_book_price_is_entered_from_the_complaint_to_the_root_without_a_mouse(
    complaint: Complaint, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("lin")
    page.goto(complaint.get_absolute_url())
    press(page, "w")
    page.wait_for_url(re.compile("/whys/new/"))
    press(page, "Control+Shift+Enter")
    page.wait_for_url("**/whys/W-*/")
    press(page, "Enter")  # the first question is there already, in the customer's words
    the_chain_is_entered_with_a_branch(page)
    three_whys_are_shown_to_be_so(page)
    an_action_and_an_idea_are_kept_on_the_way(page)
    the_root_is_marked(page)
    whys = Why.objects.order_by("depth", "order").values_list("depth", "question", "answer", "state")
    assert [tuple(why) for why in whys] == TREE
    assert Why.objects.get(depth=3, order=1).parent == Why.objects.get(depth=2)
    root = Cause.objects.get().roots.get()
    assert (root.why.depth, root.reads_back) == (6, True)
    assert (Fix.objects.get().why.depth, ParkedIdea.objects.get().why.depth) == (3, 6)  # type: ignore[union-attr]


def the_chain_is_entered_with_a_branch(page: Page) -> None:
    answers = [why[2] for why in TREE if why[3] != "struck"]
    say(page, 1, answers[0])
    say(page, 2, answers[1])
    say(page, 3, answers[2], "Tab")
    expect(page.locator("#branch_answer")).to_be_focused()
    page.keyboard.type("The till rounds prices up.")
    press(page, "Enter")
    expect(page.locator(".composer .why-q").first).to_contain_text("Why does the till round prices up?")
    press(page, "Escape", "u")  # asked too much: what one press did goes in one, and the branch is said again
    expect(page.locator("[data-said]")).to_contain_text("Why 3 is taken back.")
    expect(page.locator("#next_why_question")).to_be_focused()
    press(page, "Escape", "b")
    expect(page.locator("#branch_answer")).to_be_focused()
    page.keyboard.type("The till rounds prices up.")
    press(page, "Control+Enter")
    expect(page.locator("#next_why_question")).to_be_focused()
    press(page, "Escape", "s")
    expect(page.locator("#strike_reason")).to_be_focused()
    page.keyboard.type("40 receipts, none rounded")
    press(page, "Enter")
    expect(page.locator("#panel-a")).to_be_focused()
    press(page, "Escape", "ArrowUp", "Enter")  # to the first answer, and on from there
    expect(page.locator("#next_why_question")).to_be_focused()
    press(page, "Enter")
    for number, answer in enumerate(answers[3:5], start=4):
        say(page, number, answer)
    expect(page.locator("#answer_answer")).to_be_focused()
    expect(page.locator(".nudge")).to_contain_text("This answer names a person.")
    press(page, "Alt+q")
    expect(page.locator("#wording_question")).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type(TREE[-1][1])
    press(page, "Enter")
    expect(page.locator("label[for=answer_answer]")).to_have_text(TREE[-1][1])
    expect(page.locator("#answer_answer")).to_be_focused()


def three_whys_are_shown_to_be_so(page: Page) -> None:
    press(page, "Escape", "Home")
    for _ in range(3):
        press(page, "c")
        expect(page.locator("#confirmation_evidence")).to_be_focused()
        page.keyboard.type("form and list side by side")
        press(page, "Enter")
        expect(page.locator("#next_why_question")).to_be_focused()
        press(page, "Escape", "ArrowDown")
    assert Why.objects.filter(state="confirmed").count() == 3


def an_action_and_an_idea_are_kept_on_the_way(page: Page) -> None:
    press(page, "ArrowUp", "a")
    expect(page.locator("#action_title")).to_be_focused()
    page.keyboard.type("Old forms off every van")
    press(page, "Enter")
    expect(page.locator("#acts")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="is proposed")).to_be_visible()
    assert re.search(r"/whys/W-\d+/\?at=\d+$", page.url)  # back in the room, at the same why
    expect(page.locator("#next_why_question")).to_be_focused()
    press(page, "Escape", "g")
    expect(page.locator("#answer_answer")).to_be_focused()
    press(page, "Alt+p")
    expect(page.locator("#idea_text")).to_be_focused()
    page.keyboard.type("What else lived in that diary?")
    press(page, "Enter")
    expect(page.locator("#parkit")).to_be_hidden()


def the_root_is_marked(page: Page) -> None:
    say(page, 6, TREE[-1][2], "Alt+r")
    expect(page.locator("#stop")).to_be_focused()
    for name in ("would_have_happened", "stays_away", "reads_back"):
        tab_to(page, f"[name={name}]")
        press(page, "Space")
    tab_to(page, "form[action*='/causes/roots/'] button.primary, form[action*='/causes/roots/'] .stop-acts button")
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/whys/W-\d+/\?at=\d+#stop"))
    expect(page.locator("#stop")).to_have_text("Why 6 is a root")


def faults_of(page: Page, state: str) -> list[str]:
    """What axe finds, in light and dark, and whether anything runs off the side of a phone."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen: Any = Axe().run(page, options=RULES)
        found += [
            f"{state} ({scheme}): {one['id']}, {one['nodes'][0]['html'][:120]}" for one in seen.response["violations"]
        ]
    page.set_viewport_size({"width": 360, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return [*found, f"{state} is {over} pixels too wide"] if over > 0 else found


@pytest.mark.browser
def test_axe_finds_nothing_in_any_state_of_the_room(complaint: Complaint, sign_in: Callable[[str], Page]) -> None:
    lin = User.objects.get(email=CAST["lin"][1])
    session = FiveWhys.objects.plan(by=lin, problem="Why are the customers angry?", complaints=[complaint])
    page, room, faults = sign_in("lin"), session.get_absolute_url(), []

    def look(state: str, address: str = room) -> None:
        page.goto(address)
        faults.extend(faults_of(page, state))

    look("planned")
    session.start(by=lin)
    look("running, empty")
    first = session.ask(by=lin).reply(by=lin, answer="The clerk typed the wrong price, see https://a.example/form")
    second = first.dig(by=lin)
    second.reply(by=lin, answer="The form is wrong.", evidence="https://a.example/" + "form/" * 30)
    second.files.attach(by=lin, name="list.csv", content=b"book;price\n")
    second.branch(by=lin, answer="The till rounds.").strike(by=lin, reason="40 receipts")
    look("branches and a nudge")
    look("struck out", f"{room}?at={Why.objects.get(state='struck').pk}")
    for act in ("branch", "confirmation", "strike", "wording", "idea", "action", "timeline", "root"):
        look(act, f"{room}?at={second.pk}&act={act}")
    look("with an error", f"{room}?at={second.pk}&act=strike")
    page.locator("#strike_reason").press("Enter")
    expect(page.locator("#strike_reason")).to_have_attribute("aria-invalid", "true")
    faults.extend(faults_of(page, "with an error"))
    make_many(session, lin)
    look("many, with its map")
    look("one branch", f"{room}?at={second.pk}&focus={second.pk}")
    page.goto(room)
    press(page, "Escape", "w")
    expect(page.locator("#project")).to_be_checked()
    faults.extend(faults_of(page, "on the wall"))
    page.locator("#project").uncheck()
    session.pause(by=lin, waits_for="the log")
    look("paused")
    session.resume(by=lin)
    session.conclude(by=lin, conclusion="No root yet.")
    look("concluded")
    session.reopen(by=lin, reason="The log is found.")
    look("reopened")
    assert not faults, "\n".join(faults)


def make_many(session: FiveWhys, lin: User) -> None:
    for number in range(5):
        why = session.whys.filter(state="stated").first()
        assert why
        below = why.branch(by=lin, answer=f"And another, number {number}.").dig(by=lin)
        below.reply(by=lin, answer=f"It was always so, says number {number}.")
