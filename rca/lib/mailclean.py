"""The HTML of a mail made safe to show, or nothing: no images, no links, no styles, no scripts, no deep nests.

The cleaner takes time that grows with the square of the depth, so depth and size are looked at first; whoever calls it
also runs it in a process that is stopped when it takes too long (rca/lib/mailread.py).
"""

import re
from html.parser import HTMLParser

import nh3

HTML_MOST = 128 * 1024  # characters
DEPTH_MOST = 256
TAGS = {
    "p", "br", "div", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th", "b", "strong", "i",
    "em", "u", "s", "pre", "code", "hr",
}  # fmt: skip
VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr", "param"}
CLOSES_ITSELF = {"p", "li", "td", "th", "tr", "dt", "dd", "option"}
HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)


class TooDeep(Exception):
    """Nested deeper than any letter that a person wrote."""


class _Depth(HTMLParser):
    """How many tags are open at once; an end tag closes only what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in VOID:
            return
        if tag in CLOSES_ITSELF and self.open and self.open[-1] == tag:
            return
        self.open.append(tag)
        self.count[tag] = self.count.get(tag, 0) + 1
        if len(self.open) > DEPTH_MOST:
            raise TooDeep

    def handle_endtag(self, tag: str) -> None:
        if self.count.get(tag):
            while self.open:
                last = self.open.pop()
                self.count[last] -= 1
                if last == tag:
                    break


def cleaned(html: str) -> str:
    """Safe HTML for inside a page of ours; raises `TooDeep`, or ValueError when it is too long to look at."""
    if len(html) > HTML_MOST:
        raise ValueError("too long")
    guard = _Depth()
    guard.feed(html)
    guard.close()
    # A heading of theirs is no heading of our page.
    return nh3.clean(
        HEADING.sub(r"<\1p", html), tags=TAGS, attributes={}, url_schemes=set(), link_rel=None,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe"},
    ).strip()  # fmt: skip
