"""Saved views through the API: the same verbs as their page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, HouseViewSet, Nothing, act
from accounts.people.roles import Role
from accounts.people.saved import SavedView
from rca.lib.fields import Body, PersonField


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    ref = serializers.CharField(read_only=True)
    owner = PersonField(read_only=True)
    address = serializers.CharField(source="get_absolute_url", read_only=True, help_text="the list it shows")

    class Meta:
        model = SavedView
        fields = ["ref", "page", "name", "query", "owner", "shared_role", "address"]
        read_only_fields = fields


class SavedViewBody(Body):
    page = serializers.CharField(max_length=40, help_text="the list that it filters: complaints")
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=2000, allow_blank=True, help_text="show=open&q=price")


class NamingBody(Body):
    name = serializers.CharField(max_length=60)


class SharingBody(Body):
    role = serializers.ChoiceField(
        choices=[role for role in Role.choices if role[0] != Role.SYSTEM], help_text="they and everybody above"
    )


class SavedViewViewSet(HouseViewSet):
    rows = SavedView
    queryset = SavedView.objects.none()
    serializer_class = SavedViewSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("owner")

    @extend_schema(request=SavedViewBody, responses={201: SavedViewSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Keep a filtered list under a name."""
        return self.answer(SavedView.objects.keep(by=self.person, **self.read(SavedViewBody)), created=True)

    @act("naming", NamingBody)
    def naming(self, request: Request, ref: str) -> Response:
        return self.do(SavedView.rename, NamingBody)

    @act("sharing", SharingBody)
    def sharing(self, request: Request, ref: str) -> Response:
        return self.do(SavedView.share, SharingBody)

    @act("unsharing")
    def unsharing(self, request: Request, ref: str) -> Response:
        return self.do(SavedView.unshare)

    @extend_schema(responses={204: None})
    @act("forgetting")
    def forgetting(self, request: Request, ref: str) -> Response:
        """Forget a view of one's own."""
        view = self.get_object()
        self.read(Nothing)
        view.forget(by=self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)
