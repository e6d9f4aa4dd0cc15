"""Promises through the API: the same verbs as the pages, one action each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, User
from accounts.people.doors import KEY, HouseViewSet, act
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.text import WORDS_LIMIT
from rca.promises.filtering import PromiseFilter
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
            "window", "made_by", "made_at", "owner", "state", "standing", "settlement",
        ]  # fmt: skip
        read_only_fields = fields

    def get_standing(self, promise: Promise) -> str:
        return promise.standing()


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

    @act("keeping", KeepingBody)
    def keeping(self, request: Request, ref: str) -> Response:
        return self.do(Promise.keep, KeepingBody)

    @act("breaking", WordsBody)
    def breaking(self, request: Request, ref: str) -> Response:
        return self.do(Promise.break_off, WordsBody)

    @act("release", WordsBody)
    def release(self, request: Request, ref: str) -> Response:
        return self.do(Promise.release, WordsBody)


routes = [("promises", PromiseViewSet)]
