"""Acts on many complaints through the API: the same verb as the page, the same list of what was and was not done."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.people.doors import KEY, HouseViewSet, act
from rca.complaints.bulk import CEILING, MOST, BulkAct
from rca.complaints.bulk_row import BulkRow
from rca.complaints.forms import cause_model
from rca.complaints.models import Behaviour, Severity
from rca.complaints.picking import ticked
from rca.lib.fields import Body, PersonField, RefField

TAKES = {"classify": {"severity", "product", "behaviours"}, "hand": {"to", "reason"}, "link": {"cause"},
         "close": {"outcome"}}  # fmt: skip
OPTIONAL = {"severity", "product", "behaviours"}
STATE = OpenApiParameter("state", enum=list(BulkRow.State.values), description="only the rows of this state")


SHOWN = 500  # rows named in an answer; the rest stand behind …/rows/


class RowSerializer(serializers.ModelSerializer[BulkRow]):
    ref = serializers.CharField(read_only=True)

    class Meta:
        model = BulkRow
        fields = ["ref", "state", "why"]
        read_only_fields = fields


class BulkLineSerializer(serializers.ModelSerializer[BulkAct]):
    """How far it got; in a list nothing more."""

    ref = serializers.CharField(read_only=True)
    by = PersonField(read_only=True)
    undone_by = PersonField(read_only=True)

    class Meta:
        model = BulkAct
        fields = ["ref", "act", "says", "by", "at", "state", "total", "done_count", "failed_count", "back_count",
                  "kept_count", "undone_at", "undone_by"]  # fmt: skip
        read_only_fields = fields


class BulkActSerializer(BulkLineSerializer):
    done = serializers.SerializerMethodField(help_text=f"the complaints to which it was done, the first {SHOWN}")
    failed = serializers.SerializerMethodField(help_text=f"those to which it was not done, and why, the first {SHOWN}")
    kept = serializers.SerializerMethodField(help_text=f"what could not be taken back, and why, the first {SHOWN}")

    class Meta(BulkLineSerializer.Meta):
        fields = [*BulkLineSerializer.Meta.fields, "done", "failed", "kept"]
        read_only_fields = fields

    def get_done(self, bulk: BulkAct) -> list[str]:
        return [row.ref for row in bulk.done[:SHOWN]]

    def get_failed(self, bulk: BulkAct) -> list[dict[str, str]]:
        return [{"ref": row.ref, "why": row.why} for row in bulk.failed[:SHOWN]]

    def get_kept(self, bulk: BulkAct) -> list[dict[str, str]]:
        return [{"ref": row.ref, "why": row.why} for row in bulk.kept[:SHOWN]]


class BulkActBody(Body):
    act = serializers.ChoiceField(BulkAct.Kind.choices)
    complaints = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=500, help_text="references, C-1042"
    )
    filter = serializers.CharField(
        max_length=2000, required=False, allow_blank=True,
        help_text=f"instead of complaints: all that this query of GET /complaints/ shows, {CEILING:,} at most; more "
                  f"than {MOST} are left to the worker, and `state` says how far it is",
    )  # fmt: skip
    expected = serializers.IntegerField(
        required=False, min_value=0, help_text="with filter: how many you saw; more than that now is refused"
    )
    up_to = serializers.CharField(
        required=False, max_length=20, help_text="with filter: the newest complaint you saw; later ones are left alone"
    )
    severity = serializers.ChoiceField(Severity.choices, required=False)
    product = serializers.CharField(max_length=120, required=False)
    behaviours = serializers.ListField(child=serializers.ChoiceField(Behaviour.choices), required=False)
    to = PersonField(queryset=User.objects.people(), required=False)
    reason = serializers.CharField(max_length=2000, required=False)
    cause = RefField(cause_model(), required=False)
    outcome = serializers.CharField(max_length=2000, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Each act takes its own fields and no other's; the rows are named one way or the other."""
        what = set().union(*TAKES.values()) & set(data)
        takes = TAKES[data["act"]]
        wrong = {name: [f"To {data['act']} does not take this."] for name in what - takes}
        wrong |= {name: [f"To {data['act']} needs this."] for name in takes - what - OPTIONAL}
        if ("filter" in data) == ("complaints" in data):
            wrong["complaints"] = ["Name the complaints, or a filter with the number you expect; one of the two."]
        if "filter" in data and "expected" not in data:
            wrong["expected"] = ["Say how many you expect, so that a list that changed is not taken for the same."]
        if wrong:
            raise ValidationError(wrong)
        return data


class BulkActViewSet(HouseViewSet):
    rows = BulkAct
    queryset = BulkAct.objects.none()
    serializer_class = BulkActSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("by", "undone_by")

    def get_serializer_class(self) -> type[serializers.Serializer[Any]]:
        return BulkLineSerializer if self.action == "list" else BulkActSerializer

    @extend_schema(request=BulkActBody, responses={201: BulkActSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Do one thing to many complaints, fixed as of now; what refuses is listed and stops no other."""
        data = self.read(BulkActBody)
        named = QueryDict(mutable=True)
        named.setlist("complaint", data.pop("complaints", []))
        if "filter" in data:
            named["all"], named["filter"] = "all", data.pop("filter")
        named["up_to"] = data.pop("up_to", "")
        made = BulkAct.objects.carry_out(by=self.person, complaints=ticked(named, request), **data)
        return self.answer(made, created=True)

    @act("undoing")
    def undoing(self, request: Request, ref: str) -> Response:
        """Take all of it back but what somebody changed since."""
        return self.do(BulkAct.undo)

    @extend_schema(responses=RowSerializer(many=True), filters=False, parameters=[STATE])
    @action(detail=True, url_path="rows")
    def rows_(self, request: Request, ref: str) -> Response:
        """Every complaint that was meant, the newest first: what became of it, or why it was not done."""
        rows, state = self.get_object().rows.all(), request.query_params.get("state", "")
        shown = self.paginate_queryset(rows.filter(state=state) if state else rows)
        return self.get_paginated_response(RowSerializer(shown, many=True).data)
