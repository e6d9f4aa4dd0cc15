"""Mails of our own making: a short way to write one, and more than forty kinds that a mailbox meets."""

import base64
import quopri
from collections.abc import Iterator

OUR_ADDRESS = "support@fairlight.example"
JUNE = "June Carver <june@harbourbooks.example>"


def mail(
    body: str | bytes = "You charged me twice for the same parcel.",
    *,
    sender: str = JUNE,
    subject: str = "Charged twice",
    number: str = "<one@harbourbooks.example>",
    to: str = OUR_ADDRESS,
    kind: str = "text/plain; charset=utf-8",
    **more: str,
) -> bytes:
    """A mail as it lies on a server; an empty value leaves the header out."""
    headers = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": number,
        "Date": "Tue, 10 Mar 2026 09:58:00 +0000",
        "Content-Type": kind,
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    text = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return (
        b"Received: from a.example by b.example; Tue, 10 Mar 2026 09:59:00 +0000\r\n" + head.encode() + b"\r\n" + text
    )


def parts(*inside: str | bytes, kind: str = "mixed", boundary: str = "part") -> bytes:
    """The body of a multipart mail; each piece brings its own headers."""
    pieces = [one if isinstance(one, bytes) else one.encode() for one in inside]
    edge = f"--{boundary}".encode()
    return b"".join(edge + b"\n" + one + b"\n" for one in pieces) + edge + b"--\n"


def many(*inside: str | bytes, kind: str = "mixed", **more: str) -> bytes:
    return mail(parts(*inside), kind=f'multipart/{kind}; boundary="part"', **more)


def html(text: str, **more: str) -> bytes:
    return mail(text, kind="text/html; charset=utf-8", **more)


def file(name: str, content: bytes, kind: str) -> bytes:
    head = f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)


def bounce(
    of: str,
    *,
    to: str = "june@harbourbooks.example",
    action: str = "failed",
    kind: str = "text/rfc822-headers",
    **more: str,
) -> bytes:
    """A delivery report about the mail with that number."""
    original = f"Message-ID: {of}\nTo: {to}\nSubject: We charged you the wrong price\n"
    original = f"\n{original}\nDear June,\n" if kind == "message/rfc822" else f"\n{original}"
    status = (
        f"\nReporting-MTA: dns; mx.harbourbooks.example\n\nFinal-Recipient: rfc822; {to}\nAction: {action}\n"
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such mailbox\n"
    )
    inside = parts(
        "Content-Type: text/plain\n\nIt could not be delivered.",
        f"Content-Type: message/delivery-status\n{status}",
        f"Content-Type: {kind}\n{original}",
    )
    facts = {
        "sender": "Mail Delivery System <mailer-daemon@mx.harbourbooks.example>",
        "number": "<dsn@mx.example>",
        "subject": "Undelivered Mail Returned to Sender",
        **more,
    }
    return mail(inside, kind='multipart/report; report-type=delivery-status; boundary="part"', **facts)


def deep(levels: int) -> bytes:
    """A part in a part in a part …, and one sentence at the bottom."""
    head = b"From: " + JUNE.encode() + b"\nSubject: deep\n"
    inner = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'.encode() for n in range(levels)]
    return head + b"".join(inner) + b"Content-Type: text/plain\n\nthe bottom of it\n"


def hostile() -> Iterator[tuple[str, bytes]]:
    """What costs a careless reader minutes, or its life."""
    yield "a megabyte of nested boxes", html("<div>" * 200_000)
    yield "boxes below the length limit", html("<div>" * 25_000)
    yield "end tags that close nothing", html("<b></p></i>" * 11_000)
    yield "lists in lists", html("<ul><li>" * 15_000)
    yield "fonts in fonts", html("".join(f"<font color={n}>" for n in range(6_000)))
    yield "comments that never end", html("<!--" * 30_000)
    yield "tags that never end", html("<a " * 40_000)
    yield "nothing but less-than signs", html("<" * 120_000)
    yield "ten megabytes of text", mail("It rained on the boxes.\n" * 430_000)
    yield (
        "ten megabytes of file",
        many(
            "Content-Type: text/plain\n\nSee the file.",
            file("a.pdf", b"%PDF-1.7 " + b"x" * 7_300_000, "application/pdf"),
        ),
    )
    yield "a thousand parts", many(*["Content-Type: text/plain\n\nA part."] * 1_000)
    yield "two hundred levels", deep(200)
    yield "two thousand levels", deep(2_000)
    yield "a subject of 100 KB", mail(subject="x" * 100_000)
    yield "a sender of brackets", mail(sender="(" * 100_000)
    yield "a sender of quotes", mail(sender='"<a@' * 25_000)
    yield "ten thousand recipients", mail(to="a@b.example, " * 10_000)
    yield "words encoded one by one", mail(subject="=?utf-8?q?a?= " * 8_000)
    yield "a content type without end", mail(kind="text/plain;" + " a=b;" * 20_000)
    yield "references without end", mail(References="<a@b.example> " * 20_000)
    yield "quotes that nest", mail("> " * 50_000)
    yield "a hundred thousand signatures", mail("Best regards\n" * 8_000)


