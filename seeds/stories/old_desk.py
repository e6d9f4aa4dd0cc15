"""I-1: what the old help desk knew of five customers, brought in from its export."""

import csv
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from rca.imports.importing import bring_in
from rca.models import Complaint
from seeds.calendar import day
from seeds.house import numbered

FIELDS = {
    "Ticket ID": "external_id", "Cust": "account", "Contact": "contact_name", "Cust email": "contact_email",
    "Created": "received_at", "Description": "words", "Status": "state", "Closed": "ended_at",
}  # fmt: skip
# number, customer, contact, e-mail, days before 6 October, words, days until it was closed
TICKETS = [
    (100234, "Harbour Books", "June Carver", "june@harbourbooks.example", 580, "Invoice 40113 is wrong again.", 2),
    (100235, "GLOBEX", "Hana Sato", "purchasing@globex.example", 571, "No delivery on Tuesday, nobody rang.", 1),
    (100241, "Pollard & Daughters", "Hugh Pollard", "", 498, "Who is my contact now?", 4),
    (100260, "Harbour Bks Ltd", "June Carver", "june@harbourbooks.example", 466, "Two boxes of the wrong cards.", 3),
    (100262, "Halden Bok", "Liv Moen", "liv@haldenbok.example", 430, "The parcel lay in customs for a week.", 9),
    (100270, "Quill & Tanner", "Nell Tanner", "nell@quilltanner.example", 401, "The bill went to our old address.", 2),
]  # fmt: skip


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    """Five come in; one name is left for Lin to decide about, and one row has a day that February never had."""
    begin = day("6 Oct").toordinal()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "helpdesk-2024.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([*FIELDS, "Agent ext"])
            for number, name, contact, email, ago, words, closed in TICKETS:
                made, ended = (date.fromordinal(begin - ago + more) for more in (0, closed))
                days = f"{made:%d/%m/%Y} 09:12", f"{ended:%d/%m/%Y} 16:40"
                writer.writerow([number, name, contact, email, days[0], words, "Closed", days[1], 114])
            writer.writerow([100281, "Globex", "", "", "31/02/2024 10:05", "Late again.", "Closed", "", 118])
        with numbered(Complaint, 301):
            bring_in(path, "any", by=who.lin, fields=FIELDS, source="old help desk", format={"day_first": True})
