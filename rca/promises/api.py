"""Promises through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, User
from accounts.people.doors import KEY, HouseViewSet, act
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.text import WORDS_LIMIT
from rca.promises.filtering import PromiseFilter
from rca.promises.keeping import by_account, by_cause, by_person, everybody
from rca.promises.models import Promise, Settlement


class SettlementSerializer(serializers.ModelSerializer[Settlement]):
    by = PersonField(read_only=True)

    class Meta:
        model = Settlement
        fields = ["state", "by", "at", "words"]


class PromiseSerializer(serializers.ModelSerializer[Promise]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    complaint = RefField(Complaint, read_only=True, allow_null=True)
    made_by = PersonField(read_only=True)
    owner = PersonField(read_only=True)
    standing = serializers.SerializerMethodField(help_text="upcoming, due, overdue, kept, late, broken or released")
    settlement = SettlementSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Promise
        fields = [
            "ref", "version", "account", "complaint", "contact", "kind", "what", "window_from", "window_until", "zone",
            "window", "shifted", "made_by", "made_at", "owner", "state", "standing", "settlement",
        ]  # fmt: skip
        read_only_fields = fields

    def get_standing(self, promise: Promise) -> str:
        return promise.standing()


class ShareSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    numbers = serializers.DictField(child=serializers.IntegerField(), help_text="kept, late, broken, overdue")
    links = serializers.DictField(child=serializers.CharField(), help_text="where the promises behind each number are")


class KeptSerializer(serializers.Serializer[Any]):
    all = ShareSerializer()
    by_person = ShareSerializer(many=True)
    by_account = ShareSerializer(many=True)
    by_cause = ShareSerializer(many=True)


class PromiseBody(Body):
    complaint = RefField(Complaint, required=False)
    account = RefField(Account, required=False, help_text="for a promise that is about no complaint")
    kind = serializers.ChoiceField(Promise.Kind.choices, default="call_back")
    what = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    window_from = serializers.DateTimeField()
    window_until = serializers.DateTimeField()
    owner = PersonField(queryset=User.objects.people(), required=False)


class KeepingBody(Body):
    words = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)


class HandoverBody(Body):
    to = PersonField(queryset=User.objects.people())
    reason = serializers.CharField(max_length=2000)


class WordsBody(Body):
    words = serializers.CharField(max_length=WORDS_LIMIT)


class PromiseViewSet(HouseViewSet):
    rows = Promise
    queryset = Promise.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = PromiseSerializer
    filterset_class = PromiseFilter

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("made_by", "owner", "settlement__by")

    @extend_schema(request=PromiseBody, responses={201: PromiseSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Make a promise about a complaint, or to an account."""
        return self.answer(Promise.objects.make(by=self.person, **self.read(PromiseBody)), created=True)

    @extend_schema(responses=KeptSerializer, filters=False)
    @action(detail=False, methods=["get"], url_path="shares", pagination_class=None)
    def shares(self, request: Request) -> Response:
        """How promises that fell due in the last ninety days ended, in all, by person, by account and by cause."""
        rows = Promise.objects.visible_to(self.person)
        told = {"all": everybody(rows), "by_person": by_person(rows), "by_account": by_account(rows),
                "by_cause": by_cause(rows)}  # fmt: skip
        return Response(KeptSerializer(told).data)

    @act("keeping", KeepingBody)
    def keeping(self, request: Request, ref: str) -> Response:
        return self.do(Promise.keep, KeepingBody)

    @act("handover", HandoverBody)
    def handover(self, request: Request, ref: str) -> Response:
        return self.do(Promise.hand_over, HandoverBody)

    @act("breaking", WordsBody)
    def breaking(self, request: Request, ref: str) -> Response:
        return self.do(Promise.break_off, WordsBody)

    @act("release", WordsBody)
    def release(self, request: Request, ref: str) -> Response:
        return self.do(Promise.release, WordsBody)


routes = [("promises", PromiseViewSet)]
