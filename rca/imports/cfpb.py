"""The US Consumer Financial Protection Bureau's public complaints: downloads, snake case, the search API's answers."""

from rca.imports.cells import Cells
from rca.imports.kinds import Preset


def _words(cells: Cells) -> str:
    """The narrative; where the file has no such column at all, what it was about, said to be no words of theirs."""
    text = cells.said("words")[1]
    if text or cells.place("words") in cells.headings:
        return text
    about = cells.line("product", 120)
    return f"(The file holds no words of the customer’s. It was about: {about}.)" if about else ""


CFPB = Preset(
    name="cfpb",
    title="CFPB complaints",
    fields={
        "external_id": ("complaint_id",),
        "account": ("company",),
        "words": ("consumer_complaint_narrative", "complaint_what_happened"),
        "received_at": ("date_received",),
        "channel": ("submitted_via",),
        "product": ("sub_product", "product"),
        "state": ("company_response_to_consumer", "company_response"),
        "ended_at": ("date_sent_to_company",),
    },
    marks=(frozenset({"date_received", "company", "submitted_via"}),),
    required=("account", "received_at"),
    channels={
        "web": "email", "email": "email", "phone": "phone", "postal_mail": "post", "fax": "post", "referral": "post",
        "web_referral": "email",
    },
    closed=("closed", "untimely response"),
    day_first=False,
    ends_no_earlier=True,
    words=_words,
)  # fmt: skip
