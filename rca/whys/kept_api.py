"""Through the API: who is in a session, and what is kept beside its tree: ideas, complaints set aside, hints."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, Door, Nothing, NumberedViewSet, act
from rca.whys.bodies import (
    AttendanceBody,
    HintBody,
    HintSerializer,
    IdeaSerializer,
    NoSessionBody,
    NoSessionSerializer,
    ParticipantSerializer,
)
from rca.whys.guide import HINTS, PutAway
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.models import Participant
from rca.whys.planning_api import Several


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


class NoSessionViewSet(Several):
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


class HintViewSet(Door):
    """The hints of the room, for the person whom the token speaks for."""

    serializer_class = HintSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=HintSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every hint, and whether this person has put it away."""
        self.person.must("read")
        return self._all()

    @extend_schema(request=HintBody, responses=HintSerializer(many=True), parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="putting-away", url_name="putting-away")
    def putting_away(self, request: Request) -> Response:
        """Put one hint away for good."""
        PutAway.objects.put_away(by=self.person, **self.read(HintBody))
        return self._all()

    @extend_schema(request=Nothing, responses=HintSerializer(many=True), parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="bringing-back", url_name="bringing-back")
    def bringing_back(self, request: Request) -> Response:
        """Show all of them again."""
        self.read(Nothing)
        PutAway.objects.bring_back(by=self.person)
        return self._all()

    def _all(self) -> Response:
        away = PutAway.objects.names(self.person)
        rows = [{"hint": one.name, "text": one.text, "away": one.name in away} for one in HINTS.values()]
        return Response(HintSerializer(rows, many=True).data)
