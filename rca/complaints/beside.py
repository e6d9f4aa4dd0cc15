"""What stands beside the form while a customer is on the line: who they are, what was lately, what would clash."""

import re
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models.functions import Left

from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now, zone
from rca.lib.said import hour

LATELY = timedelta(days=90)
TWINS = timedelta(days=14)  # a second call about the same thing comes within days
# Words that two complaints share without being about the same thing.
DULL = {
    "about", "after", "again", "been", "before", "being", "came", "could", "does", "from", "have", "here",
    "just", "made", "more", "much", "once", "only", "order", "ordered", "other", "said", "same", "says",
    "some", "such", "than", "that", "them", "then", "there", "they", "thing", "this", "time", "told", "very",
    "want", "wanted", "were", "what", "when", "where", "which", "will", "with", "would", "your", "yours",
}  # fmt: skip


class Line(NamedTuple):
    at: datetime
    ref: str
    url: str
    says: str
    sorry: bool = False  # something we owe them a word for


def who(account: Account | None) -> list[Contact]:
    """The people of an account, each with how they want to be reached."""
    return list(account.contacts.here().select_related("preference")[:20]) if account and account.pk else []


def lately(account: Account) -> list[Line]:
    """Complaints, promises, contacts and purchases of the last ninety days as one short list, the newest first."""
    since = now() - LATELY
    lines = [
        Line(one.received_at, one.ref, one.get_absolute_url(), f"{one.gist} {_stands(one)}")
        for one in account.complaints.filter(received_at__gte=since).order_by("-received_at", "-pk")[:6]
    ]
    for promise in account.promises.filter(made_at__gte=since).order_by("-made_at")[:6]:
        standing = promise.standing()
        sorry, url = standing in ("broken", "overdue", "late"), promise.get_absolute_url()
        lines.append(Line(promise.made_at, promise.ref, url, f"we promised: {promise.says}, {standing}.", sorry))
    calls = account.touches.filter(at__gte=since).select_related("contact").prefetch_related("returned_by")
    lines += [_touch(touch) for touch in calls.order_by("-at", "-pk")[:12] if not re.match(r"[CP]-", touch.about)]
    lines += [_bought(buy) for buy in account.purchases.filter(on__gte=since.date()).order_by("-on")[:4]]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:10]


def _bought(buy: Any) -> Line:
    many = f"{buy.quantity.normalize():f} of " if buy.quantity else ""
    bill = f", invoice {buy.reference}" if buy.reference else ""
    at = datetime.combine(buy.on, time(), tzinfo=zone())
    return Line(at, "", "", f"bought {many}{buy.product or 'from us'}{bill}.")


def _stands(complaint: Complaint) -> str:
    if complaint.state != Complaint.State.OPEN:
        return f"({complaint.get_state_display()})"
    return "(open, owned up)" if complaint.acknowledged_at else "(open, nobody has owned up yet)"


def _touch(touch: Any) -> Line:
    unreturned = touch.reached is False and not touch.returned_by.all()
    sorry = unreturned and touch.way == "in"  # they rang and left word; what they never returned is no fault of ours
    tail = " Nobody called back." if sorry else " They have not rung back." if unreturned else ""
    return Line(touch.at, "", "", f"{touch.says}{touch.words and ' ' + touch.words}{tail}", sorry)


def twins(account: Account | None, words: str, but: int = 0) -> list[Complaint]:
    """Open complaints of this account, of the last days, that say much the same: perhaps the same one twice."""
    said = _stems(words)
    if not (account and account.pk) or len(said) < 2:
        return []
    rows = account.complaints.filter(state="open", received_at__gte=now() - TWINS).exclude(pk=but)
    rows = rows.annotate(beginning=Left("words", 2000)).order_by("-received_at", "-pk")[:20]
    found: list[Complaint] = []
    for one in rows:
        theirs = _stems(one.beginning)
        shared = len(said & theirs)
        if shared >= 2 and shared >= 0.5 * min(len(said), len(theirs)):
            found.append(one)
    return found[:3]


def _stems(words: str) -> set[str]:
    """The beginnings of the words that say something: “charged” and “charge” are one."""
    return {word[:6].rstrip("esdg") for word in re.findall(r"[^\W_]{4,}", words[:2000].lower()) if word not in DULL}


def clash(user: User, window: tuple[datetime, datetime] | None, contact: Contact | None) -> list[str]:
    """What speaks against a window: hours in which they do not want to hear from us, and our own other promises."""
    if window is None:
        return []
    begins, ends = window
    found = []
    wish = getattr(contact, "preference", None) if contact else None
    if wish and not (wish.open_at(begins) and wish.open_at(ends - timedelta(minutes=1))):
        found.append(f"Outside {contact}’s usual hours ({wish.hours}): fine if they asked for this one.")
    others = user.promises.filter(state="open", window_from__lt=ends, window_until__gt=begins).select_related("account")
    names = [f"{one.account} ({hour(one.window_from)})" for one in others.order_by("window_from")[:3]]
    if names:
        found.append(f"You have promised something in that time already: {', '.join(names)}.")
    return found
