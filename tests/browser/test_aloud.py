"""A chain read back aloud, one line at a time, without the mouse; and a known cause joined with one key."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from rca.models import Root
from seeds.people import PASSWORD
from tests.browser.test_access import RULES
from tests.make import make_cause, make_chain, make_person, make_session


@pytest.fixture
def why(transactional_db: None) -> Any:
    lead = make_person("Lin Haddad", "lin@fairlight.example", "lead")
    lead.set_password(PASSWORD)
    lead.save()
    make_cause(by=lead, title="The re-order date lived in one diary")
    return make_chain(make_session(by=lead, problem="“You charged me twice.”"), by=lead)[-1]


def read_to_the_end(page: Page) -> None:
    page.get_by_role("button", name="One line at a time").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Read it back aloud")
    expect(dialog.get_by_text("1 of 7")).to_be_visible()
    expect(dialog.get_by_text("The re-order date was kept in one diary,", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(dialog.get_by_text("the old manager left before it was time to order them,", exact=True)).to_be_visible()
    expect(dialog.get_by_text("The re-order date was kept in one diary,", exact=True)).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_text("1 of 7")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Enter")
    expect(dialog.get_by_text("you charged me twice.", exact=True)).to_be_visible()
    page.keyboard.press("Space")
    expect(dialog.get_by_text("Does it hold?")).to_be_visible()


@pytest.mark.browser
def test_a_chain_is_read_aloud_and_held_without_the_mouse(why: Any, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("lin")
    page.goto(f"{why.session.get_absolute_url()}?at={why.pk}")
    read_to_the_end(page)
    found: Any = Axe().run(page, options=RULES)
    assert [one["id"] for one in found.response["violations"]] == []
    page.keyboard.press("Enter")
    expect(page.get_by_label("It holds when read aloud")).to_be_checked()
    expect(page.get_by_label("It holds when read aloud")).to_be_focused()
    page.locator('[name=would_have_happened][value="no"]').check()
    page.locator('[name=stays_away][value="yes"]').check()
    expect(page.get_by_role("button", name="It is this one")).to_be_visible()
    page.keyboard.press("Alt+Digit1")
    expect(page.get_by_role("heading", name="Why 6 is a root")).to_be_visible()
    assert Root.objects.get(why=why).cause.roots.count() == 2


@pytest.mark.browser
def test_a_step_that_breaks_leads_to_its_why(why: Any, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("lin")
    page.goto(f"{why.session.get_absolute_url()}?at={why.pk}")
    read_to_the_end(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="therefore the price form is incorrect,").press("Enter")
    page.wait_for_url(lambda address: f"at={why.chain()[2].pk}#work" in address)


@pytest.mark.browser
def test_escape_leaves_the_reading(why: Any, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("lin")
    page.goto(f"{why.session.get_absolute_url()}?at={why.pk}")
    page.get_by_role("button", name="One line at a time").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Read it back aloud")).to_be_hidden()
