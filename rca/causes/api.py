"""Root causes through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, MATCH, HouseViewSet, act
from rca.causes.affected import matching, read_conditions
from rca.causes.bodies import (
    AffectedBody,
    AffectedSerializer,
    AlikeQuery,
    AlikeSerializer,
    ApprovalBody,
    BlockerSerializer,
    CauseSerializer,
    ClosureBody,
    DetailsBody,
    FoundSerializer,
    KnownQuery,
    KnownSerializer,
    LineBody,
    LinkBody,
    OwnerBody,
    ReasonBody,
    ReviewDateBody,
    RootBody,
    RowBody,
    RowReasonBody,
    RuleBody,
    RunBody,
    UnmarkingBody,
)
from rca.causes.filtering import CauseFilter
from rca.causes.models import Affected, Cause, KnownLine, Rule
from rca.causes.prompting import Asked
from rca.causes.prompting import known as known_causes
from rca.causes.resembling import resembling
from rca.lib.refused import Refused


class CauseViewSet(HouseViewSet):
    rows = Cause
    queryset = Cause.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = CauseSerializer
    filterset_class = CauseFilter

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset().select_related("owner", "opened_by", "merge")
        return rows.with_figures().prefetch_related("fixes", "roots", "unmarkings", "lines__by", "lines__approved_by")

    @extend_schema(request=RootBody, responses={201: CauseSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Mark a why as the root: opens its cause, or joins it to the one named."""
        cause = Cause.objects.mark_root(by=self.person, **self.read(RootBody))
        return self.answer(cause, created=True)

    @extend_schema(request=DetailsBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Put title or family right."""
        cause = self.get_object()
        cause.amend(by=self.person, version=self.version(), **self.read(DetailsBody))
        return self.answer(cause)

    @extend_schema(parameters=[KnownQuery], responses=KnownSerializer, filters=False)
    @action(detail=False, methods=["get"], url_path="known", url_name="known", pagination_class=None)
    def known(self, request: Request) -> Response:
        """What the words being typed remind us of. To link one is for a person: `POST …/causes/R-8/link/`."""
        self.person.must("causes.link")
        found = known_causes(Asked.of(self.person, request.query_params, []))
        return Response(KnownSerializer(found).data)

    @extend_schema(responses={200: AffectedSerializer(many=True)})
    @action(detail=True, methods=["get"], url_path="roster", url_name="roster", filterset_class=None)
    def roster(self, request: Request, ref: str) -> Response:
        """Every account of the cause, newest first, page by page."""
        rows = self.get_object().affected.visible_to(request.user).select_related("telling__by", "waiver__by")
        listed = self.paginate_queryset(rows.order_by("-id"))
        return self.get_paginated_response(AffectedSerializer(listed, many=True).data)

    @extend_schema(responses={200: BlockerSerializer(many=True)})
    @action(detail=True, methods=["get"], url_path="blockers", url_name="blockers", filterset_class=None)
    def blockers(self, request: Request, ref: str) -> Response:
        """What keeps it open, each part with the address of its rows."""
        return Response([{"text": one.text, "url": one.url} for one in self.get_object().blockers()])

    @extend_schema(parameters=[AlikeQuery], responses=AlikeSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], url_path="alike", url_name="alike", pagination_class=None)
    def alike(self, request: Request) -> Response:
        """Known causes that a why may be the root of already, three at most. To join one: `POST …/causes/` with it."""
        self.person.must("causes.mark")
        asked = AlikeQuery(data=request.query_params, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        why, family = asked.validated_data.get("why"), asked.validated_data.get("family", "")
        found = resembling(self.person, why, family=family) if why else []
        return Response(AlikeSerializer(found, many=True).data)

    @extend_schema(request=UnmarkingBody, responses={200: CauseSerializer, 204: None}, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path="unmarking", url_name="unmarking")
    def unmarking(self, request: Request, ref: str) -> Response:
        """Take a root back, with the reason. The answer is the cause, or 204 when nothing else hung on it."""
        self.person.must("causes.mark")
        cause, values = self.get_object(), self.read(UnmarkingBody)
        root = cause.roots.select_related("why__session", "cause", "by").filter(why=values.pop("why")).first()
        if root is None:
            raise Refused(f"That why is not a root of {cause.ref}.")
        fact = root.unmark(by=self.person, **values)
        return self.answer(cause) if fact.cause else Response(status=204)

    @act("link", LinkBody)
    def link(self, request: Request, ref: str) -> Response:
        return self.do(Cause.link, LinkBody)

    @act("unlink", LinkBody)
    def unlink(self, request: Request, ref: str) -> Response:
        return self.do(Cause.unlink, LinkBody)

    @act("affected", AffectedBody)
    def affected(self, request: Request, ref: str) -> Response:
        return self.do(Cause.affect, AffectedBody)

    @act("waiver", RowReasonBody)
    def waiver(self, request: Request, ref: str) -> Response:
        return self._on_row(Affected.waive, RowReasonBody)

    @act("unwaiver", RowBody)
    def unwaiver(self, request: Request, ref: str) -> Response:
        return self._on_row(Affected.unwaive, RowBody)

    @act("removal", RowReasonBody)
    def removal(self, request: Request, ref: str) -> Response:
        return self._on_row(Affected.take_off, RowReasonBody)

    @extend_schema(request=RuleBody, responses={200: FoundSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="preview", url_name="preview")
    def preview(self, request: Request, ref: str) -> Response:
        """Whom the conditions would find, the first two hundred by name; nothing is kept."""
        self.person.must("causes.match")
        self.get_object()
        found = matching(read_conditions(self.read(RuleBody)))[:200]
        return Response([{"account": f"A-{row['pk']}", "name": row["name"], "why": row["found"]} for row in found])

    @act("rule", RuleBody)
    def rule(self, request: Request, ref: str) -> Response:
        """Keep the conditions as a rule and run it."""
        cause, conditions = self.get_object(), self.read(RuleBody)
        cause.add_rule(by=self.person, conditions=conditions).run(by=self.person)
        return self.answer(cause)

    @act("run", RunBody)
    def run(self, request: Request, ref: str) -> Response:
        """Run a kept rule again."""
        cause = self.get_object()
        _one(Rule.objects.filter(cause=cause, pk=self.read(RunBody)["rule"]), "rule").run(by=self.person)
        return self.answer(cause)

    @act("line", LineBody)
    def line(self, request: Request, ref: str) -> Response:
        return self.do(Cause.draft_line, LineBody)

    @act("approval", ApprovalBody)
    def approval(self, request: Request, ref: str) -> Response:
        """Approve a proposed line."""
        cause = self.get_object()
        _one(KnownLine.objects.filter(cause=cause, pk=self.read(ApprovalBody)["line"]), "line").approve(by=self.person)
        return self.answer(cause)

    @act("owner", OwnerBody)
    def owner(self, request: Request, ref: str) -> Response:
        return self.do(Cause.assign, OwnerBody)

    @act("review-date", ReviewDateBody)
    def review_date(self, request: Request, ref: str) -> Response:
        return self.do(Cause.set_review, ReviewDateBody)

    @act("sighting")
    def sighting(self, request: Request, ref: str) -> Response:
        return self.do(Cause.see)

    @act("closure", ClosureBody)
    def closure(self, request: Request, ref: str) -> Response:
        return self.do(Cause.close, ClosureBody)

    @act("reopening", ReasonBody)
    def reopening(self, request: Request, ref: str) -> Response:
        return self.do(Cause.reopen, ReasonBody)

    def _on_row(self, verb: Any, body: Any) -> Response:
        cause, values = self.get_object(), self.read(body)
        account = values.pop("account")
        row = cause.affected.select_related("cause", "account", "telling", "waiver").filter(account=account).first()
        if row is None:
            raise Refused(f"{account.name} is not on the roster of {cause.ref}.")
        verb(row, by=self.person, **values)
        return self.answer(cause)


def _one(rows: Any, kind: str) -> Any:
    found = rows.select_related("cause").first()
    if found is None:
        raise Refused(f"There is no such {kind} on this cause.")
    return found


routes = [("causes", CauseViewSet)]
