"""Files brought in through the API: the same verbs as the pages, one action each."""

from collections.abc import Iterator
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
from rca.imports.forms import FIELDS, check_roles, check_values
from rca.imports.gathering import ROLES
from rca.imports.keeping import Handed
from rca.imports.models import Conflict, Doubt, Import, KnownFile, RefusedRow
from rca.imports.presets import PRESETS
from rca.imports.refusing import error_file
from rca.imports.undoing import staying
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.refused import Refused


class OneFileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    size = serializers.IntegerField()
    digest = serializers.CharField()
    role = serializers.ChoiceField(list(ROLES.items()), allow_blank=True)
    rows = serializers.IntegerField()
    why = serializers.CharField()


class ImportSerializer(serializers.ModelSerializer[Import]):
    ref = serializers.CharField(read_only=True)
    by = PersonField(read_only=True)
    files = OneFileSerializer(many=True, read_only=True)

    class Meta:
        model = Import
        fields = [
            "ref", "version", "name", "files", "size", "digest", "state", "preset", "source", "format", "mapping",
            "doubts_go", "found", "tried", "total", "rows", "created", "changed", "unchanged", "refused", "waiting",
            "skipped", "failure", "by", "at", "began_at", "moved_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields


class DoubtSerializer(serializers.ModelSerializer[Doubt]):
    account = RefField(Account, read_only=True)

    class Meta:
        model = Doubt
        fields = ["id", "name", "rows", "file", "first_row", "account", "why", "decision", "settled"]
        read_only_fields = fields


class ConflictSerializer(serializers.ModelSerializer[Conflict]):
    complaint = serializers.SerializerMethodField()

    class Meta:
        model = Conflict
        fields = ["id", "complaint", "field", "file", "row", "ours", "theirs", "keep"]
        read_only_fields = fields

    def get_complaint(self, conflict: Conflict) -> str:
        return f"C-{conflict.complaint_id}"


class RefusedRowSerializer(serializers.ModelSerializer[RefusedRow]):
    class Meta:
        model = RefusedRow
        fields = ["file", "row", "column", "value", "why", "raw"]
        read_only_fields = fields


class FilesBody(Body):
    file = serializers.ListField(child=serializers.FileField(max_length=300))


class FormatBody(Body):
    encoding = serializers.CharField(max_length=40, required=False)
    delimiter = serializers.CharField(max_length=1, required=False, trim_whitespace=False)
    day_first = serializers.BooleanField(required=False, allow_null=True)
    zone = serializers.CharField(max_length=64, required=False, allow_blank=True)
    sheet = serializers.CharField(max_length=100, required=False, allow_blank=True)


class CorrectionBody(Body):
    roles = serializers.DictField(
        child=serializers.ChoiceField(list(ROLES.items())), required=False,
        help_text="What a file is taken for, by its number in `files`, which counts from 1.",
    )  # fmt: skip
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
        """Who may not is told so before a byte of a file is read."""
        if request.method == "POST" and self.action in ("create", "addition"):
            super(HouseViewSet, self).initial(request, *args, **kwargs)
            self.person.must("complaints.import")
            return
        super().initial(request, *args, **kwargs)
        self.person.must("complaints.import")

    def get_parsers(self) -> list[Any]:
        files = getattr(self, "action_map", {}).get("post") in ("create", "addition")
        return [MultiPartParser()] if files else [JSONParser()]

    @extend_schema(request={"multipart/form-data": FilesBody}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Hand files in, each as a part named “file”: the tickets, and what the desk exported beside them.

        The worker then looks at them; `state` says when they are ready, `files` what each was taken for.
        """
        return self.answer(Import.objects.receive(by=self.person, files=self._files(request)), created=True)

    @extend_schema(request={"multipart/form-data": FilesBody}, responses=ImportSerializer)
    @action(detail=True, methods=["post"], url_path="addition", url_name="addition")
    def addition(self, request: Request, ref: str) -> Response:
        """Put further files beside those of an import that has not begun; all are looked at together."""
        batch = self.get_object()
        batch.add(by=self.person, files=self._files(request))
        return self.answer(batch)

    def _files(self, request: Request) -> Iterator[Handed]:
        files = request.FILES.getlist("file")
        if not files:
            raise Refused("Send each file as a part named “file” of a multipart form.")
        return (Handed(one.name or "", one.chunks()) for one in files)

    @extend_schema(request=CorrectionBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Put right how they are read: what each file is taken for, its format, which column is which field."""
        batch, data = self.get_object(), self.read(CorrectionBody)
        name, said = data.pop("remember", ""), {"fields": data.pop("columns", {}), "values": data.pop("values", {})}
        check_roles(batch, data.get("roles", {}))
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
