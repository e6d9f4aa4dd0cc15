"""The house's calendar through the API: one thing that everybody reads and the admin changes."""

from datetime import time
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.doors import KEY, Door
from rca.hours.models import LONGEST, SHORTEST, SORTED, Holiday, HouseCalendar
from rca.hours.reading import current
from rca.lib.fields import Body


class DaySerializer(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="1 is Monday")
    opens = serializers.TimeField()
    closes = serializers.TimeField(help_text="00:00 is midnight at the end of the day")


class HolidaySerializer(serializers.ModelSerializer[Holiday]):
    class Meta:
        model = Holiday
        fields = ["day", "name"]
        read_only_fields = fields


class TargetSerializer(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(choices=list(SORTED), allow_blank=True, help_text="blank is “not sorted yet”")
    hours = serializers.DecimalField(5, 2, min_value=SHORTEST, max_value=LONGEST)


class HoursSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    week = DaySerializer(many=True)
    targets = TargetSerializer(many=True)
    holidays = HolidaySerializer(many=True)


class WeekBody(Body):
    week = DaySerializer(many=True)
    version = serializers.IntegerField(required=False, help_text="as you read it; another one answers 412")


class TargetsBody(Body):
    targets = TargetSerializer(many=True)
    version = serializers.IntegerField(required=False, help_text="as you read it; another one answers 412")


class HolidayBody(Body):
    day = serializers.DateField()
    name = serializers.CharField(max_length=120)


class RemovalBody(Body):
    day = serializers.DateField()


class FillingBody(Body):
    country = serializers.CharField(max_length=3, help_text="its two letters, GB")
    year = serializers.IntegerField()
    part = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="ENG, BY")


class HoursViewSet(Door):
    serializer_class = HoursSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=HoursSerializer)
    def list(self, request: Request) -> Response:
        """Hours of each weekday, targets by how badly it hurts, and every day off."""
        self.person.must("read")
        return self._stands()

    @extend_schema(request=WeekBody, responses=HoursSerializer, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="week")
    def week(self, request: Request) -> Response:
        """The whole week at once; a day that is not named is free."""
        data = self.read(WeekBody)
        week = {one["weekday"]: (one["opens"], one["closes"]) for one in data["week"]}
        HouseCalendar.objects.ours().set_week(by=self.person, week=week, version=data.get("version"))
        return self._stands()

    @extend_schema(request=TargetsBody, responses=HoursSerializer, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="targets")
    def targets(self, request: Request) -> Response:
        """The targets that are named; the others stay. Clocks that run already keep their end."""
        data = self.read(TargetsBody)
        hours: dict[str, Decimal] = {one["severity"]: one["hours"] for one in data["targets"]}
        HouseCalendar.objects.ours().set_targets(by=self.person, hours=hours, version=data.get("version"))
        return self._stands()

    @extend_schema(request=HolidayBody, responses={201: HoursSerializer}, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="holiday")
    def holiday(self, request: Request) -> Response:
        HouseCalendar.objects.ours().add_holiday(by=self.person, **self.read(HolidayBody))
        return self._stands(status.HTTP_201_CREATED)

    @extend_schema(request=RemovalBody, responses=HoursSerializer, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="removal")
    def removal(self, request: Request) -> Response:
        HouseCalendar.objects.ours().drop_holiday(by=self.person, **self.read(RemovalBody))
        return self._stands()

    @extend_schema(request=FillingBody, responses=HoursSerializer, parameters=[KEY])
    @action(detail=False, methods=["post"], url_path="filling")
    def filling(self, request: Request) -> Response:
        """The public holidays of a country; what stands there already stays."""
        HouseCalendar.objects.ours().fill_holidays(by=self.person, **self.read(FillingBody))
        return self._stands()

    def _stands(self, code: int = status.HTTP_200_OK) -> Response:
        stands = current()
        week: list[dict[str, int | time]] = [
            {"weekday": day, "opens": opens, "closes": closes}
            for day, (opens, closes) in sorted(stands.calendar.week.items())
        ]
        told = {
            "version": HouseCalendar.objects.ours().version,
            "week": week,
            "targets": [{"severity": one, "hours": Decimal(str(stands.target(one)))} for one in SORTED],
            "holidays": Holiday.objects.all(),
        }
        return Response(HoursSerializer(told).data, status=code)


routes = [("hours", HoursViewSet)]
