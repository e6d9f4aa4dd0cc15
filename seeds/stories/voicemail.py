"""R-6 and R-3: two causes that are mended. One waits for two accounts to hear, one for its watch to end."""

from decimal import Decimal
from types import SimpleNamespace

from seeds.calendar import day, month, on, said
from seeds.telling import complaint, dig, fix, note, root, say, session, told

NIGHT = [
    ("Why did nobody ring back?", "The messages were heard two days later.", "Tom", "call log of one week"),
    ("Why two days later?", "The evening line rings at one desk.", "Dev", "telephone plan"),
    ("Why at one desk?", "It was set up for one person who stayed late.", "Dev", "the order from that year"),
    ("Why does nobody else hear it?", "No rota names who listens in the morning.", "Lin", "the rota"),
    (
        "Why does no rota name it?",
        "The rota is made from the desk plan, and the evening line is on no plan.",
        "Lin",
        "rota and plan side by side",
    ),
]
FRIDAY = [
    ("Why did the credit take 16 days?", "The note waited for a signature.", "Priya", "date stamps"),
    ("Why did it wait?", "Credits are signed on Fridays.", "Priya", "five Fridays"),
    ("Why on Fridays?", "Only one person may sign, and comes in on Fridays.", "Priya", "mandate"),
    ("Why only one?", "The mandate was never changed when the team grew.", "Priya", "mandate, four years old"),
    ("Why was it never changed?", "No event triggers a look at mandates.", "Priya", "the yearly list has no such line"),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    voicemail(who, acc)
    credit(who, acc)


def voicemail(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = [
        complaint(
            number,
            account,
            words,
            at=on(when, "9:30"),
            by=by,
            owned=1.5,
            product="telephone",
            severity="minor",
            behaviours=["ignored"],
            closed="Told what we found and mended.",
        )
        for number, account, words, when, by in [
            (990, acc.globex, "Nobody answered after five, twice.", "12 Jan", who.ada),
            (998, acc.pollard, "Three messages, no answer.", "19 Jan", who.tom),
            (1001, acc.northgate, "I left a message at six and another at seven.", "20 Jan", who.tom),
        ]
    ]
    room = session(
        12,
        "Why did nobody ring back?",
        ours,
        by=who.lin,
        at=on("23 Jan", "10:00"),
        people=[("Tom", "agent", who.tom), ("Dev", "telephones", who.dev)],
    )
    chain = dig(room, NIGHT, by=who.lin, at=on("23 Jan", "10:05"))
    cause = root(
        6,
        chain[-1],
        "Voicemails left after five reach nobody",
        by=who.lin,
        at=on("23 Jan", "10:40"),
        family="communication",
        owner=who.lin,
        next_review=day("24 Mar"),
    )
    room.conclude(by=who.lin, conclusion="A line on no plan.", at=on("23 Jan", "10:45"))
    say(
        cause,
        f"We found your message the next morning, and we are sorry. Since {said('2 Feb')} two people listen at "
        "half past "
        "eight every day.",
        by=who.lin,
        approved_by=who.vic,
        at=on("2 Feb", "9:00"),
    )
    rota = fix(
        10,
        "The evening line on the rota, heard by 9:30",
        cause=cause,
        by=who.lin,
        at=on("23 Jan", "10:50"),
        owner=who.dev,
        kind="corrective",
        due=day("2 Feb"),
        measure="late messages unanswered by 9:30",
        falls_from="24",
        falls_to="0",
        check_on=day("6 Mar"),
    )
    rota.finish(by=who.dev, words="On the rota, with a deputy.", at=on("2 Feb", "9:00"))
    rota.verify(
        by=who.priya,
        result="effective",
        evidence="31 of 31 late voicemails answered by 9:30.",
        observed=Decimal(0),
        at=on("6 Mar", "11:00"),
    )
    note(
        cause,
        by=who.ada,
        approved_by=who.lin,
        at=on("6 Feb", "10:00"),
        title="Your messages after five were not heard.",
        happened="Messages left after five reached one desk, and nobody listened to it in the morning.",
        changed="Two people listen at half past eight every day.",
        how_we_know="We compare the log with the calls each week.",
        owed="",
    )
    told(cause, acc.globex, by=who.ada, at=on("12 Feb", "9:10"), channel="email", words="Good. It did work last week.")


def credit(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = [
        complaint(
            994,
            acc.tolland,
            "The credit you agreed took sixteen days.",
            at=on("19 Jan", "9:15"),
            by=who.ada,
            owned=2,
            product="invoice",
            severity="serious",
            closed="Credited, and told why it took so long.",
        ),
        complaint(
            997,
            acc.saltmarsh,
            "Where is the credit note?",
            at=on("19 Jan", "14:00"),
            by=who.priya,
            channel="email",
            owned=3,
            product="invoice",
            severity="minor",
            closed="Credited.",
        ),
    ]
    room = session(
        9,
        "Why did the credit take 16 days?",
        ours,
        by=who.priya,
        at=on("21 Jan", "9:00"),
        people=[("Ada", "took the call", who.ada)],
    )
    chain = dig(room, FRIDAY, by=who.priya, at=on("21 Jan", "9:05"))
    room.park(
        by=who.priya,
        text="A named deputy for every list that one person keeps.",
        said_by="Ada",
        at=on("21 Jan", "9:30"),
    )
    cause = root(
        3,
        chain[-1],
        "Credit notes wait for a Friday signature",
        by=who.priya,
        at=on("21 Jan", "9:40"),
        family="process",
        owner=who.priya,
        next_review=day("13 Mar"),
    )
    room.conclude(by=who.priya, conclusion="A mandate nobody looks at.", at=on("21 Jan", "9:45"))
    sign = fix(
        7,
        "Two more people may sign, any day",
        cause=cause,
        by=who.priya,
        at=on("21 Jan", "10:00"),
        owner=who.priya,
        kind="corrective",
        due=day("6 Feb"),
        measure="credit notes older than five days",
        falls_from="14",
        falls_to="0",
        check_on=day("13 Mar"),
    )
    sign.finish(by=who.priya, words="Mandate changed at the bank.", at=on("5 Feb", "15:00"))
    told(cause, acc.tolland, by=who.ada, at=on("10 Feb", "9:30"), channel="phone", words="Sixteen days is a long time.")
    told(cause, acc.saltmarsh, by=who.priya, at=on("10 Feb", "11:00"), channel="email")
    waiting = complaint(
        1053,
        acc.saltmarsh,
        f"Still waiting for the credit you agreed in {month('30 Jan')}.",
        at=on("4 Mar", "10:00"),
        by=who.priya,
        channel="email",
        owned=6,
        product="invoice",
        severity="serious",
    )
    assert waiting.state == "open"
