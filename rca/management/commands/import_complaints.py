"""`manage.py import_complaints FILE --preset cfpb [--dry-run]`: complaints from a file, as often as one likes."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.people.models import User
from rca.imports.importing import bring_in, said
from rca.imports.models import Import
from rca.imports.presets import PRESETS
from rca.lib.refused import Refused

SHOWN = 10  # refused rows named on screen; all are kept


class Command(BaseCommand):
    help = "Bring complaints in from a file. The same file again doubles nothing; one that stopped goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--preset", default="cfpb", choices=sorted(PRESETS), help="the kind of file (default cfpb)")
        parser.add_argument("--dry-run", action="store_true", help="read it all, say what would happen, write nothing")

    def handle(self, *args: Any, file: Path, preset: str, dry_run: bool, **options: Any) -> None:
        self.started = self.shown = time.monotonic()
        importer = User.objects.system("importer")
        try:
            batch = bring_in(file, preset, by=importer, dry_run=dry_run, progress=self.progress)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on where it stopped.") from None
        self.say(batch, dry_run)

    def progress(self, batch: Import, share: float) -> None:
        """A line that overwrites itself; into a file, one line every few seconds."""
        at, here = time.monotonic(), self.stderr.isatty()
        if at - self.shown < (0.2 if here else 5):
            return
        self.shown = at
        pace = batch.rows / max(at - self.started, 0.001)
        self.stderr.write(f"{batch.rows:,} rows, {share:.0%}, {pace:,.0f} a second", ending="\r" if here else "\n")

    def say(self, batch: Import, dry_run: bool) -> None:
        self.stdout.write(f"{'Nothing written. ' if dry_run else ''}{batch.name}: {said(batch)}.")
        for refusal in batch.refusals.order_by("row")[:SHOWN]:
            cell = f", {refusal.column}" if refusal.column else ""
            value = f" “{refusal.value[:60]}”" if refusal.value else ""
            self.stdout.write(f"  row {refusal.row}{cell}{value}: {refusal.why}")
        if batch.refused > SHOWN:
            self.stdout.write(f"  and {batch.refused - SHOWN:,} more, kept with {batch.ref}.")
