"""Whom of an account to tell, on which channel and when: as they asked, and never against it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Prefetch

from accounts.customers.models import Channel, Contact
from rca.causes.roster import Affected, AffectedQuerySet
from rca.hours.reading import lately
from rca.lib import phones
from rca.lib.clock import Calendar, inside, next_inside, zone
from rca.lib.said import day
from rca.lib.text import listed

TRIES = 3  # calls that nobody answered, after which another way is no longer against their wish
BY_HAND = {Channel.SOCIAL, Channel.POST, Channel.PERSON}  # ways for which we keep no address
SOON = timedelta(minutes=2)  # a slot so near counts as “now”


class Plan(NamedTuple):
    """How one account would hear of it. `out` says why it cannot; then there is no slot."""

    contact: Contact | None
    channel: str
    address: str
    due_at: datetime | None
    now: bool
    wished: str = ""  # the channel they asked for
    out: str = ""
    note: str = ""  # what is worth knowing: the wished channel is not possible, their hours are not known

    @property
    def group(self) -> str:
        if self.out:
            return "out"
        return "hand" if self.channel != Channel.EMAIL else "now" if self.now else "later"

    @property
    def spoken(self) -> str:
        """The address as people write it."""
        return said_address(self.channel, self.address)

    @property
    def there(self) -> str:
        """The slot by their clock, when it is not ours."""
        zone_name = self.contact.account.time_zone if self.contact else ""
        if not self.due_at or not zone_name or zone_name == settings.TIME_ZONE:
            return ""
        from_them = self.due_at.astimezone(zone(zone_name))
        return f"{from_them.hour}:{from_them:%M} in {zone_name.split('/')[-1].replace('_', ' ')}"


def with_ways(rows: AffectedQuerySet) -> AffectedQuerySet:
    """The rows with all that a plan reads: a fixed number of queries."""
    people = Contact.objects.select_related("preference").order_by("id")
    return rows.select_related("account", "cause").prefetch_related(
        Prefetch("account__contacts", people), "messages__tries"
    )


def plan(affected: Affected, at: datetime, *, channel: str = "", any_hour: bool = False) -> Plan:
    """Their contact, the channel they asked for or the next that works, and the first slot inside their hours."""
    people = _people(affected)
    if not people:
        return _out("Nobody is known there: add a contact to the account.")
    open_to_us = [one for one in people if not _asked_not_to(one)]
    if not open_to_us:
        return _out(f"{listed([one.name for one in people])} asked not to be contacted.")
    failing = []
    for contact in open_to_us:
        wished, ways = _wish(contact), _ways(contact, _worn_out(affected, contact))
        chosen = wished if wished in ways else next(iter(ways), "")
        if channel:
            chosen = channel if channel in BY_HAND or channel in _ways(contact, set()) else ""
        if chosen:
            return _planned(contact, wished, chosen, at, any_hour, ways)
        failing.append(f"{contact.name}: {_why_not(contact, channel)}")
    return _out("No way to reach them. " + " ".join(failing))


def impossible(affected: Affected, contact: Contact, channel: str) -> bool:
    """Whether the channel cannot be used for this contact now: then another one is not against their wish."""
    return channel not in _ways(contact, _worn_out(affected, contact))


def address(contact: Contact, channel: str) -> str:
    return {Channel.EMAIL: contact.email, Channel.PHONE: contact.phone, Channel.TEXT: contact.phone}.get(
        Channel(channel), ""
    )


def said_address(channel: str, to: str) -> str:
    return phones.spoken(to) if channel in (Channel.PHONE, Channel.TEXT) else to


def _planned(contact: Contact, wished: str, channel: str, at: datetime, any_hour: bool, ways: dict[str, str]) -> Plan:
    undo = timedelta(seconds=settings.MAIL_UNDO_SECONDS) if channel == Channel.EMAIL else timedelta(0)
    earliest = at + undo
    due = earliest if any_hour else slot(contact, earliest, channel)
    note = ""
    if wished and channel != wished and wished not in ways:
        note = f"{contact.name} asked for {Channel(wished).label}; that does not work: {_why_not(contact, wished)}"
    elif not wished:
        note = f"{contact.name} was never asked how to be reached."
    return Plan(contact, channel, address(contact, channel), due, due <= earliest + SOON, wished, note=note)


def slot(contact: Contact, moment: datetime, channel: str) -> datetime:
    """The first moment from then on inside their days and hours."""
    days, opens, closes = _asked(contact)
    if _as_we_work(channel, opens, closes):
        return _ours(contact, days).next_open(moment)
    return next_inside(moment, days, opens, closes, contact.account.time_zone)


def open_at(contact: Contact, moment: datetime, channel: str) -> bool:
    days, opens, closes = _asked(contact)
    if _as_we_work(channel, opens, closes):
        return _ours(contact, days).open_at(moment)
    return inside(moment, days, opens, closes, contact.account.time_zone)


def _asked(contact: Contact) -> tuple[list[int], time | None, time | None]:
    wish = getattr(contact, "preference", None)
    return (wish.days, wish.opens, wish.closes) if wish else ([], None, None)


def _as_we_work(channel: str, opens: time | None, closes: time | None) -> bool:
    """Where they said no hours, nobody is rung up or texted outside hours like ours by a clock of their own."""
    return not (opens or closes) and channel not in (Channel.EMAIL, Channel.POST)


def _ours(contact: Contact, days: list[int]) -> Calendar:
    return lately().calendar.only(days).moved(contact.account.time_zone)


def _people(affected: Affected) -> list[Contact]:
    """Who is still there: whoever complained of this first, then in the order in which we met them."""
    here = [one for one in affected.account.contacts.all() if one.moved_on_at is None]
    spoke = {one.contact_id for one in getattr(affected, "complaints", [])}
    for one in here:
        one.account = affected.account  # their hours are read in the account's zone: no query for each
    return sorted(here, key=lambda one: one.pk not in spoke)


def _asked_not_to(contact: Contact) -> bool:
    wish = getattr(contact, "preference", None)
    return bool(wish and wish.do_not_contact)


def _wish(contact: Contact) -> str:
    wish = getattr(contact, "preference", None)
    return wish.channel if wish else ""


def _ways(contact: Contact, worn_out: set[str]) -> dict[str, str]:
    """The channels that can work, in the order in which we would take them, with their address."""
    ways: dict[str, str] = {}
    if contact.email and not contact.bounced_at:
        ways[Channel.EMAIL] = contact.email
    if contact.phone:
        ways |= {Channel.PHONE: contact.phone, Channel.TEXT: contact.phone}
    if (wished := _wish(contact)) in BY_HAND:
        ways[wished] = ""
    return {way: to for way, to in ways.items() if way not in worn_out}


def _worn_out(affected: Affected, contact: Contact) -> set[str]:
    """Channels on which nobody answered three times over."""
    tries: dict[str, int] = {}
    messages: Iterable[Any] = affected.messages.all()
    for message in messages:
        if message.contact_id == contact.pk:
            failed = [one for one in message.tries.all() if one.outcome in ("no_answer", "voicemail")]
            tries[message.channel] = tries.get(message.channel, 0) + len(failed)
    return {channel for channel, number in tries.items() if number >= TRIES}


def _why_not(contact: Contact, channel: str = "") -> str:
    if contact.bounced_at and channel in ("", Channel.EMAIL):
        return f"mail came back on {day(contact.bounced_at)}."
    if channel == Channel.EMAIL:
        return "no e-mail address is known."
    if channel in (Channel.PHONE, Channel.TEXT) and contact.phone:
        return "nobody answered three times."
    if channel in (Channel.PHONE, Channel.TEXT):
        return "no number is known."
    return "neither an address nor a number is known."


def _out(reason: str) -> Plan:
    return Plan(None, "", "", None, False, out=reason)
