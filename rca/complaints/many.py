"""Acts on many complaints through the API: the same verb as the page, the same list of what was and was not done."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.people.doors import KEY, HouseViewSet, act
from rca.complaints.bulk import BulkAct
from rca.complaints.forms import cause_model
from rca.complaints.models import Behaviour, Severity
from rca.complaints.picking import ticked
from rca.lib.fields import Body, PersonField, RefField

TAKES = {"classify": {"severity", "product", "behaviours"}, "hand": {"to", "reason"}, "link": {"cause"},
         "close": {"outcome"}}  # fmt: skip
OPTIONAL = {"severity", "product", "behaviours"}


class BulkActSerializer(serializers.ModelSerializer[BulkAct]):
    ref = serializers.CharField(read_only=True)
    by = PersonField(read_only=True)
    undone_by = PersonField(read_only=True)
    done = serializers.SerializerMethodField(help_text="the complaints to which it was done")
    failed = serializers.SerializerMethodField(help_text="each complaint to which it was not done, and why")
    kept = serializers.JSONField(read_only=True, help_text="what the undoing could not take back, and why")

    class Meta:
        model = BulkAct
        fields = ["ref", "act", "says", "by", "at", "done", "failed", "undone_at", "undone_by", "kept"]
        read_only_fields = fields

    def get_done(self, bulk: BulkAct) -> list[str]:
        return [row["ref"] for row in bulk.done]

    def get_failed(self, bulk: BulkAct) -> list[dict[str, str]]:
        return [{"ref": row["ref"], "why": row["why"]} for row in bulk.failed]


class BulkActBody(Body):
    act = serializers.ChoiceField(BulkAct.Kind.choices)
    complaints = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=500, help_text="references, C-1042"
    )
    filter = serializers.CharField(
        max_length=2000, required=False, allow_blank=True,
        help_text="instead of complaints: all that this query of GET /complaints/ shows",
    )  # fmt: skip
    expected = serializers.IntegerField(
        required=False, min_value=0, help_text="with filter: how many you saw; another number now is refused"
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

    @extend_schema(request=BulkActBody, responses={201: BulkActSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Do one thing to many complaints; what refuses is listed and stops no other."""
        data = self.read(BulkActBody)
        named = QueryDict(mutable=True)
        named.setlist("complaint", data.pop("complaints", []))
        if "filter" in data:
            named["all"], named["filter"] = "all", data.pop("filter")
        made = BulkAct.objects.carry_out(by=self.person, complaints=ticked(named, request), **data)
        return self.answer(made, created=True)

    @act("undoing")
    def undoing(self, request: Request, ref: str) -> Response:
        """Take all of it back but what somebody changed since."""
        return self.do(BulkAct.undo)
