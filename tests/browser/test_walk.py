"""The whole chain, by keyboard and mouse: logged, owned up to, asked why, mended, everybody told, closed, come back."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import Account, Purchase, User
from rca.lib.clock import now
from rca.models import Cause, Complaint, Promise
from seeds.people import CAST, PASSWORD

WHYS = [
    ("They were overcharged for the book.", "two invoices"),
    ("The price form is incorrect.", "form and list side by side"),
    ("It is last year’s form with last year’s prices.", "photograph of the form"),
    ("The new forms were not ordered.", "no order since last year"),
    ("Nobody is told when the forms run out.", "stock card"),
    ("The re-order date stands in one diary and on no card.", "the diary and the card"),
]


@pytest.fixture
def house(transactional_db: None, settings: Any) -> None:
    """Three people, one account that complains by mail and one that says nothing and likes the phone."""
    settings.MAIL_UNDO_SECONDS = 0
    for key in ("max", "ada", "lin", "vic", "sam"):
        name, email, role, department = CAST[key]
        by = User.objects.filter(role="admin").first()
        User.objects.welcome(by=by, name=name, email=email, role=role, password=PASSWORD, department=department)
    ada = User.objects.get(email=CAST["ada"][1])
    for name, contact, how in [
        ("Harbour Books", "June Carver", {"email": "june@harbour.example"}),
        ("Tolland Primary School", "Edie Marsh", {"phone": "01632 960208"}),
    ]:
        account = Account.objects.open(by=ada, name=name)
        person = account.contacts.introduce(by=ada, name=contact, **how)
        person.preference.ask(by=ada, channel="email" if "email" in how else "phone")
        Purchase.objects.create(
            account=account, product="The Salt Road", quantity=6, on=date.today(), reference=name[:4]
        )


@pytest.mark.browser
def test_a_complaint_is_walked_to_a_closed_cause(house: None, sign_in: Callable[[str], Page]) -> None:
    ada = sign_in("ada")
    ada_logs_and_owns_up(ada)
    lin = sign_in("lin")
    lin_finds_the_root(lin)
    lin_finds_the_silent_and_is_refused(lin)
    fix_is_proposed_and_done(lin)
    note_is_drafted_and_approved(ada, lin)
    everybody_is_told(ada)
    june_answers(ada)
    vic = sign_in("vic")
    vic_decides(vic)
    lin_verifies_and_closes(lin)
    a_new_complaint_makes_it_recur(ada)


def ada_logs_and_owns_up(page: Page) -> None:
    page.locator("body").press("n")
    page.wait_for_url("**/complaints/new/")
    account = page.locator("[name=account]")
    account.press_sequentially("harb", delay=40)
    expect(page.get_by_role("option").first).to_contain_text("Harbour Books")
    account.press("ArrowDown")
    account.press("Enter")
    page.get_by_label("In their own words").fill("You charged me £24.50 and your website has it at £19.90.")
    page.get_by_text("costs them").click()
    page.get_by_text("another day or kind").click()
    page.get_by_label("day", exact=True).fill("tomorrow")
    page.get_by_label("from", exact=True).fill("14")
    page.get_by_label("to", exact=True).fill("3pm")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/complaints/C-*/")
    expect(page.get_by_role("status").first).to_contain_text("Read the number out")
    assert Promise.objects.get().complaint == Complaint.objects.get()
    page.get_by_label("What did you say?").fill("You are right, and it is our mistake.")
    page.locator("#own").get_by_text("yes", exact=True).click()
    page.get_by_role("button", name="I have owned up").click()
    expect(page.locator(".voices")).to_contain_text("until we owned up")


def lin_finds_the_root(page: Page) -> None:
    page.goto(Complaint.objects.get().get_absolute_url())
    page.locator("body").press("w")
    page.wait_for_url(re.compile("/whys/new/"))
    page.get_by_label("Who is in the room").fill("Ada Okafor, took the call\nSam Wells, warehouse")
    page.get_by_role("button", name="Plan and start now").click()
    page.wait_for_url("**/whys/W-*/")
    page.keyboard.press("Enter")  # the first question is there already, in the customer's words
    for number, (answer, evidence) in enumerate(WHYS, start=1):
        box = page.locator("#answer_answer")
        expect(page.locator(".composer .why-n")).to_contain_text(str(number))
        box.fill(answer)
        page.locator("#answer_evidence").fill(evidence)
        if number < len(WHYS):
            box.press("Enter")
            expect(page.locator(".tree")).to_contain_text(answer)
    page.locator(".composer").get_by_role("button", name="Root?").click()
    stop = page.locator("form[action*='/causes/roots/']")
    expect(page.locator(".therefore").first).to_contain_text("The re-order date stands in one diary")
    stop.get_by_label("no", exact=True).first.check(force=True)
    stop.locator("input[name=stays_away][value=yes]").check(force=True)
    stop.get_by_label("It holds when read aloud").check()
    stop.locator("summary").click()
    stop.locator("[name=title]").fill("Re-ordering the price forms lived in one diary")
    stop.get_by_role("button", name="Mark it as a new root cause").click()
    expect(page.get_by_role("heading", name="Why 6 is a root")).to_be_visible()  # the room is not left unasked
    page.get_by_role("link", name="1 account").click()
    page.wait_for_url(re.compile(r"/causes/R-\d+/roster/"))
    page.goto(Cause.objects.get().get_absolute_url())
    expect(page.locator(".roster")).to_contain_text("Harbour Books")


def lin_finds_the_silent_and_is_refused(page: Page) -> None:
    page.get_by_role("link", name="Find the silent ones by a rule").click()
    page.get_by_label("Product").fill("The Salt Road")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Tolland Primary School")
    page.get_by_role("button", name=re.compile("Keep|Add|Put")).first.click()
    page.goto(Cause.objects.get().get_absolute_url())
    expect(page.locator(".roster")).to_contain_text("Tolland Primary School")
    expect(page.locator("#blocks")).to_contain_text("2 accounts have not been told")


def fix_is_proposed_and_done(page: Page) -> None:
    page.locator("body").press("a")
    page.wait_for_url(re.compile("/fixes/propose/"))
    page.locator("[name=title]").fill("Re-order date on the stock card, with a deputy")
    page.locator("input[name=kind][value=corrective]").check(force=True)
    page.locator("[name=owner]").select_option(label="Sam Wells")
    page.locator("[name=due]").fill("tomorrow")
    page.locator("[name=measure]").fill("complaints about a price")
    page.locator("[name=falls_from]").fill("1")
    page.locator("[name=falls_to]").fill("0")
    page.locator("[name=check_on]").fill("tomorrow")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/(fixes/F|causes/R)-\d+/"))
    page.goto(Cause.objects.get().fixes.get().get_absolute_url())
    page.locator("form[action$='/completion/'] [name=words]").fill("Card and deputy are in place.")
    page.locator("form[action$='/completion/'] button").click()
    expect(page.locator("main")).to_contain_text("in place")


def note_is_drafted_and_approved(ada: Page, lin: Page) -> None:
    address = f"/tell/note/{Cause.objects.get().ref}/"
    ada.goto(address)
    ada.get_by_role("button", name="Draft it from the chain").click()
    form = ada.locator("form[action$='/amendment/']")
    form.locator("[name=title]").fill("We charged you the wrong price. Here is what we have put right.")
    form.locator("[name=happened]").fill("We billed from last year’s price form.")
    form.locator("[name=changed]").fill("The ordering date now stands on the stock card.")
    form.locator("[name=how_we_know]").fill("We checked every invoice of this year.")
    form.get_by_role("button").first.click()
    lin.goto(address)
    lin.locator("form[action$='/approval/'] button").first.click()
    expect(lin.locator("main")).to_contain_text("approved")


def everybody_is_told(page: Page) -> None:
    cause = Cause.objects.get()
    page.goto(cause.get_absolute_url())
    page.locator(".roster tr", has_text="Harbour Books").get_by_role("link", name=re.compile("Tell|Line up")).click()
    page.locator("form[action$='/sending/'] button").first.click()
    page.wait_for_url(re.compile(r"/(tell/M|causes/R)-"))
    work_off_the_jobs()
    assert ["june@harbour.example" in letter.to[0] for letter in mail.outbox] == [True]
    page.goto(cause.get_absolute_url())
    page.locator(".roster tr", has_text="Tolland").get_by_role("link", name=re.compile("Tell|Line up")).click()
    page.locator("details", has=page.locator("form[action$='/telling/']")).locator("summary").click()
    page.locator("form[action$='/telling/'] [name=words]").fill("Thank you for ringing.")
    page.locator("form[action$='/telling/'] button").last.click()
    page.goto(cause.get_absolute_url())
    expect(page.locator(".roster")).to_contain_text("Thank you for ringing.")


def work_off_the_jobs() -> None:
    """The real worker, until nothing is left to do; in a thread, since playwright has the loop of this one."""
    worker = Thread(target=call_command, args=("procrastinate", "worker", "--one-shot"), kwargs={"verbosity": 0})
    worker.start()
    worker.join(timeout=30)
    assert not worker.is_alive()


def june_answers(page: Page) -> None:
    link = re.search(r"http://[^\s/]+(/n/\S+)", str(mail.outbox[0].body))
    assert link
    june = page.context.browser.new_context(base_url=page.url.split("/causes/")[0]).new_page()  # type: ignore[union-attr]
    june.goto(link[1])
    expect(june.get_by_role("heading", level=1)).to_contain_text("We charged you the wrong price")
    june.get_by_text("Yes, it did").click()
    june.get_by_role("button").first.click()
    expect(june.locator("main")).to_contain_text("Thank you")
    june.context.close()


def vic_decides(page: Page) -> None:
    page.get_by_role("link", name="Review").first.click()
    matter = page.locator(".matter").first
    expect(matter).to_contain_text("Re-ordering the price forms lived in one diary")
    page.locator("body").press("j")
    matter.get_by_text("Keep", exact=False).first.click()
    matter.locator("[name=next_review]").first.fill("+2 weeks")
    matter.get_by_role("button", name="Record").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("kept|keep", re.IGNORECASE))


def lin_verifies_and_closes(page: Page) -> None:
    cause = Cause.objects.get()
    page.goto(cause.fixes.get().get_absolute_url())
    page.locator("input[name=result][value=effective]").check(force=True)
    page.locator("[name=evidence]").fill("No price complaint since.")
    page.get_by_role("button", name="Keep the verdict").click()
    Cause.objects.update(watch_until=now().date() - timedelta(days=1))  # the watch is over
    page.goto(cause.get_absolute_url())
    page.locator("body").press("c")
    page.locator("form[action$='/closure/'] [name=words]").fill("It held; everybody has heard.")
    page.locator("form[action$='/closure/'] button").first.click()
    expect(page.locator("main")).to_contain_text("closed")
    assert Cause.objects.get().state == "closed"


def a_new_complaint_makes_it_recur(page: Page) -> None:
    cause = Cause.objects.get()
    page.goto("/complaints/new/")
    page.locator("[name=account]").fill("Harbour Books")
    page.get_by_label("In their own words").fill("Wrong price again.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/complaints/C-*/")
    again = Complaint.objects.order_by("-pk").first()
    assert again
    page.goto(cause.get_absolute_url())
    page.locator("summary", has_text="Link a complaint").click()
    page.locator("form[action$='/link/'] [name=complaint]").fill(again.ref)
    page.locator("form[action$='/link/'] button").click()
    expect(page.locator("main")).to_contain_text("recurring")
    expect(page.locator("main")).to_contain_text("Tolland Primary School")
