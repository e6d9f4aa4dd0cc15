"""`manage.py create_admin`: the first person of a real house, who then welcomes the others."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from rca.lib.refused import Refused


class Command(BaseCommand):
    help = "Adds the first person, an admin; the password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        password = getpass("Password: ")
        try:
            validate_password(password)
            User.objects.welcome(by=None, name=name, email=email, role="admin", password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(self.style.SUCCESS(f"{name} may sign in as {email}."))
