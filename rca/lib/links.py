"""Web addresses inside what people typed: made into links, and nothing else made into anything."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

# An address as people paste it: a scheme that only ever fetches, up to the next space or mark that cannot be in one.
ADDRESS = re.compile(r"(?i)\bhttps?://[^\s<>\"“”]+")


def linked(text: str) -> SafeString:
    """The text with its web addresses as links; nothing else in it becomes anything but text."""
    pieces: list[tuple[SafeString]] = []
    end = 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?'’…")
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(".,;:!?'’…")
        link = format_html('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', address, shown(address))
        pieces += [(escape(text[end : found.start()]),), (link,)]
        end = found.start() + len(address)
    return format_html_join("", "{}", [*pieces, (escape(text[end:]),)])


def shown(address: str, most: int = 60) -> str:
    """An address short enough to read: where it leads, and how it ends."""
    bare = re.sub(r"(?i)^https?://", "", address)
    return bare if len(bare) <= most else f"{bare[: most - 16]}…{bare[-15:]}"
