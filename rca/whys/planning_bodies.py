"""What the API takes and tells before a session and after it: evidence, invitations, patterns, versions."""

from typing import Any

from rest_framework import serializers

from rca.complaints.attachments import SIZE_LIMIT
from rca.complaints.bodies import BytesField
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.whys.evidence import TEXT_LIMIT
from rca.whys.models import Edition, Evidence, Invitation, Pattern, Why


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    why = serializers.IntegerField(source="why_id", read_only=True, allow_null=True)
    by = PersonField(read_only=True)

    class Meta:
        model = Evidence
        fields = ["id", "why", "text", "name", "kind", "size", "digest", "by", "at"]
        read_only_fields = fields


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    class Meta:
        model = Invitation
        fields = ["name", "email", "method", "sequence", "slot_from", "slot_until", "state", "at", "sent_at", "failure"]
        read_only_fields = fields


class EditionSerializer(serializers.ModelSerializer[Edition]):
    by = PersonField(read_only=True)

    class Meta:
        model = Edition
        fields = ["number", "by", "at"]
        read_only_fields = fields


class PatternSerializer(serializers.ModelSerializer[Pattern]):
    """Complaints that share words and product; `complaints` are those about which nobody has asked since."""

    name = serializers.CharField(read_only=True)
    complaints = serializers.SerializerMethodField()

    class Meta:
        model = Pattern
        fields = ["id", "name", "product", "words", "says", "complaints", "accounts", "since", "found_at"]
        read_only_fields = fields

    def get_complaints(self, found: Pattern) -> list[str]:
        return [f"C-{pk}" for pk in found.left]


class SessionCallingOffBody(Body):
    reason = serializers.CharField(max_length=2000)


class NoSessionsBody(Body):
    complaints = RefField(Complaint, many=True)
    reason = serializers.CharField(max_length=2000)
    unless = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class SessionEvidenceBody(Body):
    text = serializers.CharField(max_length=TEXT_LIMIT, required=False, allow_blank=True)
    name = serializers.CharField(max_length=400, required=False, help_text="of a file; its bytes are in content")
    content = BytesField(max_length=SIZE_LIMIT * 2, required=False)
    why = serializers.PrimaryKeyRelatedField(queryset=Why.objects.none(), required=False, allow_null=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["why"].queryset = Why.objects.visible_to(request.user)  # type: ignore[attr-defined]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("name" in data) != ("content" in data):
            raise serializers.ValidationError({"name": ["A file has a name and its content, or neither."]})
        if "name" in data:
            data["file"] = (data.pop("name"), data.pop("content"))
        return data
