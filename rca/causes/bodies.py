"""The shapes that the API of this room takes and gives; the rules are in the verbs."""

from typing import Any

from rest_framework import serializers

from accounts.models import Account, User
from rca.causes.models import Affected, Cause, KnownLine
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.whys.models import Why


class KnownLineSerializer(serializers.ModelSerializer[KnownLine]):
    by = PersonField(read_only=True)
    approved_by = PersonField(read_only=True)

    class Meta:
        model = KnownLine
        fields = ["id", "text", "by", "at", "approved_by", "approved_at"]
        read_only_fields = fields


class CauseSerializer(serializers.ModelSerializer[Cause]):
    ref = serializers.CharField(read_only=True)
    owner = PersonField(read_only=True)
    opened_by = PersonField(read_only=True)
    merged_into = serializers.SerializerMethodField()
    complaints = serializers.IntegerField(source="complaints_linked", read_only=True)
    fixes = serializers.SerializerMethodField()
    whys = serializers.SerializerMethodField()
    former_whys = serializers.SerializerMethodField()
    accounts = serializers.IntegerField(source="account_count", read_only=True)
    untold = serializers.IntegerField(source="untold_count", read_only=True)
    waived = serializers.IntegerField(source="waived_count", read_only=True)
    since_fix = serializers.IntegerField(read_only=True)
    lines = serializers.SerializerMethodField()

    class Meta:
        model = Cause
        fields = [
            "ref", "version", "title", "family", "state", "owner", "next_review", "opened_at", "opened_by",
            "watch_until", "merged_into", "whys", "former_whys", "complaints", "fixes", "accounts", "untold", "waived",
            "since_fix", "lines",
        ]  # fmt: skip
        read_only_fields = fields

    def get_merged_into(self, cause: Cause) -> str | None:
        return f"R-{cause.merge.into_id}" if hasattr(cause, "merge") else None

    def get_fixes(self, cause: Cause) -> list[str]:
        return [f"F-{fix.pk}" for fix in cause.fixes.all()]

    def get_whys(self, cause: Cause) -> list[int]:
        return [root.why_id for root in cause.roots.all()]

    def get_former_whys(self, cause: Cause) -> list[int]:
        """The whys that were its roots until somebody took them back."""
        return [past.why_id for past in cause.unmarkings.all()]

    def get_lines(self, cause: Cause) -> list[dict[str, Any]]:
        return [dict(KnownLineSerializer(line).data) for line in cause.lines.all()]


class AffectedSerializer(serializers.ModelSerializer[Affected]):
    account = RefField(Account, read_only=True)
    standing = serializers.CharField(read_only=True)
    told_at = serializers.SerializerMethodField()
    channel = serializers.SerializerMethodField()
    waived_because = serializers.SerializerMethodField()

    class Meta:
        model = Affected
        fields = ["id", "account", "how", "why", "at", "standing", "told_at", "channel", "waived_because"]
        read_only_fields = fields

    def get_told_at(self, row: Affected) -> str | None:
        return row.telling.at.isoformat() if hasattr(row, "telling") else None

    def get_channel(self, row: Affected) -> str | None:
        return row.telling.channel if hasattr(row, "telling") else None

    def get_waived_because(self, row: Affected) -> str | None:
        return row.waiver.reason if hasattr(row, "waiver") else None


class KnownQuery(serializers.Serializer[Any]):
    """What is asked while somebody types; whatever cannot be read counts as not yet written."""

    words = serializers.CharField(required=False, help_text="What they said; the first 20,000 characters count.")
    product = serializers.CharField(required=False)
    account = serializers.CharField(required=False, help_text="The account by its name, when it is not known by A-7.")
    account_ref = serializers.CharField(required=False, help_text="A-7")
    complaint = serializers.CharField(required=False, help_text="C-1042, instead of all the others.")


