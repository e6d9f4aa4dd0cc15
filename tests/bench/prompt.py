"""How long the prompt of known causes takes with a large house behind it, made by SQL in a database of its own.

AMENDS_DATA=.data/bench AMENDS_FSYNC=0 python -m tests.bench.prompt 1000000 5000
"""

import random
import sys
import time
from collections.abc import Callable
from typing import Any

VOCABULARY, OWN, LENGTH = 30_000, 60, 110  # words in use, of each cause, and in a text: about 73 different ones
PRODUCTS = 40
ASKED = (10, 20, 40, 0)  # words typed; 0 is the whole text
BAR = 100.0  # milliseconds, for 95 of 100

WORD = "translate({}::text, '0123456789', 'bdfgklmnpr')"  # a number as letters: a word that no stemmer changes
# Two thirds of a text are words that everybody uses, the lower numbers more often; one third are its cause's own.
EVERYBODYS = f"100 + floor(exp(random() * ln({VOCABULARY})))::int"
OURS = f"100 + abs(hashint4(n.cause * {OWN} + floor(random() * random() * {OWN})::int)) % {VOCABULARY}"
TEXT = f"""
    (SELECT string_agg({WORD.format(f"CASE WHEN k % 3 > 0 THEN {EVERYBODYS} ELSE {OURS} END")}, ' ')
     FROM generate_series(1, {LENGTH} / 2 + (random() * {LENGTH})::int) k WHERE n.number IS NOT NULL)"""


