"""The save desk through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Channel
from accounts.people.doors import KEY, MATCH, HouseViewSet, NumberedViewSet, act
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.goodwill.models import Grant
from rca.lib.fields import Body, PersonField, RefField
from rca.retention.models import Caller, Cancellation, SaveAttempt, WinBack


class AttemptSerializer(serializers.ModelSerializer[SaveAttempt]):
    by = PersonField(read_only=True)
    grant = RefField(Grant, read_only=True)

    class Meta:
        model = SaveAttempt
        fields = ["by", "at", "what", "grant", "answer"]


class CancellationSerializer(serializers.ModelSerializer[Cancellation]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    complaint = RefField(Complaint, read_only=True)
    cause = RefField(Cause, read_only=True)
    taken_by = PersonField(read_only=True)
    decided_by = PersonField(read_only=True)
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Cancellation
        fields = [
            "ref", "version", "state", "account", "complaint", "cause", "reason", "guard", "channel", "notice_at",
            "leaves_on", "taken_by", "saved_if_here_on", "decided_by", "decided_at", "decision", "attempts",
        ]  # fmt: skip
        read_only_fields = fields


class TieBody(Body):
    cause = RefField(Cause, required=False, allow_null=True)
    guard = serializers.ChoiceField(Cancellation.Guard.choices, required=False, allow_blank=True)
    leaves_on = serializers.DateField(required=False, allow_null=True)


class NoticeBody(TieBody):
    account = RefField(Account)
    reason = serializers.CharField(max_length=10_000)
    channel = serializers.ChoiceField(Channel.choices)
    complaint = RefField(Complaint, required=False, allow_null=True)


class AttemptBody(Body):
    what = serializers.CharField(max_length=2000)
    grant = RefField(Grant, required=False, allow_null=True)
    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class WordsBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ReleaseBody(Body):
    reason = serializers.CharField(max_length=2000)


class CancellationViewSet(HouseViewSet):
    rows = Cancellation
    queryset = Cancellation.objects.none()
    serializer_class = CancellationSerializer

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("taken_by", "decided_by")
        return rows.prefetch_related("attempts__by")

    @extend_schema(request=NoticeBody, responses={201: CancellationSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Take down that an account wants to leave."""
        return self.answer(Cancellation.objects.notice(by=self.person, **self.read(NoticeBody)), created=True)

    @extend_schema(request=TieBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Tie the reason to a cause, answer the guards."""
        row = self.get_object()
        row.amend(by=self.person, version=self.version(), **self.read(TieBody))
        return self.answer(row)

    @act("attempt", AttemptBody)
    def attempt(self, request: Request, ref: str) -> Response:
        return self.do(Cancellation.attempt, AttemptBody)

    @act("stay", WordsBody)
    def stay(self, request: Request, ref: str) -> Response:
        return self.do(Cancellation.stay, WordsBody)

    @act("saving")
    def saving(self, request: Request, ref: str) -> Response:
        return self.do(Cancellation.confirm_saved)

    @act("departure", WordsBody)
    def departure(self, request: Request, ref: str) -> Response:
        return self.do(Cancellation.leave, WordsBody)

    @act("release", ReleaseBody)
    def release(self, request: Request, ref: str) -> Response:
        return self.do(Cancellation.let_go, ReleaseBody)


class WinBackSerializer(serializers.ModelSerializer[WinBack]):
    account = RefField(Account, read_only=True)
    cause = RefField(Cause, read_only=True)
    by = PersonField(read_only=True)

    class Meta:
        model = WinBack
        fields = ["id", "version", "account", "cause", "state", "by", "at", "words"]
        read_only_fields = fields


class InvitationBody(Body):
    account = RefField(Account)
    cause = RefField(Cause)
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class AnswerBody(Body):
    came = serializers.BooleanField()
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class WinBackViewSet(NumberedViewSet):
    rows = WinBack
    queryset = WinBack.objects.none()
    serializer_class = WinBackSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("by")

    @extend_schema(request=InvitationBody, responses={201: WinBackSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Tell a lost account that we fixed why they left."""
        return self.answer(WinBack.objects.ask(by=self.person, **self.read(InvitationBody)), created=True)

    @act("answer", AnswerBody)
    def answered(self, request: Request, ref: str) -> Response:
        return self.do(WinBack.answer, AnswerBody)


class CallerSerializer(serializers.ModelSerializer[Caller]):
    account = RefField(Account, read_only=True)
    taken_by = PersonField(read_only=True)

    class Meta:
        model = Caller
        fields = ["id", "version", "name", "phone", "email", "wanted", "called_at", "taken_by", "state", "account",
                  "next_on", "outcome"]  # fmt: skip
        read_only_fields = fields


class CallerBody(Body):
    name = serializers.CharField(max_length=120)
    wanted = serializers.CharField(max_length=2000)
    phone = serializers.RegexField(r"^\+[1-9][0-9]{5,14}$", required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    next_on = serializers.DateField(required=False, allow_null=True)


class SettlingBody(Body):
    bought = serializers.BooleanField()
    outcome = serializers.CharField(max_length=2000)
    account = RefField(Account, required=False, allow_null=True)


class CallerViewSet(NumberedViewSet):
    rows = Caller
    queryset = Caller.objects.none()
    serializer_class = CallerSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("taken_by")

    @extend_schema(request=CallerBody, responses={201: CallerSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Note somebody who asked and did not buy."""
        return self.answer(Caller.objects.take(by=self.person, **self.read(CallerBody)), created=True)

    @act("settling", SettlingBody)
    def settling(self, request: Request, ref: str) -> Response:
        return self.do(Caller.settle, SettlingBody)


routes = [("cancellations", CancellationViewSet), ("win-backs", WinBackViewSet), ("callers", CallerViewSet)]
