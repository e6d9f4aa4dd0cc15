"""Mail that came in: an answer, a stranger, an automatic answer, and an address that takes none any more."""

from datetime import datetime
from types import SimpleNamespace

from rca.mailbox import filing
from rca.models import InboundMail
from seeds.calendar import lately, on

OURS = "Fairlight Wholesale <support@fairlight.example>"
ANSWER = """From: June Carver <june@harbourbooks.example>
To: {ours}
Subject: Re: [C-1042] Your complaint about the price
Message-ID: <story-1@harbourbooks.example>
Date: {date}
Content-Type: text/plain; charset=utf-8

The credit note has come, thank you. I would still like to hear how it ended.

June

On Tuesday Ada Okafor wrote:
> We have put the difference on your account.
> You will hear from me how the watch ended.
"""
STRANGER = """From: Petra Moss <petra@penrose.example>
To: {ours}
Subject: Exercise books, two boxes short
Message-ID: <story-2@penrose.example>
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="part"

--part
Content-Type: text/html; charset=utf-8

<html><body><p>Good morning,</p><p>we ordered <b>ten boxes</b> of exercise books and eight came.
The note in the parcel says ten.</p><table><tr><td>Order</td><td>58077</td></tr><tr><td>Boxes</td><td>8 of 10</td></tr>
</table><p>Petra Moss, <i>stores</i></p></body></html>

--part
Content-Type: text/plain; charset=utf-8; name="parcel note.txt"
Content-Disposition: attachment; filename="parcel note.txt"

Order 58077, exercise books, 10 boxes. Packed by: P. Checked by: (nobody)

--part--
"""
AWAY = """From: Otto Lind <otto@bellwether.example>
To: {ours}
Subject: Automatic reply: Binding board
Message-ID: <story-3@bellwether.example>
Date: {date}
Auto-Submitted: auto-replied

I am at the press until Thursday and read no mail.
"""
CAME_BACK = """From: Mail Delivery System <mailer-daemon@mx.wickham.example>
To: support@fairlight.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <story-4@mx.wickham.example>
Date: {date}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

The mail below could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.wickham.example

Final-Recipient: rfc822; dora@wickham.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox here

--part--
"""


def tell(who: SimpleNamespace, acc: SimpleNamespace) -> None:
    arrive(ANSWER, on("9 Mar", "15:10"))
    arrive(AWAY, on("9 Mar", "17:40"))
    arrive(CAME_BACK, lately(95)).mark_address(by=who.ada, at=lately(90))
    arrive(STRANGER, lately(25))


def arrive(text: str, at: datetime) -> InboundMail:
    raw = text.format(ours=OURS, date=f"{at:%a, %d %b %Y %H:%M:%S +0000}").encode()
    row, _ = InboundMail.objects.keep(raw=raw, at=at)
    return filing.file(row.pk)
