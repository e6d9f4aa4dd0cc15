"""Mail that came in through the API: the same verbs as the pages, one action each."""

from typing import Any

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Contact
from accounts.people.doors import HouseViewSet, act
from rca.communications.models import Message
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.handing import guarded
from rca.mailbox import joining, showing
from rca.mailbox.line import STATES, MailboxLine
from rca.mailbox.models import InboundMail, MailQuerySet

PLACE = OpenApiParameter("place", OpenApiTypes.INT, OpenApiParameter.PATH, description="Which of `files`, from 1 on.")


class FileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField()
    size = serializers.IntegerField()


class MailSerializer(serializers.ModelSerializer[InboundMail]):
    ref = serializers.CharField(read_only=True)
    to = serializers.SerializerMethodField()
    files = FileSerializer(many=True, read_only=True)
    faults = serializers.ListField(child=serializers.CharField(), read_only=True)
    complaint = RefField(Complaint, read_only=True)
    letter = RefField(Message, read_only=True)
    contact = serializers.PrimaryKeyRelatedField[Contact](read_only=True)
    filed_by = PersonField(read_only=True)

    class Meta:
        model = InboundMail
        fields = [
            "ref", "state", "why", "sender", "sender_name", "to", "subject", "words", "quoted", "message_id", "files",
            "faults", "deliveries", "whole", "received_at", "complaint", "letter", "contact", "filed_by", "filed_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_to(self, mail: InboundMail) -> list[str]:
        return list(mail.facts.get("to", []))


class MailFilter(django_filters.FilterSet):  # type: ignore[misc]
    show = django_filters.ChoiceFilter(
        label="Show", choices=[(name, label) for name, (label, _) in showing.SHOWN.items()], method="shown"
    )

    class Meta:
        model = InboundMail
        fields: list[str] = []

    def shown(self, rows: MailQuerySet, name: str, value: str) -> MailQuerySet:
        return showing.SHOWN[value][1](rows)


class MailboxLineSerializer(serializers.ModelSerializer[MailboxLine]):
    state = serializers.ChoiceField(STATES, read_only=True)
    says = serializers.CharField(read_only=True)

    class Meta:
        model = MailboxLine
        fields = ["state", "says", "read_at", "failed_at", "why", "failing_since", "failures", "next_at"]
        read_only_fields = fields


class OpeningBody(Body):
    account = RefField(Account, required=False)
    new_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    remember = serializers.BooleanField(required=False)


class AdditionBody(Body):
    complaint = RefField(Complaint)
    remember = serializers.BooleanField(required=False)


class DismissalBody(Body):
    reason = serializers.CharField(max_length=400)


class MailViewSet(HouseViewSet):
    rows = InboundMail
    queryset = InboundMail.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = MailSerializer
    filterset_class = MailFilter

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("complaint", "letter", "filed_by")
        return rows.defer("raw", "text", "html") if self.action == "list" else rows

    @extend_schema(responses={(200, "message/rfc822"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="raw", url_name="raw")
    def raw(self, request: Request, ref: str) -> HttpResponse:
        """The mail as it came."""
        self.person.must("mail.file")
        return HttpResponse(bytes(self.get_object().raw), content_type="message/rfc822")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[PLACE])
    @action(detail=True, methods=["get"], url_path="files/(?P<place>[0-9]{1,4})", url_name="file")
    def file(self, request: Request, ref: str, place: str) -> HttpResponse:
        """The bytes of one of its files."""
        self.person.must("mail.file")
        name, kind, content = joining.file_of(self.get_object(), int(place))
        return guarded(HttpResponse(content, content_type=kind.served_as), name)

    @extend_schema(responses=MailboxLineSerializer, filters=False)
    @action(detail=False, methods=["get"], url_path="line", pagination_class=None)
    def line(self, request: Request) -> Response:
        """How the mailbox does: when it was last read, since when it cannot be and why, when it is tried again."""
        return Response(MailboxLineSerializer(MailboxLine.objects.here()).data)

    @act("opening", OpeningBody)
    def opening(self, request: Request, ref: str) -> Response:
        """Open a complaint from it, for an account or for a new one."""
        return self.do(InboundMail.open_complaint, OpeningBody)

    @act("addition", AdditionBody)
    def addition(self, request: Request, ref: str) -> Response:
        """Add it to a complaint."""
        return self.do(InboundMail.add_to, AdditionBody)

    @act("dismissal", DismissalBody)
    def dismissal(self, request: Request, ref: str) -> Response:
        """Nothing is to be done about it."""
        return self.do(InboundMail.dismiss, DismissalBody)

    @act("marking")
    def marking(self, request: Request, ref: str) -> Response:
        """The address that it tells of takes no mail any more."""
        return self.do(InboundMail.mark_address)


routes = [("mails", MailViewSet)]
