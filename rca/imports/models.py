"""Files brought in: what they were, how far it got, what came of it, and what of it a person has to decide."""

from django.db import models
from django.db.models import Q

from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.imports.acts import ImportManager, KnownFileManager, Steps
from rca.imports.gathering import TICKETS
from rca.lib.refs import Referred
from rca.lib.rows import Editable, OneOf


class Import(Steps, Referred, Editable):
    """A file brought in, with those beside it: what it was, how far it got, what came of it."""

    LETTER, PAGE = "I", "imports:detail"

    class State(models.TextChoices):
        LOOKING = "looking", "being looked at"
        READY = "ready", "waiting for you"
        CHECKING = "checking", "being tried"
        CHECKED = "checked", "tried, nothing written"
        RUNNING = "running", "running"
        STOPPED = "stopped", "stopped by one of us"
        FAILED = "failed", "stopped"
        DONE = "done", "done"
        UNREADABLE = "unreadable", "cannot be read"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"

    class Doubts(models.TextChoices):
        ASK = "ask", "ask one of us"
        NEW = "new", "open a new account"
        SKIP = "skip", "leave the row out"

    preset = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the file; of several, that of theirs
    size = models.PositiveBigIntegerField(default=0)  # of all files together
    kept = models.BooleanField(default=False)  # its parts are here; else it lies on the disk of who runs the command
    files = models.JSONField(default=list)  # each file's name, size and digest, and what it was taken for
    roles = models.JSONField(default=dict)  # what a person said instead, by the number of the file
    state = OneOf(State)
    found = models.JSONField(default=dict)  # what looking at the file found: format, why, headings, sample, guesses
    format = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)  # column to field
    source = models.CharField(max_length=40, blank=True)  # whose numbers the external ids are
    doubts_go = OneOf(Doubts, default=Doubts.ASK)
    tried = models.BooleanField(default=False)  # read to its end, so that each of its names has been looked at
    stop_asked = models.BooleanField(default=False)
    rest_only = models.BooleanField(default=False)  # only the rows of names that were decided since
    total = models.PositiveBigIntegerField(default=0)  # rows of the file, once somebody has read to its end
    cursor = models.PositiveBigIntegerField(default=0)  # rows already dealt with
    rows = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveBigIntegerField(default=0)  # rows of a name that nobody has decided about
    skipped = models.PositiveBigIntegerField(default=0)  # rows of a name that somebody left out
    failure = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)  # the try or the run at hand
    moved_at = models.DateTimeField(null=True, blank=True)  # its last sign of life
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportManager()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def pages(self) -> int:
        """How many of its files hold rows."""
        return sum(one["role"] == TICKETS for one in self.files)

    def file_name(self, number: int) -> str:
        return str(self.files[number - 1]["name"]) if 0 < number <= len(self.files) else self.name


class FilePart(models.Model):
    """A piece of one file: the web and the worker share nothing but the database."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="parts")
    file = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "file", "number"], name="file_part_once")]

    def __str__(self) -> str:
        return f"part {self.number}"


class OfAFile(models.Model):
    """Something about one row: `row` as a spreadsheet counts it, and the number of its file."""

    file = models.PositiveSmallIntegerField(default=1)

    batch: models.ForeignKey["Import", "Import"]

    class Meta:
        abstract = True

    @property
    def file_name(self) -> str:
        """Said where the rows stand in more than one file."""
        return self.batch.file_name(self.file) if self.batch.pages > 1 else ""


class RefusedRow(OfAFile):
    """A row that could not be taken: which, in which column, with what value, and why."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="refusals")
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.TextField(blank=True)
    why = models.TextField()
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "file", "row"], name="refused_row_once")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.why}"


class Doubt(OfAFile):
    """A name that may be an account we have; one decision goes for every row of that name."""

    class Decision(models.TextChoices):
        SAME = "same", "is that account"
        NEW = "new", "a new account"
        SKIP = "skip", "leave out"

    batch = models.ForeignKey(Import, models.CASCADE, related_name="doubts")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)
    rows = models.PositiveBigIntegerField(default=0)
    first_row = models.PositiveBigIntegerField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")  # the one it may be
    why = models.CharField(max_length=200)
    decision = OneOf(Decision, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    settled = models.BooleanField(default=False)  # its rows have been dealt with as decided

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "folded"], name="doubt_once")]
        indexes = [models.Index(fields=["batch", "-rows", "-id"], name="doubt_by_rows")]

    def __str__(self) -> str:
        return self.name


class Conflict(OfAFile):
    """The file and one of us changed the same thing to different things: a person decides which of them stands."""

    class Keep(models.TextChoices):
        OURS = "ours", "what stands here"
        THEIRS = "theirs", "what the file says"

    batch = models.ForeignKey(Import, models.CASCADE, related_name="conflicts")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="import_conflicts")
    field = models.CharField(max_length=40)
    row = models.PositiveBigIntegerField()
    ours = models.TextField(blank=True)
    theirs = models.TextField()
    keep = OneOf(Keep, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "complaint", "field"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.field} of C-{self.complaint_id}"


class Opened(models.Model):
    """An account or a contact that is here because of this file, so that undoing it can take them out again."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="opened")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(account=None) ^ Q(contact=None), name="opened_one_thing"),
        ]

    def __str__(self) -> str:
        return str(self.account or self.contact)


class KnownFile(models.Model):
    """How the columns of one kind of file were mapped, under a name, and offered again for the same headings."""

    name = models.CharField(max_length=40, unique=True)
    headings = models.CharField(max_length=64, db_index=True)  # the digest of the headings in their order
    preset = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict)
    format = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = KnownFileManager()

    def __str__(self) -> str:
        return self.name
