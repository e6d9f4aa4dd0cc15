"""Who signs in, or acts by a token: a person, or the product itself under a name of its own."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string

from accounts.audit.models import record
from accounts.people.roles import Role, allows, refusal
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.lib.rows import OneOf


class UserQuerySet(models.QuerySet["User"]):
    def people(self) -> "UserQuerySet":
        """Those who can be given something to do."""
        return self.filter(is_active=True).exclude(role=Role.SYSTEM).order_by("name")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def welcome(
        self, *, by: "User | None", name: str, email: str, role: str, password: str | None = None, department: str = ""
    ) -> "User":
        """Adds a person. `by` is None only for the first one, who then is an admin."""
        if by is None and self.people().exists():
            raise Forbidden("Only the first person may be added without a name behind it.")
        if by is not None:
            by.must("people.manage")
        if self.filter(email__iexact=email).exists():
            raise Refused(f"{email} is signed up already.")
        user: User = self.model(email=self.normalize_email(email), name=name, role=role, department=department)
        user.set_password(password)
        user.save()
        record(by or user, "welcomed", user, says=f"{name} joined as {user.get_role_display()}.", after={"role": role})
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")  # type: ignore[no-any-return]

    def system(self, name: str) -> "User":
        """The product itself as a named actor: mailbox, importer, outbox, sealer."""
        user, _ = self.get_or_create(
            email=f"{name}@system.invalid", defaults={"name": f"the {name}", "role": Role.SYSTEM, "password": "!"}
        )
        return user  # type: ignore[no-any-return]


class User(AbstractBaseUser):
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = OneOf(Role, default=Role.VIEWER)
    department = models.CharField(max_length=80, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return f"U-{self.pk}"

    @property
    def first_name(self) -> str:
        return self.name if self.role == Role.SYSTEM else self.name.split(" ")[0]

    def may(self, ability: str) -> bool:
        return self.is_active and allows(self.role, ability)

    def must(self, ability: str) -> None:
        """Raises `Forbidden`, saying who may, when this person may not."""
        if not self.may(ability):
            raise Forbidden(refusal(self.name, self.role, ability))

    @transaction.atomic
    def change_role(self, *, by: "User", role: str) -> None:
        by.must("people.manage")
        if by.pk == self.pk:
            raise Refused("Nobody changes their own role: ask another admin.")
        before, self.role = self.role, Role(role)
        self.save(update_fields=["role"])
        record(by, "role_changed", self, says=f"{self.name} is now {self.get_role_display()}.",
               before={"role": before}, after={"role": role})  # fmt: skip

    @transaction.atomic
    def deactivate(self, *, by: "User") -> None:
        """Ends the person's sessions and tokens with the next request they make."""
        by.must("people.manage")
        if by.pk == self.pk:
            raise Refused("Nobody signs themselves off for good: ask another admin.")
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.tokens.filter(revoked_at=None).update(revoked_at=now())
        record(by, "deactivated", self, says=f"{self.name} can no longer sign in.")


class TokenManager(models.Manager["ApiToken"]):
    @transaction.atomic
    def issue(
        self, *, by: User, name: str, scopes: list[str], expires_at: datetime | None = None
    ) -> "tuple[ApiToken, str]":
        """A new token of `by`'s own and its secret, which is shown this once and kept only as a digest."""
        by.must("read")
        unknown = set(scopes) - {"read", "write"}
        if unknown or not scopes:
            raise Refused("A token’s scopes are read, write or both.")
        secret = f"amends_{get_random_string(43)}"
        token = self.create(
            user=by, name=name, scopes=sorted(scopes), prefix=secret[:12], digest=digest(secret), expires_at=expires_at
        )
        record(by, "token_issued", by, says=f"Token “{name}” issued.", after={"scopes": scopes, "prefix": token.prefix})
        return token, secret


class ApiToken(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=8))
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenManager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @transaction.atomic
    def revoke(self, *, by: User) -> None:
        if by.pk != self.user_id:
            by.must("people.manage")
        if self.revoked_at:
            raise Refused(f"Token “{self.name}” is revoked already.")
        self.revoked_at = now()
        self.save(update_fields=["revoked_at"])
        record(by, "token_revoked", self.user, says=f"Token “{self.name}” revoked.")


class KeptReply(models.Model):
    """What the API answered to a POST with an Idempotency-Key, so that a repeat gets the same answer for 24 hours."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is still at work
    body = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kept_reply_once")]
        indexes = [models.Index(fields=["at"], name="kept_reply_at")]

    def __str__(self) -> str:
        return self.key


def digest(secret: str) -> str:
    """How a token is kept: the SHA-256 of 256 random bits needs no salt."""
    return sha256(secret.encode()).hexdigest()
