"""What an invitation to a session says: to a person in words, to their calendar as an event that keeps its identity."""

from datetime import UTC
from email.utils import formataddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from icalendar import Calendar, Event, vCalAddress, vText

from rca.lib.clock import now
from rca.lib.said import hour, moment
from rca.lib.text import first_line

if TYPE_CHECKING:
    from rca.whys.inviting import Invitation


def letter(one: "Invitation") -> EmailMultiAlternatives:
    """The mail, ready to go; answers go to whoever leads the session."""
    session, cancel = one.session, one.method == "cancel"
    when = f"{moment(one.slot_from)} to {hour(one.slot_until)}"
    subject = first_line(f"Five Whys: {session.title}", 120)
    subject = f"Called off: {subject}" if cancel else f"Moved: {subject}" if one.sequence else subject
    body = render_to_string("mail/invitation.txt", {
        "one": one, "session": session, "cancel": cancel, "when": when, "room": _room(one),
        "off": getattr(session, "calling_off", None), "house": settings.HOUSE_NAME,
    })  # fmt: skip
    lead = session.facilitator
    mail = EmailMultiAlternatives(
        subject, body, to=[formataddr((one.name, one.email))], reply_to=[formataddr((lead.name, lead.email))],
        headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    event = calendar(one)
    mail.attach_alternative(event.decode(), f"text/calendar; method={_method(one)}")
    mail.attach("invite.ics", event, "application/ics")
    return mail


def calendar(one: "Invitation") -> bytes:
    """The same as RFC 5546 has it: one UID for the session, a number that rises with every change of its slot."""
    made = Calendar()
    made.add("prodid", "-//Amends//Five Whys//EN")
    made.add("version", "2.0")
    made.add("method", _method(one))
    made.add_component(_event(one))
    return bytes(made.to_ical())


def uid(one: "Invitation") -> str:
    return f"{one.session.ref}@{settings.SITE_ADDRESS.split('//')[-1].strip('/')}"


def _event(one: "Invitation") -> Event:
    session, event = one.session, Event()
    event.add("uid", uid(one))
    event.add("sequence", one.sequence)
    event.add("dtstamp", now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", one.slot_from.astimezone(UTC))
    event.add("dtend", one.slot_until.astimezone(UTC))
    event.add("summary", first_line(f"Five Whys: {session.title}", 120))
    event.add("description", f"{session.problem}\n\nThe room: {_room(one)}")
    event.add("status", "CANCELLED" if one.method == "cancel" else "CONFIRMED")
    event.add("url", _room(one))
    if one.place:
        event.add("location", one.place)
    organizer = vCalAddress(f"MAILTO:{session.facilitator.email}")
    organizer.params["CN"] = vText(session.facilitator.name)
    event["organizer"] = organizer
    leads = one.email == session.facilitator.email.lower()
    attendee = vCalAddress(f"MAILTO:{one.email}")
    attendee.params["CN"] = vText(one.name)
    attendee.params["ROLE"] = vText("CHAIR" if leads else "REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED" if leads else "NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE" if leads else "TRUE")
    event.add("attendee", attendee, encode=False)
    return event


def _method(one: "Invitation") -> str:
    return "CANCEL" if one.method == "cancel" else "REQUEST"


def _room(one: "Invitation") -> str:
    return str(settings.SITE_ADDRESS).rstrip("/") + one.session.get_absolute_url()
