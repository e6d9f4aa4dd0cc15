# ruff: noqa: I001  (in the order of the story, not of the alphabet)
"""The register of the house: every model in the order of the story. Read it top to bottom."""

# When we work
from rca.hours.models import Holiday, HouseCalendar, Target, WorkingDay

# What happened
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.complaints.acts import Acknowledgment, Closure, Consultation, Handoff, Merge, Note, Relation, Reopening
from rca.complaints.attachments import Attachment
from rca.complaints.bulk import BulkAct
from rca.complaints.bulk_row import BulkRow
from rca.promises.models import Handover, Promise, Settlement

# How else it reaches us
from rca.imports.models import Conflict, Doubt, FilePart, Import, KnownFile, Opened, RefusedRow
from rca.mailbox.line import MailboxLine
from rca.mailbox.models import InboundMail

# Why
from rca.whys.models import (
    CallingOff,
    Edition,
    Evidence,
    FiveWhys,
    Invitation,
    NoSession,
    ParkedIdea,
    Participant,
    Pattern,
    SessionComplaint,
    Why,
    WhyFile,
)
from rca.whys.guide import PutAway
from rca.whys.together import Presence

# Whom it hit, and what closes it
from rca.causes.choosing import NoneOfThese
from rca.causes.unmarking import Unmarking
from rca.causes.models import (
    Affected,
    Cause,
    CauseClosure,
    CauseLink,
    CauseMerge,
    CauseProduct,
    CauseReading,
    CauseWord,
    KnownLine,
    NotTwins,
    Recurrence,
    Root,
    Rule,
    Waiver,
    Word,
)

# What we did about it, and whom we told
from rca.fixes.models import Completion, Fix, Slip, Verification
from rca.communications.models import Attempt, FixNote, Message, NoteApproval, Telling, Verdict
from rca.goodwill.models import Allowance, Grant

# Whether they stay
from rca.health.models import AccountReview, Cadence, Signal, Task, Unknown, VolumeLimit, Wound
from rca.retention.models import Caller, Cancellation, SaveAttempt, WinBack

# What managers decided
from rca.review.models import Decision

__all__ = [
    "AccountReview",
    "Acknowledgment",
    "Affected",
    "Allowance",
    "Attachment",
    "Attempt",
    "Behaviour",
    "BulkAct",
    "BulkRow",
    "Cadence",
    "Caller",
    "CallingOff",
    "Cancellation",
    "Cause",
    "CauseClosure",
    "CauseLink",
    "CauseMerge",
    "CauseProduct",
    "CauseReading",
    "CauseWord",
    "Closure",
    "Complaint",
    "Completion",
    "Conflict",
    "Consultation",
    "Decision",
    "Doubt",
    "Edition",
    "Evidence",
    "Expectation",
    "FilePart",
    "FiveWhys",
    "Fix",
    "FixNote",
    "Grant",
    "Handoff",
    "Handover",
    "Holiday",
    "HouseCalendar",
    "Import",
    "InboundMail",
    "Invitation",
    "KnownFile",
    "KnownLine",
    "MailboxLine",
    "Merge",
    "Message",
    "NoSession",
    "NoneOfThese",
    "NotTwins",
    "Note",
    "NoteApproval",
    "Opened",
    "ParkedIdea",
    "Participant",
    "Pattern",
    "Presence",
    "Promise",
    "PutAway",
    "Recurrence",
    "RefusedRow",
    "Relation",
    "Reopening",
    "Root",
    "Rule",
    "SaveAttempt",
    "SessionComplaint",
    "Settlement",
    "Severity",
    "Signal",
    "Slip",
    "Target",
    "Task",
    "Telling",
    "Unknown",
    "Unmarking",
    "Verdict",
    "Verification",
    "VolumeLimit",
    "Waiver",
    "Why",
    "WhyFile",
    "WinBack",
    "Word",
    "WorkingDay",
    "Wound",
]
