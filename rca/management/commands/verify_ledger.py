"""`manage.py verify_ledger`: proves that nobody changed, removed or reordered an entry since it was sealed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit.sealing import seal, verify


class Command(BaseCommand):
    help = "Prove that the ledger is as it was written; the first entry that is not is named, and the exit code is 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seal", action="store_true", help="seal what is not sealed yet before the proof")
        parser.add_argument("--head", help="a digest that was noted earlier: it must stand in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            while seal(whole=True):
                pass
        proof = verify(noted=options["head"] or "")
        if proof.fault:
            raise CommandError(f"The ledger does not hold. {proof.fault}\n{proof.sealed} entries before it are sound.")
        if not proof.sealed:
            self.stdout.write("Nothing is sealed yet: the worker seals each minute, or say --seal.")
            return
        self.stdout.write(self.style.SUCCESS(f"The ledger holds: {proof.sealed} entries, until {proof.until:%c} UTC."))
        self.stdout.write(f"Head: {proof.head}")
        if proof.unsealed:
            self.stdout.write(f"{proof.unsealed} newer entries are not sealed yet.")
