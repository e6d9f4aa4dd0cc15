"""Brings mail in: from the mailbox of MAILBOX_URL, or from files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.audit.origin import came_from
from rca.mailbox import fetching, filing


class Command(BaseCommand):
    help = "Fetches mail, keeps each as it came, and files it. Running it again brings nothing in twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--maildir", type=Path, help="a maildir; what was unseen goes to cur, marked as seen")
        where.add_argument("--mbox", type=Path, help="a file of many mails")
        where.add_argument("--eml", type=Path, nargs="+", help="files of one mail each")
        where.add_argument("--idle", action="store_true", help="stay on the line and take each mail as it comes")

    def handle(self, *args: Any, **options: Any) -> None:
        with came_from("mail"):
            self._fetch(**options)

    def _fetch(self, *, maildir: Path | None, mbox: Path | None, eml: list[Path] | None, idle: bool, **_: Any) -> None:
        filing.file_kept()
        try:
            if maildir:
                if not (maildir / "new").is_dir() or not (maildir / "cur").is_dir():
                    raise CommandError(f"{maildir} is no maildir: it has no “new” and “cur”.")
                tally = fetching.from_maildir(maildir)
            elif mbox:
                tally = fetching.from_mbox(mbox)
            elif eml:
                tally = fetching.from_files(eml)
            elif not settings.MAILBOX_URL:
                raise CommandError("Name the mailbox in MAILBOX_URL, or give --maildir, --mbox or --eml.")
            elif idle:
                return fetching.idle(say=self.stdout.write)
            else:
                tally = fetching.from_imap(most=10_000)
        except (FileNotFoundError, IsADirectoryError, PermissionError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(tally.says)
