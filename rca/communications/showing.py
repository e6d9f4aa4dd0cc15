"""What the pages of this room show: groups, previews, and what each state of a message means."""

from collections.abc import Callable
from typing import Any

from django.db.models import F

from accounts.people.models import User
from accounts.people.requests import Request
from rca.causes.models import Cause
from rca.causes.roster import Affected, with_complaints
from rca.communications import mailing
from rca.communications.addressing import plan, with_ways
from rca.communications.forms import ApprovalForm, NoteForm, SendingForm, TellingForm
from rca.communications.letters import link
from rca.communications.merging import blocks, letter, preview, script, unmarked
from rca.communications.models import Message
from rca.communications.notes import FixNote
from rca.communications.sending import MessageQuerySet
from rca.communications.states import when
from rca.lib.clock import now
from rca.lib.said import moment
from rca.lib.text import capped, count, listed

SHOWN: dict[str, tuple[str, Callable[[MessageQuerySet], MessageQuerySet]]] = {
    "all": ("All", lambda rows: rows),
    "trouble": ("Need a person", lambda rows: rows.in_trouble()),
    "way": ("On the way", lambda rows: rows.on_the_way()),
    "hand": ("By hand", lambda rows: rows.to_do()),
    "arrived": ("Arrived", lambda rows: rows.filter(state__in=["accepted", "done"])),
    "answers": ("Answers to read", lambda rows: rows.unread()),
}
GROUPS = {
    "now": ("Now", "by e-mail, in their hours"),
    "later": ("Lined up", "by e-mail, when their hours open"),
    "hand": ("By hand", ""),
    "out": ("Left out", "by name"),
}
TASKS = {"phone": "call", "text": "text", "post": "letter", "social": "social message", "person": "visit"}
FEW = 8  # rows of a group before it is folded


def figures(rows: MessageQuerySet) -> dict[str, str]:
    return {
        "trouble": capped(rows.in_trouble()),
        "tasks_open": capped(rows.to_do()),
        "on_the_way": capped(rows.on_the_way()),
        "unread": capped(rows.unread()),
    }


def note_page(
    cause: Cause, user: User, *, form: NoteForm | None = None, approval: ApprovalForm | None = None
) -> dict[str, Any]:
    note = FixNote.objects.newest(cause)
    if note is None:
        return {"cause": cause, "note": None}
    note.cause = cause
    # An approved note was looked at when somebody answered for it; only a draft is looked at now.
    found, removals = note.look() if not note.approved else ([], [])
    return {
        "cause": cause,
        "note": note,
        "form": form or NoteForm.of(note),
        "approval_form": approval or ApprovalForm(auto_id="approval_%s"),
        "hard": [one for one in found if one.hard],
        "soft": [one for one in found if not one.hard],
        "removals": removals,
        "mine": note.drafted_by_id == user.pk,
        "untold": capped(cause.affected.untold()) if note.approved else "",
        **_sample(cause, note, user),
    }


def everyone_page(cause: Cause, request: Request) -> dict[str, Any]:
    rows, note = mailing.preview(cause), FixNote.objects.current(cause)
    fresh = [row for row in rows if row.message is None]
    groups = [_group(name, [row for row in fresh if row.plan.group == name], request) for name in GROUPS]
    sizes = {group["name"]: group["size"] for group in groups}
    chosen = next((row for row in fresh if row.affected.account.ref == request.GET.get("account")), None)
    chosen = chosen or next((row for group in groups for row in group["rows"] if not row.plan.out), None)
    shown: dict[str, Any] = {}
    if chosen and note:
        text = letter(chosen.affected, note, chosen.plan.contact, request.user)
        shown = {"chosen": chosen, "blocks": preview(text)}
    return {
        "cause": cause,
        "note": note,
        "draft": note is None and FixNote.objects.newest(cause),
        "groups": [group for group in groups if group["size"]],
        "number": len(fresh),
        "under_way": [row for row in rows if row.message],
        "button": _button(sizes),
        "lede": _lede(sizes),
        **shown,
    }


