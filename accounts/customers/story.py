"""An account's page as one story: what they told us, what we promised, what hit them, how they ask to be reached."""

from typing import Any, NamedTuple

from django.utils import timezone

from accounts.audit.models import Entry
from accounts.audit.moments import moments
from accounts.customers.contacts import Contact
from accounts.customers.models import Account
from accounts.customers.told import complaints, ended, hit, touches
from rca.lib.clock import zone
from rca.lib.text import capped, count

FIRST, LAST = 8, 19  # the hours that are drawn of a day


class Hours(NamedTuple):
    """When somebody asked to be reached, drawn on the line of a day; offsets and widths in percent."""

    start: float
    width: float
    opens: str
    closes: str
    end: float
    here: float  # where their clock stands now, or less than nothing


def hours(contact: Contact, clock: str) -> Hours | None:
    wish = contact.preference if hasattr(contact, "preference") else None
    if wish is None or wish.opens is None or wish.closes is None:
        return None
    begin, end = (min(max(one.hour + one.minute / 60, FIRST), LAST) for one in (wish.opens, wish.closes))
    now = timezone.now().astimezone(zone(clock))
    return Hours(
        _share(begin), max(_share(end) - _share(begin), 1), f"{wish.opens:%-H:%M}", f"{wish.closes:%-H:%M}",
        _share(end),
        _share(now.hour + now.minute / 60) if FIRST <= now.hour < LAST else -1,
    )  # fmt: skip


def _share(hour: float) -> float:
    return round(100 * (hour - FIRST) / (LAST - FIRST), 1)


def story(account: Account) -> dict[str, Any]:
    """Everything the page shows of the later rooms, read through related names only."""
    opened = account.complaints.filter(state="open")
    promises = account.promises.select_related("owner").order_by("-window_from", "-pk")
    settled = list(promises.filter(state__in=["kept", "late", "broken"]).values_list("pk", "window_from", "state")[:10])
    affected, untold = hit(account)
    return {
        "complaints": complaints(account),
        "open_complaints": capped(opened),
        "affected": affected,
        "untold": untold,
        "promised": promises.filter(state="open").reverse()[:20],
        "settled": [ended(*one) for one in reversed(settled)],
        "kept": sum(state == "kept" for _, _, state in settled),
        "messages_sent": account.messages.order_by("-at").only("state", "account_id")[:5],
        "touches": touches(account),
        "moments": moments(Entry.objects.about([account.ref])[:30], account.ref, most=40),
        "aliases": list(account.aliases.order_by("name").values_list("name", flat=True)),
    }


def lede(open_complaints: str, untold: int) -> tuple[str, str]:
    """Two sentences: what is open with them, and what they have not been told."""
    if open_complaints == "0":
        first = "Nothing they told us is open."
    else:
        first = "One complaint is open." if open_complaints == "1" else f"{open_complaints} complaints are open."
    if not untold:
        return first, ""
    return first, f"They have not been told of {count(untold, 'cause')} that hit them."
