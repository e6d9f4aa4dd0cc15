"""What can be told of a mail from its bytes alone, quickly and whatever they are: its headers, number and digest."""

import re
from hashlib import sha256

HEADERS_MOST = 256 * 1024  # bytes of headers that are looked at
# What the writer wrote. A mail that came by another road has the same; Received, DKIM and the like differ.
WRITTEN = (
    b"from", b"sender", b"reply-to", b"to", b"cc", b"date", b"subject", b"message-id", b"in-reply-to", b"references",
    b"content-type", b"content-transfer-encoding", b"auto-submitted",
)  # fmt: skip
ID = re.compile(r"<[^<>\s]{3,996}>")
ID_MOST = 998  # bytes; a line of a mail is no longer, and an index takes no more than two or three such
NAME = re.compile(rb"[!-9;-~]{1,200}")


def split(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers, unfolded and with small names, and the body; a text without headers is all body."""
    text = raw.replace(b"\r\n", b"\n").lstrip(b"\n")
    if text.startswith((b" ", b"\t")):  # an empty first line of nothing but spaces, as some mailboxes write
        text = text.lstrip()
    head, gap, body = text.partition(b"\n\n")
    lines = head[:HEADERS_MOST].split(b"\n")
    found: list[tuple[bytes, list[bytes]]] = []
    if lines and lines[0].startswith((b"From ", b">From ")):
        lines = lines[1:]  # the line that an mbox puts before each mail
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] in b" \t" and found:
            found[-1][1].append(line.strip())
        elif colon and NAME.fullmatch(name.rstrip()):
            found.append((name.rstrip().lower(), [value.strip()]))
        elif not found:
            return [], text
        else:
            break
    return [(name, b" ".join(parts)) for name, parts in found], body if gap else b""


def digest(raw: bytes) -> str:
    """The same for the same mail, whichever servers it passed through and however often it came."""
    headers, body = split(raw)
    whole = sha256()
    for wanted in WRITTEN:
        for name, value in headers:
            if name == wanted:
                whole.update(name + b":" + b" ".join(value.split()) + b"\n")
    whole.update(b"\n" + body.rstrip())
    return whole.hexdigest()


def ids(text: str) -> list[str]:
    """Every <message@id> in a header, in order."""
    return list(dict.fromkeys(ID.findall(text[:20_000])))


def message_id(raw: bytes) -> str:
    """The number that the mail bears, or "" when it bears none."""
    for name, value in split(raw)[0]:
        if name == b"message-id":
            text = plain(value)
            found = ids(text)
            number = found[0] if found else text.strip()
            return number if len(number.encode()) <= ID_MOST else ""  # by its digest it is known all the same
    return ""


def plain(value: bytes) -> str:
    """Bytes of a header as text that can be kept: UTF-8 if it is, else one letter for each byte."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return text.replace("\x00", "")
