"""The ledger and its seals are only ever added to: the database itself refuses everything else."""

from django.db import migrations

GUARD = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is only ever added to: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
"""
DROP = "DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table};"
TABLES = ("accounts_entry", "accounts_seal")


class Migration(migrations.Migration):
    dependencies = [('accounts', '0001_initial')]

    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION ledger_is_append_only();"),
        *(migrations.RunSQL(TRIGGER.format(table=name), DROP.format(table=name)) for name in TABLES),
    ]
