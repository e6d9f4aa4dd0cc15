"""Who is on the line: found while one types, by first letters, another spelling, an e-mail, a number or a slip."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Collate, Lower, Reverse

from accounts.customers.contacts import Contact
from accounts.customers.models import Account, AccountQuerySet, Alias
from rca.lib import phones
from rca.lib.text import clean

ALIKE = 0.45  # of its letter triples a mistyped name shares so many; a lower figure also finds what is merely short
FEW = 3  # with so many found by what was typed as it stands, nobody needs a guess
GUESSES = 200  # where more are spelled nearly so, the nearest of these will do
Hit = tuple[int, int]  # an account, and the contact it was found by, or 0


def suggested(rows: AccountQuerySet, text: str, most: int = 8) -> list[Account]:
    """The likeliest accounts among `rows`, the best first, each with `met`: the contact it was found by, or None.

    Each step is dearer than the one before and is taken only when those found too little: what begins like this, what
    has it somewhere in its name, what is spelled nearly so. An index serves every one of them.
    """
    text = clean(text).lower()[:200]
    hits: dict[int, int] = {}
    for step, enough in ((_begin, most), (_contain, most), (_resemble, FEW)):
        if text and len(hits) < enough:
            for account, contact in step(text, most):
                hits.setdefault(account, contact)
    known = rows.prefetch_related("contacts", "aliases").in_bulk(list(hits)[:most])
    found = [known[pk] for pk in hits if pk in known]
    for row in found:
        row.met = next((one for one in row.contacts.all() if one.pk == hits[row.pk]), None)
    return found


def _begin(text: str, most: int) -> Iterator[Hit]:
    """In the C collation, whose order is that of the letters’ codes, a b-tree serves LIKE 'text%' and its order."""
    ways = [
        _hits(Account.objects.annotate(start=Collate("folded", "C")).filter(start__startswith=text), 0, "start", most),
        _hits(Alias.objects.annotate(start=Collate("folded", "C")).filter(start__startswith=text), 1, "start", most),
    ]
    if len(text) > 2 and " " not in text:
        mail = Contact.objects.annotate(start=Collate(Lower("email"), "C")).filter(start__startswith=text)
        ways.append(_hits(mail, 2, "start", most))
    if digits := dialled(text):
        ends = Contact.objects.exclude(phone="").annotate(end=Collate(Reverse("phone"), "C"))
        ways.append(_hits(ends.filter(end__startswith=digits[::-1]), 3, "end", most))
        starts = Contact.objects.exclude(phone="").annotate(start=Collate("phone", "C"))
        ways.append(_hits(starts.filter(start__startswith=phones.beginning(digits)), 4, "start", most))
    if ref := re.fullmatch(r"a-?([0-9]{1,18})", text):
        ways.append(_hits(Account.objects.filter(pk=int(ref[1])), -1, "pk", most))
    return _by_rank(ways)


def _contain(text: str, most: int) -> Iterator[Hit]:
    if len(text) < 3 or dialled(text):
        return iter(())
    ways = [
        _hits(model.objects.filter(folded__contains=part), rank, "", most)
        for rank, part in enumerate((f" {text}", text))
        for model in (Account, Alias)
    ]
    return _by_rank(ways)


def _resemble(text: str, most: int) -> Iterator[Hit]:
    if len(text) < 4 or re.search("[0-9@]", text):  # nobody guesses at a number or an address
        return iter(())
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The planner takes the comparison for cheap and reads the whole table: 0.2 s at 10,000 names.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        ways = []
        for model in (Account, Alias):
            near = model.objects.filter(folded__trigram_word_similar=text)
            ways.append(_hits(near.annotate(far=1 - TrigramWordSimilarity(text, "folded")), F("far"), "", GUESSES))
        found = list(_by_rank(ways))[:most]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = on")
    return iter(found)


def dialled(text: str) -> str:
    """The digits of a number as a display shows it, without the noughts it begins with; "" for what is no number."""
    if not re.fullmatch(r"[+(]?[0-9][0-9 ()./-]{4,24}", text.strip()):
        return ""
    digits = re.sub(r"[^0-9]", "", text.replace("(0)", "")).lstrip("0")
    return digits if len(digits) > 5 else ""


def _hits(rows: Any, rank: Any, order: str, most: int) -> Any:
    whose = "pk" if rows.model is Account else "account_id"
    via: Any = F("pk") if rows.model is Contact else Value(0)
    rank = rank if isinstance(rank, F) else Value(float(rank), models.FloatField())
    rows = rows.annotate(whose=F(whose), via=via, rank=rank)
    return (rows.order_by(order) if order else rows.order_by()).values_list("whose", "via", "rank")[:most]


def _by_rank(ways: list[Any]) -> Iterator[Hit]:
    first, *others = ways
    rows = first.union(*others, all=True) if others else first
    return ((account, contact) for account, contact, _ in sorted(rows, key=lambda row: row[2]))
