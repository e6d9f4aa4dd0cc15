"""The search through the API: what the page finds, in the same order."""

from html import unescape
from typing import Any

from django.utils.html import strip_tags
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from rca.today.searching import Found, row_of, search


class HitSerializer(serializers.Serializer[Any]):
    ref = serializers.CharField(help_text="the row's reference; empty for a colleague")
    title = serializers.CharField()
    passage = serializers.SerializerMethodField(help_text="its words as plain text")
    by = serializers.CharField()
    state = serializers.CharField()
    address = serializers.CharField(source="url", help_text="its page")

    def get_passage(self, hit: Any) -> str:
        return unescape(strip_tags(hit.passage))


class GroupSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    more = serializers.BooleanField(help_text="whether there are more than these")
    rows = HitSerializer(many=True)


class SearchedSerializer(serializers.Serializer[Any]):
    query = serializers.CharField()
    row = serializers.CharField(help_text="the reference, when the query is one: C-1042, c1042, #1042")
    mended = serializers.CharField(help_text="the name taken to be meant, where nothing is called so")
    problems = serializers.ListField(child=serializers.CharField(), help_text="operators that could not be read")
    groups = GroupSerializer(many=True)


class SearchViewSet(ViewSet):
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="a reference, words, quotes, -not, OR, account:, with:, is:"),
            OpenApiParameter("exact", bool, description="take names as typed"),
        ],
        responses=SearchedSerializer,
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Look for a reference, a name or words in everything that you may see."""
        assert isinstance(request.user, User)
        text, exact = request.query_params.get("q", ""), request.query_params.get("exact", "") in ("1", "true")
        row = row_of(text, request.user)
        found = Found(text, [], []) if row else search(text, request.user, exact=exact)
        return Response(SearchedSerializer({**found._asdict(), "row": row.ref if row else ""}).data)


routes = [("search", SearchViewSet)]
