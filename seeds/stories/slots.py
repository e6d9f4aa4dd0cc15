"""R-5 and R-9: boxes in the rain, and vans sent away. One session, two roots, nobody told yet."""

from types import SimpleNamespace

from rca.models import Cause, Complaint
from seeds.calendar import day, lately, on, soon
from seeds.telling import complaint, dig, fix, promise, root, say, session

SLOT = [
    ("Why are the customers angry?", "Boxes stood on the pavement before the shop opened.", "Ada", "13 complaints"),
    (
        "Why did they stand on the pavement?",
        "The van comes before the door opens.",
        "Sam",
        "round sheet of one week",
    ),
    (
        "Why does the van come before the door opens?",
        "The slot is booked for our rounds, not for their hours.",
        "Sam",
        "carrier’s booking screen",
    ),
    ("Why is it booked for our rounds?", "Nobody asks when the door opens.", "Nadia", "twelve order forms"),
    ("Why does nobody ask?", "The booking form has no field for hours.", "Nadia", "the form itself"),
    (
        "Why has the form no field for hours?",
        "The form is the carrier’s, and nobody here owns what it asks.",
        "Nadia",
        "contract, annex 2",
    ),
]
GOODS_IN = [
    ("Why is the van sent away at goods-in?", "The boxes come without a printed note.", "Sam", "three refusal slips"),
    ("Why without a printed note?", "The note is printed in the other building.", "Sam", "walked the way of one order"),
    (
        "Why in the other building?",
        "The printer at the dock was taken away and nobody was asked.",
        "Sam",
        "asset list, last summer",
    ),
    ("Why was nobody asked?", "Moving equipment has no step that asks who uses it.", "Sam", "the request form"),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = complaints(who, acc)
    room = session(
        14,
        "Why do boxes stand in the rain?",
        ours,
        by=who.lin,
        at=on("4 Feb", "14:00"),
        people=[
            ("Ada", "took the calls", who.ada),
            ("Tom", "agent", who.tom),
            ("Sam", "warehouse", who.sam),
            ("Nadia", "carrier desk", who.nadia),
        ],
    )
    chain = dig(room, SLOT, by=who.lin, at=on("4 Feb", "14:05"))
    careless = chain[1].branch(by=who.lin, answer="The driver is careless.", said_by="Tom", at=on("4 Feb", "14:30"))
    careless.strike(by=who.lin, reason="names a person; eleven drivers, same story", at=on("4 Feb", "14:33"))
    dock = dig(room, GOODS_IN, by=who.lin, at=on("4 Feb", "14:35"), under=chain[1])
    room.park(by=who.lin, text="Ask for the opening hours on the order form.", said_by="Ada", at=on("4 Feb", "14:50"))
    slots = root(
        5,
        chain[-1],
        "Delivery slots are booked without asking when the door opens",
        by=who.lin,
        family="process",
        at=on("4 Feb", "14:55"),
        owner=who.lin,
        next_review=day("17 Mar"),
    )
    goods = root(
        9,
        dock[-1],
        "Goods-in rejects boxes without a printed note",
        by=who.lin,
        family="supplier",
        at=on("16 Feb", "14:58"),
        owner=who.sam,
        next_review=day("24 Mar"),
    )
    room.pause(by=who.lin, waits_for="the carrier’s answer about the hours", at=on("4 Feb", "15:00"))
    room.resume(by=who.lin, at=on("16 Feb", "14:55"))
    room.conclude(
        by=who.lin, conclusion="Two roots; the rain was nobody’s fault, the hours were.", at=on("16 Feb", "15:05")
    )
    say(
        slots,
        "You are right: we booked the van for our rounds and never asked when you open. It is not mended yet. "
        "Until it is, tell me your hours and I will ring the carrier for your drops myself.",
        by=who.lin,
        approved_by=who.vic,
        at=on("6 Feb", "9:00"),
    )
    hours = fix(
        15,
        "Ask every account for its opening hours and book by them",
        cause=slots,
        by=who.lin,
        at=on("6 Feb", "10:00"),
        owner=who.nadia,
        kind="corrective",
        due=day("20 Feb"),
        measure="drops before the door opens, a week",
        falls_from="13",
        falls_to="1",
        check_on=day("17 Apr"),
    )
    hours.move(by=who.nadia, due=day("6 Mar"), reason="The carrier answers only on Mondays.", at=on("19 Feb", "16:00"))
    hours.move(
        by=who.nadia,
        due=day("20 Mar"),
        reason="The desk is one person; a second is asked for.",
        at=on("5 Mar", "16:00"),
    )
    for key in ("harbour", "fenwick", "northgate"):
        slots.affect(by=who.ada, account=getattr(acc, key), why="early drops on the round sheet", at=on("17 Feb"))
    later(who, acc, slots, goods)


def complaints(who: SimpleNamespace, acc: SimpleNamespace) -> list[Complaint]:
    told = [
        (1002, acc.quill, "Four boxes at seven. We open at nine.", "14 Jan", 2.0, "phone"),
        (1005, acc.moor, "They were soaked. Again.", "19 Jan", 1.5, "text"),
        (1009, acc.ashdown, "The children found the delivery before we did.", "23 Jan", 4.5, "email"),
        (1012, acc.bellwether, "Pallet on the pavement at half past six.", "28 Jan", 3.0, "phone"),
        (1017, acc.larkhill, "The caretaker is not a goods-in department.", "2 Feb", 2.5, "email"),
        (1018, acc.millrace, "The van was sent away because there was no paper in it.", "3 Feb", 1.0, "email"),
    ]
    return [
        complaint(
            number,
            account,
            words,
            at=on(when, "9:20"),
            by=who.tom if number % 2 else who.ada,
            channel=channel,
            owned=owned,
            product="delivery",
            severity="minor",
        )
        for number, account, words, when, owned, channel in told
    ]


def later(who: SimpleNamespace, acc: SimpleNamespace, slots: Cause, goods: Cause) -> None:
    """What came in after the session, linked as known."""
    driver = complaint(
        1054,
        acc.quill,
        "The driver told my apprentice to sign for boxes she could not lift.",
        at=on("5 Mar", "9:40"),
        by=who.ada,
        owned=0.25,
        product="delivery",
        severity="serious",
        behaviours=["rude"],
        remedy="The date of the fix, nothing else",
    )
    slots.link(by=who.ada, complaint=driver, at=on("5 Mar", "10:30"))
    promise(
        252,
        driver,
        kind="answer",
        what="your new delivery hours",
        begins=on("12 Mar", "9:00"),
        ends=on("12 Mar", "10:00"),
        by=who.ada,
        at=on("5 Mar", "10:35"),
    )
    rain = complaint(
        1059,
        acc.moor,
        "Twelve boxes on the pavement at ten past seven. We open at nine. It rained.",
        at=on("9 Mar", "11:05"),
        by=who.tom,
        channel="text",
        product="delivery",
        severity="serious",
    )
    slots.link(by=who.tom, complaint=rain, at=on("9 Mar", "15:20"))
    drops = complaint(
        1058,
        acc.globex,
        "Two drops, one invoice, no note. Which is which?",
        at=on("9 Mar", "10:10"),
        by=who.ada,
        channel="email",
        owned=1.3,
        product="delivery",
        severity="minor",
    )
    goods.link(by=who.ada, complaint=drops, at=on("9 Mar", "12:00"))
    promise(
        246,
        drops,
        kind="answer",
        what="which drop is which",
        begins=soon(20),
        ends=soon(80),
        by=who.ada,
        at=lately(60 * 20),
    )
