"""`manage.py import_whys FILE.json …`: trees of whys become concluded sessions, and their roots become causes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.people.models import User
from rca.causes.models import Cause
from rca.lib.refused import Refused
from rca.lib.text import count
from rca.whys.importing import Loaded, load
from rca.whys.stopping import FLOOR


class Command(BaseCommand):
    help = "Load trees of whys (JSON) as concluded sessions with branches and roots; loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
        parser.add_argument("--by", default="", help="e-mail of the lead in whose name it is done (default: the first)")

    def handle(self, *args: Any, files: list[Path], by: str, **options: Any) -> None:
        person, failed = self.person(by), 0
        for path in files:
            try:
                with transaction.atomic():
                    loaded = load(by=person, path=path)
                    marked = sum(self.mark(person, why, loaded.facts.get(why.pk, {})) for why in loaded.roots)
                self.stdout.write(self.says(path, loaded, marked))
            except Refused as refused:
                failed += 1
                self.stderr.write(refused.sentence)
        if failed:
            raise CommandError(f"{count(failed, 'file')} of {len(files)} could not be loaded; the others are in.")

    def person(self, email: str) -> User:
        people = User.objects.people().order_by("id")
        if email:
            found: User | None = people.filter(email__iexact=email).first()
            if found is None:
                raise CommandError(f"There is nobody here with the e-mail {email}.")
            return found
        person: User
        for person in people:
            if person.may("whys.import") and person.may("causes.mark"):
                return person
        raise CommandError("Nobody here may import a session yet: add a support lead, or name one with --by.")

    def mark(self, by: User, why: Any, facts: dict[str, str]) -> bool:
        """Marks a why as the root that its source says it is; False when it is marked already."""
        if hasattr(why, "root"):
            return False
        depth = why.depth
        early = f"imported: the source stops at why {depth}" if depth < FLOOR else ""
        family = facts.get("family", "")
        Cause.objects.mark_root(
            by=by, why=why, would_have_happened=False, stays_away=True, reads_back=True,
            title=facts.get("title", ""), family=family if family in Cause.Family.values else "",
            early_reason=facts.get("early_reason") or early,
        )  # fmt: skip
        return True

    def says(self, path: Path, loaded: Loaded, marked: int) -> str:
        whys = count(loaded.session.whys.count(), "why")
        if not loaded.new and not marked:
            return f"{path.name}: here already as {loaded.session.ref}, {whys}; nothing changed."
        return f"{path.name}: {loaded.session.ref}, {whys}, {count(marked, 'root')} marked."
