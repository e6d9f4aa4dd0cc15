"""What an error on the line to the mailbox means, in words that somebody can act on; it names no password."""

import imaplib
import socket
import ssl

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError)
# The first that fits; the narrower kinds stand before the wider.
PLAIN: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
    (MailboxLoginError, "the server does not take the name or the password. Put MAILBOX_URL right."),
    (MailboxFolderSelectError, "there is no such folder on the server. Put the end of MAILBOX_URL right."),
    (socket.gaierror, "there is no server of that name, or no way to it. Look at MAILBOX_URL and at the network."),
    (
        ssl.SSLCertVerificationError,
        "the server’s certificate does not hold: whoever runs it has to renew it.",
    ),
    (ssl.SSLError, "the server speaks no safe line on that port. Look at the beginning and the port of MAILBOX_URL."),
    (TimeoutError, "the server did not answer in time."),
    (ConnectionRefusedError, "the server takes no calls on that port. Is it running?"),
    ((ConnectionError, imaplib.IMAP4.abort), "the line broke off in the middle."),
    (imaplib.IMAP4.error, "the server refused what it was asked."),
]


def plain(error: BaseException) -> str:
    """Why the mailbox cannot be read; what is not known here is said as it came."""
    said = " ".join((str(error) or type(error).__name__).split())[:200]
    return next((says for kind, says in PLAIN if isinstance(error, kind)), f"{said.rstrip('.')}.")
