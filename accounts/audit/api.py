"""The ledger through the API: read, never written."""

from typing import TYPE_CHECKING, Any, cast

from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet, ViewSetMixin

from accounts.audit.filtering import EntryFilter
from accounts.audit.models import Entry

if TYPE_CHECKING:
    from accounts.people.models import User


class EntrySerializer(serializers.ModelSerializer[Entry]):
    by = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    seal = serializers.SerializerMethodField(help_text="the digest of its seal; null until it is sealed")

    class Meta:
        model = Entry
        fields = [
            "id", "at", "recorded_at", "by", "act", "ref", "says", "words", "about", "before", "after", "door",
            "address", "seal",
        ]  # fmt: skip
        read_only_fields = fields

    def get_seal(self, entry: Entry) -> str | None:
        return entry.seal.digest if hasattr(entry, "seal") else None


class EntryViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Entry]):
    """Who did what, when, through which door, and what stood there before."""

    queryset = Entry.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = EntrySerializer
    filterset_class = EntryFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        person = cast("User", self.request.user)
        person.must("ledger.read")
        return Entry.objects.readable_by(person).select_related("by", "seal")


routes: list[tuple[str, type[ViewSetMixin]]] = [("ledger", EntryViewSet)]
