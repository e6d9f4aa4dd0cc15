"""A real Chromium in front of a real server; signing in goes through the sign-in page, as everybody's does."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from seeds.people import CAST, PASSWORD
from tests.infra.chromium import downloaded, named

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def elsewhere(url: str) -> bool:
    """Whether a request leaves this machine."""
    return not url.startswith(("data:", "http://localhost", "http://127.0.0.1"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread for as long as it is up, so it goes down with the module: tests of
    # other modules run jobs in this thread. Django's own check for a loop is about servers, not about tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=named() or downloaded(), args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sign_in(browser: Browser, live_server: object) -> Iterator[Callable[[str], Page]]:
    """sign_in("ada") is a page of her own; a fault of the server or of a script in it fails the test."""
    faults: list[str] = []
    contexts = []

    def come_in(key: str) -> Page:
        context = browser.new_context(
            base_url=str(live_server), viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status > 499 else None
        )
        page.on("request", lambda sent: faults.append(f"left: {sent.url}") if elsewhere(sent.url) else None)
        page.goto("/sign-in/")
        page.get_by_label("Email").fill(CAST[key][1])
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"^http://[^/]+/$"))
        return page

    yield come_in
    for context in contexts:
        context.close()
    assert not faults, faults
