"""Every page, in light and in dark and on a phone: axe finds nothing, and nothing runs off the side."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.story import tell
from tests.test_pages import addresses

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def opened(page: Page, address: str) -> bool:
    """Whether there is a page to look at: an act answers 405, and a part of a page has no title."""
    answer = page.request.get(address)
    if answer.status != 200 or "<title>" not in answer.text():
        return False
    page.goto(address)
    return True


@pytest.fixture
def story(transactional_db: None) -> None:
    tell()


@pytest.mark.browser
def test_axe_finds_nothing_on_any_page_in_light_or_dark(story: None, sign_in: Callable[[str], Page]) -> None:
    page, axe, faults = sign_in("max"), Axe(), []
    for name, address in addresses():
        if not opened(page, address):
            continue
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found: Any = axe.run(page, options=RULES)
            faults += [
                f"{name} ({scheme}): {one['id']}, {one['nodes'][0]['html'][:120]}"
                for one in found.response["violations"]
            ]
    assert not faults, "\n".join(faults)


@pytest.mark.browser
def test_no_page_runs_off_the_side_of_a_phone(story: None, sign_in: Callable[[str], Page]) -> None:
    page, wide = sign_in("max"), []
    page.set_viewport_size({"width": 360, "height": 800})
    for name, address in addresses():
        if opened(page, address):
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wide += [f"{name} is {over} pixels too wide"] if over > 0 else []
    assert not wide, "\n".join(wide)