def everyday() -> Iterator[tuple[str, bytes]]:
    """What people, their programs and their servers really send."""
    photo = file("parcel.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "image/png")
    yield "plain", mail()
    yield "no number", mail(number="")
    yield "no sender", mail(sender="")
    yield "no subject", mail(subject="")
    yield "no headers at all", b"It rained on the boxes.\n\nHarbour Books"
    yield "nothing at all", b""
    yield "only headers", mail("")
    yield "with a name in another script", mail(sender="=?utf-8?b?0JDQvdC90LA=?= <anna@harbourbooks.example>")
    yield "with a comma in the name", mail(sender='"Carver, June" <june@harbourbooks.example>')
    yield "latin-1", mail("Das Paket war naß.".encode("latin-1"), kind="text/plain; charset=iso-8859-1")
    yield "windows quotes", mail(b"\x93It rained\x94", kind="text/plain; charset=iso-8859-1")
    yield "a charset that does not exist", mail("Naß.".encode(), kind="text/plain; charset=x-klingon")
    yield "a charset that is not true", mail("Naß.".encode("latin-1"), kind="text/plain; charset=utf-8")
    yield (
        "japanese",
        mail(
            "テスト".encode("iso-2022-jp"),
            kind="text/plain; charset=iso-2022-jp",
            subject="=?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=",
        ),
    )
    yield "raw eight bit", mail("Naß.", subject="Naß", Content_Transfer_Encoding="8bit")
    yield (
        "quoted printable",
        mail(quopri.encodestring("Naß, £24.50.".encode()), Content_Transfer_Encoding="quoted-printable"),
    )
    yield "broken base64", mail("!!!not base64!!!", Content_Transfer_Encoding="base64")
    yield "base64 cut off", mail(base64.b64encode(b"It rained on the boxes.")[:-5], Content_Transfer_Encoding="base64")
    yield (
        "html only",
        html(
            "<html><head><title>x</title></head><body><h1>Wet</h1><p>It <b>rained</b> on the boxes.</p></body></html>"
        ),
    )
    yield (
        "both",
        many(
            "Content-Type: text/plain\n\nWet boxes.",
            "Content-Type: text/html\n\n<p>Wet <i>boxes</i>.</p>",
            kind="alternative",
        ),
    )
    yield (
        "an empty text beside the html",
        many("Content-Type: text/plain\n\n  ", "Content-Type: text/html\n\n<p>Wet boxes.</p>", kind="alternative"),
    )
    yield "with a picture", many("Content-Type: text/plain\n\nSee the photo.", photo)
    yield "only a picture", many(photo)
    yield (
        "with a name that climbs",
        many("Content-Type: text/plain\n\nSee.", file("../../etc/passwd", b"root", "text/plain")),
    )
    yield (
        "a mail inside",
        many("Content-Type: text/plain\n\nSee below.", b"Content-Type: message/rfc822\n\n" + mail("Inner words.")),
    )
    yield (
        "forwarded in the text",
        mail("FYI\n\n---------- Forwarded message ---------\nFrom: Bob\n\nIt rained.", subject="Fwd: Wet"),
    )
    yield "outlook’s own wrapping", mail(b"\x78\x9f\x3e\x22abcd", kind="application/ms-tnef; name=winmail.dat")
    yield (
        "signed",
        many(
            "Content-Type: text/plain\n\nSigned words.",
            file("signature.asc", b"-----BEGIN PGP", "application/pgp-signature"),
            kind="signed",
        ),
    )
    yield (
        "encrypted",
        many(
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            file("x.asc", b"-----BEGIN PGP", "application/octet-stream"),
            kind="encrypted",
        ),
    )
    yield (
        "no end of the parts",
        mail(b"--part\nContent-Type: text/plain\n\nWet boxes.\n", kind='multipart/mixed; boundary="part"'),
    )
    yield "no name of the border", mail(b"--part\n\nWet boxes.\n--part--\n", kind="multipart/mixed")
    yield "a reply", mail("Thank you.\n\nOn Tue, Ada wrote:\n> Sorry.\n> We look into it.", subject="Re: Wet")
    yield "an answer below", mail("On Tue, Ada wrote:\n> Sorry.\n> We look into it.\n\nThank you, and please hurry.")
    yield "an invitation", mail("BEGIN:VCALENDAR\nEND:VCALENDAR", kind="text/calendar; method=REQUEST")
    yield "out of office", mail("I am away.", subject="Automatic reply: x", Auto_Submitted="auto-replied")
    yield "vacation", mail("Ich bin nicht da.", subject="Abwesenheitsnotiz")
    yield "a list", mail("News of the week.", List_Id="<news.shops.example>", Precedence="bulk")
    yield "a bounce", bounce("<x@fairlight.example>", to="nobody@nowhere.example")
    yield "a late one", bounce("<x@fairlight.example>", to="nobody@nowhere.example", action="delayed")
    yield "a bounce with the whole mail", bounce("<x@fairlight.example>", to="a@nowhere.example", kind="message/rfc822")
    yield "a bounce in prose", mail("550 no such user", sender="MAILER-DAEMON@mx.example", Return_Path="<>")
    yield (
        "a receipt",
        mail(
            parts("Content-Type: text/plain\n\nRead."),
            kind='multipart/report; report-type=disposition-notification; boundary="part"',
        ),
    )
    yield "a byte of nothing in it", mail(b"It \x00rained.")
    yield "from an mbox", b"From june@harbourbooks.example Tue Mar 10 09:58:00 2026\n" + mail()
    yield "a date that never was", mail(Date="Tue, 99 Foo 2026 99:99:99 +9999")
    yield "two subjects", mail().replace(b"Subject:", b"Subject: First\r\nSubject:", 1)
