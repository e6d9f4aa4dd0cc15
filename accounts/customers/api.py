"""Accounts through the API: the same verbs as the pages, one action each."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customers.contacts import Channel, Contact, Preference
from accounts.customers.history import Touch
from accounts.customers.listing import AccountFilter
from accounts.customers.models import Account
from accounts.people.doors import KEY, MATCH, Act, HouseViewSet, Nothing, act
from accounts.people.models import User
from rca.lib.fields import Body, PersonField
from rca.lib.text import WORDS_LIMIT


class PreferenceSerializer(serializers.ModelSerializer[Preference]):
    class Meta:
        model = Preference
        fields = ["version", "channel", "days", "opens", "closes", "topics", "do_not_contact", "asked_at"]
        read_only_fields = fields


class ContactSerializer(serializers.ModelSerializer[Contact]):
    preference = PreferenceSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Contact
        fields = ["id", "version", "name", "email", "phone", "role", "moved_on_at", "bounced_at", "preference"]
        read_only_fields = fields


class AccountSerializer(serializers.ModelSerializer[Account]):
    ref = serializers.CharField(read_only=True)
    owner = PersonField(read_only=True)
    aliases = serializers.SlugRelatedField[Any](slug_field="name", many=True, read_only=True)
    contacts = ContactSerializer(many=True, read_only=True)

    class Meta:
        model = Account
        fields = [
            "ref", "version", "name", "aliases", "kind", "state", "owner", "yearly_value", "time_zone", "profile",
            "segment", "region", "customer_since", "source", "external_id", "opened_at", "contacts",
        ]  # fmt: skip
        read_only_fields = fields


class DetailsBody(Body):
    name = serializers.CharField(max_length=200, required=False)
    kind = serializers.ChoiceField(Account.Kind.choices, required=False)
    yearly_value = serializers.DecimalField(14, 2, required=False, allow_null=True, min_value=0)
    customer_since = serializers.DateField(required=False, allow_null=True)
    segment = serializers.CharField(max_length=80, required=False, allow_blank=True)
    region = serializers.CharField(max_length=80, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False, allow_blank=True)
    profile = serializers.ChoiceField(Account.Profile.choices, required=False, allow_blank=True)


class OpenBody(DetailsBody):
    name = serializers.CharField(max_length=200)
    source = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]
    external_id = serializers.CharField(max_length=120, required=False)


class AssignmentBody(Body):
    owner = PersonField(queryset=User.objects.people(), allow_null=True)


class AliasBody(Body):
    name = serializers.CharField(max_length=200)


class ContactBody(Body):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    role = serializers.CharField(max_length=80, required=False, allow_blank=True)


class CorrectionBody(ContactBody):
    version = serializers.IntegerField(required=False, help_text="the contact's version as you read it")


class PreferenceBody(Body):
    channel = serializers.ChoiceField(Channel.choices, required=False, allow_blank=True)
    days = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), required=False)
    opens = serializers.TimeField(required=False, allow_null=True)
    closes = serializers.TimeField(required=False, allow_null=True)
    topics = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    do_not_contact = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, help_text="the preference's version as you read it")


class TouchBody(Body):
    way = serializers.ChoiceField(Touch.Way.choices)
    channel = serializers.ChoiceField(Channel.choices)
    reached = serializers.BooleanField(required=False, allow_null=True)
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.none(), required=False)
    words = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)
    at = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if account := self.context.get("account"):
            fields["contact"].queryset = account.contacts.here()  # type: ignore[attr-defined]
        return fields


def contact_act(noun: str, body: type[Body]) -> Callable[[Act], Act]:
    """An act on one contact of an account: `POST …/<ref>/contacts/<id>/<noun>/`."""

    def wrap(function: Act) -> Act:
        path = f"contacts/(?P<contact>[0-9]{{1,18}})/{noun}"
        routed = action(detail=True, methods=["post"], url_path=path, url_name=noun)(function)
        return extend_schema(request=body, parameters=[KEY])(routed)  # type: ignore[return-value]

    return wrap


class AccountViewSet(HouseViewSet):
    rows = Account
    queryset = Account.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = AccountSerializer
    filterset_class = AccountFilter

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("owner").prefetch_related("aliases", "contacts__preference")

    @extend_schema(request=OpenBody, responses={201: AccountSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Open an account."""
        return self.answer(Account.objects.open(by=self.person, **self.read(OpenBody)), created=True)

    @extend_schema(request=DetailsBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Put right who they are."""
        account = self.get_object()
        account.amend(by=self.person, version=self.version(), **self.read(DetailsBody))
        return self.answer(account)

    @act("assignment", AssignmentBody)
    def assignment(self, request: Request, ref: str) -> Response:
        return self.do(Account.assign, AssignmentBody)

    @act("alias", AliasBody)
    def alias(self, request: Request, ref: str) -> Response:
        return self.do(Account.call_also, AliasBody)

    @act("contact", ContactBody)
    def contact(self, request: Request, ref: str) -> Response:
        account = self.get_object()
        account.contacts.introduce(by=self.person, **self.read(ContactBody))
        return self.answer(account)

    @act("touch", TouchBody)
    def touch(self, request: Request, ref: str) -> Response:
        account = self.get_object()
        body = TouchBody(data=request.data, context={**self.get_serializer_context(), "account": account})
        body.is_valid(raise_exception=True)
        account.touches.keep(by=self.person, **body.validated_data)
        return self.answer(account)

    @contact_act("correction", CorrectionBody)
    def correction(self, request: Request, ref: str, contact: str) -> Response:
        account, person = self._contact(contact)
        person.correct(by=self.person, **self.read(CorrectionBody))
        return self.answer(account)

    @contact_act("departure", Nothing)
    def departure(self, request: Request, ref: str, contact: str) -> Response:
        account, person = self._contact(contact)
        self.read(Nothing)
        person.move_on(by=self.person)
        return self.answer(account)

    @contact_act("preference", PreferenceBody)
    def preference(self, request: Request, ref: str, contact: str) -> Response:
        account, person = self._contact(contact)
        wish, _ = Preference.objects.get_or_create(contact=person)
        wish.ask(by=self.person, **self.read(PreferenceBody))
        return self.answer(account)

    def _contact(self, pk: str) -> tuple[Account, Contact]:
        account: Account = self.get_object()
        return account, get_object_or_404(account.contacts, pk=pk)


routes = [("accounts", AccountViewSet)]
