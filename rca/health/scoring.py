"""Wounds: the small hurts of the last 90 days, found in what happened by the database alone, all accounts at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from rca.health.models import REMEMBERED
from rca.lib.clock import now

# How much each kind of event hurts. Judged, not measured: change a number here and the next run follows.
WEIGHTS = {
    "complaint": {"nuisance": 0.5, "minor": 1, "serious": 3, "critical": 5, "": 1},  # "" is not yet classified
    "behaviour": 1,  # on top, when they were treated badly as well
    "reopening": 2,
    "repeat": 2,  # the same cause within a year
    "long": 2,
    "handoff": 1,  # from the second on
    "late": 1,
    "broken": {"broken": 2, "late": 1},
    "unanswered": 2,
}
LONG = timedelta(days=28)  # open longer than nine of ten cases are
UNANSWERED = timedelta(days=2)
YEAR = timedelta(days=365)

# Each finds account, kind, weight, moment, the row and the event on it. One index range of 90 days apiece.
EVENTS = {
    "complaint": """
        SELECT account_id, 'complaint', (CASE severity WHEN 'nuisance' THEN %(nuisance)s WHEN 'minor' THEN %(minor)s
               WHEN 'serious' THEN %(serious)s WHEN 'critical' THEN %(critical)s ELSE %(unsorted)s END)
               + (CASE WHEN cardinality(array_remove(behaviours, 'none')) > 0 THEN %(behaviour)s ELSE 0 END),
               received_at, 'C-' || id, 'received'
        FROM rca_complaint WHERE state <> 'merged' AND received_at > %(since)s AND received_at <= %(at)s""",
    "reopening": """
        SELECT c.account_id, 'reopening', %(reopening)s, r.at, 'C-' || c.id, 'reopening-' || r.id
        FROM rca_reopening r JOIN rca_complaint c ON c.id = r.complaint_id
        WHERE c.state <> 'merged' AND r.at > %(since)s AND r.at <= %(at)s""",
    "repeat": """
        SELECT c.account_id, 'repeat', %(repeat)s, c.received_at, 'C-' || c.id, 'cause-' || l.cause_id
        FROM rca_complaint c JOIN rca_causelink l ON l.complaint_id = c.id
        WHERE c.state <> 'merged' AND c.received_at > %(since)s AND c.received_at <= %(at)s AND EXISTS (
            SELECT FROM rca_causelink e JOIN rca_complaint p ON p.id = e.complaint_id
            WHERE e.cause_id = l.cause_id AND p.account_id = c.account_id AND p.state <> 'merged'
              AND p.id <> c.id AND p.received_at < c.received_at AND p.received_at > c.received_at - %(year)s)""",
    "long": """
        SELECT c.account_id, 'long', %(long)s, c.received_at + %(limit)s, 'C-' || c.id, 'long'
        FROM rca_complaint c LEFT JOIN rca_closure d ON d.complaint_id = c.id
        WHERE c.state <> 'merged' AND c.received_at > %(since)s - %(limit)s AND c.received_at <= %(at)s - %(limit)s
          AND (d.at IS NULL OR d.at > c.received_at + %(limit)s)""",
    "handoff": """
        SELECT c.account_id, 'handoff', %(handoff)s, h.at, 'C-' || c.id, 'handoff-' || h.id
        FROM rca_handoff h JOIN rca_complaint c ON c.id = h.complaint_id
        WHERE c.state <> 'merged' AND h.at > %(since)s AND h.at <= %(at)s AND EXISTS (
            SELECT FROM rca_handoff f WHERE f.complaint_id = h.complaint_id AND (f.at, f.id) < (h.at, h.id))""",
    "late": """
        SELECT account_id, 'late', %(late)s, acknowledge_by, 'C-' || id, 'late'
        FROM rca_complaint WHERE state <> 'merged' AND acknowledge_by > %(since)s AND acknowledge_by <= %(at)s
          AND (acknowledged_at > acknowledge_by OR (acknowledged_at IS NULL AND state = 'open'))""",
    "broken": """
        SELECT p.account_id, 'broken', CASE s.state WHEN 'late' THEN %(kept_late)s ELSE %(broken)s END, s.at,
               'P-' || p.id, s.state
        FROM rca_settlement s JOIN rca_promise p ON p.id = s.promise_id
        WHERE s.state IN ('late', 'broken') AND s.at > %(since)s AND s.at <= %(at)s""",
    "unanswered": """
        SELECT t.account_id, 'unanswered', %(unanswered)s, t.at, 'A-' || t.account_id, 'touch-' || t.id
        FROM accounts_touch t
        WHERE t.way = 'in' AND t.reached IS FALSE AND t.at > %(since)s AND t.at <= %(at)s - %(wait)s AND NOT EXISTS (
            SELECT FROM accounts_touch o WHERE o.account_id = t.account_id AND o.way = 'out'
              AND o.at BETWEEN t.at AND t.at + %(wait)s)""",
}


@transaction.atomic
def refresh(*, at: datetime | None = None) -> int:
    """Makes the wounds of the last 90 days what the events say now; returns how many there are.

    Safe to run at any time and as often as one likes: each event is one row by its constraint, and a wound whose event
    is no longer one (merged, put right) goes.
    """
    at = at or now()
    values = {**_weights(), "since": at - REMEMBERED, "at": at, "year": YEAR, "limit": LONG, "wait": UNANSWERED}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wounds'))")  # two runs at once would wait on each row
        cursor.execute(REFRESH.format(events=" UNION ALL ".join(EVENTS.values())), values)
        return int(cursor.fetchone()[0])


REFRESH = """
    WITH found (account_id, kind, weight, at, ref, event) AS MATERIALIZED ({events}),
    healed AS (
        DELETE FROM rca_wound w WHERE w.at > %(since)s AND NOT EXISTS (
            SELECT FROM found f
            WHERE f.account_id = w.account_id AND f.kind = w.kind AND f.ref = w.ref AND f.event = w.event)),
    kept AS (
        INSERT INTO rca_wound (account_id, kind, weight, at, ref, event) SELECT * FROM found
        ON CONFLICT (account_id, kind, ref, event) DO UPDATE SET weight = excluded.weight, at = excluded.at
        WHERE rca_wound.weight <> excluded.weight OR rca_wound.at <> excluded.at)
    SELECT count(*) FROM found"""


def _weights() -> dict[str, Any]:
    severity, promise = WEIGHTS["complaint"], WEIGHTS["broken"]
    assert isinstance(severity, dict) and isinstance(promise, dict)
    flat = {name: weight for name, weight in WEIGHTS.items() if not isinstance(weight, dict)}
    return {**severity, **flat, "unsorted": severity[""], "kept_late": promise["late"], "broken": promise["broken"]}
