"""The rows of an account's page as the template writes them out: plain strings, and marks that are drawn already."""

from datetime import datetime
from typing import Any

from django.db.models.functions import Left
from django.utils.safestring import SafeString

from accounts.customers.contacts import Channel
from accounts.customers.models import Account
from rca.lib.marks import badge, icon, link, plain
from rca.lib.said import day, quote, short
from rca.lib.text import first_line

STANDS = {"closed": badge("kept", "closed"), "merged": badge("rest", "merged")}
OPEN, WAITS = badge("due", "open"), badge("late", "open, nobody owned up")
UNTOLD = badge("late", "not told")
WAIVED = SafeString(f'<span class="badge" data-state="rest">{icon("pause")}waived</span>')
DRAWN = {"kept": ("kept", "check", "kept"), "late": ("due", "half", "kept late"), "broken": ("late", "cross", "broken")}


def complaints(account: Account, most: int = 20) -> list[dict[str, str]]:
    """The last they told us, each with its causes."""
    rows: Any = account.complaints
    read = ("pk", "received_at", "channel", "state", "acknowledged_at", Left("words", 400))
    found = list(rows.order_by("-received_at", "-pk").values_list(*read)[:most])
    links = rows.model._meta.get_field("cause_links").related_model._default_manager
    causes: dict[int, list[str]] = {}
    for pk, cause in links.filter(complaint__in=[one[0] for one in found]).values_list("complaint", "cause"):
        causes.setdefault(pk, []).append(" " + link(f"/causes/R-{cause}/", f"R-{cause}"))
    return [
        {"ref": f"C-{pk}", "when": f"{day(at)}, by {Channel(channel).label}",
         "stands": STANDS.get(state) or (OPEN if owned else WAITS), "causes": SafeString("".join(causes.get(pk, ()))),
         "gist": quote(first_line(start, 90))}
        for pk, at, channel, state, owned, start in found
    ]  # fmt: skip


def hit(account: Account, most: int = 50) -> tuple[list[dict[str, str]], int]:
    """The causes that hit them, and of how many of these they have not been told."""
    rows: Any = account.affected
    found_by = dict(rows.model.How.choices)
    read = ("cause", "cause__title", "how", "why", "telling__at", "waiver")
    lines, untold = [], 0
    for cause, title, how, why, told_at, waived in rows.order_by("-cause__opened_at").values_list(*read)[:most]:
        by = "they complained of it" if how == "complained" else f"they never complained of it; {found_by[how]}"
        stands = badge("kept", f"told {day(told_at)}") if told_at else WAIVED if waived else UNTOLD
        untold += not told_at and not waived
        lines.append({"ref": f"R-{cause}", "title": title, "by": f"{by}: {why}" if why else by, "stands": stands})
    return lines, untold


def ended(pk: int, begun: datetime, state: str) -> dict[str, str]:
    """One promise on the line of those that ended."""
    drawn, shape, label = DRAWN[state]
    return {"ref": f"P-{pk}", "state": drawn, "shape": icon(shape), "says": f"{day(begun)}, {label}"}


def touches(account: Account, most: int = 10) -> list[dict[str, str]]:
    """The last contacts, both ways."""
    read = ("account_id", "way", "channel", "reached", "words", "about", "at", "contact__name", "by__name", "by__role")
    rows = account.touches.select_related("contact", "by").only(*read).order_by("-at", "-pk")[:most]
    return [
        {"says": one.says, "words": _words(one.words), "about": f"about {one.about}, " if one.about else "",
         "by": one.by.first_name, "at": short(one.at)}
        for one in rows
    ]  # fmt: skip


def _words(words: str, most: int = 30) -> str:
    parts = words.split()
    shown = " ".join(parts[:most]) + " …" if len(parts) > most else words
    return SafeString(f' <span class="words-line">{plain(quote(shown))}</span>') if words else ""
