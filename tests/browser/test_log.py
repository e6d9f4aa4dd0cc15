"""A customer on the phone: a complaint logged with the keyboard alone, in one go; and no words lost to a crash."""

import os
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.people.drafts import Draft
from rca.models import Attachment, Complaint, Promise
from seeds.people import CAST, PASSWORD
from tests.browser.conftest import FLAGS
from tests.infra.chromium import downloaded, named
from tests.make import make_account, make_complaint, make_contact

pytestmark = pytest.mark.browser
PASTE = """() => {
  const screen = document.createElement("canvas"), data = new DataTransfer();
  return new Promise((done) => screen.toBlob((blob) => {
    data.items.add(new File([blob], "image.png", { type: "image/png" }));
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
    done();
  }));
}"""
SEEN = """() => [...new Set([...document.querySelectorAll("form.logger :is(input, textarea, select)")]
  .filter((one) => one.type !== "hidden" && one.checkVisibility()).map((one) => one.name))]"""


@pytest.fixture
def ada(transactional_db: None) -> User:
    """The cast’s Ada with a password, since she signs in at the page; and two accounts that she knows."""
    max_ = User.objects.welcome(by=None, name="Max Adler", email=CAST["max"][1], role="admin", password=PASSWORD)
    name, email, role, department = CAST["ada"]
    ada: User = User.objects.welcome(
        by=max_, name=name, email=email, role=role, password=PASSWORD, department=department
    )
    harbour = make_account("Harbour Books", by=ada)
    make_contact(harbour, by=ada, phone="01632 960123")
    make_complaint(harbour, by=ada, words="The bottom crate arrived soaked.")
    make_account("Harrow & Sons", by=ada)
    return ada


def test_a_new_caller_with_a_promise_and_a_screenshot_is_logged_by_keyboard_in_one_go(
    ada: User, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("ada")
    page.locator("body").press("n")
    page.wait_for_url("**/complaints/new/")
    assert len(page.evaluate(SEEN)) <= 8, page.evaluate(SEEN)
    number = page.locator(".savebar .read-out").inner_text()
    tab_to(page, "account")
    page.keyboard.type("Quill & Tanner", delay=15)
    expect(page.locator("#id_account_list [role=option]").last).to_contain_text("open an account under this name")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#caller details[open]")).to_be_visible()
    tab_to(page, "caller")
    page.keyboard.type("Jo Bell")
    page.keyboard.press("Tab")
    page.keyboard.type("07700 900123")
    tab_to(page, "words")
    page.keyboard.type("No key fits, and nobody rang back.")
    page.evaluate(PASTE)
    expect(page.locator("[data-chosen]")).to_contain_text("screenshot-")
    page.keyboard.press("Alt+p")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.keyboard.type("10am")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens “another day or kind”
    tab_to(page, "promise_day")
    page.keyboard.type("tomorrow")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/complaints/{number}/")
    expect(page.locator(".taken .read-out")).to_have_text(number)
    complaint = Complaint.objects.latest("pk")
    assert complaint.ref == number and complaint.contact and complaint.contact.phone == "+447700900123"
    assert Promise.objects.get().window.endswith("9:00 to 10:00") and Attachment.objects.get().kind == "png"
    expect(page.locator("#files img")).to_have_js_property("complete", True)


def tab_to(page: Page, name: str) -> None:
    """As a person without a mouse gets there."""
    for _ in range(30):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab.")


def test_the_number_on_the_display_finds_who_rings_and_shows_what_was_lately(
    ada: User, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("ada")
    page.goto("/complaints/new/")
    page.locator("[name=account]").press_sequentially("01632960123", delay=15)
    expect(page.get_by_role("option").first).to_contain_text("June Carver")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#lately")).to_contain_text("The bottom crate arrived soaked.")
    expect(page.locator("#caller")).to_contain_text("June Carver")
    expect(page.locator("[name=account]")).to_be_focused()
    page.keyboard.press("Alt+c")
    tab_to(page, "contact")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#caller [name=contact]").last).to_be_checked()
    page.locator("#id_words").fill("Another crate arrived soaked.")
    expect(page.locator("#twins")).to_contain_text("Perhaps this is here already")


def test_what_was_typed_outlives_a_killed_browser_and_an_undo(
    ada: User, sign_in: Callable[[str], Page], live_server: Any
) -> None:
    page = sign_in("ada")
    doomed = page.context.browser.browser_type.launch(executable_path=named() or downloaded(), args=FLAGS)  # type: ignore[union-attr]
    lost = doomed.new_page(base_url=str(live_server))
    lost.goto("/sign-in/")
    lost.get_by_label("Email").fill(CAST["ada"][1])
    lost.get_by_label("Password").fill(PASSWORD)
    lost.keyboard.press("Enter")
    lost.wait_for_url(re.compile(r"^http://[^/]+/$"))
    lost.goto("/complaints/new/")
    lost.locator("[name=account]").fill("Harbour Books")
    lost.locator("#id_words").press_sequentially("Thirty copies, every one of them dear.")
    expect(lost.locator("#kept")).to_contain_text("kept")
    processes = doomed.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    os.kill(next(one["id"] for one in processes if one["type"] == "browser"), signal.SIGKILL)
    page.goto("/complaints/new/")
    page.get_by_role("link", name="Take it up").click()
    expect(page.locator("#id_words")).to_have_value("Thirty copies, every one of them dear.")
    page.locator("#id_words").press("Control+Shift+Enter")
    page.wait_for_url("**/complaints/C-*/#acknowledgment_words")
    expect(page.get_by_label("What did you say?")).to_be_focused()
    assert not Draft.objects.exists()
    page.get_by_role("button", name="Undo").press("Enter")
    page.wait_for_url("**/complaints/new/?draft=*")
    expect(page.locator("#id_words")).to_have_value("Thirty copies, every one of them dear.")
    assert Complaint.objects.count() == 1
