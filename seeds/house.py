"""The people and the accounts of the story, and a way to give a row the number that the story calls it by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection, models

from accounts.models import Account, Purchase, User
from rca.models import HouseCalendar
from seeds.calendar import day, on
from seeds.people import CAST, PASSWORD

WEEKDAYS = [1, 2, 3, 4, 5]

# key: name, value a year, segment, owner, contact, role, e-mail, phone, channel, days, opens, closes, topics
# fmt: off
ACCOUNTS: dict[str, tuple[Any, ...]] = {
    "harbour": ("Harbour Books", 31400, "bookshop", "ada", "June Carver", "owner", "june@harbourbooks.example",
        "01632 960201", "phone", [], (14, 0), (17, 0), ["prices", "deliveries"]),
    "kestrel": ("Kestrel & Co", 22700, "stationer", "tom", "Mina Kestrel", "owner", "mina@kestrel.example",
        "01632 960202", "phone", WEEKDAYS, (9, 0), (17, 0), ["orders"]),
    "penrose": ("Penrose Schools Trust", 58000, "school", "lin", "Alan Pryce", "bursar", "bursar@penrose.example",
        "01632 960203", "email", [], None, None, ["invoices", "portal"]),
    "saltmarsh": ("Saltmarsh College", 74000, "school", "lin", "Ruth Amadi", "library",
        "library@saltmarsh.example", "01632 960204", "email", [], (8, 0), (12, 0), []),
    "moor": ("Moor Lane Stationers", 9800, "stationer", "ada", "Bob Tarn", "owner", "bob@moorlane.example",
        "07700 900205", "text", [], (18, 0), None, ["deliveries"]),
    "globex": ("Globex", 63500, "office", "ada", "Hana Sato", "purchasing", "purchasing@globex.example",
        "01632 960206", "email", WEEKDAYS, (8, 0), (17, 0), []),
    "bellwether": ("Bellwether Press", 48200, "publisher", "lin", "Otto Lind", "production",
        "otto@bellwether.example", "01632 960207", "phone", WEEKDAYS, (8, 30), (12, 0), []),
    "tolland": ("Tolland Primary School", 12300, "school", "ada", "Edie Marsh", "school office",
        "office@tolland.example", "01632 960208", "phone", [2, 3, 4], (9, 0), (11, 30), []),
    "northgate": ("Northgate Library", 15600, "library", "ada", "Sue Kim", "acquisitions",
        "books@northgate.example", "01632 960209", "email", [], None, None, ["invoices"]),
    "ostler": ("Ostler’s Toys", 2100, "shop", None, "Jim Ostler", "owner", "", "01632 960210", "phone", [], None,
        None, []),
    "pollard": ("Pollard & Daughters", 6100, "shop", "tom", "Hugh Pollard", "owner", "", "01632 960211", "phone",
        [], None, None, []),
    "quill": ("Quill & Tanner", 18900, "stationer", "ada", "Nell Tanner", "owner", "nell@quilltanner.example",
        "01632 960212", "phone", WEEKDAYS, (9, 0), (18, 0), ["deliveries"]),
    "ashdown": ("Ashdown Nursery", 7400, "school", "sam", "Joy Bell", "head", "joy@ashdown.example",
        "01632 960213", "email", [], None, None, []),
    "beacon": ("Beacon Street Books", 26800, "bookshop", "tom", "Carl Reyes", "buyer",
        "carl@beaconstreet.example", "", "email", WEEKDAYS, (9, 0), (17, 0), []),
    "halden": ("Halden Bok", 19900, "bookshop", "tom", "Liv Moen", "buyer", "liv@haldenbok.example", "", "email",
        WEEKDAYS, (8, 0), (16, 0), []),
    "millrace": ("Millrace Museum", 11200, "museum", "sam", "Pat Orr", "shop", "shop@millrace.example",
        "01632 960216", "email", [], None, None, []),
    "larkhill": ("Larkhill Academy", 23400, "school", "ada", "Jo Frame", "office", "office@larkhill.example",
        "01632 960217", "email", WEEKDAYS, None, None, []),
    "fenwick": ("Fenwick Bindery", 8800, "publisher", "ada", "Max Fenwick", "owner", "max@fenwick.example",
        "01632 960218", "phone", WEEKDAYS, (10, 0), (16, 0), []),
    "wickham": ("Wickham Reading Rooms", None, "library", None, "Dora Wick", "chair", "dora@wickham.example", "",
        "email", [], None, None, []),
    "lowmoor": ("Lowmoor Surgery", 3900, "office", None, "Ian Holt", "office", "office@lowmoor.example", "",
        "email", [], None, None, []),
}
# fmt: on
ZONES = {"beacon": "America/New_York", "halden": "Europe/Oslo"}
# account key, product, quantity, day, invoice: what the rules of the causes match on
# fmt: off
PURCHASES = [
    ("harbour", "The Salt Road", 6, "22 Jan", "58101"), ("globex", "The Salt Road", 24, "26 Jan", "58120"),
    ("penrose", "The Salt Road", 40, "2 Feb", "58125"), ("kestrel", "The Salt Road", 9, "5 Feb", "58131"),
    ("tolland", "The Salt Road", 30, "22 Jan", "58113"), ("northgate", "The Salt Road", 4, "6 Feb", "58140"),
    ("moor", "The Salt Road", 12, "19 Jan", "58097"), ("saltmarsh", "The Salt Road", 60, "9 Feb", "58150"),
    ("ostler", "The Salt Road", 2, "20 Jan", "58099"), ("penrose", "Exercise book A5", 900, "12 Jan", "58077"),
    ("kestrel", "Exercise book A5", 300, "14 Jan", "58080"), ("larkhill", "Exercise book A5", 450, "15 Jan",
        "58083"),
    ("halden", "Exercise book A5", 120, "21 Jan", "58104"), ("bellwether", "Binding board", 80, "5 Feb", "58133"),
    ("harbour", "Exercise book A5", 60, "19 Feb", "58160"), ("fenwick", "Binding board", 40, "4 Dec", "57990"),
    ("ashdown", "Poster paint", 20, "27 Feb", "58171"), ("quill", "Copier paper", 50, "2 Mar", "58180"),
]
# fmt: on


def people() -> SimpleNamespace:
    """Everybody in the cast; the first one is an admin and welcomes the others."""
    name, email, role, department = CAST["max"]
    boss = User.objects.welcome(by=None, name=name, email=email, role=role, password=PASSWORD, department=department)
    cast = {"max": boss}
    for key, (name, email, role, department) in CAST.items():
        if key != "max":
            cast[key] = User.objects.welcome(
                by=boss, name=name, email=email, role=role, password=PASSWORD, department=department
            )
    return SimpleNamespace(**cast)


def accounts(who: SimpleNamespace) -> SimpleNamespace:
    """The customers, each with the person we reach there and how they asked to be reached."""
    opened = {}
    for key, (name, value, segment, owner, contact, role, email, phone, *asked) in ACCOUNTS.items():
        account = Account.objects.open(
            by=who.max, name=name, yearly_value=value, segment=segment, time_zone=ZONES.get(key, ""), at=on("6 Oct")
        )
        if owner:
            account.assign(by=who.lin, owner=getattr(who, owner), at=on("6 Oct"))
        person = account.contacts.introduce(
            by=who.ada, name=contact, email=email, phone=phone, role=role, at=on("6 Oct")
        )
        channel, days, opens, closes, topics = asked
        person.preference.ask(
            by=who.ada,
            channel=channel,
            days=days,
            opens=opens and time(*opens),
            closes=closes and time(*closes),
            topics=topics,
            at=on("7 Oct"),
        )
        opened[key] = account
    Purchase.objects.bulk_create(
        Purchase(account=opened[key], product=product, quantity=quantity, on=day(when), reference=invoice)
        for key, product, quantity, when, invoice in PURCHASES
    )
    return SimpleNamespace(**opened)


def hours(who: SimpleNamespace) -> None:
    """When Fairlight works, how soon it owns up, and the days off of this year and the next."""
    ours, year = HouseCalendar.objects.ours(), on("10 Mar").year
    severities = {"nuisance": Decimal(8), "minor": Decimal(6), "serious": Decimal(2), "critical": Decimal(1)}
    ours.set_targets(by=who.max, hours={"": Decimal(4), **severities}, at=on("6 Oct"))
    for when in (year, year + 1):
        ours.fill_holidays(by=who.max, country="GB", part="ENG", year=when, at=on("6 Oct"))


@contextmanager
def numbered(model: type[models.Model], number: int) -> Iterator[None]:
    """The next row of that kind gets the number by which the story calls it: C-1042, R-8, W-17."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [model._meta.db_table, number])
    yield


def count_on(*kinds: type[models.Model]) -> None:
    """After the story, each kind counts on from its highest number."""
    with connection.cursor() as cursor:
        for model in kinds:
            highest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [model._meta.db_table, highest + 1]
            )
