"""Complaints through the API: the same verbs as the pages, one action each."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, MATCH, HouseViewSet, Nothing, NumberedViewSet, act
from rca.complaints.acts import Consultation, Handoff
from rca.complaints.bodies import (
    AcknowledgmentBody,
    AnswerBody,
    AttachmentBody,
    AttachmentSerializer,
    ClosureBody,
    ComplaintSerializer,
    ConsultationBody,
    ConsultationSerializer,
    DetailsBody,
    HandoffBody,
    LogBody,
    MergeBody,
    NoteBody,
    ReasonBody,
    RelationBody,
    UnrelationBody,
)
from rca.complaints.files import handed_out
from rca.complaints.filtering import ComplaintFilter
from rca.complaints.many import BulkActViewSet
from rca.complaints.models import Complaint
from rca.lib.rows import without

FILE = OpenApiParameter("attachment", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the file.")


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
        without(complaint, "cause_links", "merged", "handoffs")
        return self.born(complaint)

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
