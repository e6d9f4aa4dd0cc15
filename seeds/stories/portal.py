"""R-11 and this morning: a cause without a fix, a session that waits, and complaints without a cause."""

from types import SimpleNamespace

from rca.models import Cause, NoSession
from seeds.calendar import day, lately, on, soon
from seeds.telling import complaint, dig, promise, root, session

LOGINS = [
    ("Why are they locked out?", "The portal locks the login.", "Dev", "portal log"),
    ("Why does it lock it?", "Several people use it at once at month end.", "Dev", "log of one month end"),
    ("Why does that lock it?", "The lock-out counts the school, not the person.", "Dev", ""),
]


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    january = complaint(
        1003,
        acc.penrose,
        "Locked out on the last day of the month.",
        at=on("30 Jan", "16:00"),
        by=who.ada,
        owned=1,
        product="portal",
        severity="critical",
        closed="Opened by hand within the hour.",
    )
    school = complaint(
        1049,
        acc.larkhill,
        "The login works for one of us at a time.",
        at=on("27 Feb", "10:00"),
        by=who.ada,
        channel="email",
        owned=2,
        product="portal",
        severity="serious",
    )
    room = session(
        18,
        "Why does the portal lock shared logins?",
        [january, school],
        by=who.lin,
        at=on("5 Mar", "10:00"),
        people=[("Dev", "portal", who.dev), ("Priya", "accounts", who.priya)],
    )
    chain = dig(room, LOGINS, by=who.lin, at=on("5 Mar", "10:05"))
    cause = root(
        11,
        chain[-1],
        "The portal locks shared logins at month end",
        by=who.lin,
        at=on("5 Mar", "10:30"),
        family="product",
        owner=who.dev,
        next_review=day("12 Mar"),
        early_reason="Nobody could say since when; we go on when the lock-out log is here.",
    )
    this_morning(who, acc, cause)
    without_cause(who, acc)


def this_morning(who: SimpleNamespace, acc: SimpleNamespace, cause: Cause) -> None:
    locked = complaint(
        1061,
        acc.penrose,
        "Locked out again on the last day of the month, as last time.",
        at=lately(50),
        by=who.ada,
        product="portal",
        severity="critical",
    )
    cause.link(by=who.ada, complaint=locked, at=lately(45))
    locked.consult(by=who.lin, colleague=who.ada, question="Did they say when it last worked?", at=lately(20))
    early = promise(
        247,
        locked,
        kind="call_back",
        what="open the login",
        begins=lately(45),
        ends=lately(15),
        by=who.ada,
        at=lately(48),
    )
    early.keep(by=who.ada, words="It is open again, thank you.", at=lately(30))
    passed = complaint(
        1060,
        acc.saltmarsh,
        "I was passed to four people and the fourth asked me who I was.",
        at=lately(130),
        by=who.ada,
        channel="email",
        severity="serious",
        behaviours=["shuffled"],
    )
    passed.hand_to(by=who.ada, to=who.sam, reason="The slips are in the warehouse.", at=lately(125))
    passed.hand_to(by=who.sam, to=who.rosa, reason="It is about the print.", at=lately(115))
    passed.hand_to(by=who.rosa, to=who.lin, reason="It needs one person who stays.", at=lately(100))
    promise(
        245,
        passed,
        kind="answer",
        what="the credit note, from one person",
        begins=soon(290),
        ends=soon(320),
        by=who.lin,
        at=lately(60),
    )
    room = session(
        20,
        "Why was Saltmarsh College passed to four people?",
        [passed],
        by=who.rosa,
        at=lately(15),
        people=[("Sam", "warehouse", who.sam), ("Jo, sales", "took the second call", None)],
        place="room 1",
    )
    dig(
        room,
        [("Why was Saltmarsh College passed to four people?", "Each of us had one piece of the answer.", "Sam", "")],
        by=who.rosa,
        at=lately(9),
    )


def without_cause(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    phone = complaint(
        1048,
        acc.ashdown,
        "I asked twice and nobody wrote anything down.",
        at=on("27 Feb", "9:00"),
        by=who.ada,
        owned=50 / 60,
        severity="minor",
        behaviours=["ignored"],
    )
    NoSession.objects.decide(
        by=who.lin,
        complaint=phone,
        reason="New phone, first day; the note was lost with the old one.",
        unless="If it comes twice more we sit down.",
        at=on("27 Feb", "15:00"),
    )
    promise(
        250,
        phone,
        kind="visit",
        what="look at the paint together",
        begins=soon(350),
        ends=soon(410),
        by=who.ada,
        at=lately(60 * 30),
    )
    size = complaint(
        1045,
        acc.quill,
        "These envelopes are too small.",
        at=on("24 Feb", "11:30"),
        by=who.tom,
        owned=0.5,
        mistake="no",
        said="The small ones are C6; I am sending you a sample of C5.",
        severity="nuisance",
        expectation="did_not_know",
        closed="They ordered the wrong size and said so; we explained.",
    )
    assert size.state == "closed"
    for number, account, words, when, channel in [
        (1019, acc.beacon, "Two of the boxes went to the other Beacon Street.", "9 Feb", "email"),
        (1023, acc.fenwick, "The catalogue came the week after the offer ended.", "12 Feb", "post"),
        (1033, acc.millrace, "No key fits the display case you sold us.", "18 Feb", "email"),
        (1039, acc.northgate, "Your invoice names a librarian who left two years ago.", "20 Feb", "email"),
    ]:
        complaint(number, account, words, at=on(when, "13:00"), by=who.tom, channel=channel, owned=3, severity="minor")
    answer = complaint(
        1057,
        acc.northgate,
        "I left a message at six and another at seven. Again.",
        at=on("6 Mar", "9:00"),
        by=who.tom,
        owned=35 / 60,
        product="telephone",
        severity="minor",
        behaviours=["ignored"],
    )
    kept = promise(
        242,
        answer,
        kind="call_back",
        what="ring you at four",
        begins=on("6 Mar", "16:00"),
        ends=on("6 Mar", "16:30"),
        by=who.tom,
        at=on("6 Mar", "9:40"),
    )
    kept.keep(by=who.tom, words="Somebody does listen, then.", at=on("6 Mar", "16:10"))
    short = complaint(
        987,
        acc.harbour,
        "Two parcels short, and nobody could say where they are.",
        at=on("18 Dec", "9:30"),
        by=who.tom,
        owned=5,
        severity="minor",
        behaviours=["shuffled"],
    )
    short.hand_to(by=who.tom, to=who.sam, reason="The warehouse has the slips.", at=on("19 Dec", "9:00"))
    short.hand_to(by=who.sam, to=who.ada, reason="Found; June knows Ada.", at=on("19 Dec", "14:00"))
    short.close(by=who.ada, outcome="Found and brought by hand.", at=on("22 Dec", "10:00"))
