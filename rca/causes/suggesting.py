"""One known cause as the prompt shows it: why it is offered, how it stands, what may be said, what they have heard."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Prefetch

from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.acts import KnownLine
from rca.causes.models import Cause
from rca.causes.ranking import Likely
from rca.causes.roster import ALIVE, Affected
from rca.lib.said import day, moment
from rca.lib.text import listed

HOW = {"complained": "They complained of this before", "rule": "A rule found them", "hand": "A colleague named them"}


@dataclass
class Suggestion:
    cause: Cause
    because: str
    badge: tuple[str, str]  # the state, and in words
    line: KnownLine | None
    heard: list[str] = field(default_factory=list)  # what this account was told or promised
    roster: str = ""  # that this account is on the roster and has not been told
    fixed: str = ""  # since when its fix is in place
    chosen: bool = False
    key: int | None = None  # Alt and this number
    open: bool = False

    @property
    def ref(self) -> str:
        return self.cause.ref

    @property
    def standing(self) -> str:
        return self.badge[1]


def suggestions(
    user: User, likely: list[Likely], spelled: dict[str, str], account: Account | None, product: str
) -> list[Suggestion]:
    """In the order given; a fixed number of queries however many they are."""
    causes = _causes(user, [one.cause for one in likely])
    rows = _roster(user, account, causes)
    promises = _promises(account, causes)
    return [
        _suggestion(causes[one.cause], one, spelled, rows.get(one.cause), account, product, promises)
        for one in likely
        if one.cause in causes
    ]


def _causes(user: User, ids: list[int]) -> dict[int, Cause]:
    lines = Prefetch("lines", KnownLine.objects.approved().select_related("approved_by").order_by("-id"), "approved")
    rows = Cause.objects.visible_to(user).filter(merge=None).prefetch_related("fixes__completion", lines)
    return rows.annotate(back=Max("recurrences__at")).in_bulk(ids)  # type: ignore[no-any-return]


def _roster(user: User, account: Account | None, causes: dict[int, Cause]) -> dict[int, Affected]:
    if account is None:
        return {}
    rows = Affected.objects.visible_to(user).filter(account=account, cause__in=causes)
    rows = rows.select_related("telling__by", "waiver").prefetch_related("messages")
    return {row.cause_id: row for row in rows}


def _promises(account: Account | None, causes: dict[int, Cause]) -> list[Any]:
    """What this account still waits for from us because of these causes, as (cause, promise)."""
    if account is None:
        return []
    rows = account.promises.open().filter(complaint__cause_links__cause__in=causes)
    return list(rows.annotate(cause=Max("complaint__cause_links__cause")).order_by("window_from")[:10])


def _suggestion(
    cause: Cause, one: Likely, spelled: dict[str, str], row: Affected | None, account: Account | None, product: str,
    promises: list[Any],
) -> Suggestion:  # fmt: skip
    mine: Any = cause  # `approved` and `back` are what `_causes` reads with it
    fixed = _fixed(cause)
    words = [f"“{spelled.get(stem, stem)}”" for stem in one.because]
    found = listed([*words, *([product] if one.same_product else [])], 4)
    because = f"Because of {found}." if found else ""
    if row and not because:
        because = f"{HOW[row.how]}{': ' + row.why if row.why else ''}."
    told = _told(row, account) if row and account else ""
    waits = bool(row and account) and not told
    return Suggestion(
        cause=cause, because=because, badge=_badge(cause, fixed, mine.back),
        line=mine.approved[0] if mine.approved else None, fixed=day(fixed),
        heard=[*([told] if told else []),
               *(f"Promised to them: {one.says}." for one in promises if one.cause == cause.pk)],
        roster=f"{account} is on the roster of {cause.ref} and has not been told." if waits else "",
    )  # fmt: skip


def _told(row: Affected, account: Account) -> str:
    """What this account has heard of it, is about to hear, or will not; nothing where it waits."""
    mine: Any = row
    if hasattr(row, "telling"):
        how = mine.telling.get_channel_display()
        how = how if how == "in person" else f"by {how}"
        return f"{account} was told {how} on {day(mine.telling.at)}, by {mine.telling.by.first_name}."
    if hasattr(row, "waiver"):
        return f"{account} is not to be told: {row.waiver.reason}"
    alive = next((message for message in mine.messages.all() if message.state in ALIVE), None)
    return f"{alive.ref} is on its way to them, {moment(alive.due_at)}." if alive else ""


def _fixed(cause: Cause) -> Any:
    """When the last of its fixes was put in place."""
    done = [fix.completion.at for fix in cause.fixes.all() if fix.state == "done" and hasattr(fix, "completion")]
    return max(done, default=None)


def _badge(cause: Cause, fixed: Any, back: Any) -> tuple[str, str]:
    state = Cause.State(cause.state)
    if state == Cause.State.RECURRING and back:
        return "late", f"came back {day(back)}"
    if state == Cause.State.FIXING:
        due = min((fix.due for fix in cause.fixes.all() if fix.state == "open"), default=None)
        return "due", f"fix due {day(due)}" if due else "fix under way"
    if state in (Cause.State.WATCHED, Cause.State.CLOSED) and fixed:
        return "kept", f"fix in place since {day(fixed)}"
    return "rest", str(state.label)
