"""The shapes that the API of this room takes and gives; the rules are in the verbs."""

from base64 import b64decode
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Account, Channel, Contact, User
from rca.complaints.acts import Acknowledgment, Consultation, Handoff
from rca.complaints.attachments import SIZE_LIMIT, Attachment
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.text import WORDS_LIMIT


class AcknowledgmentSerializer(serializers.ModelSerializer[Acknowledgment]):
    by = PersonField(read_only=True)

    class Meta:
        model = Acknowledgment
        fields = ["by", "at", "how", "words", "our_mistake", "working_minutes"]


class HandoffSerializer(serializers.ModelSerializer[Handoff]):
    from_person = PersonField(read_only=True, allow_null=True)
    to_person = PersonField(read_only=True)
    by = PersonField(read_only=True)

    class Meta:
        model = Handoff
        fields = ["from_person", "to_person", "by", "at", "reason"]


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    complaint = RefField(Complaint, read_only=True)
    colleague = PersonField(read_only=True)
    asked_by = PersonField(read_only=True)
    answered_by = PersonField(read_only=True, allow_null=True)

    class Meta:
        model = Consultation
        fields = ["id", "complaint", "colleague", "question", "asked_by", "asked_at", "answer", "answered_by",
                  "answered_at"]  # fmt: skip
        read_only_fields = fields


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    contact = serializers.PrimaryKeyRelatedField[Contact](read_only=True)
    liaison = PersonField(read_only=True)
    logged_by = PersonField(read_only=True)
    causes = serializers.SerializerMethodField()
    came_with = serializers.SerializerMethodField(help_text="the complaints merged into this one")
    merged_into = serializers.SerializerMethodField(help_text="the complaint that this one is a stub of")
    acknowledgment = serializers.SerializerMethodField()
    handoffs = HandoffSerializer(many=True, read_only=True)

    class Meta:
        model = Complaint
        fields = [
            "ref", "version", "state", "account", "contact", "words", "channel", "received_at", "logged_at",
            "logged_by", "liaison", "product", "remedy", "severity", "behaviours", "expected", "delivered",
            "expectation", "amount", "acknowledge_by", "acknowledged_at", "acknowledgment", "handoffs", "causes",
            "source", "external_id", "merged_into", "came_with",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AcknowledgmentSerializer(allow_null=True))
    def get_acknowledgment(self, complaint: Complaint) -> Any:
        return AcknowledgmentSerializer(complaint.acknowledgment).data if complaint.acknowledged_at else None

    def get_merged_into(self, complaint: Complaint) -> str | None:
        return f"C-{complaint.merge.into_id}" if complaint.state == Complaint.State.MERGED else None

    def get_came_with(self, complaint: Complaint) -> list[str]:
        return [f"C-{merge.complaint_id}" for merge in complaint.merged.all()]

    def get_causes(self, complaint: Complaint) -> list[str]:
        return [f"R-{link.cause_id}" for link in complaint.cause_links.all()]


class DetailsBody(Body):
    words = serializers.CharField(max_length=WORDS_LIMIT, required=False)
    product = serializers.CharField(max_length=120, required=False, allow_blank=True)
    remedy = serializers.CharField(max_length=400, required=False, allow_blank=True)
    severity = serializers.ChoiceField(Severity.choices, required=False, allow_blank=True)
    behaviours = serializers.ListField(child=serializers.ChoiceField(Behaviour.choices), required=False)
    expected = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)
    delivered = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)
    expectation = serializers.ChoiceField(Expectation.choices, required=False, allow_blank=True)
    amount = serializers.DecimalField(12, 2, required=False, allow_null=True, min_value=0)


class LogBody(DetailsBody):
    account = RefField(Account)
    words = serializers.CharField(max_length=WORDS_LIMIT)
    contact = serializers.PrimaryKeyRelatedField[Contact](queryset=Contact.objects.none(), required=False)
    channel = serializers.ChoiceField(Channel.choices, default="phone")
    received_at = serializers.DateTimeField(source="at", required=False)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        reader = self.context["request"].user if "request" in self.context else None
        if isinstance(reader, User):
            fields["contact"].queryset = Contact.objects.visible_to(reader)  # type: ignore[attr-defined]
        return fields


class AcknowledgmentBody(Body):
    words = serializers.CharField(max_length=WORDS_LIMIT)
    how = serializers.ChoiceField(Channel.choices)
    our_mistake = serializers.ChoiceField(Acknowledgment.OurMistake.choices)


class HandoffBody(Body):
    to = PersonField(queryset=User.objects.people())
    reason = serializers.CharField(max_length=2000)


class ConsultationBody(Body):
    colleague = PersonField(queryset=User.objects.people())
    question = serializers.CharField(max_length=2000)


class AnswerBody(Body):
    answer = serializers.CharField(max_length=WORDS_LIMIT)


class NoteBody(Body):
    text = serializers.CharField(max_length=WORDS_LIMIT)


class ClosureBody(Body):
    outcome = serializers.CharField(max_length=2000)


class ReasonBody(Body):
    reason = serializers.CharField(max_length=2000)


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    by = PersonField(read_only=True)

    class Meta:
        model = Attachment
        fields = ["id", "name", "kind", "size", "digest", "by", "at"]
        read_only_fields = fields


@extend_schema_field(OpenApiTypes.BYTE)
class BytesField(serializers.CharField):
    """The bytes of a file, as base64: a file goes the way that every other value goes."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except ValueError as error:
            raise serializers.ValidationError("This is no base64.") from error


class AttachmentBody(Body):
    name = serializers.CharField(max_length=400)
    content = BytesField(max_length=SIZE_LIMIT * 2)


class MergeBody(Body):
    into = RefField(Complaint)
    reason = serializers.CharField(max_length=2000, required=False)


class RelationBody(Body):
    other = RefField(Complaint)
    reason = serializers.CharField(max_length=2000, required=False)


class UnrelationBody(Body):
    other = RefField(Complaint)
