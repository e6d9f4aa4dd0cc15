"""Sessions, their whys and what is kept beside them, through the API: the same verbs as the pages, one action each."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, MATCH, HouseViewSet, act
from rca.whys.bodies import (
    AttendanceBody,
    GuestBody,
    IdeaBody,
    IdeaSerializer,
    NoSessionBody,
    NoSessionSerializer,
    ParticipantSerializer,
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
    WhyNextBody,
    WhySerializer,
    WhyStrikeBody,
    WhyWordingBody,
)
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.stopping import open_checks, therefore


class SessionViewSet(HouseViewSet):
    rows = FiveWhys
    queryset = FiveWhys.objects.none()
    serializer_class = SessionSerializer
    filterset_fields = ("state",)

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("facilitator", "concluded_by").prefetch_related("complaints")
        if self.action == "list":
            return rows
        return rows.prefetch_related("participants__person", "whys__root", "whys__by", "parked__by")

    def get_serializer_class(self) -> Any:
        return SessionRowSerializer if self.action == "list" else SessionSerializer

    @extend_schema(request=SessionPlanBody, responses={201: SessionSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Plan a session."""
        values = self.read(SessionPlanBody)
        guests = [(one["name"], one["part"], one["person"]) for one in values.pop("participants", [])]
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

    @act("idea", IdeaBody)
    def idea(self, request: Request, ref: str) -> Response:
        return self.do(FiveWhys.park, IdeaBody)


ID = OpenApiParameter("ref", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the row.")


class NumberedViewSet(HouseViewSet):
    """Rows that nobody reads out, so that they have a number and no letter."""

    lookup_value_regex = "[0-9]{1,18}"

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=int(self.kwargs["ref"]))


@extend_schema_view(list=extend_schema(parameters=[]), retrieve=extend_schema(parameters=[ID]))
class WhyViewSet(NumberedViewSet):
    rows = Why
    queryset = Why.objects.none()
    serializer_class = WhySerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session", "root", "by")

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

    @act("kept-advice", WhyAdviceBody)
    def kept_advice(self, request: Request, ref: str) -> Response:
        return self.do(Why.keep, WhyAdviceBody)

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


class ParticipantViewSet(NumberedViewSet):
    rows = Participant
    queryset = Participant.objects.none()
    serializer_class = ParticipantSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person", "session")

    @act("attendance", AttendanceBody)
    def attendance(self, request: Request, ref: str) -> Response:
        return self.do(Participant.say, AttendanceBody)

    @act("departure")
    def departure(self, request: Request, ref: str) -> Response:
        """Take somebody off the list."""
        self.get_object().leave(by=self.person)
        return Response(status=204)


class IdeaViewSet(NumberedViewSet):
    rows = ParkedIdea
    queryset = ParkedIdea.objects.none()
    serializer_class = IdeaSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session", "by", "earlier")

    @act("taking-up")
    def taking_up(self, request: Request, ref: str) -> Response:
        return self.do(ParkedIdea.take_up)


class NoSessionViewSet(NumberedViewSet):
    rows = NoSession
    queryset = NoSession.objects.none()
    serializer_class = NoSessionSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("complaint", "by")

    @extend_schema(request=NoSessionBody, responses={201: NoSessionSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Say that nobody needs to ask why about a complaint."""
        return self.answer(NoSession.objects.decide(by=self.person, **self.read(NoSessionBody)), created=True)

    @act("withdrawal")
    def withdrawal(self, request: Request, ref: str) -> Response:
        """Take that back."""
        self.get_object().withdraw(by=self.person)
        return Response(status=204)


routes = [
    ("whys", SessionViewSet),
    ("why-nodes", WhyViewSet),
    ("participants", ParticipantViewSet),
    ("ideas", IdeaViewSet),
    ("no-sessions", NoSessionViewSet),
]
