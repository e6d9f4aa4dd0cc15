"""What jobs do for the prompt of known causes: how rare each word is, hourly; whether the sums still hold, nightly."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction

from rca.causes.learning import YOUNG, reread
from rca.causes.saying import WORDS_OF_EACH

ALL_UNTIL = 20_000  # complaints; above, a sample of so many is counted
BATCH = 100  # causes at a time, so that nobody who links waits long
ROUND = 28  # nights in which every cause is counted afresh once
TIME = "SET LOCAL statement_timeout = '10min'"


@transaction.atomic
def count_words() -> int:
    """How rare each word is, over a sample of all complaints, linked or not; says how many words are known now."""
    _run(TIME)
    sample = _sample()
    number = _run(f"SELECT count(*) FROM rca_complaint {sample}")[0][0] if not sample else ALL_UNTIL
    if not number:
        return 0
    texts, least = f"SELECT to_tsvector('english', words) FROM rca_complaint {sample}", 2 if number >= YOUNG else 1
    _run("CREATE TEMP TABLE counted ON COMMIT DROP AS SELECT word AS lexeme, ndoc FROM ts_stat(%s) WHERE ndoc >= %s",
         [texts, least])  # fmt: skip
    _run("""
        INSERT INTO rca_word AS w (lexeme, idf)
        SELECT lexeme, ln(1 + %s::float8 / ndoc) FROM counted ORDER BY lexeme
        ON CONFLICT (lexeme) DO UPDATE SET idf = excluded.idf WHERE abs(w.idf - excluded.idf) > 0.01
        """, [number])  # fmt: skip
    known = int(_run("SELECT count(*) FROM counted")[0][0])
    if number >= YOUNG:
        _run("DELETE FROM rca_word w WHERE NOT EXISTS (SELECT FROM counted c WHERE c.lexeme = w.lexeme)")
    _run("DROP TABLE counted")
    return known


def rebuild(on: date) -> int:
    """Every cause's reading rows anew, a part of the sums counted afresh; says how many sums had to be mended."""
    mended = 0
    for ids in _batches():
        with transaction.atomic():
            _run(TIME)
            _run("SELECT id FROM rca_cause WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [ids])
            mended += mend([one for one in ids if one % ROUND == on.toordinal() % ROUND])
            reread(ids)
    return mended


def mend(causes: list[int]) -> int:
    """The sums, products and numbers of these causes become what their links say; how many said otherwise."""
    wrong = [cause for cause in causes if _mend(cause)]
    return len(wrong)


def _mend(cause: int) -> bool:
    """1. Count afresh. 2. Compare: the words may have changed since, or their rarity begun to count. 3. Put right."""
    links = [row[0] for row in _run("SELECT complaint_id FROM rca_causelink WHERE cause_id = %s", [cause])]
    wrong = _run(f"""
        WITH fresh AS MATERIALIZED (SELECT lexeme, sum(weight) AS weight FROM ({WORDS_OF_EACH}) x GROUP BY lexeme),
        put AS (
            INSERT INTO rca_causeword AS t (cause_id, lexeme, weight) SELECT %s, lexeme, weight FROM fresh
            ON CONFLICT (cause_id, lexeme) DO UPDATE SET weight = excluded.weight
            WHERE abs(t.weight - excluded.weight) > 1e-4 RETURNING 1),
        gone AS (
            DELETE FROM rca_causeword t WHERE t.cause_id = %s
            AND NOT EXISTS (SELECT FROM fresh WHERE fresh.lexeme = t.lexeme) RETURNING 1)
        SELECT count(*) FROM (SELECT * FROM put UNION ALL SELECT * FROM gone) changed
        """, [links, cause, cause])[0][0]  # fmt: skip
    sold = _run("""
        WITH fresh AS (SELECT product, count(*) AS n FROM rca_complaint
                       WHERE id = ANY(%s) AND product <> '' GROUP BY product),
        put AS (
            INSERT INTO rca_causeproduct AS t (cause_id, product, complaints) SELECT %s, product, n FROM fresh
            ON CONFLICT (cause_id, product) DO UPDATE SET complaints = excluded.complaints
            WHERE t.complaints <> excluded.complaints RETURNING 1),
        gone AS (
            DELETE FROM rca_causeproduct t WHERE t.cause_id = %s
            AND NOT EXISTS (SELECT FROM fresh WHERE fresh.product = t.product) RETURNING 1)
        SELECT count(*) FROM (SELECT * FROM put UNION ALL SELECT * FROM gone) changed
        """, [links, cause, cause])[0][0]  # fmt: skip
    miscounted = _run("UPDATE rca_cause SET complaint_count = %s WHERE id = %s AND complaint_count <> %s RETURNING 1",
                      [len(links), cause, len(links)])  # fmt: skip
    return bool(wrong or sold or miscounted)


def _batches() -> Iterator[list[int]]:
    last = 0
    while ids := [row[0] for row in _run("SELECT id FROM rca_cause WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])]:
        yield ids
        last = ids[-1]


def _sample() -> str:
    """All complaints while they are few; then about as many, from pages taken at random."""
    guess = max(_run("SELECT reltuples FROM pg_class WHERE oid = 'rca_complaint'::regclass")[0][0], 0)
    return f"TABLESAMPLE SYSTEM ({100 * ALL_UNTIL / guess:.4f})" if guess > 1.2 * ALL_UNTIL else ""


def _run(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
