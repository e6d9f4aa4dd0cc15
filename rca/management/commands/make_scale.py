"""`manage.py make_scale --complaints N --accounts N`: a made-up house of that size, for measuring."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rca.lib.clock import now
from rca.models import Complaint
from seeds.scale import Size, fill


class Command(BaseCommand):
    help = "Fill a database that has no complaints with made-up ones, by COPY: the same for the same numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--complaints", type=int, default=1_000_000)
        parser.add_argument("--accounts", type=int, default=100_000)
        parser.add_argument("--causes", type=int, default=None, help="default: one for 200 complaints, at most 5,000")

    def handle(self, *args: Any, complaints: int, accounts: int, causes: int | None, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("This house is real (DEBUG=0): made-up complaints would stand among true ones.")
        if complaints < 1 or accounts < 1:
            raise CommandError("Say how many complaints and accounts: at least one of each.")
        if Complaint.objects.exists():
            raise CommandError("There are complaints here already: name an empty database, or another AMENDS_DATA.")
        started = time.monotonic()
        fill(Size.of(complaints, accounts, causes), until=now(), say=self.progress)
        took = time.monotonic() - started
        self.stderr.write("")
        self.stdout.write(f"{complaints:,} complaints of {accounts:,} accounts in {took:,.0f} s.")

    def progress(self, line: str) -> None:
        here = self.stderr.isatty()
        self.stderr.write(f"\r{line:<60}" if here else line, ending="" if here else "\n")
