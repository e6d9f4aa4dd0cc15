"""Root causes, the complaints linked to each, and every account each one hit, also those who never complained."""

from django.db import models
from django.db.models import F, Q

from accounts.customers.models import Account
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.whys.models import Why


class CauseQuerySet(HouseQuerySet["Cause"]):
    pass


class Cause(Referred, Editable):
    LETTER, PAGE = "R", "causes:detail"

    class Family(models.TextChoices):
        PROCESS = "process", "process"
        PRICE = "price", "price"
        PRODUCT = "product", "product"
        INFORMATION = "information", "information"
        PEOPLE = "people", "people and training"
        SUPPLIER = "supplier", "supplier"
        COMMUNICATION = "communication", "communication"
        OUTSIDE = "outside", "outside our control"

    class State(models.TextChoices):
        OPEN = "open", "open"
        FIXING = "fixing", "fix under way"
        WATCHED = "watched", "fixed and watched"
        CLOSED = "closed", "closed"
        RECURRING = "recurring", "recurring"
        ACCEPTED = "accepted", "accepted"

    title = models.CharField(max_length=200)
    family = OneOf(Family, blank=True)
    state = OneOf(State, default=State.OPEN)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="causes")
    next_review = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    watch_until = models.DateField(null=True, blank=True)
    # For the prompt of known causes: how many complaints stand behind the sums in CauseWord, and their length.
    complaint_count = models.PositiveIntegerField(default=0)
    norm = models.FloatField(default=0)
    complaints = models.ManyToManyField(Complaint, through="CauseLink", related_name="causes")
    accounts = models.ManyToManyField(Account, through="Affected", related_name="causes")

    objects = models.Manager.from_queryset(CauseQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="cause_has_title"),
        ]
        indexes = [
            models.Index(fields=["state", "next_review", "id"], name="cause_by_review"),
            models.Index(fields=["owner", "state"], name="cause_by_owner"),
            models.Index(fields=["-opened_at", "-id"], name="cause_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class CauseLink(models.Model):
    """This complaint came from that cause."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="cause_links")
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="links")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "cause"], name="cause_link_once")]
        indexes = [models.Index(fields=["cause", "-at"], name="cause_link_by_cause")]

    def __str__(self) -> str:
        return f"R-{self.cause_id}"


class Root(models.Model):
    """This why is the root: who marked it, and how the stop test was answered."""

    why = models.OneToOneField(Why, models.PROTECT, related_name="root")
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="roots")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    depth = models.PositiveIntegerField()
    would_have_happened = models.BooleanField()  # without it, would this have happened?
    stays_away = models.BooleanField()  # mended, will it stay away?
    reads_back = models.BooleanField()  # does the chain hold when read aloud with “therefore”?
    early_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(depth__gte=5) | ~Q(early_reason=""), name="root_deep_enough_or_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why_id} is the root of R-{self.cause_id}"


class Rule(models.Model):
    """Saved conditions that find accounts a cause has hit without a word from them."""

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="rules")
    conditions = models.JSONField()  # product, bought_from, bought_until, segment, region, min_value
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"rule {self.pk}"


class AffectedQuerySet(HouseQuerySet["Affected"]):
    pass


class Affected(models.Model):
    """One account that one cause has hit: a row of the roster. Its telling (a later room) and waiver are rows too."""

    class How(models.TextChoices):
        COMPLAINED = "complained", "complained"
        RULE = "rule", "found by rule"
        HAND = "hand", "added by hand"

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="affected")
    account = models.ForeignKey(Account, models.PROTECT, related_name="affected")
    how = OneOf(How)
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, blank=True, related_name="affected")
    why = models.CharField(max_length=400, blank=True)  # “30 copies on invoice 58113”
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(AffectedQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "account"], name="affected_once"),
            models.CheckConstraint(condition=~Q(how="hand") | ~Q(why=""), name="affected_by_hand_has_reason"),
        ]
        indexes = [models.Index(fields=["cause", "id"], name="affected_by_cause")]

    def __str__(self) -> str:
        return f"{self.account_id} on R-{self.cause_id}"


class Waiver(models.Model):
    """This account will not be told, by whose decision and why."""

    affected = models.OneToOneField(Affected, models.CASCADE, related_name="waiver")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason")]

    def __str__(self) -> str:
        return self.reason


class KnownLine(models.Model):
    """The sentence that anyone may say now, once somebody has approved it; the newest approved one counts."""

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="lines")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="known_line_has_text"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="known_line_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CauseClosure(models.Model):
    """The cause is closed: every customer told or waived, every fix finished, the check passed."""

    cause = models.OneToOneField(Cause, models.CASCADE, related_name="closure")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words


class Recurrence(models.Model):
    """A new complaint on a cause that was fixed; `told` are the accounts that had heard it would not happen again."""

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="recurrences")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="recurrences")
    at = models.DateTimeField()
    told = models.ManyToManyField(Account, related_name="+")
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "complaint"], name="recurrence_once")]

    def __str__(self) -> str:
        return f"R-{self.cause_id} came back"


class CauseMerge(models.Model):
    """Two names for one cause: this one's complaints, accounts and fixes are the other's now."""

    duplicate = models.OneToOneField(Cause, models.CASCADE, related_name="merge")
    into = models.ForeignKey(Cause, models.PROTECT, related_name="merged")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)  # what came over, so that it can go back

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(duplicate=F("into")), name="cause_merge_into_another")]

    def __str__(self) -> str:
        return f"into R-{self.into_id}"


class NotTwins(models.Model):
    """Two causes that look alike and are not, and why; the hint is not given again."""

    first = models.ForeignKey(Cause, models.CASCADE, related_name="+")
    second = models.ForeignKey(Cause, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_twins_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_twins_in_order"),
        ]

    def __str__(self) -> str:
        return self.reason


class Word(models.Model):
    """How rare a word is over all complaints; refreshed by a job, never by a request."""

    lexeme = models.TextField(primary_key=True)
    idf = models.FloatField()

    def __str__(self) -> str:
        return self.lexeme


class CauseWord(models.Model):
    """The summed weight of one word over a cause's linked complaints: the truth behind the prompt."""

    pk = models.CompositePrimaryKey("cause", "lexeme")
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="+")
    lexeme = models.TextField()
    weight = models.FloatField()

    def __str__(self) -> str:
        return self.lexeme


class CauseReading(models.Model):
    """The strongest words of a cause, weighted by rarity and scaled: what the prompt reads while somebody types."""

    pk = models.CompositePrimaryKey("cause", "lexeme")
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="+")
    lexeme = models.TextField()
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["lexeme"], include=["cause", "weight"], name="cause_reading_by_word")]

    def __str__(self) -> str:
        return self.lexeme


class CauseProduct(models.Model):
    """How a cause's complaints split by product."""

    pk = models.CompositePrimaryKey("cause", "product")
    cause = models.ForeignKey(Cause, models.CASCADE, related_name="+")
    product = models.CharField(max_length=120)
    complaints = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.product
