"""The list by keyboard: ticked, sorted together, taken back; kept as a view."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account, User
from rca.models import BulkAct, Complaint
from seeds.people import CAST, PASSWORD
from tests.make import make_complaint


@pytest.fixture
def five(transactional_db: None) -> list[Complaint]:
    for key in ("max", "ada"):
        name, email, role, department = CAST[key]
        by = User.objects.filter(role="admin").first()
        User.objects.welcome(by=by, name=name, email=email, role=role, password=PASSWORD, department=department)
    ada = User.objects.get(email=CAST["ada"][1])
    account = Account.objects.open(by=ada, name="Harbour Books")
    return [make_complaint(account, by=ada, words=f"Late again, number {n}.") for n in range(5)]


def severities() -> list[str]:
    return list(Complaint.objects.order_by("-pk").values_list("severity", flat=True))


@pytest.mark.browser
def test_three_are_ticked_with_the_keyboard_sorted_and_taken_back(five: list, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto("/complaints/")
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-picked]")).to_have_text("3 ticked")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Sort 3 complaints")).to_be_focused()
    page.locator("#bulk_severity").get_by_text("costs them").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sorted: costs them. 3 complaints.")).to_be_visible()
    assert severities() == ["serious", "serious", "serious", "", ""]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("All of it is taken back.")).to_be_visible()
    assert severities() == [""] * 5 and BulkAct.objects.get().undone_at


@pytest.mark.browser
def test_shift_takes_a_range_all_takes_all_and_escape_takes_none(five: list, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto("/complaints/")
    boxes, said = page.locator("tbody .check"), page.locator("[data-picked]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(said).to_have_text("3 ticked")
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()
    page.get_by_label("Tick all 5 shown").click()
    expect(said).to_have_text("5 ticked")
    boxes.nth(0).click()
    page.get_by_label("all 5 that match").click()
    expect(said).to_have_text("5 ticked")
    page.get_by_role("button", name="Hand to").click()
    expect(page.get_by_role("heading", name="Give all 5 that match to a colleague")).to_be_visible()


@pytest.mark.browser
def test_a_view_is_kept_from_the_list_and_stands_beside_the_tabs(five: list, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto("/complaints/?show=open&q=late")
    page.get_by_role("button", name="Save this view").click()
    page.get_by_label("Call it").fill("Late ones")
    page.keyboard.press("Enter")
    expect(page.locator(".tabs a", has_text="“Late ones”5")).to_have_attribute("aria-current", "page")


@pytest.mark.browser
def test_an_operator_fills_the_search_box(five: list, sign_in: Callable[[str], Page]) -> None:
    page = sign_in("ada")
    page.goto("/search/?q=late")
    page.get_by_role("link", name="with:ada").click()
    expect(page.locator("#q")).to_have_value("late with:ada")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 found for “late with:ada”.")).to_be_visible()
