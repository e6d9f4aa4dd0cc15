"""Files brought in through the API: the same verbs as the pages, one action each."""

from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from accounts.people.doors import MATCH, HouseViewSet, act
from rca.imports.forms import FIELDS, check_values
from rca.imports.keeping import check_size
from rca.imports.models import Conflict, Doubt, Import, KnownFile, RefusedRow
from rca.imports.presets import PRESETS
from rca.imports.refusing import error_file
from rca.imports.undoing import staying
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.refused import Refused


class ImportSerializer(serializers.ModelSerializer[Import]):
    ref = serializers.CharField(read_only=True)
    by = PersonField(read_only=True)

    class Meta:
        model = Import
        fields = [
            "ref", "version", "name", "size", "digest", "state", "preset", "source", "format", "mapping", "doubts_go",
            "found", "tried", "total", "rows", "created", "changed", "unchanged", "refused", "waiting", "skipped",
            "failure", "by", "at", "began_at", "moved_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields


class DoubtSerializer(serializers.ModelSerializer[Doubt]):
    account = RefField(Account, read_only=True)

    class Meta:
        model = Doubt
        fields = ["id", "name", "rows", "first_row", "account", "why", "decision", "settled"]
        read_only_fields = fields


class ConflictSerializer(serializers.ModelSerializer[Conflict]):
    complaint = serializers.SerializerMethodField()

    class Meta:
        model = Conflict
        fields = ["id", "complaint", "field", "row", "ours", "theirs", "keep"]
        read_only_fields = fields

    def get_complaint(self, conflict: Conflict) -> str:
        return f"C-{conflict.complaint_id}"


class RefusedRowSerializer(serializers.ModelSerializer[RefusedRow]):
    class Meta:
        model = RefusedRow
        fields = ["row", "column", "value", "why", "raw"]
        read_only_fields = fields


class FileBody(Body):
    file = serializers.FileField(max_length=300)


class FormatBody(Body):
    encoding = serializers.CharField(max_length=40, required=False)
    delimiter = serializers.CharField(max_length=1, required=False, trim_whitespace=False)
    day_first = serializers.BooleanField(required=False, allow_null=True)
    zone = serializers.CharField(max_length=64, required=False, allow_blank=True)
    sheet = serializers.CharField(max_length=100, required=False, allow_blank=True)


class CorrectionBody(Body):
    format = FormatBody(required=False)
    columns = serializers.DictField(
        child=serializers.ChoiceField(list(FIELDS.items()), allow_blank=True), required=False
    )
    values = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(max_length=40)), required=False
    )
    preset = serializers.ChoiceField(sorted(PRESETS), required=False)
    source = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]
    doubts_go = serializers.ChoiceField(Import.Doubts.choices, required=False)
    remember = serializers.CharField(max_length=40, required=False)


class DecisionBody(Body):
    doubt = serializers.IntegerField(min_value=1)
    decision = serializers.ChoiceField(Doubt.Decision.choices)
    account = RefField(Account, required=False)


class SettlementBody(Body):
    conflict = serializers.IntegerField(min_value=1)
    keep = serializers.ChoiceField(Conflict.Keep.choices)


