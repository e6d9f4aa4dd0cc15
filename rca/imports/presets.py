"""What each source calls things: which of its columns is which of our fields, and how its values read as ours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from rca.lib.clock import wall
from rca.lib.text import WORDS_LIMIT, clean

NOTHING = {"", "none", "n/a", "null", "nan"}  # how exports write an empty cell


class Unfit(ValueError):
    """A cell that cannot be taken: its column, its value and why."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(why)
        self.column, self.value, self.why = column, value, why


@dataclass
class Row:
    """One complaint of a file, read and ready."""

    external_id: str
    account: str
    words: str
    received_at: datetime
    channel: str
    product: str = ""
    outcome: str = ""  # how it ended for the customer; empty while it is open
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Preset:
    """A kind of file. `columns` names our field by the source's column, as `key` writes it."""

    name: str
    columns: Mapping[str, str]
    required: tuple[str, ...]
    read: Callable[["Cells"], Row]
    delimiter: str = ","


def key(heading: str) -> str:
    """“Date received”, “date_received” and “DATE-RECEIVED ” are one column."""
    return re.sub(r"[^a-z0-9]+", "_", heading.replace("\ufeff", "").strip().lower()).strip("_")


class Cells:
    """The cells of one row by column, each read on demand with an error that names it."""

    def __init__(self, cells: Mapping[str, str], headings: Mapping[str, str]) -> None:
        self.cells, self.headings = cells, headings

    def text(self, column: str, most: int = 0) -> str:
        """The cell without what the database refuses; “None” and “N/A” are nothing."""
        text = clean(self.cells.get(column) or "")
        text = "" if text.lower() in NOTHING else text
        if most and len(text) > most:
            raise self.unfit(column, f"It is {len(text):,} characters long and {most:,} is the most that is kept.")
        return text

    def needed(self, column: str, most: int, why: str) -> str:
        text = self.text(column, most)
        if not text:
            raise self.unfit(column, why)
        return text

    def day(self, column: str, formats: tuple[str, ...]) -> date | None:
        text = self.text(column)
        if not text:
            return None
        for one in formats:
            try:
                return datetime.strptime(text, one).date()
            except ValueError:
                continue
        raise self.unfit(column, "This is no date: it should look like 03/22/23 or 2023-03-22.")

    def unfit(self, column: str, why: str) -> Unfit:
        return Unfit(self.headings.get(column, column), self.cells.get(column) or "", why)


# The US Consumer Financial Protection Bureau's public complaints: as downloaded, or through its open-data API, whose
# columns are the same in snake case.

CFPB_DATES = ("%m/%d/%y", "%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")
CFPB_CHANNELS = {
    "web": "email", "email": "email", "phone": "phone", "postal_mail": "post", "fax": "post", "referral": "post",
    "web_referral": "email",
}  # fmt: skip
CFPB_ENDED = ("closed", "untimely response")


def _cfpb(cells: Cells) -> Row:
    received = cells.day("date_received", CFPB_DATES)
    if received is None:
        raise cells.unfit("date_received", "It does not say when the complaint was made.")
    sent = cells.day("date_sent_to_company", CFPB_DATES)
    response = cells.text("company_response_to_consumer", 2000)
    ended = response.lower().startswith(CFPB_ENDED)
    return Row(
        external_id=cells.needed("complaint_id", 120, "Without a number of its own it would be doubled next time."),
        account=" ".join(cells.needed("company", 200, "It does not say about which company it is.").split()),
        words=cells.needed("consumer_complaint_narrative", WORDS_LIMIT, "It has no words of the customer’s."),
        received_at=wall(received, time(0)),
        channel=_cfpb_channel(cells),
        product=cells.text("sub_product", 120) or cells.text("product", 120),
        outcome=response if ended else "",
        ended_at=wall(max(sent or received, received), time(0)) if ended else None,
    )


def _cfpb_channel(cells: Cells) -> str:
    said = cells.text("submitted_via")
    channel = CFPB_CHANNELS.get(key(said) or "web")
    if channel is None:
        raise cells.unfit("submitted_via", f"This way is not known here: {', '.join(sorted(CFPB_CHANNELS))} are.")
    return channel


PRESETS: dict[str, Preset] = {
    "cfpb": Preset(
        name="cfpb",
        columns={
            "complaint_id": "external_id", "company": "account", "consumer_complaint_narrative": "words",
            "date_received": "received_at", "submitted_via": "channel", "sub_product": "product", "product": "product",
            "company_response_to_consumer": "outcome", "date_sent_to_company": "ended_at",
        },
        required=("complaint_id", "company", "consumer_complaint_narrative", "date_received"),
        read=_cfpb,
    )
}  # fmt: skip


def read(preset: Preset, cells: Mapping[str, str], headings: Mapping[str, str], now: datetime) -> Row:
    """One row as the preset reads it; raises `Unfit`. `headings` gives each column's name as the file writes it."""
    row = preset.read(Cells(cells, headings))
    if row.received_at > now:
        column = next(column for column, field in preset.columns.items() if field == "received_at")
        raise Cells(cells, headings).unfit(column, "This day is still to come.")
    return row
