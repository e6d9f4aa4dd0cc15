"""Fixes through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.people.doors import KEY, MATCH, HouseViewSet, act
from rca.causes.models import Cause
from rca.fixes.filtering import FixFilter
from rca.fixes.models import Fix, Slip, Verification
from rca.lib.fields import Body, PersonField, RefField
from rca.whys.models import Why


class SlipSerializer(serializers.ModelSerializer[Slip]):
    class Meta:
        model = Slip
        fields = ["at", "was", "now", "reason"]


class VerificationSerializer(serializers.ModelSerializer[Verification]):
    by = PersonField(read_only=True)

    class Meta:
        model = Verification
        fields = ["round", "by", "at", "result", "observed", "evidence"]


class FixSerializer(serializers.ModelSerializer[Fix]):
    ref = serializers.CharField(read_only=True)
    cause = RefField(Cause, read_only=True, allow_null=True)
    owner = PersonField(read_only=True)
    done_at = serializers.SerializerMethodField()
    slips = SlipSerializer(many=True, read_only=True)
    verifications = VerificationSerializer(many=True, read_only=True)

    class Meta:
        model = Fix
        fields = [
            "ref", "version", "state", "cause", "why", "kind", "title", "detail", "owner", "due", "done_at", "measure",
            "falls_from", "falls_to", "check_on", "proposed_at", "slips", "verifications",
        ]  # fmt: skip
        read_only_fields = fields

    def get_done_at(self, fix: Fix) -> str | None:
        return fix.completion.at.isoformat() if hasattr(fix, "completion") else None


class DetailsBody(Body):
    title = serializers.CharField(max_length=200, required=False)
    detail = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(Fix.Kind.choices, required=False)
    owner = PersonField(queryset=User.objects.people(), required=False)
    measure = serializers.CharField(max_length=200, required=False, allow_blank=True)
    falls_from = serializers.DecimalField(12, 2, required=False, allow_null=True)
    falls_to = serializers.DecimalField(12, 2, required=False, allow_null=True)
    check_on = serializers.DateField(required=False, allow_null=True)


class ProposeBody(DetailsBody):
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Fix.Kind.choices)
    owner = PersonField(queryset=User.objects.people())
    due = serializers.DateField()
    cause = RefField(Cause, required=False, allow_null=True)
    why = serializers.PrimaryKeyRelatedField(queryset=Why.objects.none(), required=False, allow_null=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.context["request"].user if "request" in self.context else None
        if user is not None and user.is_authenticated:
            self.fields["why"].queryset = Why.objects.visible_to(user).select_related("session")  # type: ignore[attr-defined]


class CompletionBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class SlipBody(Body):
    due = serializers.DateField()
    reason = serializers.CharField(max_length=2000)


class DropBody(Body):
    reason = serializers.CharField(max_length=2000)


class VerificationBody(Body):
    result = serializers.ChoiceField(Verification.Result.choices)
    evidence = serializers.CharField(max_length=5000)
    observed = serializers.DecimalField(12, 2, required=False, allow_null=True)


class FixViewSet(HouseViewSet):
    rows = Fix
    queryset = Fix.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = FixSerializer
    filterset_class = FixFilter

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.for_list()

    @extend_schema(request=ProposeBody, responses={201: FixSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Propose a fix for a cause, or for a why on the way to one."""
        return self.answer(Fix.objects.propose(by=self.person, **self.read(ProposeBody)), created=True)

    @extend_schema(request=DetailsBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Put its title, owner or prediction right."""
        fix = self.get_object()
        fix.amend(by=self.person, version=self.version(), **self.read(DetailsBody))
        return self.answer(fix)

    @act("completion", CompletionBody)
    def completion(self, request: Request, ref: str) -> Response:
        return self.do(Fix.finish, CompletionBody)

    @act("slip", SlipBody)
    def slip(self, request: Request, ref: str) -> Response:
        return self.do(Fix.move, SlipBody)

    @act("drop", DropBody)
    def drop(self, request: Request, ref: str) -> Response:
        return self.do(Fix.drop, DropBody)

    @act("verification", VerificationBody)
    def verification(self, request: Request, ref: str) -> Response:
        return self.do(Fix.verify, VerificationBody)


routes = [("fixes", FixViewSet)]
