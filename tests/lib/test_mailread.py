"""Reading in a process of its own: every hostile mail is over in time, and what was found by then is there."""

import resource
from time import perf_counter

import pytest

from rca.lib import mailclean, mailquotes, mailread
from rca.lib.mailread import read
from tests.mailbox.mails import hostile, html, mail

HOSTILE = dict(hostile())
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='https://evil.example/'>x</a>",
    "<iframe src='//evil.example'></iframe>",
    "<object data='//evil.example'></object>",
    "<embed src='//evil.example'>",
    "<form action='//evil.example'><input></form>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<style>body{background:url(//evil.example)}</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<p onclick=alert(1)>x</p>",
    "<base href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<table background='//evil.example'><tr><td>x",
    "<img src='https://evil.example/pixel.gif'>",
    "<image src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p id=refusal class=note>x</p>",
    "<button formaction='//evil.example'>x</button>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "</div></main><form action='/people/'>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_over_in_three_seconds_of_work_and_says_something(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = read(HOSTILE[name])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 3
    assert found.whole or found.mail.faults


def test_a_child_that_is_stopped_leaves_the_text_it_had_found() -> None:
    found = read(html("It rained." + "<a " * 40_000))
    assert not found.whole and "took too long" in found.mail.faults[-1]
    assert found.new.startswith("It rained.") and found.html == ""


def test_a_child_that_dies_at_once_leaves_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailread.sys, "executable", "/bin/false")
    found = read(mail())
    assert not found.whole and "was stopped" in found.mail.faults[0]


def test_the_bottom_of_two_hundred_levels_is_read_and_two_thousand_are_not_followed() -> None:
    assert read(HOSTILE["two hundred levels"]).new == "the bottom of it"
    assert "nested too deeply" in read(HOSTILE["two thousand levels"]).mail.faults[0]


def test_an_ordinary_mail_comes_back_whole_with_its_new_words_apart() -> None:
    found = read(mail("Thank you.\n\nOn Tue, 3 Mar 2026, Ada wrote:\n> Sorry.\n> We look into it."))
    assert found.whole and found.new == "Thank you." and "We look into it." in found.quoted


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_the_layout_runs_loads_or_leads_anywhere(payload: str) -> None:
    clean = mailclean.cleaned(f"<p>before</p>{payload}<p>after</p>").lower()
    for mark in (
        "<script",
        "onerror",
        "onload",
        "onclick",
        "javascript:",
        "src=",
        "href",
        "style",
        "<img",
        "<svg",
        "<form",
        "<iframe",
        "id=",
        "class=",
        "<a",
        "<input",
        "action",
        "background",
    ):
        assert mark not in clean.replace("&lt;", "").replace("alert", ""), (payload, clean)
    assert "before" in clean


def test_a_letter_keeps_its_shape() -> None:
    clean = mailclean.cleaned(
        "<h1>Wet</h1><p>It <b>rained</b></p><ul><li>on boxes</ul><table><tr><td>1</td></tr></table>"
    )
    assert clean == (
        "<p>Wet</p><p>It <b>rained</b></p><ul><li>on boxes</li></ul><table><tbody><tr><td>1</td></tr></tbody></table>"
    )


def test_an_unclosed_paragraph_is_not_depth() -> None:
    assert mailclean.cleaned("<p>one line" * 2_000).count("<p>") == 2_000


RUNAWAY = {
    "spaces": "x" + " " * 100_000,
    "lines": "x" + "\n" * 100_000,
    "marks": "> " * 50_000,
    "dashes": "-" * 100_000,
    "signatures": "Best regards\n" * 8_000,
    "on": "On " * 33_000,
    "from": "From: a\n" * 12_000,
    "sent": "x\n \n" * 25_000,
    "short lines": "_\n" * 7_400,
    "short on": "On " * 4_900,
    "short best": "Best \n" * 2_400,
    "short nothing": "x" + "\n" * 14_000,
    "short from": "From: a\nSent: b\n" * 900,
    "short mail": "disclaimer mail " + "a " * 7_000,
}


@pytest.mark.parametrize("name", RUNAWAY)
def test_no_text_keeps_the_folding_busy(name: str) -> None:
    mailquotes.folded("Thanks.\n\nOn Tue, Ada wrote:\n> Sorry.")  # what is built once is built
    begin = perf_counter()
    found = mailquotes.folded(RUNAWAY[name])
    assert perf_counter() - begin < 0.6  # 0.2 s of work, on a machine that does other things too
    assert found.new.strip()


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Thanks.\n\nOn Tue, 3 Mar 2026 at 9:00, Ada wrote:\n> Sorry.\n> Bye.", "Thanks."),
        ("Danke.\n\nAm 03.03.2026 um 09:00 schrieb Ada:\n> Entschuldigung.\n> Ada", "Danke."),
        ("Merci.\n\nDe : Ada\nEnvoyé le : mardi\nÀ : June\nObjet : prix\n\nDésolée.", "Merci."),
        ("Thanks.\n\n-----Original Message-----\nFrom: Ada\n\nSorry.", "Thanks."),
        (
            "On Tue, Ada wrote:\n> Sorry.\n> We look.\n\nPlease hurry, it is urgent for us.",
            "Please hurry, it is urgent for us.",
        ),
        ("> Sorry.\n> We look.", "> Sorry.\n> We look."),
        ("No quote at all.", "No quote at all."),
        ("", ""),
        ("  indented\n    code", "indented\n    code"),
    ],
)
def test_what_is_new_is_told_from_what_is_quoted(text: str, new: str) -> None:
    assert mailquotes.folded(text).new == new
