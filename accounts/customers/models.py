"""Who buys: an account, whatever it is called in each export, and who of ours looks after it."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Collate, Lower

from accounts.audit.models import record
from accounts.customers.contacts import Channel, Contact, Preference
from accounts.customers.history import Purchase, Touch
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet, OneOf
from rca.lib.text import clean


class AccountQuerySet(HouseQuerySet["Account"]):
    def customers(self) -> "AccountQuerySet":
        return self.filter(kind=Account.Kind.CUSTOMER)

    def matching(self, text: str) -> "AccountQuerySet":
        """Accounts whose name, alias, e-mail, phone or reference is this text; those that begin with it first."""
        text = clean(text).lower()[:200]
        if not text:
            return self.none()
        # One or two letters mean the first ones: an index finds beginnings, but no such short parts.
        how = "contains" if len(text) > 2 else "startswith"
        by_name = Account.objects.filter(**{f"folded__{how}": text}).values("pk")
        by_alias = Alias.objects.filter(**{f"folded__{how}": text}).values("account")
        found = [by_alias, *(rows.values("account") for rows in Contact.objects.reached_by(text))]
        if ref := re.fullmatch(r"a-?([0-9]{1,18})", text):
            found.append(Account.objects.filter(pk=int(ref[1])).values("pk"))
        starts = models.Case(models.When(folded__startswith=text, then=0), default=1)
        return self.filter(pk__in=by_name.union(*found)).order_by(starts, "folded", "pk")

    def spelled_like(self, text: str) -> "AccountQuerySet":
        """Accounts whose name, or a part of it, is spelled nearly so; the nearest first."""
        folded = clean(text).lower()[:200]
        near = Q(folded__trigram_similar=folded) | Q(folded__trigram_word_similar=folded)
        return self.filter(near).order_by(
            TrigramSimilarity("folded", folded).desc(), TrigramWordSimilarity(folded, "folded").desc(), "pk"
        )

    def named(self, name: str) -> "Account | None":
        """The one account with exactly this name or alias, however it is capitalised."""
        folded = clean(name).lower()
        found = list(self.filter(Q(folded=folded) | Q(aliases__folded=folded)).distinct()[:2])
        return found[0] if len(found) == 1 else None


class AccountManager(models.Manager["Account"].from_queryset(AccountQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def open(self, *, by: User, name: str, at: datetime | None = None, **facts: Any) -> "Account":
        """Opens an account under a name that no other account or alias has."""
        by.must("accounts.open")
        name = clean(name)
        if not name:
            raise Refused("An account needs a name.")
        _check(facts)
        # Two people opening the same account at once follow one another, so that the second finds the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"account {name.lower()}"])
        _free(name)
        with once(f"There is an account with that number from {facts.get('source') or 'this source'} already."):
            account: Account = self.create(name=name, opened_at=at or now(), **facts)
        record(by, "opened", account, says="Account opened.", after={"name": name, **facts}, at=at)
        return account


class Account(Referred, Editable):
    LETTER, PAGE = "A", "customers:detail"

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "customer"
        PROSPECT = "prospect", "prospect"

    class State(models.TextChoices):
        ACTIVE = "active", "active"
        LEAVING = "leaving", "leaving"
        LOST = "lost", "lost"
        WON_BACK = "won_back", "won back"
        LET_GO = "let_go", "let go"

    class Profile(models.TextChoices):
        COLLECTOR = "collector", "collector"
        DASHER = "dasher", "dasher"
        GUESSER = "guesser", "guesser"
        SATISFIED = "satisfied", "satisfied"

    name = models.CharField(max_length=200)
    folded = models.GeneratedField(
        expression=Lower("name"), output_field=models.CharField(max_length=200), db_persist=True
    )
    kind = OneOf(Kind, default=Kind.CUSTOMER)
    state = OneOf(State, default=State.ACTIVE)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="owned_accounts")
    yearly_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # null is unknown
    time_zone = models.CharField(max_length=64, blank=True)  # blank is the house's
    profile = OneOf(Profile, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    customer_since = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()

    objects = AccountManager()
    met: Contact | None = None  # whom it was found by, where somebody searched for an account

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="account_source_once"
            ),
            models.CheckConstraint(condition=Q(yearly_value=None) | Q(yearly_value__gte=0), name="account_value_sane"),
        ]
        indexes = [
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="account_name_parts"),
            models.Index(fields=["folded", "id"], name="account_by_name"),
            models.Index(Collate("folded", "C"), name="account_beginning"),
            models.Index(fields=["owner", "folded"], name="account_by_owner"),
            models.Index(fields=["state", "folded"], name="account_by_state"),
            models.Index(F("yearly_value").desc(nulls_last=True), "id", name="account_by_value"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def contact(self) -> "Contact | None":
        """The person we reach first: the oldest contact who has not moved on."""
        return next((one for one in self.contacts.all() if one.moved_on_at is None), None)

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Changes name, segment, region, zone, value, profile or external facts; refuses a stale version."""
        by.must("accounts.edit")
        if "name" in changes:
            changes["name"] = clean(changes["name"])
            if not changes["name"]:
                raise Refused("An account needs a name.")
            _free(changes["name"], but=self)
        _check(changes)
        before = self.swap(version=version, labels={"yearly_value": "value a year"}, **changes)
        if before:
            after = {name: changes[name] for name in before}
            fields = ", ".join(sorted(name.replace("_", " ") for name in before))
            record(by, "amended", self, says=f"Details changed: {fields}.", before=before, after=after, at=at)

    @transaction.atomic
    def assign(self, *, by: User, owner: User | None, at: datetime | None = None) -> None:
        """Names the one person who looks after this account, the top resource."""
        by.must("accounts.assign")
        before = self.swap(version=None, labels={}, owner=owner)
        if before:
            says = f"{owner.name} looks after this account." if owner else "Nobody looks after this account."
            record(by, "assigned", self, says=says, before=before, after={"owner": owner}, at=at)

    @transaction.atomic
    def call_also(self, *, by: User, name: str, at: datetime | None = None) -> "Alias":
        """Another spelling of the name, so that the next import finds this account."""
        by.must("accounts.edit")
        name = clean(name)
        if not name:
            raise Refused("Write the other spelling.")
        _free(name)
        with once(f"{name} is another account’s spelling already."):
            alias = Alias.objects.create(account=self, name=name)
        record(by, "aliased", self, says=f"Also spelled {name}.", at=at)
        return alias


