"""The API's key and lock: who a token speaks for, and what its scopes let it do."""

from typing import TYPE_CHECKING

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.people.models import ApiToken, User, digest
from rca.lib.clock import now

if TYPE_CHECKING:
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer amends_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        alive = Q(expires_at=None) | Q(expires_at__gt=now())
        token = (
            ApiToken.objects.filter(alive, digest=digest(secret.strip()), revoked_at=None, user__is_active=True)
            .select_related("user")
            .first()
        )
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        # Once an hour is enough to see that a token is in use, and keeps reads free of writes.
        if token.last_used_at is None or (now() - token.last_used_at).total_seconds() > 3600:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="amends"'


class ScopedPermission(BasePermission):
    """Deny by default: a token, with the scope that the method needs; the verb then asks for the ability."""

    message = "This token may not do that: its scopes do not include it."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = "read" if request.method in SAFE_METHODS else "write"
        return isinstance(request.auth, ApiToken) and needed in request.auth.scopes
