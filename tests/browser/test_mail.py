"""Mail in a real browser: whatever a stranger put into it nothing runs, and one key files it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from rca.mailbox import filing
from rca.models import InboundMail
from tests.lib.test_mailread import PAYLOADS
from tests.mailbox.mails import html
from tests.story import tell


@pytest.fixture
def story(transactional_db: None) -> None:
    tell()


@pytest.mark.browser
def test_nothing_in_a_mail_runs_and_one_key_opens_the_complaint(story: None, sign_in: Callable[[str], Page]) -> None:
    heard: list[str] = []
    page = sign_in("ada")

    def no_dialog(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", no_dialog)
    page.on("console", lambda line: heard.append(line.text) if line.type == "error" else None)
    for number, payload in enumerate(PAYLOADS):
        raw = html(f"<p>before</p>{payload}<p>after</p>", subject=payload, sender=f'"{payload}" <x@y.example>',
                   number=f"<{number}@y.example>")  # fmt: skip
        row = filing.file(InboundMail.objects.keep(raw=raw)[0].pk)
        page.goto(row.get_absolute_url())
        page.get_by_text("As they laid it out").click()
        expect(page.locator(".mail-html")).to_contain_text("before")
    assert not heard, heard
    page.goto(InboundMail.objects.get(sender="petra@penrose.example").get_absolute_url())
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Penrose Schools Trust")
    expect(page.get_by_text("we ordered ten boxes").first).to_be_visible()
