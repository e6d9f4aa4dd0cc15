"""Two people with the same room on two screens: one follows the other, nobody is disturbed, and both texts are kept."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Draft, User
from rca.models import FiveWhys, Why
from seeds.people import CAST, PASSWORD
from tests.browser.test_access import RULES
from tests.make import make_session

TWO_SECONDS = 3_500  # two seconds, and what a machine needs that is busy with other tests
THEIRS, MINE = "It was bought for counting parcels.", "Finance bought it, in 2019."


@pytest.fixture
def session(transactional_db: None) -> FiveWhys:
    for key in ("max", "ada", "lin", "sam"):
        name, email, role, department = CAST[key]
        by = User.objects.filter(role="admin").first()
        User.objects.welcome(by=by, name=name, email=email, role=role, password=PASSWORD, department=department)
    lin = User.objects.get(email=CAST["lin"][1])
    session = make_session(by=lin, problem="Why has the hand-held one button?", participants=[("Sam Wells", "", None)])
    session.ask(by=lin)
    return session


@pytest.fixture
def two(session: FiveWhys, sign_in: Callable[[str], Page]) -> tuple[Page, Page]:
    """Lin's screen and Ada's, both in the room."""
    pages = sign_in("lin"), sign_in("ada")
    for page in pages:
        page.goto(session.get_absolute_url())
        page.locator("#answer_answer").wait_for()
    return pages


def text(page: Page) -> str:
    return page.locator("#answer_answer").input_value()


@pytest.mark.browser
def test_a_screen_follows_without_a_key_and_says_so(two: tuple[Page, Page]) -> None:
    lin, ada = two
    expect(ada.locator("#room-people")).to_contain_text("Lin", timeout=5_000)
    lin.locator("#answer_answer").fill(THEIRS)
    lin.locator("#answer_answer").press("Enter")
    expect(ada.locator("#room-tree")).to_contain_text(THEIRS, timeout=TWO_SECONDS)
    expect(ada.locator("#work .why-n")).to_have_text(re.compile("2$"))
    expect(ada.locator("#room-news")).to_have_text("Lin: Why 1 answered.")
    assert ada.evaluate("document.activeElement.id") == "answer_answer"
    ada.locator("#answer_answer").press_sequentially("Nobody asked")
    expect(lin.locator("#room-people")).to_contain_text("writes at why 2", timeout=5_000)


@pytest.mark.browser
def test_whoever_types_is_not_disturbed(session: FiveWhys, two: tuple[Page, Page]) -> None:
    lin, ada = two
    ada.locator("#answer_answer").press_sequentially("Finance bought it, in 20")
    ada.evaluate("document.querySelector('#answer_answer').setSelectionRange(3, 7)")
    fold = ada.locator("#room-side summary").last
    fold.evaluate("one => { one.parentElement.open = true; }")
    ada.evaluate("scrollTo(0, 120)")
    top = ada.evaluate("scrollY")
    lin.locator("#answer_answer").fill(THEIRS)
    lin.locator("#answer_answer").press("Enter")
    expect(ada.locator("#room-tree")).to_contain_text(THEIRS, timeout=TWO_SECONDS)
    assert text(ada) == "Finance bought it, in 20" and ada.evaluate("scrollY") == top
    assert ada.evaluate("document.activeElement.id + document.activeElement.selectionStart") == "answer_answer3"
    assert fold.evaluate("one => one.parentElement.open")
    expect(ada.locator("[data-saved]")).to_contain_text("you will be asked what to keep")
    why = session.whys.get(depth=1)
    assert ada.locator(f"#why-{why.pk}").count() == 1


def meet(two: tuple[Page, Page]) -> Page:
    """Both write an answer to the same why; Lin saves first."""
    lin, ada = two
    ada.locator("#answer_answer").press_sequentially(MINE)
    lin.locator("#answer_answer").fill(THEIRS)
    lin.locator("#answer_answer").press("Enter")
    expect(lin.locator("#work .why-n")).to_have_text(re.compile("2$"))
    ada.locator("#answer_answer").press("Enter")
    expect(ada.locator("#both")).to_contain_text("Two people wrote here.")
    expect(ada.locator("#theirs")).to_have_value(THEIRS)
    expect(ada.locator("#mine")).to_have_value(MINE)
    return ada


@pytest.mark.browser
def test_axe_finds_nothing_in_a_clash_and_it_fits_a_phone(two: tuple[Page, Page]) -> None:
    ada = meet(two)
    ada.set_viewport_size({"width": 360, "height": 800})
    assert ada.evaluate("document.documentElement.scrollWidth") == 360
    for scheme in ("light", "dark"):
        ada.emulate_media(color_scheme=scheme)
        assert Axe().run(ada, options=RULES).response["violations"] == []


def tab_to(page: Page, name: str) -> None:
    """Only the keyboard: Tab until the button or fold of that name has the focus."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            return
    raise AssertionError(f"Tab does not lead to {name}.")


