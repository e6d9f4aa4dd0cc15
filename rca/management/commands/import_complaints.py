"""`manage.py import_complaints FILE … [--dry-run]`: complaints from a file, as often as one likes; `--undo I-7`."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.people.models import User
from rca.imports.chunks import said
from rca.imports.forms import FIELDS
from rca.imports.gathering import ASIDE, ROLES
from rca.imports.importing import bring_in, take_out
from rca.imports.keeping import KINDS
from rca.imports.models import Import
from rca.imports.presets import PRESETS
from rca.lib.refs import number
from rca.lib.refused import Refused

SHOWN = 10  # refused rows and names in doubt named on screen; all are kept


class Command(BaseCommand):
    help = "Bring complaints in from a file. The same file again doubles nothing; one that stopped goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", type=Path, nargs="*", metavar="FILE",
            help="csv, xlsx or json, of any size; the tickets, and beside them what the desk exported apart: comments, "
            "people, organisations, more tickets; or a folder of those",
        )  # fmt: skip
        parser.add_argument("--preset", default="", help=f"{', '.join(sorted(PRESETS))}; else found by its columns")
        parser.add_argument("--dry-run", action="store_true", help="read it all, say what would happen, write nothing")
        parser.add_argument("--resume", action="store_true", help="only go on where these files stopped, begin nothing")
        parser.add_argument("--undo", metavar="I-7", help="take out again what that file brought in")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help=f"{', '.join(FIELDS)}")
        parser.add_argument("--source", default="", help="whose numbers the complaints bear; else the kind of file")
        parser.add_argument("--doubts", choices=Import.Doubts.values, default="", help="names near an account: ask")
        parser.add_argument("--encoding", help="else found from the file")
        parser.add_argument("--delimiter", help="else found from the file; “tab” for a tab")
        parser.add_argument("--zone", help="of times that do not say, as Europe/Berlin; else the house's own")
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", action="store_const", const=True, dest="day_first", help="03/04 is April")
        order.add_argument(
            "--month-first", action="store_const", const=False, dest="day_first", help="03/04 is 4 March"
        )

    def handle(self, *args: Any, files: list[Path], undo: str | None, **options: Any) -> None:
        self.started = self.shown = time.monotonic()
        importer = User.objects.system("importer")
        try:
            if undo:
                return self.take_out(undo, importer)
            if not files:
                raise CommandError("Name the file, or --undo and the number of the import.")
            self.bring_in(files, importer, **options)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on where it stopped.") from None

    def bring_in(
        self, files: list[Path], importer: User, *, preset: str, dry_run: bool, resume: bool, **said: Any
    ) -> None:
        format = {name: said[name] for name in ("encoding", "delimiter", "zone", "day_first") if said[name] is not None}
        if format.get("delimiter") in ("tab", "\\t"):
            format["delimiter"] = "\t"
        paths = [one for path in files for one in (_within(path) if path.is_dir() else [path])]
        batch = bring_in(
            paths, preset, by=importer, dry_run=dry_run, progress=self.progress, format=format, resume=resume,
            fields=self.mapped(said["map"]), source=said["source"], doubts_go=said["doubts"],
            leave=any(path.is_dir() for path in files),
        )  # fmt: skip
        self.say(batch, dry_run)

    def mapped(self, pairs: list[str]) -> dict[str, str]:
        """“Cust=account” for each column that is not what it was taken for; “Cust=” leaves it out."""
        found = {}
        for pair in pairs:
            column, equals, ours = pair.rpartition("=")
            if not equals or ours not in FIELDS:
                raise CommandError(f"--map {pair}: write COLUMN=FIELD, where the field is one of {', '.join(FIELDS)}.")
            found[column] = ours
        return found

    def take_out(self, ref: str, importer: User) -> None:
        batch = Import.objects.filter(pk=number(Import.LETTER, ref)).first()
        if batch is None:
            raise CommandError(f"There is no import {ref}.")
        take_out(batch, by=importer, progress=self.progress)
        stayed = batch.complaints.count()
        self.stdout.write(f"{batch.name} is taken out again. {stayed:,} of {batch.created:,} stayed: worked on since.")

    def progress(self, batch: Import, share: float) -> None:
        """A line that overwrites itself; into a file, one line every few seconds."""
        at, here = time.monotonic(), self.stderr.isatty()
        if at - self.shown < (0.2 if here else 5):
            return
        self.shown = at
        pace = batch.rows / max(at - self.started, 0.001)
        self.stderr.write(f"{batch.rows:,} rows, {share:.0%}, {pace:,.0f} a second", ending="\r" if here else "\n")

    def say(self, batch: Import, dry_run: bool) -> None:
        if len(batch.files) > 1:
            for one in batch.files:
                rows = f", {one['rows']:,} rows" if one["role"] != ASIDE else ""
                self.stdout.write(f"  {one['name']}: {ROLES[one['role']]}{rows}. {one['why']}")
        self.stdout.write(f"{'Nothing written. ' if dry_run else ''}{batch.name}: {said(batch)}.")
        for refusal in batch.refusals.order_by("row")[:SHOWN]:
            cell = f", {refusal.column}" if refusal.column else ""
            value = f" “{refusal.value[:60]}”" if refusal.value else ""
            file = f"{refusal.file_name}, " if refusal.file_name else ""
            self.stdout.write(f"  {file}row {refusal.row}{cell}{value}: {refusal.why}")
        if batch.refused > SHOWN:
            self.stdout.write(f"  and {batch.refused - SHOWN:,} more, kept with {batch.ref}.")
        for doubt in batch.doubts.filter(decision="").select_related("account").order_by("-rows")[:SHOWN]:
            self.stdout.write(f"  {doubt.name}, {doubt.rows:,} rows: is it {doubt.account}? {doubt.why}.")
        if batch.waiting:
            page = batch.get_absolute_url()
            self.stdout.write(f"  Decide at {page}, or run it again with --doubts new or --doubts skip.")


def _within(folder: Path) -> list[Path]:
    """The files of a folder that may be tables; what of them has no place is left aside, and named."""
    found = [path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in KINDS]
    if not found:
        raise CommandError(f"{folder} holds no csv, xlsx or json.")
    return found