def prepare(*, complaints: int, causes: int, say: Callable[[str], object] = print) -> None:
    """Fills an empty house; where complaints are already, only causes, links and what is learnt of them are added."""
    from django.db import connection

    from rca.causes.counting import count_words
    from rca.causes.learning import reread

    _somebody()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")  # the rows are sound by the way they are made
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("SELECT count(*) FROM (SELECT FROM rca_complaint LIMIT 1) one")
        steps: list[tuple[str, Callable[[], object]]] = []
        if not cursor.fetchone()[0]:
            steps += [("accounts", lambda: cursor.execute(ACCOUNTS, [max(complaints // 100, 10)])),
                      ("complaints", lambda: _complaints(cursor, complaints, causes))]  # fmt: skip
        steps += [
            ("causes", lambda: cursor.execute(CAUSES, [causes])),
            ("links", lambda: cursor.execute(LINKS)),
            ("roster", lambda: cursor.execute(ROSTER)),
            ("word counts", count_words),
            ("sums", lambda: _sums(cursor, causes)),
            ("products", lambda: cursor.execute(PRODUCT_COUNTS)),
            ("numbers", lambda: cursor.execute(NUMBERS)),
            ("reading rows", lambda: _reread(reread)),
            ("statistics", lambda: cursor.execute("VACUUM ANALYZE")),
        ]
        for name, step in steps:
            began = time.monotonic()
            step()
            say(f"{name}: {time.monotonic() - began:.0f} s")
        cursor.execute("SET session_replication_role = DEFAULT")


def measure(*, rounds: int = 70, seed: int = 7) -> dict[str, Any]:
    """p50 and p95 of the whole prompt and of its parts, in milliseconds, by the number of words typed."""
    from accounts.models import Account
    from rca.causes.prompting import Asked, known
    from rca.causes.ranking import alike, rank

    dice, person = random.Random(seed), _somebody()
    texts = _texts(rounds)
    accounts = list(Account.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    found: dict[str, Any] = {"bar": BAR}
    for number in ASKED:
        times: dict[str, list[float]] = {"prompt": [], "rank": [], "alike": []}
        for text in texts:
            words = " ".join(text.split()[:number] if number else text.split())
            account = Account.objects.get(pk=dice.choice(accounts))
            asked = Asked(person, words, f"product {dice.randrange(PRODUCTS)}", account)
            _time(times["prompt"], lambda asked=asked: known(asked))
            likely: list[Any] = []
            _time(times["rank"], lambda asked=asked, likely=likely: likely.extend(
                rank(asked.words, product=asked.product, account=asked.account.pk, at=asked.at)))  # fmt: skip
            _time(times["alike"], lambda asked=asked, likely=likely: alike(
                asked.words, causes=[one.cause for one in likely[:3]]))  # fmt: skip
        found[str(number or "all")] = {name: (_at(one, 0.5), _at(one, 0.95)) for name, one in times.items()}
    found["worst"] = max(found[str(number or "all")]["prompt"][1] for number in ASKED)
    return found


def plans(words: int = 40) -> str:
    """What the database does for one prompt, with its times."""
    from django.db import connection
    from django.utils import timezone

    from rca.causes import ranking

    text = " ".join(_texts(1)[0].split()[:words])
    likely = [one.cause for one in ranking.rank(text, at=timezone.now())]
    asked = {"text": text, "product": "product 3", "account": None, "at": timezone.now(), "most": 5,
             "causes": likely[:3], "but": None}  # fmt: skip
    shown = []
    with connection.cursor() as cursor:
        for name, statement in (("rank", ranking.RANK), ("alike", ranking.ALIKE)):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING) {statement}", asked)
            shown.append(f"-- {name}\n" + "\n".join(row[0] for row in cursor.fetchall()))
    return "\n\n".join(shown)


def _time(times: list[float], ask: Callable[[], object]) -> None:
    began = time.perf_counter()
    ask()
    times.append(1000 * (time.perf_counter() - began))


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(int(share * len(times)), len(times) - 1)], 1)


def _texts(number: int) -> list[str]:
    """Texts of the same making that no complaint holds, each three times as long as one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        cursor.execute("SELECT count(*) FROM rca_cause")
        causes = cursor.fetchone()[0]
        cursor.execute(f"""
            SELECT {TEXT} || ' ' || {TEXT} || ' ' || {TEXT}
            FROM (SELECT g AS number, 1 + g * 37 % {max(int(causes), 1)} AS cause
                  FROM generate_series(1, {int(number)}) g) n""")
        return [row[0] for row in cursor.fetchall()]


def _complaints(cursor: Any, complaints: int, causes: int) -> None:
    """Without their indexes, which are made once at the end."""
    cursor.execute("""
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'rca_complaint'
        AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'rca_complaint'::regclass)""")
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    for start in range(1, complaints + 1, 20_000):
        last = min(start + 19_999, complaints)
        cursor.execute(
            COMPLAINTS, {"start": start, "last": last, "causes": causes, "accounts": max(complaints // 100, 10)}
        )
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _, made in indexes:
        cursor.execute(made)


def _somebody() -> Any:
    from accounts.models import User

    facts = {"name": "Bench Agent", "role": "agent", "password": "!"}
    return User.objects.get_or_create(email="prompt@bench.invalid", defaults=facts)[0]


def _reread(reread: Callable[[list[int]], None]) -> None:
    from rca.models import Cause

    ids = list(Cause.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), 100):
        reread(ids[start : start + 100])


def _sums(cursor: Any, causes: int) -> None:
    cursor.execute("SET work_mem = '512MB'")
    for start in range(1, causes + 1, 500):
        cursor.execute(SUMS, [start, start + 499])
    cursor.execute("RESET work_mem")


SOMEBODY = "(SELECT min(id) FROM accounts_user)"
ACCOUNTS = """
    INSERT INTO accounts_account (version, name, kind, state, time_zone, profile, segment, region, source, external_id,
                                  opened_at)
    SELECT 1, 'Account ' || g, 'customer', 'active', '', '', '', '', '', '', now() FROM generate_series(1, %s) g"""
COMPLAINTS = f"""
    INSERT INTO rca_complaint (version, account_id, words, channel, received_at, logged_at, logged_by_id, state,
        acknowledge_by, product, remedy, severity, behaviours, expected, delivered, expectation, source, external_id)
    SELECT 1, 1 + number % %(accounts)s, {TEXT.replace('%', '%%')}, 'phone',
        now() - number * interval '1 minute', now(), {SOMEBODY}, 'open', now(),
        'product ' || (cause + number % 3) % {PRODUCTS}, '', '', '{{}}', '', '', '', '', ''
    FROM (SELECT g AS number, 1 + g % %(causes)s AS cause FROM generate_series(%(start)s, %(last)s) g) n""".replace(
    " % ", " %% ").replace("%%%%", "%%")  # fmt: skip
CAUSES = f"""
    INSERT INTO rca_cause (version, title, family, state, next_review, opened_at, opened_by_id, complaint_count,
                           read_count, norm)
    SELECT 1, 'Cause ' || g, '', 'open', now(), now(), {SOMEBODY}, 0, 0, 0
    FROM generate_series(1, %s) g"""
LINKS = f"""
    INSERT INTO rca_causelink (complaint_id, cause_id, by_id, at)
    SELECT c.id, k.id, {SOMEBODY}, c.received_at
    FROM rca_complaint c JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM rca_cause) k
    ON k.place = c.id % (SELECT count(*) FROM rca_cause) ON CONFLICT DO NOTHING"""
ROSTER = f"""
    INSERT INTO rca_affected (cause_id, account_id, how, why, by_id, at)
    SELECT DISTINCT l.cause_id, c.account_id, 'complained', '', {SOMEBODY}, now()
    FROM rca_causelink l JOIN rca_complaint c ON c.id = l.complaint_id ON CONFLICT DO NOTHING"""
# Of the first complaints of each cause: enough to fill all the words that the prompt reads; it reads no sums.
SUMS = """
    INSERT INTO rca_causeword (cause_id, lexeme, weight)
    SELECT l.cause_id, u.lexeme, sum(1 + ln(array_length(u.positions, 1))) / 10
    FROM (SELECT *, row_number() OVER (PARTITION BY cause_id ORDER BY id) AS place FROM rca_causelink
          WHERE cause_id BETWEEN %s AND %s) l
    JOIN rca_complaint c ON c.id = l.complaint_id, unnest(c.search) u JOIN rca_word USING (lexeme)
    WHERE l.place <= 25 GROUP BY l.cause_id, u.lexeme"""
PRODUCT_COUNTS = """
    INSERT INTO rca_causeproduct (cause_id, product, complaints)
    SELECT l.cause_id, c.product, count(*) FROM rca_causelink l JOIN rca_complaint c ON c.id = l.complaint_id
    WHERE c.product <> '' GROUP BY 1, 2"""
NUMBERS = """
    UPDATE rca_cause SET complaint_count = n.number
    FROM (SELECT cause_id, count(*) AS number FROM rca_causelink GROUP BY 1) n WHERE n.cause_id = rca_cause.id"""


def main(complaints: int, causes: int) -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rca.settings")
    from rca.lib import embedded

    with embedded.server_if_needed():
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from rca.models import CauseWord

        if not CauseWord.objects.exists():
            prepare(complaints=complaints, causes=causes, say=lambda line: print(line, flush=True))
        for name, figures in measure().items():
            print(name, figures)
        if "--plans" in sys.argv:
            print(plans())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
