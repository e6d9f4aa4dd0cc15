"""Patterns: complaints of late weeks that share words and product, and about which nobody has asked why yet.

1. The pool: the newest complaints of eight weeks without a cause, a session, or a reason why none is needed.
2. The words that tell one complaint from the others: not the ones that nearly everybody uses, nor those of one alone.
   Of each complaint the dozen that are shared by few are kept, so that the pairs of them stay countable.
3. Every two words that at least three complaints about one product share are a candidate; it weighs what the words
   tell, times the complaints. The heaviest takes its complaints, then the next takes of what is left.
A job does this each hour; the pages read the rows, and leave out what has been asked about since.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet
from rca.lib.text import first_line

WEEKS, POOL = timedelta(weeks=8), 20_000
FEWEST, MOST, KEPT = 3, 200, 20  # complaints of a pattern, and patterns
TELLING = 12  # words of one complaint that are looked at

POOLED = f"""
    CREATE TEMPORARY TABLE pool ON COMMIT DROP AS
    SELECT c.id, c.product, c.account_id, c.received_at, c.search FROM rca_complaint c
    WHERE c.received_at >= %(since)s AND c.received_at <= %(at)s AND c.state <> 'merged'
      AND NOT EXISTS (SELECT FROM rca_causelink l WHERE l.complaint_id = c.id)
      AND NOT EXISTS (SELECT FROM rca_nosession n WHERE n.complaint_id = c.id)
      AND NOT EXISTS (SELECT FROM rca_sessioncomplaint s JOIN rca_fivewhys w ON w.id = s.session_id
                      WHERE s.complaint_id = c.id AND w.state <> 'called_off')
    ORDER BY c.received_at DESC, c.id DESC LIMIT {POOL}"""
# A word of the product’s own name tells nothing beside the product.
SAID = f"""
    CREATE TEMPORARY TABLE said ON COMMIT DROP AS
    WITH size AS (SELECT count(*)::float8 AS n FROM pool),
    words AS (SELECT p.id, p.product, u.lexeme FROM pool p, unnest(p.search) u
              WHERE u.lexeme ~ '^[[:alpha:]]{{3,60}}$'
                AND NOT u.lexeme = ANY (tsvector_to_array(to_tsvector('english', p.product)))),
    common AS (SELECT lexeme, count(*) AS docs FROM words GROUP BY lexeme HAVING count(*) >= {FEWEST}),
    telling AS (SELECT w.id, w.product, w.lexeme, ln((size.n + 1) / c.docs) AS idf,
                       row_number() OVER (PARTITION BY w.id ORDER BY c.docs, w.lexeme) AS place
                FROM words w JOIN common c USING (lexeme) CROSS JOIN size
                WHERE size.n < 40 OR c.docs < size.n * 0.25)
    SELECT id, product, lexeme, idf FROM telling WHERE place <= {TELLING}"""
PAIRS = f"""
    SELECT a.product, a.lexeme, b.lexeme, max(a.idf + b.idf) * count(*) AS weight, array_agg(a.id)
    FROM said a JOIN said b ON b.id = a.id AND b.lexeme > a.lexeme
    GROUP BY a.product, a.lexeme, b.lexeme HAVING count(*) >= {FEWEST} ORDER BY 4 DESC, 1, 2, 3 LIMIT 400"""


def unasked(rows: "QuerySet[Complaint]") -> "QuerySet[Complaint]":
    """Of those, the complaints without a cause, a session that was or is to be held, or a reason why none is needed."""
    links: Any = Complaint._meta.get_field("session_complaints").related_model
    held = links.objects.filter(complaint=OuterRef("pk")).exclude(session__state="called_off")
    return rows.exclude(state=Complaint.State.MERGED).filter(
        ~Exists(held), cause_links__isnull=True, no_session__isnull=True
    )


class PatternQuerySet(HouseQuerySet["Pattern"]):
    def waiting(self, most: int = 6) -> "list[Pattern]":
        """The heaviest whose complaints still wait, each with how many; in two queries."""
        found = list(self.order_by("-weight", "-id")[:KEPT])
        pks = {pk for one in found for pk in one.complaints}
        left = set(unasked(Complaint.objects.filter(pk__in=pks)).values_list("pk", flat=True)) if pks else set()
        for one in found:
            one.left = [pk for pk in one.complaints if pk in left]
        return [one for one in found if len(one.left) >= 2][:most]


class Pattern(models.Model):
    """One group of complaints that say much the same."""

    product = models.CharField(max_length=120, blank=True)
    words = ArrayField(models.CharField(max_length=60))  # the stems they share, in their order in the alphabet
    says = models.CharField(max_length=200)  # the same as the customers spell them
    complaints = ArrayField(models.BigIntegerField())  # the newest first
    accounts = models.PositiveIntegerField()
    since = models.DateTimeField()  # the first of them
    weight = models.FloatField()
    found_at = models.DateTimeField()
    left: list[int]  # those that still wait, once `waiting` has looked

    objects = models.Manager.from_queryset(PatternQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "words"], name="pattern_once")]
        indexes = [models.Index(fields=["-weight", "-id"], name="pattern_heaviest")]

    def __str__(self) -> str:
        return self.says

    @property
    def name(self) -> str:
        """‘price list’ and Binders: what they share."""
        return f"‘{self.says}’ and {self.product}" if self.product else f"‘{self.says}’"

    def waiting(self) -> "QuerySet[Complaint]":
        """Its complaints about which nobody has asked since, the newest first."""
        rows = unasked(Complaint.objects.filter(pk__in=self.complaints)).select_related("account")
        return rows.order_by("-received_at", "-pk")


@transaction.atomic
def find(at: datetime | None = None) -> int:
    """Finds the patterns anew; one that is found again keeps its row, so that its address stays. Returns how many."""
    at = at or now()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pool, said")
        cursor.execute(POOLED, {"since": at - WEEKS, "at": at})
        cursor.execute("ANALYZE pool")
        cursor.execute(SAID)
        cursor.execute("ANALYZE said")
        cursor.execute(PAIRS)
        candidates = cursor.fetchall()
        cursor.execute("DROP TABLE pool, said")
    found = [_keep(product, words, weight, pks, at) for product, words, weight, pks in _taken(candidates)]
    Pattern.objects.exclude(pk__in=found).delete()
    return len(found)


def _taken(
    candidates: Sequence[tuple[str, str, str, float, list[int]]],
) -> list[tuple[str, list[str], float, list[int]]]:
    """The heaviest first; a complaint belongs to one pattern, and what few are left of is none."""
    gone: set[int] = set()
    found = []
    for product, one, other, weight, pks in candidates:
        left = [pk for pk in pks if pk not in gone]
        if len(left) < FEWEST or len(left) * 2 < len(pks):
            continue
        gone.update(left)
        found.append((product, sorted([one, other]), weight, left))
        if len(found) == KEPT:
            break
    return found


def _keep(product: str, words: list[str], weight: float, pks: list[int], at: datetime) -> int:
    rows = list(Complaint.objects.filter(pk__in=pks).order_by("-received_at", "-pk")
                .values_list("pk", "account_id", "received_at", "words"))  # fmt: skip
    facts = {
        "says": _spelled(words, [row[3] for row in rows[:30]]), "complaints": [row[0] for row in rows[:MOST]],
        "accounts": len({row[1] for row in rows}), "since": rows[-1][2], "weight": weight, "found_at": at,
    }  # fmt: skip
    kept, _ = Pattern.objects.update_or_create(product=product, words=words, defaults=facts)
    return int(kept.pk)


def _spelled(stems: list[str], texts: Iterable[str]) -> str:
    """The stems as most of the customers spell them, in the order in which most of them say them; side by side when
    they stand side by side."""
    spelling: dict[str, Counter[str]] = {stem: Counter() for stem in stems}
    order: Counter[tuple[str, str]] = Counter()
    beside: Counter[bool] = Counter()
    stemmed: dict[str, str] = {}
    for text in texts:
        tokens = re.findall(r"[^\W\d_]+", text[:5000].lower())
        stemmed |= _stems({token for token in tokens if token not in stemmed})
        places: dict[str, int] = {}
        for place, token in enumerate(tokens):
            stem = stemmed.get(token, "")
            if stem in spelling:
                spelling[stem][token] += 1
                places.setdefault(stem, place)
        if len(places) == 2:
            first, second = sorted(places, key=lambda stem: places[stem])
            order[(first, second)] += 1
            beside[places[second] - places[first] == 1] += 1
    said = order.most_common(1)[0][0] if order else tuple(stems)
    shown = [spelling[stem].most_common(1)[0][0] if spelling[stem] else stem for stem in said]
    return first_line((" " if beside[True] > beside[False] else " … ").join(shown), 200)


def _stems(tokens: set[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w, (tsvector_to_array(to_tsvector('english', w)))[1] FROM unnest(%s::text[]) w", [list(tokens)]
        )
        return {token: stem for token, stem in cursor.fetchall() if stem}
