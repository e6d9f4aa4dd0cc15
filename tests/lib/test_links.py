"""Addresses in what people typed become links; nothing else becomes anything."""

import pytest

from rca.lib.links import linked, shown


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sheet 4: https://sheets.example/4.", "https://sheets.example/4"),
        ("(see http://a.example/x_(1))", "http://a.example/x_(1)"),
        ("“https://a.example/?q=1&r=2”, row 3", "https://a.example/?q=1&amp;r=2"),
        ("HTTPS://A.EXAMPLE!", "HTTPS://A.EXAMPLE"),
    ],
)
def test_an_address_is_a_link_without_the_mark_after_it(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer" target="_blank">' in linked(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "www.a.example", "ftp://a.example/x", "mailto:a@b.example", ""]
)
def test_nothing_but_a_web_address_is_a_link(text: str) -> None:
    assert linked(text) == text


def test_what_is_around_and_inside_an_address_stays_text() -> None:
    assert linked("<b>x</b> https://a.example/<script>alert(1)</script>") == (
        "&lt;b&gt;x&lt;/b&gt; "
        '<a href="https://a.example/" rel="noopener noreferrer" target="_blank">a.example/</a>'
        "&lt;script&gt;alert(1)&lt;/script&gt;"
    )
    assert '"' not in str(linked('https://a.example/"onclick="x')).split("</a>")[1]


def test_a_long_address_is_shown_short_by_where_it_leads_and_how_it_ends() -> None:
    text = shown("https://drive.example/" + "a" * 90 + "/stock-card.png")
    assert len(text) == 60 and text.startswith("drive.example/") and text.endswith("stock-card.png")
