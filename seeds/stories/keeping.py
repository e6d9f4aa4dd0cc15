"""Making good, leaving and coming back, what managers decided, and two letters on their way."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from accounts.models import SavedView
from rca.lib.clock import now, zone
from rca.models import (
    AccountReview,
    Allowance,
    BulkAct,
    Caller,
    Cancellation,
    Cause,
    Complaint,
    Decision,
    Grant,
    Message,
    Task,
    WinBack,
)
from seeds.calendar import day, lately, on
from seeds.telling import complaint as told_us


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    goodwill(who, acc)
    leaving(who, acc)
    managing(who, acc)
    letters(who, acc)
    sorting(who)
    lamps(who, acc)


def lamps(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    """Three say the same of one lamp within weeks, and nobody has sat down about it yet."""
    for number, account, words, days in [
        (1024, acc.kestrel, "The switch of the lamp was loose when we unpacked it.", 20),
        (1025, acc.larkhill, "A loose switch again: the second lamp in a month.", 12),
        (1026, acc.pollard, "Our readers pull the switch off, it sits so loose.", 6),
    ]:
        told_us(number, account, words, at=lately(days * 24 * 60), by=who.ada, channel="email", owned=2,
                  product="Reading lamp", severity="minor", closed="We sent another lamp.")  # fmt: skip


def sorting(who: SimpleNamespace) -> None:
    """Lin sorts three in one go and keeps two views of the list, shared with those who need them."""
    BulkAct.objects.carry_out(
        by=who.lin, act="classify", complaints=Complaint.objects.filter(pk__in=[1048, 1055, 1057]),
        behaviours=["ignored"], at=lately(30),
    )  # fmt: skip
    for name, query, role in [
        ("Price, no cause", "show=open&q=price&cause=none", "agent"),
        ("Stops them", "show=open&hurts=critical", "viewer"),
    ]:
        view = SavedView.objects.keep(by=who.lin, page="complaints", name=name, query=query)
        view.share(by=who.lin, role=role)


def goodwill(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    """This month’s allowances, what was given from them, and one request above."""
    today = now().astimezone(zone()).date()
    first = today.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    for person, amount in [(who.ada, 100), (who.tom, 100), (who.lin, 250), (who.priya, 50), (who.sam, 50)]:
        Allowance.objects.allow(
            by=who.vic,
            person=person,
            amount=Decimal(amount),
            first=first,
            last=last,
            at=lately(60),
        )
    given = [
        (who.ada, acc.quill, 12, "a courier for two boxes", 1054, 5),
        (who.ada, acc.harbour, 12, "postage on the credit note", 1042, 8),
        (who.ada, acc.penrose, 15, "a book token, for the morning lost", 1003, 11),
        (who.tom, acc.kestrel, 24, "the second delivery", 1052, 2),
        (who.ada, acc.penrose, 85, "a day’s work by a clerk, locked out", 1061, 11),
    ]
    for person, account, amount, what, about, cause in given:
        Grant.objects.give(
            by=person,
            account=account,
            amount=Decimal(amount),
            what=what,
            at=lately(40),
            complaint=Complaint.objects.get(pk=about),
            cause=Cause.objects.get(pk=cause),
        )


def leaving(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    notice = Cancellation.objects.notice(
        by=who.tom,
        account=acc.kestrel,
        channel="email",
        cause=Cause.objects.get(pk=2),
        leaves_on=day("8 Apr"),
        reason="It is not fixed. We are not angry any more, we are tired. Please close the "
        "account at the end of the month.",
        complaint=Complaint.objects.get(pk=1052),
        at=on("9 Mar", "16:10"),
    )
    notice.attempt(by=who.tom, what="Owned up in 22 minutes, and paid the second delivery.", at=on("9 Mar", "16:40"))
    surgery = Cancellation.objects.notice(
        by=who.ada,
        account=acc.lowmoor,
        channel="email",
        cause=Cause.objects.get(pk=1),
        reason="Two price lists, once too often.",
        at=on("13 Nov", "9:00"),
    )
    surgery.leave(by=who.lin, words="They had signed elsewhere.", at=on("14 Nov", "9:00"))
    WinBack.objects.ask(
        by=who.lin,
        account=acc.lowmoor,
        cause=Cause.objects.get(pk=1),
        words="We fixed why you left.",
        at=on("9 Mar", "11:00"),
    )
    for name, phone, wanted in [
        ("Dunmore Hotel", "01632 960301", "Reading room stock; our minimum order of ten stopped them."),
        ("Lark & Loft", "01632 960302", "Squared paper; nobody answered after five."),
    ]:
        Caller.objects.take(
            by=who.ada, name=name, phone=phone, wanted=wanted, next_on=day("13 Mar"), at=on("6 Mar", "17:00")
        )


def managing(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    AccountReview.objects.plan(
        by=who.lin, account=acc.harbour, due=day("10 Mar"), owner=who.ada, at=on("24 Feb", "16:00")
    )
    AccountReview.objects.plan(
        by=who.lin, account=acc.bellwether, due=day("12 Mar"), owner=who.lin, at=on("24 Feb", "16:05")
    )
    Task.objects.set(
        by=who.lin,
        account=acc.bellwether,
        owner=who.lin,
        due=day("11 Mar"),
        at=on("9 Mar", "12:00"),
        what="Call at the hour they order, 8:30: silent for a month, two calls not returned.",
    )
    Task.objects.set(
        by=who.lin,
        account=acc.larkhill,
        owner=who.ada,
        due=day("10 Mar"),
        at=on("9 Mar", "12:05"),
        what="Find who buys now: the contact moved on.",
    )
    for number, kind, reason, review in [
        (2, "keep", "", "10 Mar"),
        (3, "keep", "", "13 Mar"),
        (5, "date", "", "10 Mar"),
        (6, "keep", "", "24 Mar"),
    ]:
        Decision.objects.decide(
            by=who.vic,
            cause=Cause.objects.get(pk=number),
            kind=kind,
            reason=reason,
            next_review=day(review),
            at=on("24 Feb", "10:30"),
        )
    Decision.objects.decide(
        by=who.vic,
        cause=Cause.objects.get(pk=5),
        kind="escalate",
        next_review=day("17 Mar"),
        at=lately(9),
        reason="Slipped twice; the carrier desk needs a second person by the 20th.",
    )


def letters(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    """The evening line: one letter in the outbox, one call to make."""
    cause = Cause.objects.get(pk=6)
    note = cause.notes.latest("pk")
    for account in (acc.northgate, acc.pollard):
        Message.objects.send(by=who.ada, affected=cause.affected.get(account=account), note=note)