class SuggestionSerializer(serializers.Serializer[Any]):
    cause = serializers.CharField(source="ref")
    title = serializers.CharField(source="cause.title")
    state = serializers.ChoiceField(Cause.State.choices, source="cause.state")
    standing = serializers.CharField()
    because = serializers.CharField()
    line = serializers.CharField(source="line.text", default=None, allow_null=True)
    line_approved_by = PersonField(source="line.approved_by", default=None, allow_null=True, read_only=True)
    heard = serializers.ListField(child=serializers.CharField())
    on_roster_untold = serializers.BooleanField(source="roster")


class KnownSerializer(serializers.Serializer[Any]):
    manner = serializers.ChoiceField(
        [(name, name) for name in ("first", "plain", "maybe", "list", "account", "nothing")],
        help_text="How loudly to show them: the first opened, three alike, small, a list of the open causes, only what "
        "the account tells, or nothing. There is no probability, and nothing to link by itself.",
    )  # fmt: skip
    causes = SuggestionSerializer(many=True, source="rows")
    complaints = serializers.ListField(child=serializers.CharField(), help_text="Complaints that say much the same.")


class BlockerSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    url = serializers.CharField()


class FoundSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    name = serializers.CharField()
    why = serializers.CharField()


class WhyBody(Body):
    why = serializers.PrimaryKeyRelatedField(queryset=Why.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            self.fields["why"].queryset = Why.objects.visible_to(user).select_related("session")  # type: ignore[attr-defined]


class RootBody(WhyBody):
    would_have_happened = serializers.BooleanField()
    stays_away = serializers.BooleanField()
    reads_back = serializers.BooleanField()
    early_reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    cause = RefField(Cause, required=False, allow_null=True)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    family = serializers.ChoiceField(Cause.Family.choices, required=False, allow_blank=True)
    owner = PersonField(queryset=User.objects.people(), required=False, allow_null=True)
    next_review = serializers.DateField(required=False)


class UnmarkingBody(WhyBody):
    reason = serializers.CharField(max_length=2000)


class AlikeQuery(WhyBody):
    """The why that may become a root, and its family if it is known; without a why nothing looks alike."""

    why = serializers.PrimaryKeyRelatedField(queryset=Why.objects.none(), required=False)
    family = serializers.ChoiceField(Cause.Family.choices, required=False, allow_blank=True)


class AlikeSerializer(serializers.Serializer[Any]):
    cause = serializers.CharField(source="cause.ref")
    title = serializers.CharField(source="cause.title")
    state = serializers.ChoiceField(Cause.State.choices, source="cause.state")
    because = serializers.CharField(help_text="what the two share")


class DetailsBody(Body):
    title = serializers.CharField(max_length=200, required=False)
    family = serializers.ChoiceField(Cause.Family.choices, required=False, allow_blank=True)


class LinkBody(Body):
    complaint = RefField(Complaint)


class AffectedBody(Body):
    account = RefField(Account)
    why = serializers.CharField(max_length=400)


class RowBody(Body):
    account = RefField(Account)


class RowReasonBody(RowBody):
    reason = serializers.CharField(max_length=2000)


class RuleBody(Body):
    product = serializers.CharField(max_length=120, required=False)
    bought_from = serializers.DateField(required=False)
    bought_until = serializers.DateField(required=False)
    segment = serializers.CharField(max_length=80, required=False)
    region = serializers.CharField(max_length=80, required=False)
    min_value = serializers.DecimalField(12, 2, required=False, min_value=0)


class RunBody(Body):
    rule = serializers.IntegerField(min_value=1)


class LineBody(Body):
    text = serializers.CharField(max_length=2000)


class ApprovalBody(Body):
    line = serializers.IntegerField(min_value=1)


class OwnerBody(Body):
    owner = PersonField(queryset=User.objects.people())


class ReviewDateBody(Body):
    on = serializers.DateField()


class ClosureBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ReasonBody(Body):
    reason = serializers.CharField(max_length=2000)
