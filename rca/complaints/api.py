"""Complaints through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Channel, Contact, User
from accounts.people.doors import KEY, MATCH, HouseViewSet, act
from rca.complaints.acts import Acknowledgment
from rca.complaints.filtering import ComplaintFilter
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.text import WORDS_LIMIT


class AcknowledgmentSerializer(serializers.ModelSerializer[Acknowledgment]):
    by = PersonField(read_only=True)

    class Meta:
        model = Acknowledgment
        fields = ["by", "at", "how", "words", "our_mistake"]


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    contact = serializers.PrimaryKeyRelatedField[Contact](read_only=True)
    liaison = PersonField(read_only=True)
    logged_by = PersonField(read_only=True)
    causes = serializers.SerializerMethodField()
    acknowledgment = AcknowledgmentSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Complaint
        fields = [
            "ref", "version", "state", "account", "contact", "words", "channel", "received_at", "logged_at",
            "logged_by", "liaison", "product", "remedy", "severity", "behaviours", "expected", "delivered",
            "expectation", "amount", "acknowledge_by", "acknowledged_at", "acknowledgment", "causes", "source",
            "external_id",
        ]  # fmt: skip
        read_only_fields = fields

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
    channel = serializers.ChoiceField(Channel.choices, default="phone")
    received_at = serializers.DateTimeField(source="at", required=False)


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


class NoteBody(Body):
    text = serializers.CharField(max_length=WORDS_LIMIT)


class ClosureBody(Body):
    outcome = serializers.CharField(max_length=2000)


class ReasonBody(Body):
    reason = serializers.CharField(max_length=2000)


class MergeBody(Body):
    into = RefField(Complaint)
    reason = serializers.CharField(max_length=2000, required=False)


class RelationBody(Body):
    other = RefField(Complaint)
    reason = serializers.CharField(max_length=2000, required=False)


class ComplaintViewSet(HouseViewSet):
    rows = Complaint
    queryset = Complaint.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("account", "liaison", "logged_by", "acknowledgment__by")
        return rows.prefetch_related("cause_links")

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

    @act("note", NoteBody)
    def note(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.note, NoteBody)

    @act("closure", ClosureBody)
    def closure(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.close, ClosureBody)

    @act("reopening", ReasonBody)
    def reopening(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.reopen, ReasonBody)

    @act("merge", MergeBody)
    def merge(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.merge_into, MergeBody)

    @act("separation")
    def separation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.unmerge)

    @act("relation", RelationBody)
    def relation(self, request: Request, ref: str) -> Response:
        return self.do(Complaint.relate, RelationBody)


routes = [("complaints", ComplaintViewSet)]