ENDS = [
    ("Keep Lin’s", {THEIRS}),
    ("Keep mine", {MINE}),
    ("Keep both, as two answers", {THEIRS, MINE}),
    ("Keep this one", {f"{THEIRS} {MINE}"}),
]


@pytest.mark.browser
@pytest.mark.parametrize(("end", "stands"), ENDS)
def test_each_end_of_a_clash_works_by_keyboard(two: tuple[Page, Page], end: str, stands: set[str]) -> None:
    ada = meet(two)
    if end == "Keep this one":
        tab_to(ada, "Write one from both")
        ada.keyboard.press("Enter")
    tab_to(ada, end)
    ada.keyboard.press("Enter")
    expect(ada.locator("#both")).to_have_count(0)
    expect(ada.locator("#room-tree, #work").first).to_contain_text(sorted(stands)[0])
    assert set(Why.objects.exclude(answer="").values_list("answer", flat=True)) == stands
    assert not Draft.objects.exists()


@pytest.mark.browser
def test_a_clash_waits_while_the_room_goes_on(two: tuple[Page, Page]) -> None:
    lin, ada = two[0], meet(two)
    lin.locator("#answer_answer").fill("Nobody asked the drivers.")
    lin.locator("#answer_answer").press("Enter")
    expect(ada.locator("#room-tree")).to_contain_text("Nobody asked the drivers.", timeout=TWO_SECONDS)
    expect(ada.locator("#mine")).to_have_value(MINE)


@pytest.mark.browser
def test_a_page_that_dies_while_somebody_types_loses_nothing(session: FiveWhys, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto(session.get_absolute_url())
    page.locator("#answer_answer").press_sequentially("Finance bought it", delay=20)
    page.locator("#answer_evidence").press_sequentially("invoice 12", delay=20)
    expect(page.locator("[data-saved]")).to_contain_text("kept at", timeout=3_000)
    page.wait_for_timeout(1_300)
    page.close()
    other = sign_in("ada")
    other.goto(session.get_absolute_url())
    assert text(other) == "Finance bought it" and other.locator("#answer_evidence").input_value() == "invoice 12"
    expect(other.locator("#work")).to_contain_text("You were writing this at")
    other.locator("#answer_answer").press("Enter")
    expect(other.locator("#room-tree")).to_contain_text("Finance bought it")
    assert not Draft.objects.exists() and Why.objects.get(depth=1).evidence == "invoice 12"


@pytest.mark.browser
def test_without_a_connection_it_says_so_and_goes_on_when_it_is_back(
    session: FiveWhys, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("ada")
    page.goto(session.get_absolute_url())
    page.context.set_offline(True)
    page.locator("#answer_answer").press_sequentially("Finance")
    expect(page.locator("#room-line")).to_be_visible(timeout=15_000)
    assert text(page) == "Finance"
    page.context.set_offline(False)
    expect(page.locator("#room-line")).to_be_hidden(timeout=20_000)
    expect(page.locator("[data-saved]")).to_contain_text("kept at")
    assert Draft.objects.get().body["answer"] == "Finance"
