"""Which sessions there are, and what a row of their list shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from accounts.people.models import User
from rca.lib.paging import keyset
from rca.lib.rows import HouseQuerySet
from rca.whys.guests import Participant
from rca.whys.spending import cost
from rca.whys.tree import meter
from rca.whys.why import Why

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys


class FiveWhysQuerySet(HouseQuerySet["FiveWhys"]):
    def planned(self) -> "FiveWhysQuerySet":
        return self.filter(state=self.model.State.PLANNED)

    def live(self) -> "FiveWhysQuerySet":
        return self.filter(state__in=[self.model.State.RUNNING, self.model.State.REOPENED])

    def running(self) -> "FiveWhysQuerySet":
        return self.live().filter(paused_at=None)

    def parked(self) -> "FiveWhysQuerySet":
        """Stopped at a why until something is known."""
        return self.live().exclude(paused_at=None)

    def reopened(self) -> "FiveWhysQuerySet":
        return self.filter(state=self.model.State.REOPENED)

    def concluded(self) -> "FiveWhysQuerySet":
        return self.filter(state=self.model.State.CONCLUDED)

    def called_off(self) -> "FiveWhysQuerySet":
        return self.filter(state=self.model.State.CALLED_OFF)

    def saying(self, text: str) -> "FiveWhysQuerySet":
        """Sessions in whose problem, or in one of whose whys, this stands; both through the index on their words."""
        query = SearchQuery(text, config="english", search_type="websearch")
        asked = self.model.objects.annotate(said=SearchVector("problem", config="english")).filter(said=query)
        inside = Why.objects.answered().saying(text).values("session")
        return self.filter(pk__in=asked.values("pk").union(inside))

    def around(self, moment: datetime, days: int = 7) -> "FiveWhysQuerySet":
        """Planned in the week around that moment, and held."""
        width = timedelta(days=days) / 2
        rows = self.exclude(state=self.model.State.CALLED_OFF)
        return rows.filter(planned_at__gte=moment - width, planned_at__lt=moment + width)

    def of(self, person: User) -> "FiveWhysQuerySet":
        """Sessions that this person leads or sits in."""
        sits = Participant.objects.filter(person=person).values("session")
        return self.filter(Q(facilitator=person) | Q(pk__in=sits))

    def for_list(self) -> "FiveWhysQuerySet":
        """With everything that a row of the list shows, in a fixed number of queries."""
        whys = Why.objects.select_related("root__cause")
        names = (models.Prefetch("whys", whys), "participants__person", "session_complaints__complaint")
        people = ("facilitator", "concluded_by", "calling_off__by")
        return self.select_related(*people).prefetch_related(*names, "invitations")


Sifted = Callable[[FiveWhysQuerySet, User], FiveWhysQuerySet]
SHOWN: dict[str, tuple[str, Sifted]] = {
    "now": ("Now and next", lambda rows, user: rows.live()),
    "mine": ("Mine", lambda rows, user: rows.of(user)),
    "concluded": ("Concluded", lambda rows, user: rows.concluded()),
    "reopened": ("Reopened", lambda rows, user: rows.reopened()),
    "called-off": ("Called off", lambda rows, user: rows.called_off()),
    "library": ("Library", lambda rows, user: rows),
}


class Row:
    """One session as a list shows it; the tree is read once, from what is in hand."""

    def __init__(self, session: "FiveWhys") -> None:
        self.session = session
        self.whys = sorted(session.whys.all(), key=lambda why: why.pk)
        standing = [why for why in self.whys if why.state != Why.State.STRUCK]
        answered = [why for why in standing if why.state != Why.State.OPEN]
        self.open = next((why for why in reversed(standing) if why.state == Why.State.OPEN), None)
        self.last = max(answered, key=lambda why: (why.depth, why.pk), default=None)
        depth = max((why.depth for why in answered), default=0)
        self.meter = meter(depth, self.open.depth if self.open and session.is_live and self.open.depth > depth else 0)
        self.roots = [why.root for why in self.whys if hasattr(why, "root")]
        self.early = next((root.early_reason for root in self.roots if root.early_reason), "")
        self.complaints = [link.complaint for link in session.session_complaints.all()]
        self.guests = list(session.participants.all())
        self.cost = cost(session)
        last = {one.email: one for one in session.invitations.all()}
        self.invited = [(guest, last.get(guest.address)) for guest in self.guests]

    @property
    def to_tell(self) -> list[str]:
        """Who was not invited by mail, since nobody knows an address of theirs: somebody has to tell them."""
        return [guest.name for guest in self.guests if not guest.address]

    @property
    def doubts(self) -> list[str]:
        """Invitations that did not go, or of which nobody knows: name, and what became of it."""
        found = [(guest, one) for guest, one in self.invited if one and one.state in ("failed", "claimed")]
        return [f"{guest.name}: {one.says}" for guest, one in found]


def shown(rows: FiveWhysQuerySet, show: str, user: User, params: QueryDict, near: int) -> dict[str, Any]:
    """The rows of the tab that is asked for: grouped for what is going on, paged for everything else."""
    show = show if show in SHOWN else "now"
    if show != "now":
        found = keyset(SHOWN[show][1](rows, user).for_list(), params, by="planned_at", size=30)
        return {"show": show, "page": found, "rows": [Row(session) for session in found.rows]}
    groups = {
        "running": (rows.running().order_by("-started_at", "-id"), "started_at"),
        "planned": (rows.planned().order_by(models.F("slot_from").asc(nulls_last=True), "-id"), "slot_from"),
        "parked": (rows.parked().order_by("-paused_at"), "paused_at"),
        "concluded": (rows.concluded().order_by("-concluded_at", "-id"), "concluded_at"),
    }
    picked = [
        group.annotate(kind=models.Value(name)).values_list("kind", "pk")[: near + 1]
        for name, (group, _) in groups.items()
    ]
    kinds = {pk: kind for kind, pk in picked[0].union(*picked[1:], all=True)}
    # One list for all groups: the whys, guests and complaints of every row come in one query each.
    found_in: dict[str, list[Row]] = {name: [] for name in groups}
    for session in rows.filter(pk__in=kinds).for_list():
        found_in[kinds[session.pk]].append(Row(session))
    for name, (_, when) in groups.items():
        far = datetime.max.replace(tzinfo=UTC)
        found_in[name].sort(key=lambda row, when=when: getattr(row.session, when) or far, reverse=name != "planned")  # type: ignore[misc]
    counts = {name: f"{near}+" if len(found) > near else str(len(found)) for name, found in found_in.items()}
    return {"show": show, "counts": counts, **{name: found[:near] for name, found in found_in.items()}}
