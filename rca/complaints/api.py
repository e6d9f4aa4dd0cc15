"""Complaints through the API: the same verbs as the pages, one action each."""

from base64 import b64decode
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Channel, Contact, User
from accounts.people.doors import KEY, MATCH, HouseViewSet, Nothing, NumberedViewSet, act
from rca.complaints.acts import Acknowledgment, Consultation, Handoff
from rca.complaints.attachments import SIZE_LIMIT, Attachment
from rca.complaints.files import handed_out
from rca.complaints.filtering import ComplaintFilter
from rca.complaints.many import BulkActViewSet
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.text import WORDS_LIMIT

FILE = OpenApiParameter("attachment", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the file.")


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
    acknowledgment = AcknowledgmentSerializer(read_only=True, allow_null=True)
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


class ComplaintViewSet(HouseViewSet):
    rows = Complaint
    queryset = Complaint.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter

    def get_queryset(self) -> Any:
        rows = super().get_queryset().defer("search")
        rows = rows.select_related("account", "liaison", "logged_by", "acknowledgment__by", "merge")
        passes = Prefetch("handoffs", Handoff.objects.select_related("from_person", "to_person", "by"))
        return rows.prefetch_related("cause_links", "merged", passes)

    @extend_schema(request=LogBody, responses={201: ComplaintSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Log a complaint."""
        complaint = Complaint.objects.log(by=self.person, **self.read(LogBody))
        return self.answer(complaint, created=True)

    @extend_schema(request=DetailsBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Classify or correct a complaint."""
        complaint = self.get_object()
        complaint.amend(by=self.person, version=self.version(), **self.read(DetailsBody))
        return self.answer(complaint)

    @act("acknowledgment", AcknowledgmentBody)
    def acknowledgment(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.acknowledge, AcknowledgmentBody)

    @act("handoff", HandoffBody)
    def handoff(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.hand_to, HandoffBody)

    @act("consultation", ConsultationBody)
    def consultation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.consult, ConsultationBody)

    @extend_schema(request=Nothing, responses={204: None}, parameters=[KEY])
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, ref: str) -> Response:
        """Take it back within an hour, while nothing else has happened to it."""
        self.get_object().take_back(by=self.person)
        return Response(status=204)

    @act("note", NoteBody)
    def note(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.note, NoteBody)

    @act("closure", ClosureBody)
    def closure(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.close, ClosureBody)

    @act("reopening", ReasonBody)
    def reopening(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.reopen, ReasonBody)

    @act("attachment", AttachmentBody)
    def attachment(self, request: Request, ref: str) -> Response:
        """Keep a file with it: 10 files, 10 MB each; the bytes must be what the name says."""
        complaint = self.get_object()
        complaint.attachments.attach(by=self.person, **self.read(AttachmentBody))
        return self.answer(complaint)

    @extend_schema(responses=AttachmentSerializer(many=True), filters=False)
    @action(detail=True, url_path="attachments", pagination_class=None)
    def attachments(self, request: Request, ref: str) -> Response:
        """The files that came with it, without their bytes; 10 at most."""
        rows = self.get_object().attachments.select_related("by")
        return Response(AttachmentSerializer(rows, many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[FILE])
    @action(detail=True, url_path="attachments/(?P<attachment>[0-9]{1,18})")
    def file(self, request: Request, ref: str, attachment: str) -> HttpResponse:
        """The bytes of one file."""
        found = get_object_or_404(self.get_object().attachments, pk=attachment)
        return handed_out(found, shown=False)

    @extend_schema(request=Nothing, responses=ComplaintSerializer, parameters=[KEY, FILE])
    @action(detail=True, methods=["post"], url_path="attachments/(?P<attachment>[0-9]{1,18})/removal")
    def removal(self, request: Request, ref: str, attachment: str) -> Response:
        """Take one file off."""
        complaint = self.get_object()
        get_object_or_404(complaint.attachments, pk=attachment).remove(by=self.person)
        return self.answer(complaint)

    @act("merge", MergeBody)
    def merge(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.merge_into, MergeBody)

    @act("separation")
    def separation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.unmerge)

    @act("relation", RelationBody)
    def relation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.relate, RelationBody)

    @act("unrelation", UnrelationBody)
    def unrelation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.unrelate, UnrelationBody)


class ConsultationViewSet(NumberedViewSet):
    rows = Consultation
    queryset = Consultation.objects.none()
    serializer_class = ConsultationSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("complaint__account", "colleague", "asked_by", "answered_by")

    @act("answer", AnswerBody)
    def reply(self, request: Request, ref: str) -> Response:
        """The colleague's answer, by them or written down for them."""
        return self.do(Consultation.reply, AnswerBody)


routes: list[tuple[str, type[HouseViewSet]]] = [
    ("complaints", ComplaintViewSet), ("bulk-acts", BulkActViewSet), ("consultations", ConsultationViewSet),
]  # fmt: skip
