"""Which names may be an account that we have: by a number, an address, a mail domain, or nearly the same name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection

from rca.lib import phones

if TYPE_CHECKING:
    from rca.imports.naming import Named

ALIKE = 0.45  # of pg_trgm's similarity: “Harbour Bks Ltd” and “Harbour Books” are, “Globex” and “Globe Dairy” are not
TOGETHER = 50  # names asked about at once, so that no statement takes long
# At these, a shared domain says nothing of who somebody works for.
ANYBODYS = ["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com",
            "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "qq.com",
            "163.com", "btinternet.com", "hotmail.co.uk", "yahoo.co.uk", "orange.fr", "free.fr"]  # fmt: skip
HERE_BEFORE = "a.id <= %(mark)s"  # accounts that the file itself opened are no candidates
ASKED = "unnest(%(folded)s::text[], %(email)s::text[], %(phone)s::text[]) AS n (folded, email, phone)"
BY_NUMBER = f"""
    SELECT DISTINCT ON (n.folded) n.folded, a.id,
           CASE WHEN n.email <> '' AND lower(c.email) = n.email THEN 'same e-mail address' ELSE 'same number' END
           || ' as ' || c.name
    FROM {ASKED}
    JOIN accounts_contact c ON (n.email <> '' AND lower(c.email) = n.email) OR (n.phone <> '' AND c.phone = n.phone)
    JOIN accounts_account a ON a.id = c.account_id WHERE {HERE_BEFORE}
    ORDER BY n.folded, (lower(c.email) = n.email) DESC, a.id"""
BY_DOMAIN = f"""
    SELECT DISTINCT ON (n.folded) n.folded, a.id, 'same mail domain, ' || split_part(n.email, '@', 2)
    FROM {ASKED}
    JOIN accounts_contact c ON c.email <> '' AND split_part(lower(c.email), '@', 2) = split_part(n.email, '@', 2)
    JOIN accounts_account a ON a.id = c.account_id
    WHERE n.email <> '' AND NOT split_part(n.email, '@', 2) = ANY(%(anybodys)s) AND {HERE_BEFORE}
    ORDER BY n.folded, similarity(a.folded, n.folded) DESC, a.id"""
BY_NAME = f"""
    SELECT n.folded, near.id, near.why FROM {ASKED}
    CROSS JOIN LATERAL (
        SELECT found.id, found.why FROM (
            SELECT a.id, 'nearly the same name' AS why, similarity(a.folded, n.folded) AS alike
            FROM accounts_account a WHERE a.folded %% n.folded AND {HERE_BEFORE}
            UNION ALL
            SELECT a.id, 'nearly the same as ' || l.name, similarity(l.folded, n.folded)
            FROM accounts_alias l JOIN accounts_account a ON a.id = l.account_id
            WHERE l.folded %% n.folded AND {HERE_BEFORE}
        ) found ORDER BY found.alike DESC, found.id LIMIT 1
    ) near"""


def likely(mark: int, names: "Mapping[str, Named]") -> dict[str, tuple[int, str]]:
    """For each name that may be an account up to number `mark`: that account, and why we think so."""
    found: dict[str, tuple[int, str]] = {}
    if not mark:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
        for query in (BY_NUMBER, BY_DOMAIN, BY_NAME):
            left = [folded for folded in names if folded not in found]
            for start in range(0, len(left), TOGETHER):
                asked = {folded: names[folded] for folded in left[start : start + TOGETHER]}
                cursor.execute(query, _asked(mark, asked))
                found |= {folded: (account, why) for folded, account, why in cursor.fetchall()}
    return found


def _asked(mark: int, names: "Mapping[str, Named]") -> dict[str, Any]:
    return {
        "mark": mark, "anybodys": ANYBODYS, "folded": list(names),
        "email": [one.email.lower() for one in names.values()],
        "phone": [phones.e164(one.phone) if one.phone else "" for one in names.values()],
    }  # fmt: skip
