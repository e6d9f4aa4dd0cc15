"""Before a root becomes a new cause: which causes that we know look alike, and why; and whom a marked one may have hit.

    2  for each word that its title shares with the answer
    3  for each of the session’s complaints that is linked to it, to 9
    1  for each of their accounts that is on its roster, to 5
    2  if it is of the family that was chosen
    3  times how like their words are to those of the complaints linked to it (0 to 1)

Below 4 nothing is offered: one word, or one account, says too little. It is only ever an offer.
"""

import re
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Count

from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.acts import CauseLink, Root
from rca.causes.models import Affected, Cause
from rca.causes.ranking import alike, rank, spelled
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.said import day
from rca.lib.text import count, listed
from rca.whys.models import Why

MOST, LEAST = 3, 4.0
LOOKED_AT = 30  # causes of each kind of likeness
COMPLAINTS = 200  # of the session, at most

SHARED = """
    SELECT id, ARRAY(SELECT unnest(tsvector_to_array(to_tsvector('english', title))) INTERSECT
                     SELECT unnest(tsvector_to_array(to_tsvector('english', %(answer)s))))
    FROM rca_cause WHERE id = ANY(%(causes)s)"""


class Resembling(NamedTuple):
    """A cause that is known, and what it shares with this why."""

    cause: Cause
    because: str
    key: int  # Alt and this number


class Hit(NamedTuple):
    """Whom a marked root has on its roster, and who else complained in much the same words."""

    cause: Cause
    number: int
    more: list[Account]


def resembling(user: User, why: Why, *, family: str = "") -> list[Resembling]:
    """At most three causes that this why may be the root of already, the likeliest first."""
    complaints = list(why.session.complaints.values_list("pk", "account_id", "words")[:COMPLAINTS])
    linked = _counted(CauseLink.objects.filter(complaint__in=[row[0] for row in complaints]), "complaint")
    accounts = _counted(Affected.objects.filter(account__in={row[1] for row in complaints}), "account")
    text = " ".join([why.answer, *(row[2] for row in complaints)])
    like = {one.cause: one.score for one in rank(text, at=now())}
    found = {*_titled(user, why.answer), *linked, *accounts, *like}
    causes = Cause.objects.visible_to(user).filter(merge=None).in_bulk(list(found))
    shared = _shared(why.answer, list(causes))
    scores = {
        pk: 2 * len(shared[pk]) + min(accounts.get(pk, 0), 5) + 3 * min(linked.get(pk, 0), 3)
        + 2 * (cause.family == family != "") + 3 * max(like.get(pk, 0.0), 0.0)
        for pk, cause in causes.items()
    }  # fmt: skip
    best = sorted((pk for pk in scores if scores[pk] >= LEAST), key=lambda pk: (-scores[pk], -pk))[:MOST]
    spelt = spelled({stem for pk in best for stem in shared[pk]}, why.answer)
    return [
        Resembling(causes[pk], _because(causes[pk], [spelt[stem] for stem in shared[pk]], accounts.get(pk, 0),
                                        linked.get(pk, 0), causes[pk].family == family != ""), place)
        for place, pk in enumerate(best, 1)
    ]  # fmt: skip


def hit(user: User, root: Root) -> Hit:
    """Who is on the roster of this root’s cause, and who is not and says much the same."""
    cause, session = root.cause, root.why.session
    words = [session.problem, *session.complaints.values_list("words", flat=True)[:20]]
    found = alike(" ".join(words), causes=[cause.pk], most=20)
    there = Affected.objects.filter(cause=cause).values("account")
    rows = Complaint.objects.visible_to(user).filter(pk__in=found).exclude(account__in=there)
    more = Account.objects.visible_to(user).filter(pk__in=rows.values("account")).order_by("pk")
    return Hit(cause, cause.affected.count(), list(more))


def _titled(user: User, answer: str) -> list[int]:
    """Causes whose title has a word of the answer, those with most and rarest first."""
    words = list(dict.fromkeys(re.findall(r"\w{3,}", answer.lower())))[:40]
    if not words:
        return []
    asked = SearchQuery(" or ".join(words), config="english", search_type="websearch")
    vector = SearchVector("title", config="english")
    rows = Cause.objects.visible_to(user).annotate(said=vector).filter(said=asked, merge=None)
    return list(
        rows.annotate(rank=SearchRank(vector, asked)).order_by("-rank", "-pk").values_list("pk", flat=True)[:LOOKED_AT]
    )


def _counted(rows: Any, what: str) -> dict[int, int]:
    found = rows.order_by().values("cause").annotate(n=Count(what, distinct=True)).order_by("-n", "-cause")
    return {row["cause"]: row["n"] for row in found[:LOOKED_AT]}


def _shared(answer: str, causes: list[int]) -> dict[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, {"answer": answer, "causes": causes})
        return {int(pk): sorted(stems) for pk, stems in cursor.fetchall()}


def _because(cause: Cause, words: list[str], accounts: int, linked: int, family: bool) -> str:
    """shares “price”, “list”; 4 accounts in common; open since 3 March"""
    said = [f"shares {listed([f'“{word}”' for word in words])}"] if words else []
    said += [f"{count(accounts, 'account')} in common"] if accounts else []
    said += [f"{count(linked, 'complaint')} of this session came from it"] if linked else []
    said += [f"the same family, {cause.get_family_display()}"] if family else []
    return "; ".join([*said, f"{cause.get_state_display()}, known since {day(cause.opened_at)}"])