def _group(name: str, rows: list[mailing.Row], request: Request) -> dict[str, Any]:
    title, what = GROUPS[name]
    if name == "hand":
        kinds: dict[str, int] = {}
        for row in rows:
            kinds[row.plan.channel] = kinds.get(row.plan.channel, 0) + 1
        what = listed([count(number, TASKS[channel]) for channel, number in kinds.items()], 5) + "; each becomes a task"
    else:
        what = f"{len(rows)} {what}"
    few = rows if request.GET.get("show") == name else rows[:FEW]
    return {"name": name, "title": title, "what": what, "size": len(rows), "rows": few, "more": len(rows) - len(few)}


def _button(sizes: dict[str, int]) -> str:
    """Send 8, line up 5, make 8 tasks: all three numbers in one button."""
    parts = [f"send {sizes['now']}" if sizes["now"] else "", f"line up {sizes['later']}" if sizes["later"] else "",
             f"make {count(sizes['hand'], 'task')}" if sizes["hand"] else ""]  # fmt: skip
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def _lede(sizes: dict[str, int]) -> str:
    parts = [f"{sizes['now']} can hear it now" if sizes["now"] else "",
             f"{sizes['later']} in their hours" if sizes["later"] else "",
             f"{sizes['hand']} by hand" if sizes["hand"] else "",
             f"{sizes['out']} cannot be told like this, each for its reason" if sizes["out"] else ""]  # fmt: skip
    return ", ".join(part for part in parts if part)


def tell_page(
    affected: Affected, user: User, *, sending: SendingForm | None = None, telling: TellingForm | None = None
) -> dict[str, Any]:
    affected = with_complaints(with_ways(Affected.objects.filter(pk=affected.pk)))[0]
    note = FixNote.objects.current(affected.cause)
    way = plan(affected, now())
    text = letter(affected, note, way.contact, user) if note else ""
    return {
        "affected": affected,
        "cause": affected.cause,
        "account": affected.account,
        "note": note,
        "draft": note is None and FixNote.objects.newest(affected.cause),
        "plan": way,
        "blocks": preview(text) if text else [],
        "script": script(unmarked(text), way.contact, user) if text and way.channel == "phone" else [],
        "sending_form": sending or SendingForm(auto_id="sending_%s"),
        "telling_form": telling or TellingForm(affected=affected, auto_id="telling_%s"),
        "messages_so_far": affected.messages.select_related("verdict", "by").order_by("-at"),
        "act": _act_of(way.group, way.channel),
    }


def message_page(row: Message) -> dict[str, Any]:
    verdict = getattr(row, "verdict", None)
    return {
        "message": row,
        "blocks": blocks(row.body),
        "script": script(row.body, row.contact, row.by) if row.channel == "phone" else [],
        "link": link(row.pk),
        "means": row.means,
        "tries": row.tries.select_related("by"),
        "verdict": verdict,
        "telling": row.tellings.select_related("by").first(),
    }


def said_of(row: Message) -> str:
    if row.state == "task":
        return f"{row.ref} is on the list: {row.get_channel_display()}, {moment(row.due_at)}."
    return f"{row.ref} leaves {when(row)}. Nothing has left yet."


def _act_of(group: str, channel: str) -> str:
    if group == "hand":
        return f"Make it a task: {TASKS.get(channel, channel)}"
    return "Send it" if group == "now" else "Line it up"


def _sample(cause: Cause, note: FixNote, user: User) -> dict[str, Any]:
    """The note as one of its customers would read it: the first who has not heard, or whoever is there."""
    rows = with_ways(cause.affected.order_by(F("telling__id").asc(nulls_first=True), "id"))[:1]
    for row in with_complaints(rows):
        way = plan(row, now())
        return {"sample": row, "blocks": preview(letter(row, note, way.contact, user))}
    return {}
