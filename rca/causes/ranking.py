"""Which causes the words of a complaint are like, in one query through the reading rows, and which complaints.

    score = cosine(words, cause)
          + (0.009 + 0.1 / words) ln(linked complaints + 1)     how common it is counts more while words are few
          + 0.02 ln(share of this product among the cause’s complaints / its share overall)     smoothed by 5 complaints
          + 0.02 if a rule or a colleague put this account on its roster
          + 0.005 if its last complaint came just now, fading to nothing over some weeks

That an account complained of a cause before says who complains, not why, and makes the order worse: it counts nothing.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

READ = 20_000  # characters of a text that are looked at
ASKED = 80  # of its words, the rarest and most repeated
LIKE = 500  # causes by their words alone, before anything else is added
NEAREST = 20  # causes by words and product alone, before account and time are looked at
RAREST, SHARED = 6, 400  # words whose complaints are looked through, and how many of those at most

TYPED = f"""
    SELECT u.lexeme, (1 + ln(coalesce(array_length(u.positions, 1), 1))) * w.idf AS a, w.idf
    FROM unnest(to_tsvector('english', left(%(text)s, {READ}))) u JOIN rca_word w USING (lexeme)
    ORDER BY 2 DESC, 1 LIMIT {ASKED}"""

RANK = f"""
    WITH typed AS MATERIALIZED ({TYPED}),
    long AS MATERIALIZED (SELECT nullif(sqrt(sum(a * a)), 0) AS length,
                                 (0.009 + 0.1 / greatest(count(*), 1))::float8 AS common FROM typed),
    dots AS (SELECT r.cause_id, sum(t.a * r.weight) AS dot
             FROM typed t JOIN rca_causereading r USING (lexeme) GROUP BY r.cause_id ORDER BY 2 DESC LIMIT {LIKE}),
    sold AS (SELECT cause_id, complaints FROM rca_causeproduct WHERE product = %(product)s AND %(product)s <> ''),
    share AS MATERIALIZED (SELECT nullif((SELECT sum(complaints) FROM sold), 0)::float8
                                  / nullif((SELECT sum(complaint_count) FROM rca_cause), 0) AS overall),
    scored AS (
        SELECT c.id, d.dot / long.length + long.common * ln(c.complaint_count + 1::float8) + coalesce(0.02::float8 * ln(
            (coalesce(sold.complaints, 0) + 5 * share.overall) / ((c.complaint_count + 5) * share.overall)), 0) AS score
        FROM dots d JOIN rca_cause c ON c.id = d.cause_id CROSS JOIN long CROSS JOIN share
        LEFT JOIN sold ON sold.cause_id = c.id
        WHERE NOT EXISTS (SELECT FROM rca_causemerge m WHERE m.duplicate_id = c.id)
        ORDER BY 2 DESC NULLS LAST, 1 LIMIT {NEAREST})
    SELECT s.id, s.score
        + CASE WHEN row.how IN ('rule', 'hand') THEN 0.02 ELSE 0 END
        + coalesce(0.005 * exp(least(extract(epoch FROM last.at - %(at)s::timestamptz), 0) / (30 * 86400)), 0) AS score,
        ARRAY(SELECT t.lexeme FROM typed t JOIN rca_causereading r USING (lexeme) WHERE r.cause_id = s.id
              ORDER BY t.a * r.weight DESC, t.lexeme LIMIT 3) AS because,
        sold.complaints IS NOT NULL AS same_product
    FROM scored s
    LEFT JOIN rca_affected row ON row.cause_id = s.id AND row.account_id = %(account)s
    LEFT JOIN sold ON sold.cause_id = s.id
    LEFT JOIN LATERAL (SELECT l.at FROM rca_causelink l WHERE l.cause_id = s.id ORDER BY l.at DESC LIMIT 1) last ON true
    ORDER BY 2 DESC NULLS LAST, 1 LIMIT %(most)s"""

# Complaints that share rare words, and the newest of the likeliest causes: both lists are short in any house.
ALIKE = f"""
    WITH typed AS MATERIALIZED ({TYPED}),
    house AS (SELECT greatest(reltuples, 0) AS number FROM pg_class WHERE oid = 'rca_complaint'::regclass),
    rare AS (SELECT lexeme, sum(house.number / greatest(exp(idf) - 1, 1e-9)) OVER (ORDER BY idf DESC, lexeme) AS number
             FROM typed CROSS JOIN house ORDER BY idf DESC, lexeme LIMIT {RAREST}),
    near AS (
        SELECT l.complaint_id AS id FROM unnest(%(causes)s::bigint[]) AS likely (id),
            LATERAL (SELECT complaint_id FROM rca_causelink WHERE cause_id = likely.id ORDER BY at DESC LIMIT 50) l
        UNION
        SELECT found.id FROM rare, LATERAL complaints_with(rare.lexeme, {SHARED}) AS found (id)
        WHERE rare.number < {SHARED})
    SELECT c.id, sum(t.idf * t.idf) / sqrt(length(c.search)) AS score, count(*) AS shared
    FROM near JOIN rca_complaint c ON c.id = near.id, LATERAL unnest(c.search) u JOIN typed t ON t.lexeme = u.lexeme
    WHERE c.state <> 'merged' AND c.id IS DISTINCT FROM %(but)s
    GROUP BY c.id HAVING count(*) >= 3 ORDER BY 2 DESC, 1 DESC LIMIT %(most)s"""


class Likely(NamedTuple):
    """One cause, how like the words it is, and the stems that say so."""

    cause: int
    score: float
    because: list[str]
    same_product: bool


def rank(text: str, *, product: str = "", account: int | None = None, at: datetime, most: int = 5) -> list[Likely]:
    """The likeliest causes, best first; nothing for a text without a known word."""
    asked = {"text": text, "product": product, "account": account, "at": at, "most": most}
    return [Likely(*row) for row in _run(RANK, asked) if row[1] is not None]


def gap(scores: list[float]) -> float:
    """From the first to the fourth: how far the first three stand out from what is merely like them."""
    return scores[0] - (scores[3] if len(scores) > 3 else 0.0) if scores else 0.0


def alike(text: str, *, causes: list[int], but: int | None = None, most: int = 3) -> list[int]:
    """Complaints that say much the same, best first."""
    return [int(row[0]) for row in _run(ALIKE, {"text": text, "causes": causes, "but": but, "most": most})]


class Grasp(NamedTuple):
    """How many different words a text has, how many of them the house knows, and how much the house has learnt."""

    words: int
    known: int
    causes: int  # counted no further than a handful
    links: int


def grasp(text: str) -> Grasp:
    found = _run(f"""
        SELECT count(*), count(w.lexeme), (SELECT count(*) FROM (SELECT FROM rca_cause LIMIT 9) few),
               (SELECT coalesce(sum(complaint_count), 0) FROM rca_cause)
        FROM unnest(to_tsvector('english', left(%(text)s, {READ}))) u LEFT JOIN rca_word w USING (lexeme)
        """, {"text": text})[0]  # fmt: skip
    return Grasp(*map(int, found))


def spelled(stems: set[str], text: str) -> dict[str, str]:
    """The stems as this text spells them: charg to “charged”."""
    words = list(dict.fromkeys(word.strip(".,;:!?()“”\"'’").lower() for word in text[:READ].split()))
    # A stem and its word begin alike; asking for these few only spares reading the whole text once more.
    begin = {stem[:3] for stem in stems}
    likely = [word for word in words if word[:3] in begin][:60]
    rows = _run("SELECT w, (tsvector_to_array(to_tsvector('english', w)))[1] FROM unnest(%(words)s::text[]) w",
                {"words": likely}) if likely else []  # fmt: skip
    found: dict[str, str] = {}
    for word, stem in rows:
        found.setdefault(stem, word)
    return {stem: found.get(stem, stem) for stem in stems}


def _run(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
