"""`manage.py measure_prompt FILE`: how often the prompt of known causes is right, on labelled complaints."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rca.causes import measuring
from rca.causes.measuring import Row, Score


class Command(BaseCommand):
    help = "Measure the prompt of known causes on a file of the CFPB: every fifth row held out, Issue as the cause."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--splits", type=int, default=1, choices=range(1, 6), help="how many of the five splits")

    def handle(self, *args: Any, file: Path, splits: int, **options: Any) -> None:
        if not file.exists():
            raise CommandError(f"There is no file {file}.")
        rows = measuring.read(file)
        runs = [measuring.measure(rows, held_out=split, full=split == 0) for split in range(splits)]
        self.first(runs[0], rows)
        if splits > 1:
            self.several(runs)

    def first(self, run: dict[str, Any], rows: list[Row]) -> None:
        self.stdout.write(f"{len(rows):,} complaints, {run['causes']} causes, {run['asked']} held out.\n")
        self.stdout.write(f"{'':42}hit@1  hit@3  hit@5")
        for name, known in measuring.KNOWN.items():
            self.stdout.write(f"{name:42}{'':7}{known:.2f}   (known figure)")
        self.line("this, words only", run["words"])
        self.line("this, words and product", run["product"])
        self.stdout.write("\nWhile typing, hit@3       words only   with product")
        for number, (bare, sold) in run["typing"].items():
            self.stdout.write(f"  {number:3} words{'':15}{bare.three:.2f}         {sold.three:.2f}")
        self.stdout.write("\nThe quiet rule (words and product)   shown   first is right   among the first three")
        for least, (shown, one, three) in run["quiet"].items():
            self.stdout.write(f"  gap of {least:.2f} or more{'':17}{shown:4.0%}{'':8}{one:.2f}{'':14}{three:.2f}")
        alone, titled = run["cold"]
        self.stdout.write(f"\nThree causes, ten complaints (20 draws): right cause first {titled:.2f} with titles, "
                          f"{alone:.2f} without.")  # fmt: skip

    def several(self, runs: list[dict[str, Any]]) -> None:
        self.stdout.write(f"\nMean of {len(runs)} splits")
        for name in ("words", "product"):
            found = [run[name] for run in runs]
            mean = Score(*(sum(part) / len(found) for part in zip(*found, strict=True)))
            self.line("words only" if name == "words" else "words and product", mean)

    def line(self, name: str, score: Score) -> None:
        self.stdout.write(f"{name:42}{score.one:.3f}  {score.three:.3f}  {score.five:.3f}")
