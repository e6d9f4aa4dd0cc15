"""HTML from a help desk as plain text: one pass, however it is nested, and never anything that runs."""

import re
from html import unescape

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<![^<>]*>")
MARKUP = re.compile(r"</(?:p|div|span|a|b|i|u|strong|em|html|body|table|td|ul|ol|li|font|h[1-6]|pre)>|<br ?/?>", re.I)
BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"}
UNSEEN = {"script", "style", "head", "title", "template", "noscript"}


def plain(text: str) -> str:
    """The words of it where it is HTML, as it is where it is not."""
    return _stripped(text) if MARKUP.search(text) else text


def _stripped(text: str) -> str:
    parts: list[str] = []
    at, unseen = 0, ""
    for match in TAG.finditer(text):
        if not unseen:
            parts.append(re.sub(r"\s+", " ", text[at : match.start()]))
        at, name = match.end(), (match[2] or "").lower()
        if unseen:
            unseen = "" if match[1] and name == unseen else unseen
        elif name in UNSEEN and not match[1]:
            unseen = name
        elif name in BREAKS:
            parts.append("\n")
    parts.append("" if unseen else re.sub(r"\s+", " ", text[at:]))
    lines = [line.strip() for line in unescape("".join(parts)).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
