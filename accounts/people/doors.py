"""What every viewset of the API is made of: rows one may see, by reference; acts; versions; safe repeats."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar, TypeVar

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.people.models import KeptReply, User
from rca.lib.fields import Body
from rca.lib.problems import problem
from rca.lib.refs import number

Act = TypeVar("Act", bound=Callable[..., Response])
KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="Any text of your own: the same request sent again with it does nothing twice.",
)  # fmt: skip
MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True,
    description="The ETag of the row as you read it; a row that somebody changed since answers 412.",
)  # fmt: skip


class Nothing(Body):
    """An act that needs no words."""


def act(noun: str, body: type[serializers.Serializer[Any]] = Nothing) -> Callable[[Act], Act]:
    """An act on one row: `POST …/<ref>/<noun>/` with that body; the answer is the row as it is then."""

    def wrap(function: Act) -> Act:
        routed = action(detail=True, methods=["post"], url_path=noun, url_name=noun)(function)
        return extend_schema(request=body, parameters=[KEY])(routed)  # type: ignore[return-value]

    return wrap


class Answered(Exception):
    """The request was answered before: this is that answer."""

    def __init__(self, reply: Response) -> None:
        self.reply = reply


class Door(GenericViewSet[Any]):
    """Who asks, what they send, and the same answer to the same request sent again."""

    @property
    def person(self) -> User:
        """Who the token speaks for; the permission has let nobody else this far."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def read(self, body: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """The body's values once its shape is right."""
        form = body(data=self.request.data, context=self.get_serializer_context(), **options)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def version(self) -> int:
        """The version that If-Match names; an edit without one is answered 428."""
        tag = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not tag.isdigit():
            raise Missing
        return int(tag)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.kept: KeptReply | None = None
        if request.method == "POST" and (key := request.headers.get("Idempotency-Key", "")):
            self.kept = self._keep(request, key[:255])

    def handle_exception(self, exc: Exception) -> Response:
        return exc.reply if isinstance(exc, Answered) else super().handle_exception(exc)

    def finalize_response(self, request: HttpRequest | Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        kept: KeptReply | None = getattr(self, "kept", None)
        if kept:
            if answer.status_code < 500:
                answer.render()
                KeptReply.objects.filter(pk=kept.pk).update(status=answer.status_code, body=answer.data)
            else:
                kept.delete()
        return answer

    def _keep(self, request: Request, key: str) -> KeptReply:
        print_ = sha256(f"{request.method} {request.get_full_path()}\n".encode() + request._request.body).hexdigest()
        try:
            with transaction.atomic():
                return KeptReply.objects.create(user=self.person, key=key, fingerprint=print_)
        except IntegrityError:
            earlier = KeptReply.objects.get(user=self.person, key=key)
        if earlier.fingerprint != print_:
            raise Answered(problem(422, "This Idempotency-Key was used for another request."))
        if earlier.status is None:
            reply = problem(409, "The first request with this Idempotency-Key is still at work: ask again in a second.")
            reply["Retry-After"] = "1"
            raise Answered(reply)
        raise Answered(Response(earlier.body, status=earlier.status))


class HouseViewSet(ListModelMixin, RetrieveModelMixin, Door):
    """Reads of one kind of row; each room adds its acts. `rows` is the model; the reference stands in the address."""

    rows: ClassVar[type[models.Model]]
    lookup_url_kwarg = "ref"
    lookup_value_regex = "[A-Za-z]-[0-9]{1,18}"

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.rows._default_manager.visible_to(self.person)  # type: ignore[attr-defined, no-any-return]

    def get_object(self) -> Any:
        pk = number(self.rows.LETTER, self.kwargs["ref"])  # type: ignore[attr-defined]
        return get_object_or_404(self.get_queryset(), pk=pk)

    def do(self, verb: Callable[..., Any], body: type[serializers.Serializer[Any]] = Nothing) -> Response:
        """The act itself: the row at this address, the body's values, the one verb; the answer is the row after it."""
        row, values = self.get_object(), self.read(body)
        verb(row, by=self.person, **values)
        return self.answer(row)

    def answer(self, row: models.Model, *, created: bool = False) -> Response:
        fresh = self.get_queryset().get(pk=row.pk)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return self._tagged(Response(self.get_serializer(fresh).data, status=code), fresh)

    def born(self, row: models.Model) -> Response:
        """The answer to a birth whose row is at hand with all that the answer says: it is not read again."""
        return self._tagged(Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED), row)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        return self._tagged(Response(self.get_serializer(row).data), row)

    def _tagged(self, reply: Response, row: models.Model) -> Response:
        if hasattr(row, "version"):
            reply["ETag"] = f'"{row.version}"'
        return reply


class NumberedViewSet(HouseViewSet):
    """Rows that have no reference of their own: their number stands in the address."""

    lookup_value_regex = "[0-9]{1,18}"

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=int(self.kwargs["ref"]))


class Missing(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say with If-Match which version you read: it is the ETag of the row."
