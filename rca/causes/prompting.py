"""“Have we met this before?”: which known causes are offered for the words being typed, why, and how loudly.

It is quiet by rule: nothing before five words, small where the three do not stand out, open only where the first does;
in a young house a list of the open causes. Never a probability, never a choice made for anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Account, User
from rca.causes.choosing import MOST, NONE
from rca.causes.models import Affected, Cause
from rca.causes.ranking import Grasp, Likely, alike, gap, grasp, rank, spelled
from rca.causes.suggesting import Suggestion, suggestions
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.text import clean

WORDS = 5  # known words of a text before anything is offered
SHOWN = 3
READ = 20_000  # characters of what is typed; more of them make no cause likelier, and the page says them all again
MAYBE, PLAIN = 0.03, 0.05  # the gap from the first to the fourth: below, “maybe”; from there on the first is opened
FAINT = 0.2  # of the first; below, the words hardly touch and all of it is “maybe”
YOUNG_LINKS, YOUNG_CAUSES = 20, 4  # a house with fewer has learnt too little to say “likely”


@dataclass
class Asked:
    """What stands in the form at this moment; whatever cannot be read there counts as not yet written."""

    user: User
    words: str = ""
    product: str = ""
    account: Account | None = None
    complaint: Complaint | None = None
    chosen: list[int] = field(default_factory=list)
    none: bool = False
    at: datetime = field(default_factory=now)

    @classmethod
    def of(cls, user: User, typed: Mapping[str, Any], chosen: list[str]) -> "Asked":
        complaint = _row(Complaint.objects.visible_to(user).select_related("account"), "C", typed.get("complaint", ""))
        if complaint:
            return cls(user, complaint.words, complaint.product, complaint.account, complaint)
        accounts = Account.objects.visible_to(user)
        account = _row(accounts, "A", typed.get("account_ref", ""))
        account = account or accounts.named(str(typed.get("account", ""))[:200])
        picked = [pk for ref in chosen[:MOST] if (pk := _number("R", ref))]
        words, product = (clean(str(typed.get(name, ""))[:most]) for name, most in (("words", READ), ("product", 120)))
        return cls(user, words, product, account, None, list(dict.fromkeys(picked)), NONE in chosen)


@dataclass
class Known:
    """What is shown: `manner` is first, plain, maybe, list, account or nothing."""

    manner: str
    rows: list[Suggestion]
    similar: list[Complaint]

    @property
    def complaints(self) -> list[str]:
        return [one.ref for one in self.similar]

    @property
    def offered(self) -> str:
        return " ".join(one.cause.ref for one in self.rows)


def known(asked: Asked) -> Known:
    """1. Too little is written: only what the account tells. 2. A young house: its open causes, in a sensible order.
    3. The three likeliest, as loudly as they stand out. What was chosen stays, wherever it would stand now."""
    house = grasp(asked.words)
    young = _young(house)
    if (house.words if young else house.known) < WORDS:
        manner, likely = "account", _of_account(asked)
        similar: list[Complaint] = []
    else:
        account = asked.account.pk if asked.account else None
        likely = rank(asked.words, product=asked.product, account=account, at=asked.at)
        manner = "list" if young else _manner(likely)
        similar = _similar(asked, likely)
        likely = _with_open(likely) if young and not asked.complaint else likely[:SHOWN]
    likely += [Likely(pk, 0.0, [], False) for pk in asked.chosen if pk not in {one.cause for one in likely}]
    stems = {stem for one in likely for stem in one.because}
    rows = suggestions(asked.user, likely, spelled(stems, asked.words) if stems else {}, asked.account, asked.product)
    for place, row in enumerate(rows, 1):
        row.chosen, row.key = row.cause.pk in asked.chosen, place if place <= SHOWN else None
        row.open = place == 1 and manner == "first"
    return Known(manner if rows else "nothing", rows, similar)


def _manner(likely: list[Likely]) -> str:
    width = gap([one.score for one in likely])
    if not likely or likely[0].score < FAINT:
        return "maybe"
    return "first" if width >= PLAIN else "plain" if width >= MAYBE else "maybe"


def _young(house: Grasp) -> bool:
    """Whether the house has learnt too little to call anything likely."""
    return house.causes < YOUNG_CAUSES or house.links < YOUNG_LINKS


def _of_account(asked: Asked) -> list[Likely]:
    """The causes that have hit this account, the ones it has not been told of first."""
    if asked.account is None:
        return []
    rows = Affected.objects.visible_to(asked.user).filter(account=asked.account, cause__merge=None)
    found = rows.order_by("telling", "-id").values_list("cause_id", flat=True)[:SHOWN]
    return [Likely(cause, 0.0, [], False) for cause in found]


def _with_open(likely: list[Likely]) -> list[Likely]:
    """Those that the words are like, then the other open ones, those with most complaints first; five in all."""
    named = [one.cause for one in likely]
    more = Cause.objects.open().exclude(pk__in=named).order_by("-complaint_count", "-opened_at", "-pk")
    return (likely + [Likely(pk, 0.0, [], False) for pk in more.values_list("pk", flat=True)[:SHOWN]])[: SHOWN + 2]


def _similar(asked: Asked, likely: list[Likely]) -> list[Complaint]:
    but = asked.complaint.pk if asked.complaint else None
    found = alike(asked.words, causes=[one.cause for one in likely[:SHOWN]], but=but)
    rows = Complaint.objects.visible_to(asked.user).select_related("account").prefetch_related("cause_links")
    by_number = rows.in_bulk(found)
    return [by_number[pk] for pk in found if pk in by_number]


def _row(rows: Any, letter: str, text: Any) -> Any:
    pk = _number(letter, text)
    return rows.filter(pk=pk).first() if pk else None


def _number(letter: str, text: Any) -> int | None:
    try:
        return number(letter, str(text)) if str(text).strip() else None
    except Refused:
        return None
