"""`manage.py measure_nudges [FOLDER]`: which answers are nudged and asked on from, and how often that is right."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rca.whys import measuring
from rca.whys.measuring import Score, Seen


class Command(BaseCommand):
    help = "Measure the nudges and the next question on answers labelled by hand, and on published trees in FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="where the trees are, as JSON files of import_whys")
        parser.add_argument("--questions", action="store_true", help="print every question that is not the right one")

    def handle(self, *args: Any, folder: Path | None, questions: bool, **options: Any) -> None:
        if folder and not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        seen = [measuring.look(row) for row in measuring.labelled(folder)]
        groups = {name: [one for one in seen if one.row.group == name] for name in measuring.SETS}
        for name, rows in groups.items():
            self.group(name, rows, questions)
        self.stdout.write("\nNudges     answers   given rightly       of those wanted     right kind        splits")
        for name, rows in groups.items():
            self.nudges(name, measuring.score(rows))
        self.stdout.write("\nThe next question   right   acceptable   in quotes   wrong")
        for name, rows in groups.items():
            found = measuring.score(rows).questions
            self.stdout.write(
                f"{name:18}{found['right']:7}{found['acceptable']:13}{found['fallback']:12}{found['wrong']:8}"
            )
        self.stdout.write(
            "\nOne person wrote the labels, the answers and the rules: only the set “last” is a first look."
        )

    def group(self, name: str, rows: list[Seen], questions: bool) -> None:
        self.stdout.write(f"\n{name}: {measuring.SETS[name]}" if rows else f"\n{name}: not here, so not measured")
        for one in rows:
            if one.kind or one.row.kind:
                self.stdout.write(f"  {self.verdict(one):26}{one.kind or '-':13}{one.row.answer[:90]}")
            if questions and one.verdict != "right":
                self.stdout.write(f"  asked, {one.verdict}: {one.asked}")

    def verdict(self, one: Seen) -> str:
        if one.kind and not one.row.kind:
            return "WRONG, no nudge wanted"
        if one.row.kind and not one.kind:
            return f"MISSED, {one.row.kind}"
        return "right" if one.kind == one.row.kind else f"right, but {one.row.kind}"

    def nudges(self, name: str, found: Score) -> None:
        given, wanted = share(found.rightly, found.given), share(found.rightly, found.wanted)
        kind = share(found.right_kind, found.rightly)
        split = f"{found.splits_rightly} of {found.splits}"
        self.stdout.write(f"{name:8}{found.answers:10}   {given:20}{wanted:20}{kind:18}{split}")


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} = {part / whole:.2f}" if whole else "none"
