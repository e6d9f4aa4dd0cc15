"""The figures through the API: the same claims and numbers as on the page, with the address of the rows behind each."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from rca.reports.drawing import figures
from rca.reports.figures import PERIODS
from rca.reports.views import period_of


class NumberSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    url = serializers.CharField(allow_blank=True)


class FigureSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    says = serializers.CharField()
    means = serializers.CharField()
    sum = serializers.CharField()
    of = serializers.CharField()
    url = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField(allow_blank=True))
    rows = serializers.ListField(child=NumberSerializer(many=True))


class FigureViewSet(ViewSet):
    @extend_schema(
        responses=FigureSerializer(many=True),
        parameters=[OpenApiParameter("days", enum=[str(days) for days in PERIODS], default="90")],
    )
    def list(self, request: Request) -> Response:
        """The figures of the last 30, 90 or 365 days."""
        assert isinstance(request.user, User)
        request.user.must("reports.read")
        found = figures(period_of(request.query_params.get("days", "")))
        return Response(FigureSerializer(found, many=True).data)


routes = [("figures", FigureViewSet)]