class ImportViewSet(HouseViewSet):
    rows = Import
    queryset = Import.objects.none()
    serializer_class = ImportSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("by")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who may not, and what is too big, is told so before a byte of a file is read."""
        if request.method == "POST" and self.action == "create":
            super(HouseViewSet, self).initial(request, *args, **kwargs)
            self.person.must("complaints.import")
            check_size(int(request.META.get("CONTENT_LENGTH") or 0))
            return
        super().initial(request, *args, **kwargs)
        self.person.must("complaints.import")

    def get_parsers(self) -> list[Any]:
        return [MultiPartParser()] if getattr(self, "action_map", {}).get("post") == "create" else [JSONParser()]

    @extend_schema(request={"multipart/form-data": FileBody}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Hand a file in, as the part named “file”; the worker then looks at it, and `state` says when it is ready."""
        file = request.FILES.get("file")
        if file is None:
            raise Refused("Send the file as the part named “file” of a multipart form.")
        batch = Import.objects.receive(by=self.person, name=file.name or "", chunks=file.chunks())
        return self.answer(batch, created=True)

    @extend_schema(request=CorrectionBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Put right how the file is read: its format, and which column is which field."""
        batch, data = self.get_object(), self.read(CorrectionBody)
        name, said = data.pop("remember", ""), {"fields": data.pop("columns", {}), "values": data.pop("values", {})}
        if any(said.values()):
            said["values"] = {
                column: {theirs.casefold(): ours for theirs, ours in one.items()}
                for column, one in said["values"].items()
            }
            data["mapping"] = {key: {**batch.mapping.get(key, {}), **one} for key, one in said.items()}
            check_values(data["mapping"])
        batch.correct(by=self.person, version=self.version(), **data)
        if name:
            KnownFile.objects.keep(by=self.person, batch=batch, name=name)
        return self.answer(batch)

    @act("dry-run")
    def dry_run(self, request: Request, ref: str) -> Response:
        return self.do(Import.try_out)

    @act("run")
    def run(self, request: Request, ref: str) -> Response:
        return self.do(Import.run)

    @act("stop")
    def stop(self, request: Request, ref: str) -> Response:
        return self.do(Import.stop)

    @act("resumption")
    def resumption(self, request: Request, ref: str) -> Response:
        return self.do(Import.go_on)

    @act("undoing")
    def undoing(self, request: Request, ref: str) -> Response:
        return self.do(Import.undo)

    @act("decision", DecisionBody)
    def decision(self, request: Request, ref: str) -> Response:
        batch, data = self.get_object(), self.read(DecisionBody)
        doubt = get_object_or_404(batch.doubts, pk=data.pop("doubt"))
        batch.decide(by=self.person, doubt=doubt, **data)
        return self.answer(batch)

    @act("settlement", SettlementBody)
    def settlement(self, request: Request, ref: str) -> Response:
        batch, data = self.get_object(), self.read(SettlementBody)
        conflict = get_object_or_404(batch.conflicts, pk=data.pop("conflict"))
        batch.settle(by=self.person, conflict=conflict, **data)
        return self.answer(batch)

    @extend_schema(responses=DoubtSerializer(many=True))
    @action(detail=True, url_path="doubts")
    def doubts(self, request: Request, ref: str) -> Response:
        """The names that may be an account which is here already."""
        return self._page(self.get_object().doubts.select_related("account"), DoubtSerializer)

    @extend_schema(responses=ConflictSerializer(many=True))
    @action(detail=True, url_path="conflicts")
    def conflicts(self, request: Request, ref: str) -> Response:
        """What both the file and one of us changed."""
        return self._page(self.get_object().conflicts.all(), ConflictSerializer)

    @extend_schema(responses=RefusedRowSerializer(many=True))
    @action(detail=True, url_path="refused")
    def refused(self, request: Request, ref: str) -> Response:
        """The rows that could not be taken, each with its reason."""
        return self._page(self.get_object().refusals.all(), RefusedRowSerializer)

    @extend_schema(responses={200: serializers.ListSerializer(child=serializers.CharField())})
    @action(detail=True, url_path="staying")
    def staying(self, request: Request, ref: str) -> Response:
        """The complaints that undoing would leave, since somebody has worked on them: the first 21."""
        return Response([complaint.ref for complaint in staying(self.get_object())])

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=True, url_path="error-file")
    def error_file(self, request: Request, ref: str) -> HttpResponseBase:
        """The refused rows as they were, with a column “why”."""
        return StreamingHttpResponse(error_file(self.get_object()), content_type="text/csv; charset=utf-8")

    def _page(self, rows: Any, kind: type[serializers.Serializer[Any]]) -> Response:
        shown = self.paginate_queryset(rows)
        return self.get_paginated_response(kind(shown, many=True, context=self.get_serializer_context()).data)


routes = [("imports", ImportViewSet)]
