"""Text out of the parts of a mail: bytes in whatever charset they say, and the words inside HTML."""

import re
from html import unescape

TEXT_MOST = 1_000_000  # characters of text that are read; the raw mail keeps the rest
BLOCK = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "table",
    "ul",
    "ol",
    "hr",
    "pre",
}
SILENT = ("script", "style", "title", "head")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>|<![^<>]*>|<\?[^<>]*>")


def decoded(content: bytes, charset: str) -> str:
    """As the charset says where that works, else as UTF-8, else as Windows wrote it; nothing is ever refused."""
    known = charset.strip().strip("\"'").lower() or "utf-8"
    known = {"us-ascii": "utf-8", "ascii": "utf-8", "unknown-8bit": "utf-8", "iso-8859-1": "cp1252"}.get(known, known)
    for name in dict.fromkeys([known, "utf-8"]):
        try:
            return content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        guessed = content.decode(known, "replace")
    except (LookupError, UnicodeError, ValueError):
        guessed = content.decode("utf-8", "replace")
    # A few broken letters stay marked as such; many mean that it never was what it says.
    return guessed if guessed.count("\ufffd") * 5 <= len(guessed) else content.decode("cp1252", "replace")


def words_of(html: str) -> str:
    """The readable text of HTML: one pass, no nesting followed, blocks on lines of their own."""
    html = html[:TEXT_MOST]
    for tag in SILENT:
        html = _without(html, tag)
    html = _comments(html)
    parts, last = [], 0
    for match in TAG.finditer(html):
        parts.append(_flow(html[last : match.start()]))
        last = match.end()
        name = (match[2] or "").lower()
        if name == "li" and match[1]:
            continue  # the next one begins a line of its own
        if name in BLOCK:
            parts.append("\n\n" if name in ("p", "blockquote", "table") and not match[1] else "\n")
            if name == "li" and not match[1]:
                parts.append("- ")
        elif name in ("td", "th"):
            parts.append(" ")
    parts.append(_flow(html[last:]))
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in unescape("".join(parts)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _flow(text: str) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _without(html: str, tag: str) -> str:
    """Takes out <tag …> … </tag>; what is never closed is taken out to the end."""
    low, kept, at = html.lower(), [], 0
    if len(low) != len(html):
        low = html  # a letter whose small form is longer: then only small tags are found
    while (start := low.find(f"<{tag}", at)) != -1:
        after = low[start + len(tag) + 1 : start + len(tag) + 2]
        if after.isalnum():  # <header> is not <head>
            kept.append(html[at : start + 1])
            at = start + 1
            continue
        kept.append(html[at:start])
        end = low.find(f"</{tag}", start)
        if end == -1:
            return "".join(kept)
        at = end + len(tag) + 2
        close = low.find(">", at)
        at = close + 1 if close != -1 else len(html)
    return "".join([*kept, html[at:]])


def _comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) != -1:
        kept.append(html[at:start])
        end = html.find("-->", start)
        at = end + 3 if end != -1 else len(html)
    return "".join([*kept, html[at:]])
