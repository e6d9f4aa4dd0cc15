"""Health through the API: wounds to read; reviews and tasks with their verbs."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, User
from accounts.people.doors import KEY, NumberedViewSet, act
from rca.health.models import AccountReview, Task, Wound
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.refs import number
from rca.lib.refused import Refused


class OfAccount(django_filters.FilterSet):  # type: ignore[misc]
    account = django_filters.CharFilter(label="Account", method="of")

    def of(self, rows: Any, name: str, value: str) -> Any:
        try:
            return rows.filter(account=number(Account.LETTER, value))
        except Refused:
            return rows.none()


class WoundSerializer(serializers.ModelSerializer[Wound]):
    account = RefField(Account, read_only=True)
    left = serializers.DecimalField(5, 2, read_only=True)

    class Meta:
        model = Wound
        fields = ["id", "account", "kind", "weight", "left", "at", "ref", "event"]
        read_only_fields = fields


class WoundViewSet(NumberedViewSet):
    """The hurts of the last 90 days: what is left of each, and the row that is the event."""

    rows = Wound
    queryset = Wound.objects.none()
    serializer_class = WoundSerializer
    filterset_class = OfAccount

    def get_queryset(self) -> Any:
        return Wound.objects.visible_to(self.person).recent().order_by()


class ReviewSerializer(serializers.ModelSerializer[AccountReview]):
    account = RefField(Account, read_only=True)
    owner = PersonField(read_only=True)
    held_by = PersonField(read_only=True)

    class Meta:
        model = AccountReview
        fields = [
            "id",
            "version",
            "account",
            "kind",
            "due",
            "owner",
            "held_at",
            "held_by",
            "seen",
            "decision",
            "next_on",
        ]
        read_only_fields = fields


class PlanBody(Body):
    account = RefField(Account)
    due = serializers.DateField()
    kind = serializers.ChoiceField(AccountReview.Kind.choices, default="ninety")
    owner = PersonField(queryset=User.objects.people(), required=False, allow_null=True)


class HoldBody(Body):
    seen = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    decision = serializers.CharField(max_length=4000)
    next_on = serializers.DateField()


class ReviewViewSet(NumberedViewSet):
    rows = AccountReview
    queryset = AccountReview.objects.none()
    serializer_class = ReviewSerializer
    filterset_class = OfAccount

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("owner", "held_by")

    @extend_schema(request=PlanBody, responses={201: ReviewSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Set the day on which an account is looked at as a whole."""
        return self.answer(AccountReview.objects.plan(by=self.person, **self.read(PlanBody)), created=True)

    @act("review", HoldBody)
    def review(self, request: Request, ref: str) -> Response:
        return self.do(AccountReview.hold, HoldBody)


class TaskSerializer(serializers.ModelSerializer[Task]):
    account = RefField(Account, read_only=True)
    owner = PersonField(read_only=True)
    done_by = PersonField(read_only=True)

    class Meta:
        model = Task
        fields = ["id", "version", "account", "what", "owner", "due", "made_at", "done_at", "done_by", "outcome"]
        read_only_fields = fields


class TaskBody(Body):
    account = RefField(Account)
    what = serializers.CharField(max_length=400)
    owner = PersonField(queryset=User.objects.people())
    due = serializers.DateField()


class OutcomeBody(Body):
    outcome = serializers.CharField(max_length=2000)


class TaskViewSet(NumberedViewSet):
    rows = Task
    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    filterset_class = OfAccount

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("owner", "done_by")

    @extend_schema(request=TaskBody, responses={201: TaskSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Give somebody one dated thing to do for an account."""
        return self.answer(Task.objects.set(by=self.person, **self.read(TaskBody)), created=True)

    @act("outcome", OutcomeBody)
    def outcome(self, request: Request, ref: str) -> Response:
        return self.do(Task.finish, OutcomeBody)


routes = [("wounds", WoundViewSet), ("account-reviews", ReviewViewSet), ("tasks", TaskViewSet)]
