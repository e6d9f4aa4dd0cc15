"""What happened, as the timeline of a page writes it out: entries of the ledger as plain strings and marks."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from accounts.audit.models import Entry
from rca.lib.marks import link, plain
from rca.lib.said import quote, short

KEY = SafeString(' data-kind="key"')
READ = ("at", "act", "ref", "says", "words", "by__name", "by__role")


def moments(
    entries: QuerySet[Entry], of: str, *, key: Collection[str] | None = None, most: int = 0, silent: str = ""
) -> list[dict[str, str]]:
    """In their order, on the page of the row `of`: what was done to another row names that one.

    `key` are the acts that are set off, or else everything that was done to `of` itself; of what somebody said only the
    first `most` words stand there, and nothing of the act `silent`, whose words the page shows already.
    """
    found: Any = entries
    told = []
    for entry in found.only(*READ):
        own, important = entry.ref == of, key is None or entry.act in key
        told.append({
            "at": entry.at.isoformat(), "short": short(entry.at), "by": entry.by.first_name,
            "says": SafeString(f"<b>{plain(entry.says)}</b>") if important else entry.says,
            "kind": KEY if (own if key is None else important) else "", "of": "" if own else _other(entry.ref),
            "words": _words(entry.words, most) if entry.words and entry.act != silent else "",
        })  # fmt: skip
    return told


def _other(ref: str) -> str:
    return SafeString(f", {link(f'/mailbox/{ref}/', ref) if ref.startswith('E-') else plain(ref)}")


def _words(words: str, most: int) -> str:
    parts = words.split() if most else []
    shown = " ".join(parts[:most]) + " …" if len(parts) > most else words
    return SafeString(f'<p class="words brief">{plain(quote(shown)).replace(chr(10), "<br>")}</p>')