class Alias(models.Model):
    account = models.ForeignKey(Account, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    folded = models.GeneratedField(
        expression=Lower("name"), output_field=models.CharField(max_length=200), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="alias_once")]
        indexes = [
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="alias_name_parts"),
            models.Index(Collate("folded", "C"), name="alias_beginning"),
        ]

    def __str__(self) -> str:
        return self.name


def _free(name: str, but: Account | None = None) -> None:
    """Refuses a name that an account bears, or is also called by."""
    folded = name.lower()
    found = Account.objects.filter(Q(folded=folded) | Q(aliases__folded=folded)).distinct()
    taken = (found.exclude(pk=but.pk) if but else found).first()
    if taken:
        also = "" if taken.folded == folded else f", which is also called {name}"
        raise Refused(f"There is an account named {taken.name} already{also}.",
                      steps=[(f"Open {taken.ref}", taken.get_absolute_url())])  # fmt: skip


def _check(facts: dict[str, Any]) -> None:
    zone = facts.get("time_zone")
    if zone and zone not in available_timezones():
        raise Refused(f"“{zone}” is no time zone: write it as continent and city, like America/New_York.")
    if (facts.get("yearly_value") or 0) < 0:
        raise Refused("A value a year is nothing or more; leave it empty while it is not known.")


__all__ = ["Account", "Alias", "Channel", "Contact", "Preference", "Purchase", "Touch"]
