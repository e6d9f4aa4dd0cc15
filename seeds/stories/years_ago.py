"""R-1 and R-4: told to the end, so that a closed cause can be seen."""

from decimal import Decimal
from types import SimpleNamespace

from seeds.calendar import day, on
from seeds.telling import complaint, dig, fix, note, root, session, told

LISTS = [
    ("Why did they see two prices?", "Two price lists were in use.", "Priya", "both lists"),
    ("Why two?", "The spring list was sent before the old one was called in.", "Priya", "post book"),
    ("Why was it not called in?", "Calling in is nobody’s task.", "Rosa", "task list for a new price list"),
    ("Why is it nobody’s task?", "The task list ends with the post.", "Rosa", "the list itself"),
    ("Why does it end there?", "It was written by the print room, for the print room.", "Rosa", "first version, 2019"),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    ours = [
        complaint(
            902,
            acc.lowmoor,
            "Two price lists, two prices.",
            at=on("10 Nov", "9:30"),
            by=who.ada,
            owned=4,
            channel="email",
            product="price list",
            severity="minor",
            closed="Credited.",
        )
    ]
    room = session(
        2,
        "Why did they see two prices?",
        ours,
        by=who.lin,
        at=on("13 Nov", "14:00"),
        people=[("Priya", "accounts", who.priya), ("Rosa", "print buying", who.rosa)],
    )
    chain = dig(room, LISTS, by=who.lin, at=on("13 Nov", "14:05"))
    cause = root(
        1,
        chain[-1],
        "An old price list is never called in",
        by=who.lin,
        at=on("13 Nov", "14:40"),
        family="process",
        owner=who.rosa,
        next_review=day("15 Dec"),
    )
    room.conclude(by=who.lin, conclusion="A list that ends too soon.", at=on("13 Nov", "14:45"))
    call_in = fix(
        3,
        "Calling in the old list is a dated task with a name",
        cause=cause,
        by=who.lin,
        at=on("13 Nov", "15:00"),
        owner=who.rosa,
        kind="corrective",
        due=day("1 Dec"),
        measure="customers with an old list",
        falls_from="9",
        falls_to="1",
        check_on=day("19 Jan"),
    )
    call_in.finish(by=who.rosa, words="On the task list, with a name and a day.", at=on("28 Nov", "12:00"))
    note(
        cause,
        by=who.ada,
        approved_by=who.lin,
        at=on("1 Dec", "10:00"),
        title="You had two of our price lists.",
        happened="We sent the new list before the old one was called in.",
        changed="Calling in is now a task with a name.",
        how_we_know="We asked twenty customers which list they hold.",
        owed="",
    )
    told(cause, acc.lowmoor, by=who.ada, at=on("2 Dec", "10:30"), channel="email", words="Thank you for the honesty.")
    call_in.verify(
        by=who.lin,
        result="effective",
        evidence="One of twenty still held the old list.",
        observed=Decimal(1),
        at=on("19 Jan", "16:00"),
    )
    cause.close(by=who.lin, words="Held for six weeks; everybody has heard.", at=on("20 Jan", "9:00"))
