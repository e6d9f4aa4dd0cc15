"""`manage.py seed`: tells the demo story of Fairlight Wholesale to an empty house."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from seeds.story import tell


class Command(BaseCommand):
    help = "Loads the demo story into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.people().exists():
            raise CommandError("There are people here already: the story is told only to an empty house.")
        tell(self.stdout.write)
        self.stdout.write(self.style.SUCCESS("Ninety days at Fairlight Wholesale are told."))
