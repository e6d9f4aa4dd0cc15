"""Goodwill through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, User
from accounts.people.doors import KEY, HouseViewSet, NumberedViewSet, act
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.goodwill.models import Allowance, Grant
from rca.lib.fields import Body, PersonField, RefField


class GrantSerializer(serializers.ModelSerializer[Grant]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    complaint = RefField(Complaint, read_only=True)
    cause = RefField(Cause, read_only=True)
    by = PersonField(read_only=True)
    decided_by = PersonField(read_only=True)

    class Meta:
        model = Grant
        fields = ["ref", "version", "state", "account", "complaint", "cause", "amount", "what", "why", "by", "at",
                  "decided_by", "decided_at", "decision"]  # fmt: skip
        read_only_fields = fields


class GrantBody(Body):
    account = RefField(Account)
    amount = serializers.DecimalField(12, 2)
    what = serializers.CharField(max_length=200)
    complaint = RefField(Complaint, required=False, allow_null=True)
    cause = RefField(Cause, required=False, allow_null=True)
    why = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ApprovalBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class DecliningBody(Body):
    reason = serializers.CharField(max_length=2000)


class GrantViewSet(HouseViewSet):
    rows = Grant
    queryset = Grant.objects.none()
    serializer_class = GrantSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("by", "decided_by")

    @extend_schema(request=GrantBody, responses={201: GrantSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Make good: given inside your allowance, waiting for a manager above it."""
        return self.answer(Grant.objects.give(by=self.person, **self.read(GrantBody)), created=True)

    @act("approval", ApprovalBody)
    def approval(self, request: Request, ref: str) -> Response:
        return self.do(Grant.approve, ApprovalBody)

    @act("declining", DecliningBody)
    def declining(self, request: Request, ref: str) -> Response:
        return self.do(Grant.decline, DecliningBody)


class AllowanceSerializer(serializers.ModelSerializer[Allowance]):
    person = PersonField(read_only=True)
    set_by = PersonField(read_only=True)
    left = serializers.DecimalField(12, 2, read_only=True)

    class Meta:
        model = Allowance
        fields = ["id", "person", "first", "last", "amount", "spent", "left", "set_by", "set_at"]
        read_only_fields = fields


class AllowanceBody(Body):
    person = PersonField(queryset=User.objects.people())
    amount = serializers.DecimalField(12, 2)
    first = serializers.DateField()
    last = serializers.DateField()


class AllowanceViewSet(NumberedViewSet):
    """Everybody sees their own allowance; managers see all of them."""

    rows = Allowance
    queryset = Allowance.objects.none()
    serializer_class = AllowanceSerializer

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("person", "set_by")
        return rows if self.person.may("goodwill.allow") else rows.filter(person=self.person)

    @extend_schema(request=AllowanceBody, responses={201: AllowanceSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Set what a person may spend between two days."""
        return self.answer(Allowance.objects.allow(by=self.person, **self.read(AllowanceBody)), created=True)


routes = [("grants", GrantViewSet), ("allowances", AllowanceViewSet)]
