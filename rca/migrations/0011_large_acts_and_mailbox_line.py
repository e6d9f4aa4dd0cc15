import django.db.models.deletion
from django.db import migrations, models

import rca.lib.rows

# What was noted in one JSON per act becomes a row per complaint; the way back puts it together again.
APART = """
    INSERT INTO rca_bulkrow (bulk_id, number, state, why, back)
    SELECT DISTINCT ON (b.id, number) b.id, number,
           CASE WHEN coalesce(one ->> 'why', '') <> '' THEN 'refused' WHEN b.undone_at IS NULL THEN 'done'
                WHEN left_.why IS NOT NULL THEN 'kept' ELSE 'back' END,
           coalesce(nullif(one ->> 'why', ''), left_.why, ''), one - 'ref' - 'why'
    FROM rca_bulkact b, jsonb_array_elements(b.rows) one, substr(one ->> 'ref', 3) ref,
         LATERAL (SELECT ref::bigint AS number) n
    LEFT JOIN LATERAL (SELECT k ->> 'why' AS why FROM jsonb_array_elements(b.kept) k
                       WHERE k ->> 'ref' = 'C-' || n.number LIMIT 1) left_ ON true;
    UPDATE rca_bulkact b SET state = CASE WHEN b.undone_at IS NULL THEN 'done' ELSE 'undone' END,
        total = n.total, done_count = n.done, failed_count = n.failed, back_count = n.back, kept_count = n.kept,
        moved_at = coalesce(b.undone_at, b.at)
    FROM (SELECT b.id, count(r.id) AS total, count(r.id) FILTER (WHERE r.state <> 'refused') AS done,
                 count(r.id) FILTER (WHERE r.state = 'refused') AS failed,
                 count(r.id) FILTER (WHERE r.state = 'back') AS back, count(r.id) FILTER (WHERE r.state = 'kept') AS kept
          FROM rca_bulkact b LEFT JOIN rca_bulkrow r ON r.bulk_id = b.id GROUP BY b.id) n
    WHERE n.id = b.id;
    SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
"""
TOGETHER = """
    UPDATE rca_bulkact b SET
        rows = coalesce((SELECT jsonb_agg(r.back || jsonb_build_object('ref', 'C-' || r.number, 'why',
                         CASE WHEN r.state = 'refused' THEN r.why ELSE '' END) ORDER BY r.number)
                         FROM rca_bulkrow r WHERE r.bulk_id = b.id AND r.state <> 'waiting'), '[]'),
        kept = coalesce((SELECT jsonb_agg(jsonb_build_object('ref', 'C-' || r.number, 'why', r.why) ORDER BY r.number)
                         FROM rca_bulkrow r WHERE r.bulk_id = b.id AND r.state = 'kept'), '[]');
    SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("rca", "0010_several_files_of_one_export"),
    ]

    operations = [
        *(
            migrations.AddField(model_name="bulkact", name=name, field=models.PositiveIntegerField(default=0))
            for name in ("total", "done_count", "failed_count", "back_count", "kept_count")
        ),
        migrations.AddField(
            model_name="bulkact", name="cursor", field=models.PositiveBigIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="bulkact", name="moved_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="bulkact", name="what", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="bulkact",
            name="state",
            field=rca.lib.rows.OneOf(
                choices=[
                    ("running", "being done"),
                    ("done", "done"),
                    ("undoing", "being taken back"),
                    ("undone", "taken back"),
                ],
                default="running",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField()),
                (
                    "state",
                    rca.lib.rows.OneOf(
                        choices=[
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("refused", "not done"),
                            ("back", "taken back"),
                            ("kept", "not taken back"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("why", models.TextField(blank=True)),
                ("back", models.JSONField(default=dict)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="rca.bulkact"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["refused", "kept"])),
                        fields=["bulk", "number"],
                        name="bulk_row_refused",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("bulk", "number"), name="bulk_row_once")],
            },
        ),
        migrations.RunSQL(APART, TOGETHER),
        migrations.RemoveField(model_name="bulkact", name="kept"),
        migrations.RemoveField(model_name="bulkact", name="rows"),
        migrations.CreateModel(
            name="MailboxLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.TextField(blank=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="mailbox_line_is_one")],
            },
        ),
    ]
