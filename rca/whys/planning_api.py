"""A session before it begins and after it has ended, through the API; and the patterns that wait for one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, HouseViewSet, Nothing, NumberedViewSet, act
from rca.complaints.files import handed_out
from rca.whys.after import written
from rca.whys.bodies import SessionSerializer
from rca.whys.document import document
from rca.whys.kept import NoSession
from rca.whys.models import FiveWhys, Pattern
from rca.whys.planning_bodies import NoSessionsBody, PatternSerializer, SessionCallingOffBody, SessionEvidenceBody

FILE = OpenApiParameter("evidence", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the evidence.")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=["json", "md", "svg"])
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="as it was concluded that time")


class BeforeAndAfter(HouseViewSet):
    """What a session takes beside its tree."""

    @act("calling-off", SessionCallingOffBody)
    def calling_off(self, request: Request, ref: str) -> Response:
        """It is planned and is not held; whoever was invited hears of it."""
        return self.do(FiveWhys.call_off, SessionCallingOffBody)

    @act("evidence", SessionEvidenceBody)
    def evidence(self, request: Request, ref: str) -> Response:
        """Keep a note, a link or a file with it, or with one of its whys; also before it begins."""
        return self.do(FiveWhys.bring, SessionEvidenceBody)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[FILE])
    @action(detail=True, url_path="evidence/(?P<evidence>[0-9]{1,18})")
    def file(self, request: Request, ref: str, evidence: str) -> HttpResponse:
        """The bytes of one file that was brought."""
        found = get_object_or_404(self.get_object().evidence.exclude(digest=""), pk=evidence)
        return handed_out(found, shown=False)

    @extend_schema(request=Nothing, responses=SessionSerializer, parameters=[KEY, FILE])
    @action(detail=True, methods=["post"], url_path="evidence/(?P<evidence>[0-9]{1,18})/removal")
    def removal(self, request: Request, ref: str, evidence: str) -> Response:
        """Take one piece of evidence away."""
        session = self.get_object()
        get_object_or_404(session.evidence, pk=evidence).take_away(by=self.person)
        return self.answer(session)

    @extend_schema(responses=OpenApiTypes.OBJECT, parameters=[VERSION])
    @action(detail=True, url_path="record")
    def record(self, request: Request, ref: str) -> Response:
        """The record: everything that is known of the session, as `import_whys` reads it again."""
        session, wanted = self.get_object(), request.query_params.get("version", "")
        if not wanted:
            return Response(document(session))
        number = int(wanted) if wanted.isdigit() and len(wanted) < 9 else 0
        return Response(get_object_or_404(session.editions, number=number).document)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[KIND])
    @action(detail=True, url_path="export/(?P<kind>json|md|svg)")
    def export(self, request: Request, ref: str, kind: str) -> HttpResponse:
        """The same as a file: JSON, Markdown, or its tree as a drawing."""
        return written(self.get_object(), kind)


@extend_schema_view(list=extend_schema(parameters=[]))
class PatternViewSet(NumberedViewSet):
    """Complaints that share words and product and that nobody has asked about; a job finds them each hour."""

    rows = Pattern
    queryset = Pattern.objects.none()
    serializer_class = PatternSerializer

    def get_object(self) -> Any:
        found = super().get_object()
        found.left = list(found.waiting().values_list("pk", flat=True))
        return found

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The heaviest first; those whose complaints are all looked after are left out."""
        found = Pattern.objects.visible_to(self.person).waiting(most=20)
        return Response({"results": self.get_serializer(found, many=True).data})


class Several(NumberedViewSet):
    """No session needed, for several complaints at once."""

    @extend_schema(request=NoSessionsBody, responses={200: OpenApiTypes.OBJECT}, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="several")
    def several(self, request: Request) -> Response:
        """Say it of several; those that are asked about meanwhile are left out of the answer."""
        made = NoSession.objects.decide_all(by=self.person, **self.read(NoSessionsBody))
        return Response({"complaints": [f"C-{one.complaint_id}" for one in made]})
