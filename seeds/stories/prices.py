"""R-8: the book price, with its sixth why. The example that the product comes from, told to its end but for three."""

from types import SimpleNamespace

from rca.models import Cause, Complaint
from seeds.calendar import day, lately, month, on, said, soon
from seeds.telling import complaint, dig, fix, note, promise, root, say, session, told

WHYS = [
    ("Why are the customers angry?", "They were overcharged for the book.", "Ada", "5 complaints, 5 invoices"),
    (
        "Why were they overcharged for the book?",
        "The price form is incorrect.",
        "Priya",
        "form and price list side by side",
    ),
    (
        "Why is the price form incorrect?",
        "It is last year’s form, with last year’s prices.",
        "Sam",
        "photograph, van 4",
    ),
    (
        "Why are we using last year’s form?",
        "The new forms were not ordered.",
        "Sam",
        "no order in print buying for over a year",
    ),
    (
        "Why were the new forms not ordered?",
        "The old manager left before it was time to order them, and the new "
        "manager came after they should have been ordered.",
        "Rosa",
        "joining and leaving dates",
    ),
    (
        "Why did the re-order depend on one person’s memory?",
        "The re-order date was kept in one diary. The stock card has no date on it and nobody is named as deputy.",
        "Rosa",
        "stock card shown to the room",
    ),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = complaints(who, acc)
    room = session(
        17,
        "Why are the customers angry?",
        ours,
        by=who.lin,
        at=on("24 Feb", "14:00"),
        people=[
            ("Ada", "took the call", who.ada),
            ("Tom", "agent", who.tom),
            ("Priya", "accounts", who.priya),
            ("Sam", "warehouse", who.sam),
            ("Rosa", "print buying, by phone", who.rosa),
        ],
    )
    chain = dig(room, WHYS, by=who.lin, at=on("24 Feb", "14:05"))
    chain[-1].files.attach(
        by=who.rosa,
        name="stock card.csv",
        content=b"item;ordered;again on;deputy\nprice forms;January 2025;;\nreceipt rolls;March 2025;;\n",
        at=on("24 Feb", "14:12"),
    )
    rounding = chain[1].branch(by=who.lin, answer="The till rounds prices up.", said_by="Tom", at=on("24 Feb", "14:14"))
    rounding.strike(by=who.lin, reason="40 receipts checked, none rounded", at=on("24 Feb", "14:20"))
    dig(
        room,
        [
            (
                "Why did nobody here notice?",
                "We check invoices for the sum, never against the price list.",
                "Priya",
                "check sheet, step 4",
            )
        ],
        by=who.lin,
        at=on("24 Feb", "14:30"),
        trunk="escape",
    )
    room.park(
        by=who.lin, text="Print the prices on demand and have no forms at all.", said_by="Tom", at=on("24 Feb", "14:33")
    )
    room.park(by=who.lin, text="What else lived in that diary?", said_by="Ada", at=on("24 Feb", "14:40"))
    cause = root(
        8,
        chain[-1],
        "Re-ordering the price forms lived in one diary",
        by=who.lin,
        family="process",
        at=on("24 Feb", "14:52"),
        owner=who.lin,
        next_review=day("24 Mar"),
    )
    room.conclude(by=who.lin, conclusion="The diary, not the person who kept it.", at=on("24 Feb", "14:56"))
    say(
        cause,
        f"You are right, and it was our mistake. We used last year’s price form until {said('24 Feb')}. Every copy "
        "charged at the old price is being credited, £4.60 each, without you having to ask.",
        by=who.lin,
        approved_by=who.vic,
        at=on("25 Feb", "9:30"),
    )
    rule = cause.add_rule(
        by=who.lin,
        conditions={
            "product": "The Salt Road",
            "bought_from": day("1 Jan").isoformat(),
            "bought_until": day("24 Feb").isoformat(),
        },
        at=on("25 Feb", "11:00"),
    )
    rule.run(by=who.lin, at=on("25 Feb", "11:05"))
    mend(who, cause)
    tell_them(who, acc, cause)
    promises(who, ours)


def complaints(who: SimpleNamespace, acc: SimpleNamespace) -> list[Complaint]:
    """Five who noticed; the first of them twice."""
    january = complaint(
        1011,
        acc.harbour,
        "The Salt Road is £24.50 on the invoice and £19.90 in your window.",
        at=on("28 Jan", "11:20"),
        by=who.ada,
        owned=3,
        product="The Salt Road",
        severity="serious",
    )
    penrose = complaint(
        1029,
        acc.penrose,
        "Forty copies, and every one is dearer than on your list.",
        at=on("16 Feb", "9:05"),
        by=who.tom,
        channel="email",
        owned=5.7,
        product="The Salt Road",
        severity="serious",
    )
    penrose.attachments.attach(
        by=who.tom,
        name="two prices.csv",
        content=b"copy;invoice;window\nThe Salt Road;24.50;19.90\n",
        at=on("16 Feb", "9:12"),
    )
    globex = complaint(
        1036,
        acc.globex,
        "Which price is the right one? We have two.",
        at=on("19 Feb", "10:00"),
        by=who.ada,
        channel="email",
        owned=2.1,
        product="The Salt Road",
        severity="minor",
    )
    june = complaint(
        1042,
        acc.harbour,
        "You charged me £24.50 for The Salt Road and your own website has it at £19.90. It is the second time in a "
        "month. I don’t want a voucher, I want to know it won’t happen a third time.",
        at=on("23 Feb", "10:14"),
        by=who.ada,
        owned=38 / 60,
        product="The Salt Road",
        severity="serious",
        amount="27.60",
        remedy="To know it won’t happen a third time",
        behaviours=["not_listened"],
        expectation="our_fault",
        said="You’re right, and it is our mistake. I can see both invoices. I don’t know yet why it happened twice, "
        "and I’ll ring you on the day I said, between two and three, to tell you.",
    )
    june.relate(by=who.ada, other=january, reason="the same book, again", at=on("23 Feb", "10:30"))
    billed = june.consult(by=who.ada, colleague=who.priya, question="Which price was billed?", at=on("23 Feb", "11:00"))
    billed.reply(by=who.priya, answer="£24.50, which is last year’s.", at=on("23 Feb", "11:20"))
    van = june.consult(by=who.ada, colleague=who.sam, question="Which form is on the van?", at=on("23 Feb", "11:30"))
    van.reply(by=who.ada, answer="Last year’s, a whole pad of them.", at=on("23 Feb", "15:00"))
    kestrel = complaint(
        1047,
        acc.kestrel,
        "£24.50. Nineteen ninety on the web.",
        at=on("24 Feb", "9:10"),
        by=who.tom,
        owned=1.2,
        product="The Salt Road",
        severity="serious",
    )
    return [january, penrose, globex, june, kestrel]


def mend(who: SimpleNamespace, cause: Cause) -> None:
    forms = fix(
        11,
        "Old price forms off every van",
        cause=cause,
        by=who.lin,
        at=on("24 Feb", "14:25"),
        owner=who.sam,
        kind="containment",
        due=day("24 Feb"),
    )
    forms.finish(by=who.sam, words="All eleven vans, by five.", at=on("24 Feb", "17:00"))
    card = fix(
        12,
        "Re-order date on the stock card, a named deputy, forms that expire",
        cause=cause,
        by=who.lin,
        at=on("24 Feb", "14:50"),
        owner=who.rosa,
        kind="corrective",
        due=day("3 Mar"),
        detail="The stock card carries the re-order date, Sam is the named deputy, and every form prints its last day.",
        measure="complaints about a price on an invoice dated after the fix",
        falls_from="6",
        falls_to="0",
        check_on=day("31 Mar"),
    )
    card.finish(by=who.rosa, words="Card, deputy and expiry are in place.", at=on("3 Mar", "16:00"))


def tell_them(who: SimpleNamespace, acc: SimpleNamespace, cause: Cause) -> None:
    """Five have heard, one is waived by name, three still hold the cause open."""
    note(
        cause,
        by=who.ada,
        approved_by=who.lin,
        at=on("3 Mar", "17:00"),
        title="We charged you the wrong price. Here is what we have put right.",
        happened=f"From {month('19 Jan')} until {said('24 Feb')} we were billing from last year’s "
        "price form. The new forms had not "
        "been ordered, because the date for ordering them was kept in one place that nobody else could see.",
        changed="The old forms were withdrawn the day after we heard of them.\nThe ordering date now stands on the "
        "stock card, and two people are responsible for it.\nEvery form now prints the last day it may be used.",
        how_we_know=f"We checked every invoice since {said('1 Jan')} and found nine customers who paid too "
        "much, some of whom "
        "had not noticed. We are telling all of them. We are watching every new price; if it happens once more, you "
        "will hear it from us first.",
        owed="The difference on every copy, credited to your account.\nWord on how the watch ended.",
    )
    told(
        cause,
        acc.harbour,
        by=who.ada,
        at=on("4 Mar", "14:10"),
        channel="phone",
        words="Thank you for ringing. Nobody else does.",
    )
    told(cause, acc.globex, by=who.lin, at=on("4 Mar", "9:30"), channel="email", words="Fixed for us, yes.")
    told(cause, acc.penrose, by=who.tom, at=on("5 Mar", "11:05"), channel="email")
    told(cause, acc.kestrel, by=who.tom, at=on("6 Mar", "16:20"), channel="email")
    told(
        cause,
        acc.saltmarsh,
        by=who.lin,
        at=on("6 Mar", "10:00"),
        channel="email",
        words="We had not noticed. Thank you for saying.",
    )
    cause.affected.get(account=acc.ostler).waive(
        by=who.vic, reason=f"Shop closed on {said('27 Feb')}; credit sent by cheque.", at=on("4 Mar", "9:00")
    )


def promises(who: SimpleNamespace, ours: list[Complaint]) -> None:
    june = ours[3]
    call = promise(
        231,
        june,
        kind="call_back",
        what="tell you why it happened twice",
        begins=on("26 Feb", "14:00"),
        ends=on("26 Feb", "15:00"),
        by=who.ada,
        at=on("23 Feb", "10:52"),
    )
    call.keep(by=who.ada, words="I am late, and I am sorry for that too.", at=on("26 Feb", "15:40"))
    credit = promise(
        240,
        june,
        kind="fix",
        what="credit of £27.60 on account",
        begins=on("24 Feb", "9:00"),
        ends=on("3 Mar", "18:00"),
        by=who.ada,
        at=on("23 Feb", "11:00"),
    )
    credit.keep(by=who.ada, at=on("3 Mar", "15:00"))
    promise(
        248,
        june,
        kind="call_back",
        what="is the last statement right?",
        begins=soon(200),
        ends=soon(260),
        by=who.ada,
        at=lately(60 * 24),
    )
