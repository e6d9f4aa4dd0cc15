"""What a mail server says of a mail that did not arrive (RFC 3464): failed or only late, to whom, and which mail."""

from dataclasses import dataclass
from email import message_from_string
from typing import Any

from rca.lib.mailraw import ids


@dataclass
class Bounce:
    failed: bool  # False: it is only late, and the server goes on trying
    recipients: list[str]
    message_id: str  # of the mail that came back, or ""
    says: str  # the other server’s own words


def bounce_of(message: Any) -> Bounce | None:
    """None for what is no delivery report, or one that says that all went well."""
    rows: list[tuple[str, str, str]] = []
    number = ""
    for part in list(message.walk())[:100]:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            inner = part.get_payload()
            rows += [row for block in (inner if isinstance(inner, list) else []) if (row := _row(block))]
        elif kind == "message/rfc822" and not number:
            inner = part.get_payload()
            number = _number(inner[0]) if isinstance(inner, list) and inner else ""
        elif kind.endswith("rfc822-headers") and not number:
            content = part.get_payload(decode=True) or b""
            number = _number(message_from_string(content.decode("utf-8", "replace")))
    failed = [row for row in rows if row[0] == "failed"]
    late = [row for row in rows if row[0] == "delayed"]
    told = failed or late
    if not told:
        return None
    return Bounce(bool(failed), [row[1] for row in told if row[1]][:20], number, told[0][2])


def _row(block: Any) -> tuple[str, str, str] | None:
    """One recipient: what became of it, who, and in what words; None for the block about the whole mail."""
    action = str(block.get("action", "")).strip().lower()
    who = str(block.get("original-recipient") or block.get("final-recipient") or "")
    if not action or not who:
        return None
    address = who.split(";", 1)[-1].strip().strip("<>").lower()[:254]
    says = " ".join(str(block.get("diagnostic-code") or block.get("status") or "").split(";", 1)[-1].split())
    return action, address if "@" in address else "", says[:500]


def _number(message: Any) -> str:
    return next(
        iter(ids(next((str(value) for name, value in message.raw_items() if name.lower() == "message-id"), ""))), ""
    )
