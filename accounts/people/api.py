"""People through the API: whom a token speaks for, who else is here, and how the lock is described."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet, ViewSetMixin

from accounts.people.doors import NumberedViewSet, act
from accounts.people.kept import SavedViewViewSet
from accounts.people.models import ApiToken, User
from accounts.people.notices import Notice
from accounts.people.roles import ABILITIES, allows
from rca.lib.clock import now


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.people.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["email", "name", "role", "department", "time_zone"]
        read_only_fields = fields


class MeSerializer(PersonSerializer):
    may = serializers.SerializerMethodField(help_text="the abilities of this person's role")
    token = serializers.SerializerMethodField(help_text="the token of this request: its name and its scopes")

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "may", "token"]
        read_only_fields = fields

    def get_may(self, person: User) -> list[str]:
        return [ability for ability in ABILITIES if allows(person.role, ability)]

    def get_token(self, person: User) -> dict[str, Any]:
        token: ApiToken = self.context["request"].auth
        return {"name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}


class MeViewSet(ViewSet):
    """Tokens are made and revoked on one's own page only, so that no token can outlive itself in another."""

    @extend_schema(responses=MeSerializer)
    def list(self, request: Request) -> Response:
        """Whom this token speaks for, and what they may do."""
        assert isinstance(request.user, User)
        return Response(MeSerializer(request.user, context={"request": request}).data)


class PersonViewSet(ListModelMixin, GenericViewSet[User]):
    """Colleagues, each by the e-mail that bodies name them by."""

    queryset = User.objects.none()
    serializer_class = PersonSerializer

    def get_queryset(self) -> Any:
        return User.objects.people()


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = ["id", "says", "url", "due_at", "seen_at", "mailed_at"]
        read_only_fields = fields


class NoticeViewSet(NumberedViewSet):
    """What the product tells the person whom the token speaks for."""

    rows = Notice
    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(due_at__lte=now())

    @act("sighting")
    def sighting(self, request: Request, ref: str) -> Response:
        """Read: it leaves the first page and is not mailed any more."""
        return self.do(Notice.see)


routes: list[tuple[str, type[ViewSetMixin]]] = [
    ("me", MeViewSet),
    ("people", PersonViewSet),
    ("notices", NoticeViewSet),
    ("saved-views", SavedViewViewSet),
]
