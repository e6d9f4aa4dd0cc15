"""R-2: two part numbers for one exercise book. Fixed in January, it came back: who was told should hear first."""

from types import SimpleNamespace

from rca.models import Cause
from seeds.calendar import day, lately, month, on
from seeds.telling import complaint, dig, fix, note, promise, root, session, told

WHYS = [
    ("Why are the pages squared?", "The order was picked by the old part number.", "Sam", "six pick lists"),
    ("Why by the old number?", "Both numbers stand in the catalogue.", "Rosa", "catalogue, page 41"),
    (
        "Why do both stand there?",
        "The supplier changed the number and we added the new one.",
        "Rosa",
        "supplier’s letter",
    ),
    (
        "Why was the old one not taken out?",
        "Nobody is told to take numbers out, only to put them in.",
        "Rosa",
        "the form for new lines",
    ),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = [
        complaint(
            number,
            account,
            words,
            at=on(when, "10:05"),
            by=who.tom,
            channel="email",
            owned=hours,
            product="Exercise book A5",
            severity="serious",
            closed=closed,
        )
        for number, account, words, when, hours, closed in [
            (971, acc.penrose, "We ordered lined and got squared.", "15 Dec", 6.0, "Exchanged."),
            (975, acc.kestrel, "Squared paper, three hundred of them.", "16 Dec", 4.0, "Exchanged."),
            (978, acc.halden, "These are not the books in your picture.", "17 Dec", 5.0, ""),
        ]
    ]
    room = session(
        7,
        "Why are the pages squared?",
        ours,
        by=who.lin,
        at=on("19 Dec", "9:30"),
        people=[("Tom", "agent", who.tom), ("Sam", "warehouse", who.sam), ("Rosa", "print buying", who.rosa)],
    )
    chain = dig(room, WHYS, by=who.lin, at=on("19 Dec", "9:35"))
    cause = root(
        2,
        chain[-1],
        "Two part numbers for one exercise book",
        by=who.lin,
        at=on("19 Dec", "10:10"),
        family="information",
        owner=who.tom,
        early_reason="The supplier confirmed it in writing.",
        next_review=day("10 Mar"),
    )
    room.conclude(by=who.lin, conclusion="Marked early: the supplier confirmed it.", at=on("19 Dec", "10:15"))
    rule = cause.add_rule(
        by=who.lin,
        at=on("12 Jan", "9:00"),
        conditions={
            "product": "Exercise book A5",
            "bought_from": day("1 Dec").isoformat(),
            "bought_until": day("20 Jan").isoformat(),
        },
    )
    rule.run(by=who.lin, at=on("16 Jan", "9:05"))
    out = fix(
        4,
        "Old part number out of the catalogue",
        cause=cause,
        by=who.lin,
        at=on("19 Dec", "10:20"),
        owner=who.rosa,
        kind="corrective",
        due=day("9 Jan"),
        measure="complaints about squared pages",
        falls_from="6",
        falls_to="0",
        check_on=day("27 Feb"),
    )
    out.finish(by=who.rosa, words="Page 41 is reprinted.", at=on("9 Jan", "12:00"))
    note(
        cause,
        by=who.tom,
        approved_by=who.lin,
        at=on("12 Jan", "10:00"),
        title="You got squared pages. It was our catalogue.",
        happened="Two numbers stood for one exercise book in our catalogue, and the old one brings squared paper.",
        changed="The old number is out of the catalogue.",
        how_we_know=f"We looked through every order since {month('15 Dec')}.",
        owed=f"Word in {month('10 Mar')} on whether it held.",
    )
    for account, channel, words in [
        (acc.kestrel, "email", ""),
        (acc.halden, "email", "Tack."),
        (acc.penrose, "email", ""),
    ]:
        told(cause, account, by=who.tom, at=on("14 Jan", "11:00"), channel=channel, words=words)
    came_back(who, acc, cause)


def came_back(who: SimpleNamespace, acc: SimpleNamespace, cause: Cause) -> None:
    again = complaint(
        1052,
        acc.kestrel,
        f"You wrote in {month('14 Jan')} that this was fixed. It is not fixed.",
        at=on("3 Mar", "9:40"),
        by=who.lin,
        channel="email",
        owned=22 / 60,
        product="Exercise book A5",
        severity="serious",
        behaviours=["not_listened"],
    )
    cause.link(by=who.lin, complaint=again, at=on("3 Mar", "10:30"))
    feint = complaint(
        1050,
        acc.penrose,
        "Half the exercise books are feint and half are squared.",
        at=on("2 Mar", "11:00"),
        by=who.tom,
        owned=3,
        product="Exercise book A5",
        severity="minor",
    )
    cause.link(by=who.tom, complaint=feint, at=on("3 Mar", "11:00"))
    late = promise(
        241,
        feint,
        kind="answer",
        what="which boxes are which",
        begins=on("4 Mar", "9:00"),
        ends=on("4 Mar", "12:00"),
        by=who.tom,
        at=on("2 Mar", "14:30"),
    )
    late.break_off(by=who.tom, words="I was on the other desk all day and nobody took it over.", at=on("5 Mar", "9:00"))
    monday = complaint(
        1055,
        acc.kestrel,
        "You said by Monday. Monday has been.",
        at=on("5 Mar", "15:10"),
        by=who.tom,
        owned=2,
        severity="serious",
        behaviours=["ignored"],
    )
    promise(
        244,
        monday,
        kind="call_back",
        what="say what we found",
        begins=lately(40),
        ends=lately(10),
        by=who.tom,
        at=on("6 Mar", "11:00"),
    )
    old = session(
        19,
        "Why did the old part number come back?",
        [again, feint],
        by=who.lin,
        at=lately(-200),
        start=False,
        people=[
            ("Ada", "took the calls", who.ada),
            ("Tom", "holds R-2", who.tom),
            ("Priya", "accounts", who.priya),
            ("Dev", "portal", who.dev),
        ],
    )
    assert old.state == "planned"
    old.bring(
        by=who.ada,
        text="Both slips name the old number; the catalogue has the new one since January.",
        file=("two numbers.csv", b"where;number\nslip;PB-118\ncatalogue;PB-118A\n"),
        at=on("9 Mar", "16:20"),
    )
