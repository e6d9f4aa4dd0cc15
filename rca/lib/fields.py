"""How the API reads a body: references instead of numbers, nothing unknown, nothing that the database refuses."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from rca.lib.refs import number
from rca.lib.refused import Refused


class Body(serializers.Serializer[Any]):
    """What an act takes. A field it does not know is an error, so a typing slip never passes for an omission."""

    def __init_subclass__(cls, **options: Any) -> None:
        # Two rooms may both have a ClosureBody; in the API's description each is named by its room too.
        super().__init_subclass__(**options)
        room = cls.__module__.split(".")[1].title()
        extend_schema_serializer(component_name=room + cls.__name__.removesuffix("Body"))(cls)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
                raise serializers.ValidationError(
                    {name: [f"There is no such field here; it takes: {known or 'nothing'}."] for name in unknown}
                )
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class RefField(serializers.RelatedField[Any, Any, str]):
    """A row by its reference, “A-7”, among those the caller may see."""

    def __init__(self, model: type[models.Model], **options: Any) -> None:
        self.model = model
        if not options.get("read_only"):
            options["queryset"] = model._default_manager.none()
        super().__init__(**options)

    def use_pk_only_optimization(self) -> bool:
        return True

    def to_representation(self, value: Any) -> str:
        return f"{self.model.LETTER}-{value.pk}"  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Any:
        letter = self.model.LETTER  # type: ignore[attr-defined]
        try:
            pk = number(letter, str(data))
        except Refused as refused:
            raise serializers.ValidationError(refused.sentence) from refused
        rows = self.model._default_manager.visible_to(self.context["request"].user)  # type: ignore[attr-defined]
        row = rows.filter(pk=pk).first()
        if row is None:
            raise serializers.ValidationError(f"There is no {self.model._meta.verbose_name} {letter}-{pk}.")
        return row


@extend_schema_field(OpenApiTypes.EMAIL)
class PersonField(serializers.SlugRelatedField[Any]):
    """A colleague by e-mail."""

    default_error_messages = {"does_not_exist": "There is nobody here with the e-mail {value}."}

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="email", **options)
