"""Marks as markup, drawn alike in templates and in what is made for them: an icon, a state, a clock, a reference."""

from datetime import datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from rca.lib import said

SHAPE = {"kept": "check", "due": "half", "late": "warn", "rest": "open"}  # a state is never colour alone
NOTHING = SafeString("")
HAND = '<circle cx="8" cy="8" r="6.5" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/>'
OVER = '<circle class="full" cx="8" cy="8" r="6.5"/>'
DIAL = (
    '<time class="clock" data-state="{}" datetime="{}"><svg class="dial" viewBox="0 0 16 16" aria-hidden="true">'
    '<circle cx="8" cy="8" r="6.5"/>{}</svg>{}</time>'
)


def icon(name: str) -> SafeString:
    if not name:
        return NOTHING
    return SafeString(f'<svg class="icon" aria-hidden="true"><use href="#i-{escape(name)}"/></svg>')


def badge(state: str, text: object, icon: str = "") -> SafeString:
    """A state that rests, as a word and a shape: kept, due, late, rest, or none ("")."""
    shape = _icon(icon or SHAPE.get(state, ""))
    return SafeString(f'<span class="badge" data-state="{escape(state)}">{shape}{plain(text)}</span>')


_icon = icon


def clock(
    due: datetime | None, start: datetime | None = None, text: str = "", state: str | None = None,
    at: datetime | None = None,
) -> SafeString:  # fmt: skip
    """Time that is running; nothing for no time. `text` replaces the words, `state` the state."""
    if due is None:
        return NOTHING
    face = said.clock_face(due, start, at or timezone.now())
    hand = OVER if face.state == "late" else HAND.format(face.share)
    shown = face.state if state is None else state
    return SafeString(DIAL.format(escape(shown), due.isoformat(), hand, plain(text or face.text)))


def reflink(thing: Any, text: str = "") -> SafeString:
    return link(thing.get_absolute_url(), text or thing.ref) if thing else NOTHING


def link(url: str, ref: str) -> SafeString:
    return SafeString(f'<a class="ref" href="{escape(url)}">{plain(ref)}</a>')


def plain(text: object) -> str:
    """That text escaped, unless it is markup of ours already."""
    return text if isinstance(text, SafeString) else escape(str(text))
