"""Saved views: a filtered list with a name, one's own or shared with a role; its address is its meaning."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from accounts.people.roles import RANK, Role
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet, OneOf, Reader
from rca.lib.text import clean

SHOWN, MOST = 20, 50  # beside the tabs of one list; of one's own on one list
TURNED = ("older", "newer")  # where one stood in the list is no part of a view

# The lists that can be saved, each with what checks its address: a room names its own with `saved_as`.
LISTS: dict[str, Any] = {}
Filter = TypeVar("Filter", bound=type[Any])


def saved_as(page: str) -> Any:
    """Says that this filter's list can be saved as a view, under the name of its room."""

    def wrap(filter_: Filter) -> Filter:
        LISTS[page] = filter_
        return filter_

    return wrap


def read_query(page: str, query: str, by: User) -> str:
    """The part of an address that its list understands, in one order; refuses what it would not show anyway."""
    if page not in LISTS:
        raise Refused("There is no such list: a view is saved from the list that it shows.")
    given = QueryDict(clean(query).lstrip("?")[:2000], mutable=True)
    known = {name: value for name, value in sorted(given.items()) if name in LISTS[page].base_filters and value}
    params = QueryDict(mutable=True)
    params.update({name: str(value) for name, value in known.items()})
    filter_ = LISTS[page](params, LISTS[page]._meta.model.objects.none(), request=_Asker(by))
    if not filter_.form.is_valid():
        name, errors = next(iter(filter_.form.errors.items()))
        raise Refused(f"This view cannot be kept: {filter_.form.fields[name].label.lower()}: {errors[0]}")
    if len(params.urlencode()) > 1000:
        raise Refused("This view is too long to keep: take a filter away.")
    return params.urlencode()


class _Asker:
    """As much of a request as a filter asks for: whose it is."""

    def __init__(self, user: User) -> None:
        self.user = user


class SavedViewQuerySet(HouseQuerySet["SavedView"]):
    def visible_to(self, user: Reader) -> "SavedViewQuerySet":
        """One's own, and what is shared with one's role or a lower one."""
        if not isinstance(user, User) or not user.may("read"):
            return self.none()
        mine = [role for role, rank in RANK.items() if 0 < rank <= RANK[Role(user.role)]]
        return self.filter(Q(owner=user) | Q(shared_role__in=mine))

    def beside(self, page: str) -> "SavedViewQuerySet":
        """Those of one list, by name, as many as stand beside its tabs."""
        return self.filter(page=page).order_by("name", "pk")[:SHOWN]


class SavedViewManager(models.Manager["SavedView"].from_queryset(SavedViewQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, *, by: User, page: str, name: str, query: str, at: datetime | None = None) -> "SavedView":
        """Saves how a list is filtered now, under a name of one's own."""
        by.must("read")
        query, name = read_query(page, query, by), _named(name)
        if by.views.filter(page=page).count() >= MOST:
            raise Refused(f"You have {MOST} views of this list: forget one first.")
        with once(f"You have a view called “{name}” already."):
            view: SavedView = self.create(owner=by, page=page, name=name, query=query)
        record(by, "view_kept", by, says=f"View “{name}” kept.", after={"page": page, "query": query}, at=at)
        return view


class SavedView(Referred):
    """A filtered list with a name: its address is its meaning."""

    LETTER, PAGE = "V", ""  # its page is the list that it filters

    owner = models.ForeignKey(User, models.CASCADE, related_name="views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    shared_role = OneOf(Role, blank=True)

    objects = SavedViewManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]
        indexes = [models.Index(fields=["page", "shared_role"], name="saved_view_shared")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse(f'{self.page}:index')}?{self.query}"

    @property
    def params(self) -> QueryDict:
        return QueryDict(self.query)

    @property
    def shared_with(self) -> str:
        """“agents and above”, or nothing while it is one's own."""
        return {"viewer": "everybody", "admin": "admins"}.get(
            self.shared_role, f"{self.get_shared_role_display()}s and above" if self.shared_role else ""
        )

    @transaction.atomic
    def rename(self, *, by: User, name: str, at: datetime | None = None) -> None:
        self._must_be_of(by)
        before, self.name = self.name, _named(name)
        with once(f"You have a view called “{self.name}” already."):
            SavedView.objects.filter(pk=self.pk).update(name=self.name)
        record(by, "view_renamed", by, says=f"View “{before}” is now called “{self.name}”.",
               before={"name": before}, after={"name": self.name}, at=at)  # fmt: skip

    @transaction.atomic
    def share(self, *, by: User, role: str, at: datetime | None = None) -> None:
        """Shows it to everybody of that role, and to those above."""
        by.must("views.share")
        self._must_be_of(by)
        if RANK[Role(role)] < 1:
            raise Refused("A view is shared with people: choose their role.")
        self._set_role(role)
        record(by, "view_shared", by, says=f"View “{self.name}” is shared with {self.shared_with}.", at=at)

    @transaction.atomic
    def unshare(self, *, by: User, at: datetime | None = None) -> None:
        """Keeps it to oneself again."""
        self._must_be_of(by)
        if not self.shared_role:
            raise Refused(f"“{self.name}” is not shared.")
        self._set_role("")
        record(by, "view_unshared", by, says=f"View “{self.name}” is no longer shared.", at=at)

    @transaction.atomic
    def forget(self, *, by: User, at: datetime | None = None) -> None:
        self._must_be_of(by)
        SavedView.objects.filter(pk=self.pk).delete()
        record(by, "view_forgotten", by, says=f"View “{self.name}” forgotten.", before={"query": self.query}, at=at)

    def _must_be_of(self, by: User) -> None:
        by.must("read")
        if self.owner_id != by.pk:
            raise Refused(f"“{self.name}” is {self.owner.name}’s view: keep one of your own instead.")

    def _set_role(self, role: str) -> None:
        self.shared_role = role
        SavedView.objects.filter(pk=self.pk).update(shared_role=role)


def _named(name: str) -> str:
    name = clean(name)
    if not name:
        raise Refused("Give the view a name, such as “Price, no cause yet”.")
    if len(name) > 60:
        raise Refused(f"The name is {len(name)} characters long; 60 is the most.")
    return name
