"""What a plan begins with: the problem in the customers’ words, and what was asked before in much the same ones."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from accounts.people.models import User
from rca.complaints.beside import DULL
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.said import day
from rca.lib.text import count, first_line
from rca.whys.kept import ParkedIdea
from rca.whys.models import FiveWhys

SHORT, LONG = 12, 220  # characters of a sentence that may stand for a problem
SHARED = 2  # words that two problems have in common before one is shown beside the other


def problem_of(complaints: Sequence[Complaint]) -> str:
    """One complaint’s own words; of several, the sentence that says most of what they all say."""
    if not complaints:
        return ""
    if len(complaints) == 1:
        return first_line(complaints[0].words.strip(), 300)
    theirs = [_words(one.words) for one in complaints]
    said_by = Counter(word for words in theirs for word in words)
    shared = {word: number for word, number in said_by.items() if number > 1}
    best, most = "", -1.0
    for complaint in complaints:
        for sentence in _sentences(complaint.words):
            words = _words(sentence)
            tells = sum(shared.get(word, 0) for word in words) / (4 + len(words))
            if tells > most:
                best, most = sentence, tells
    best = best or first_line(complaints[0].words, LONG)
    return best


def also(complaints: Sequence[Complaint]) -> str:
    """and 13 more say much the same: 14 complaints of 9 accounts, since 3 February."""
    if len(complaints) < 2:
        return ""
    accounts = len({one.account_id for one in complaints})
    since = day(min(one.received_at for one in complaints))
    return (f"And {len(complaints) - 1} more say much the same: {len(complaints)} complaints of "
            f"{count(accounts, 'account')}, since {since}.")  # fmt: skip


def _sentences(text: str) -> list[str]:
    found = [one.strip() for one in re.split(r"(?<=[.!?])\s+|\n+", text[:4000])]
    return [one for one in found if SHORT <= len(one) <= LONG]


def _words(text: str) -> set[str]:
    found = re.findall(r"[^\W\d_]{4,}", text[:4000].lower())
    return {word[:6].rstrip("esdg") for word in found if word not in DULL}


class Before(NamedTuple):
    """A session that asked much the same, and how long ago."""

    session: FiveWhys
    when: str
    roots: list[Any]


def asked_before(problem: str, user: User, but: int | None = None, at: datetime | None = None) -> list[Before]:
    """Sessions on much the same words, the likest first."""
    rows = _like("rca_fivewhys", "problem", problem)
    found = FiveWhys.objects.visible_to(user).exclude(pk=but).in_bulk([pk for pk in rows if pk != but])
    roots: dict[int, list[Any]] = {}
    whys: Any = FiveWhys._meta.get_field("whys").related_model
    for why in whys.objects.filter(session__in=found, root__isnull=False).select_related("root__cause"):
        roots.setdefault(why.session_id, []).append(why.root)
    at = at or now()
    return [Before(found[pk], when(at - found[pk].planned_at), roots.get(pk, [])) for pk in rows if pk in found][:4]


def ideas_touched(problem: str, user: User) -> list[ParkedIdea]:
    """Parked ideas that nobody has taken up and that speak of the same things."""
    rows = _like("rca_parkedidea", "text", problem, "AND t.taken_up_at IS NULL AND t.earlier_id IS NULL")
    found = {one.pk: one for one in ParkedIdea.objects.visible_to(user).by_weight().filter(pk__in=rows)
             .select_related("session")}  # fmt: skip
    return [found[pk] for pk in rows if pk in found][:3]


def when(age: timedelta) -> str:
    """a year ago, 3 weeks ago, yesterday: no nearer than people say it."""
    days = age.days
    for length, one, many in ((365, "a year", "years"), (30, "a month", "months"), (7, "a week", "weeks")):
        number = round(days / length)
        if number and days >= length * 0.9:
            return f"{one if number == 1 else f'{number} {many}'} ago"
    return "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"


def _like(table: str, column: str, text: str, more: str = "") -> list[int]:
    """Rows that share at least two telling words with a text, the likest first; through the index on their words."""
    text = text[:2000]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('english', %s))", [text])
        lexemes = [one for one in cursor.fetchone()[0] if re.fullmatch(r"[^\W\d_]{3,}", one) and one not in DULL][:40]
        if len(lexemes) < SHARED:
            return []
        vector = f"to_tsvector('english'::regconfig, COALESCE(t.{column}, ''))"
        cursor.execute(
            f"""SELECT t.id FROM {table} t,
                LATERAL (SELECT count(*) AS shared FROM unnest({vector}) u WHERE u.lexeme = ANY (%(words)s)) s
                WHERE {vector} @@ to_tsquery('english', %(any)s) AND s.shared >= {SHARED} {more}
                ORDER BY s.shared DESC, t.id DESC LIMIT 8""",
            {"words": lexemes, "any": " | ".join(f"'{one}'" for one in lexemes)},
        )
        return [row[0] for row in cursor.fetchall()]
