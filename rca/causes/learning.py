"""What a cause learns from its complaints: sums of words and products, and from them the rows that the prompt reads.

1. Every linked complaint is a list of stemmed words, each weighing 1 + ln(times), scaled to length one. A cause is the
   sum of them (CauseWord), so that linking adds and unlinking subtracts. How rare a word is (Word.idf) never enters.
2. What the prompt reads (CauseReading) is made of that sum and of what the cause says itself: its title, its approved
   line and its confirmed whys, as one text that counts for two complaints. The strongest words are kept.
3. A young house has counted few words yet: there every word counts, and the rarest lend it their weight.

All of it is set-based. Who calls it holds the causes' rows, so that the sums of one cause have one writer at a time;
whoever holds a complaint too takes it first, so that nobody waits in a ring.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from rca.causes.saying import READ, SAID, WORDS_OF_EACH, WORDS_OF_TEXT

KEPT = 400  # words of a cause that the prompt reads
YOUNG = 1000  # counted words; a house with fewer is young
SMALL, STEP = 50, 50  # the reading rows follow at once up to so many complaints, then with every 2 % that a cause grows


def learn(cause: int, complaints: Iterable[int]) -> None:
    """These complaints came to this cause: their words and products are added."""
    ids = list(complaints)
    _admit("SELECT words FROM rca_complaint WHERE id = ANY(%s)", [ids])
    _run(f"""
        INSERT INTO rca_causeword AS t (cause_id, lexeme, weight)
        SELECT %s, lexeme, sum(weight) FROM ({WORDS_OF_EACH}) x GROUP BY lexeme
        ON CONFLICT (cause_id, lexeme) DO UPDATE SET weight = t.weight + excluded.weight
        """, [cause, ids])  # fmt: skip
    _run("""
        INSERT INTO rca_causeproduct AS t (cause_id, product, complaints)
        SELECT %s, product, count(*) FROM rca_complaint WHERE id = ANY(%s) AND product <> '' GROUP BY product
        ON CONFLICT (cause_id, product) DO UPDATE SET complaints = t.complaints + excluded.complaints
        """, [cause, ids])  # fmt: skip
    _count(cause, len(ids))


def unlearn(cause: int, complaints: Iterable[int]) -> None:
    """They did not come from here: the same is taken away again."""
    ids = list(complaints)
    _run(f"""
        UPDATE rca_causeword t SET weight = t.weight - x.weight
        FROM (SELECT lexeme, sum(weight) AS weight FROM ({WORDS_OF_EACH}) one GROUP BY lexeme) x
        WHERE t.cause_id = %s AND t.lexeme = x.lexeme
        """, [ids, cause])  # fmt: skip
    _run("DELETE FROM rca_causeword WHERE cause_id = %s AND weight < 1e-6", [cause])
    _run("""
        UPDATE rca_causeproduct t SET complaints = greatest(t.complaints - x.n, 0)
        FROM (SELECT product, count(*) AS n FROM rca_complaint WHERE id = ANY(%s) GROUP BY product) x
        WHERE t.cause_id = %s AND t.product = x.product
        """, [ids, cause])  # fmt: skip
    _run("DELETE FROM rca_causeproduct WHERE cause_id = %s AND complaints = 0", [cause])
    _count(cause, -len(ids))


def amended(complaint: int, before: Mapping[str, str]) -> None:
    """A complaint says something else now than `before`, its words or its product: what it gave to each of its causes
    is taken away and given anew. Whoever amends it holds it already, as whoever links it does, so neither is missed."""
    links = "SELECT cause_id FROM rca_causelink WHERE complaint_id = %s"
    rows = _run(f"SELECT id, complaint_count FROM rca_cause WHERE id IN ({links}) ORDER BY id FOR UPDATE", [complaint])
    causes = [cause for cause, _ in rows]
    if causes and "words" in before:
        _admit("SELECT words FROM rca_complaint WHERE id = %s", [complaint])
        _run(f"""
            WITH was AS MATERIALIZED ({WORDS_OF_TEXT}), is_ AS MATERIALIZED ({WORDS_OF_EACH}),
            moved AS (SELECT lexeme, coalesce(is_.weight, 0) - coalesce(was.weight, 0) AS weight
                      FROM was FULL JOIN is_ USING (lexeme))
            INSERT INTO rca_causeword AS t (cause_id, lexeme, weight)
            SELECT cause_id, lexeme, weight FROM unnest(%s) cause_id, moved ORDER BY cause_id, lexeme
            ON CONFLICT (cause_id, lexeme) DO UPDATE SET weight = t.weight + excluded.weight
            """, [before["words"], [complaint], causes])  # fmt: skip
        _run("DELETE FROM rca_causeword WHERE cause_id = ANY(%s) AND weight < 1e-6", [causes])
    if causes and "product" in before:
        _run("""
            UPDATE rca_causeproduct SET complaints = greatest(complaints - 1, 0)
            WHERE cause_id = ANY(%s) AND product = %s
            """, [causes, before["product"]])  # fmt: skip
        _run("""
            INSERT INTO rca_causeproduct AS t (cause_id, product, complaints)
            SELECT cause_id, product, 1 FROM unnest(%s) cause_id, rca_complaint c WHERE c.id = %s AND product <> ''
            ON CONFLICT (cause_id, product) DO UPDATE SET complaints = t.complaints + 1
            """, [causes, complaint])  # fmt: skip
        _run("DELETE FROM rca_causeproduct WHERE cause_id = ANY(%s) AND complaints = 0", [causes])
    if "words" in before:
        reread([cause for cause, number in rows if number <= SMALL])


def absorb(cause: int, duplicate: int) -> None:
    """Two causes became one: the sums of the second join those of the first."""
    for table, what in (("rca_causeword", "lexeme, weight"), ("rca_causeproduct", "product, complaints")):
        key, number = what.split(", ")
        _run(f"""
            INSERT INTO {table} AS t (cause_id, {what}) SELECT %s, {what} FROM {table} WHERE cause_id = %s
            ON CONFLICT (cause_id, {key}) DO UPDATE SET {number} = t.{number} + excluded.{number}
            """, [cause, duplicate])  # fmt: skip
        _run(f"DELETE FROM {table} WHERE cause_id = %s", [duplicate])
    found = _run("SELECT complaint_count FROM rca_cause WHERE id = %s", [duplicate])
    _run("UPDATE rca_cause SET complaint_count = 0, read_count = 0, norm = 0 WHERE id = %s", [duplicate])
    _run("DELETE FROM rca_causereading WHERE cause_id = %s", [duplicate])
    _count(cause, found[0][0] if found else 0)
    reread([cause])


def reread(causes: Iterable[int]) -> None:
    """Their reading rows become what their sums and their own words say now."""
    ids = list(causes)
    _admit(f"{SAID} SELECT text FROM said", {"causes": ids})
    _run(READ, {"causes": ids, "kept": KEPT})


def _count(cause: int, more: int) -> None:
    """Counts them; the reading rows follow at once while the cause is small, later when it has grown enough."""
    changed = _run("""
        UPDATE rca_cause SET complaint_count = greatest(complaint_count + %s, 0) WHERE id = %s
        RETURNING complaint_count, read_count
        """, [more, cause])  # fmt: skip
    for count, read in changed:
        if count <= SMALL or abs(count - read) * STEP >= count:
            reread([cause])


def _admit(texts: str, params: Any) -> None:
    """In a young house every word of these texts counts, as if it were as rare as the rarest; in one order, so that
    two who admit the same words wait for one another instead of blocking each other."""
    young = _run("SELECT count(*) < %s, coalesce(max(idf), 5) FROM (SELECT idf FROM rca_word LIMIT %s) w",
                 [YOUNG, YOUNG])  # fmt: skip
    if young[0][0]:
        _run(f"""
            INSERT INTO rca_word (lexeme, idf)
            SELECT DISTINCT u.lexeme, {float(young[0][1])}::float8
            FROM ({texts}) AS said (text), unnest(to_tsvector('english', said.text)) u
            ORDER BY u.lexeme ON CONFLICT DO NOTHING
            """, params)  # fmt: skip


def _run(statement: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
