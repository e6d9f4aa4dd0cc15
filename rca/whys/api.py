"""Sessions, their whys and what is kept beside them, through the API: the same verbs as the pages, one action each."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, MATCH, Nothing, NumberedViewSet, act
from rca.complaints.bodies import AttachmentBody
from rca.complaints.files import handed_out
from rca.whys.bodies import (
    GuestBody,
    IdeaBody,
    SessionAskingAgainBody,
    SessionAttachmentBody,
    SessionConclusionBody,
    SessionDetailsBody,
    SessionPauseBody,
    SessionPlanBody,
    SessionQuestionBody,
    SessionReopeningBody,
    SessionRowSerializer,
    SessionSerializer,
    StopTestSerializer,
    WhyAdviceBody,
    WhyAnswerBody,
    WhyBranchBody,
    WhyEvidenceBody,
    WhyFileSerializer,
    WhyNextBody,
    WhySerializer,
    WhySettlementBody,
    WhySplitBody,
    WhyStrikeBody,
    WhyWordingBody,
)
from rca.whys.kept_api import HintViewSet, IdeaViewSet, NoSessionViewSet, ParticipantViewSet
from rca.whys.models import Edition, FiveWhys, Why
from rca.whys.planning_api import BeforeAndAfter, PatternViewSet
from rca.whys.stopping import open_checks, therefore


class SessionViewSet(BeforeAndAfter):
    rows = FiveWhys
    queryset = FiveWhys.objects.none()
    serializer_class = SessionSerializer
    filterset_fields = ("state",)

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("facilitator", "concluded_by").prefetch_related("complaints")
        if self.action == "list":
            return rows
        versions = Prefetch("editions", Edition.objects.select_related("by").defer("document"))
        whys = ("whys__root", "whys__unmarkings", "whys__by")
        names = ("participants__person", *whys, "parked__by", "evidence__by", "invitations")
        return rows.select_related("calling_off").prefetch_related(*names, versions)

    def get_serializer_class(self) -> Any:
        return SessionRowSerializer if self.action == "list" else SessionSerializer

    @extend_schema(request=SessionPlanBody, responses={201: SessionSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Plan a session."""
        values = self.read(SessionPlanBody)
        guests = [(one["name"], one["part"], one["person"], one["email"]) for one in values.pop("participants", [])]
        session = FiveWhys.objects.plan(by=self.person, participants=guests, **values)
        return self.answer(session, created=True)

    @extend_schema(request=SessionDetailsBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Move or change what was planned."""
        session = self.get_object()
        session.amend(by=self.person, version=self.version(), **self.read(SessionDetailsBody))
        return self.answer(session)

    @act("start")
    def start(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.start)

    @act("pause", SessionPauseBody)
    def pause(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.pause, SessionPauseBody)

    @act("resumption")
    def resumption(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.resume)

    @act("conclusion", SessionConclusionBody)
    def conclusion(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.conclude, SessionConclusionBody)

    @act("reopening", SessionReopeningBody)
    def reopening(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.reopen, SessionReopeningBody)

    @act("attachment", SessionAttachmentBody)
    def attachment(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.attach, SessionAttachmentBody)

    @act("participant", GuestBody)
    def participant(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.join, GuestBody)

    @act("question", SessionQuestionBody)
    def question(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.ask, SessionQuestionBody)

    @act("asking-again", SessionAskingAgainBody)
    def asking_again(self, request: Request, ref: str) -> Response:
        """Ask a question again that was taken back while somebody answered it, or let the answer go."""
        return self.do(FiveWhys.ask_again, SessionAskingAgainBody)

    @act("idea", IdeaBody)
    def idea(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.park, IdeaBody)

    @act("undoing")
    def undoing(self, request: Request, ref: str) -> Response:
        """Take back what you did last here, within the hour and while nobody has built on it."""
        return self.do(FiveWhys.undo)


FILE = OpenApiParameter("file", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the file.")
ID = OpenApiParameter("ref", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the row.")


@extend_schema_view(list=extend_schema(parameters=[]), retrieve=extend_schema(parameters=[ID]))
class WhyViewSet(NumberedViewSet):
    rows = Why
    queryset = Why.objects.none()
    serializer_class = WhySerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session", "root", "by").prefetch_related("unmarkings")

    @extend_schema(request=WhyWordingBody, parameters=[ID, MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Word a why better."""
        why = self.get_object()
        why.amend(by=self.person, version=self.version(), **self.read(WhyWordingBody))
        return self.answer(why)

    @act("answer", WhyAnswerBody)
    def reply(self, request: Request, ref: str) -> Response:
        return self.do(Why.reply, WhyAnswerBody)

    @act("next", WhyNextBody)
    def next_why(self, request: Request, ref: str) -> Response:
        """Ask the next why below this one; the answer is that one."""
        return self.answer(self.get_object().dig(by=self.person, **self.read(WhyNextBody)), created=True)

    @act("branch", WhyBranchBody)
    def branch(self, request: Request, ref: str) -> Response:
        """Give another answer to the same question; the answer is that branch."""
        return self.answer(self.get_object().branch(by=self.person, **self.read(WhyBranchBody)), created=True)

    @act("confirmation", WhyEvidenceBody)
    def confirmation(self, request: Request, ref: str) -> Response:
        return self.do(Why.confirm, WhyEvidenceBody)

    @act("strike", WhyStrikeBody)
    def strike(self, request: Request, ref: str) -> Response:
        return self.do(Why.strike, WhyStrikeBody)

    @act("restoration")
    def restoration(self, request: Request, ref: str) -> Response:
        return self.do(Why.restore)

    @act("evidence-file", AttachmentBody)
    def evidence_file(self, request: Request, ref: str) -> Response:
        """Keep a file that shows the answer: 10 files, 10 MB each; the bytes must be what the name says."""
        why = self.get_object()
        why.files.attach(by=self.person, **self.read(AttachmentBody))
        return self.answer(why)

    @extend_schema(responses=WhyFileSerializer(many=True), filters=False, parameters=[ID])
    @action(detail=True, url_path="files", pagination_class=None)
    def files(self, request: Request, ref: str) -> Response:
        """The files that show it, without their bytes; 10 at most."""
        return Response(WhyFileSerializer(self.get_object().files.select_related("by"), many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[ID, FILE])
    @action(detail=True, url_path="files/(?P<file>[0-9]{1,18})", url_name="file")
    def file_bytes(self, request: Request, ref: str, file: str) -> HttpResponse:
        """The bytes of one file."""
        return handed_out(get_object_or_404(self.get_object().files, pk=file), shown=False)

    @extend_schema(request=Nothing, responses=WhySerializer, parameters=[KEY, ID, FILE])
    @action(detail=True, methods=["post"], url_path="files/(?P<file>[0-9]{1,18})/removal")
    def removal(self, request: Request, ref: str, file: str) -> Response:
        """Take one file off."""
        why = self.get_object()
        get_object_or_404(why.files.select_related("why__session"), pk=file).remove(by=self.person)
        return self.answer(why)

    @act("split", WhySplitBody)
    def split(self, request: Request, ref: str) -> Response:
        """Make two causes that stand in one answer two branches; the answer is the second."""
        return self.answer(self.get_object().split(by=self.person, **self.read(WhySplitBody)), created=True)

    @act("kept-advice", WhyAdviceBody)
    def kept_advice(self, request: Request, ref: str) -> Response:
        return self.do(Why.keep, WhyAdviceBody)

    @act("settlement", WhySettlementBody)
    def settlement(self, request: Request, ref: str) -> Response:
        """Two people wrote: keep theirs, mine, both, or one made of both; the answer is the why that holds the text."""
        return self.answer(self.get_object().settle(by=self.person, **self.read(WhySettlementBody)))

    @act("withdrawal")
    def withdrawal(self, request: Request, ref: str) -> Response:
        """Take back a question that nobody has answered."""
        self.get_object().withdraw(by=self.person)
        return Response(status=204)

    @extend_schema(responses=StopTestSerializer, parameters=[ID])
    @action(detail=True, url_path="stop-test", url_name="stop-test")
    def stop_test(self, request: Request, ref: str) -> Response:
        """What is still open in the chain down to this why, and the chain read back from it."""
        why = self.get_object()
        return Response({"open": open_checks(why), "therefore": therefore(why)})


routes = [
    ("whys", SessionViewSet),
    ("why-nodes", WhyViewSet),
    ("participants", ParticipantViewSet),
    ("ideas", IdeaViewSet),
    ("no-sessions", NoSessionViewSet),
    ("hints", HintViewSet),
    ("patterns", PatternViewSet),
]
