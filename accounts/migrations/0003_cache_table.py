"""The table in which the cache counts failed sign-ins, so that `migrate` is the only step of an installation."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [('accounts', '0002_ledger_guard')]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
