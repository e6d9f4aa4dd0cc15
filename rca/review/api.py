"""Decisions through the API: the log of them, deciding, and taking back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.people.doors import KEY, NumberedViewSet, act
from rca.causes.models import Cause
from rca.lib.fields import Body, PersonField, RefField
from rca.review.models import Decision


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    cause = RefField(Cause, read_only=True)
    by = PersonField(read_only=True)
    owner = PersonField(read_only=True)
    undone_by = PersonField(read_only=True)

    class Meta:
        model = Decision
        fields = ["id", "cause", "kind", "by", "at", "reason", "owner", "next_review", "undone_by", "undone_at"]
        read_only_fields = fields


class DecisionBody(Body):
    cause = RefField(Cause)
    kind = serializers.ChoiceField(Decision.Kind.choices)
    next_review = serializers.DateField()
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    owner = PersonField(queryset=User.objects.people(), required=False, allow_null=True)


class DecisionViewSet(NumberedViewSet):
    rows = Decision
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("by", "owner", "undone_by")

    @extend_schema(request=DecisionBody, responses={201: DecisionSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Decide on an open root cause: keep, escalate, reassign, set a date, accept."""
        return self.answer(Decision.objects.decide(by=self.person, **self.read(DecisionBody)), created=True)

    @act("undoing")
    def undoing(self, request: Request, ref: str) -> Response:
        return self.do(Decision.undo)


routes = [("decisions", DecisionViewSet)]
