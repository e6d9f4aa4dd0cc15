"""What a person answers to “have we met this before?”: these causes, or none of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.learning import amended
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import number
from rca.lib.refused import Refused, once
from rca.lib.text import listed

if TYPE_CHECKING:
    from rca.causes.acts import CauseLink  # noqa: F401 (named in the class below)
    from rca.causes.models import Cause

NONE = "none"
MOST = 20  # causes chosen or offered at once; the prompt offers three


class NoneOfThese(models.Model):
    """Somebody looked at the causes that were offered and said that none of them is behind this complaint."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="none_of_these")
    offered = models.ManyToManyField("rca.Cause", related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"none of those offered for C-{self.complaint_id}"


class CauseLinkManager(models.Manager["CauseLink"]):
    instance: Complaint  # the complaint whose `cause_links` this is

    @transaction.atomic
    def choose(self, *, by: User, chosen: list[str], offered: str = "", at: datetime | None = None) -> list["Cause"]:
        """Links this complaint to every cause that was chosen; “none” keeps that none of those offered was it."""
        by.must("causes.link")
        at = at or now()
        refs = list(dict.fromkeys(one.strip() for one in chosen if one.strip()))
        if len(refs) > MOST:
            raise Refused(f"{len(refs)} causes at once are too many: choose the one or two that were behind this.")
        if refs == [NONE]:
            self._reject(by, offered, at)
            return []
        causes = [self._one(by, ref) for ref in refs if ref != NONE]  # a cause that was chosen says more than “none”
        for cause in causes:
            cause.link(by=by, complaint=self.instance, at=at)
        return causes

    def amended(self, before: Mapping[str, Any]) -> None:
        """This complaint says something else than `before`: what its causes have learnt of it follows at once."""
        said = {name: before[name] for name in ("words", "product") if name in before}
        if said:
            amended(self.instance.pk, said)

    def _one(self, by: User, ref: str) -> "Cause":
        found: Cause | None = self._causes(by).filter(pk=number("R", ref)).first()
        if found is None:
            raise Refused(f"There is no cause {ref[:20]}: choose one of those offered, or none.")
        return found

    def _reject(self, by: User, offered: str, at: datetime) -> None:
        refs = list(dict.fromkeys(offered.split()))[:MOST]
        causes = list(self._causes(by).filter(pk__in=[number("R", ref) for ref in refs]).order_by("pk"))
        if not causes:
            raise Refused("Nothing was offered, so there is nothing to say no to: leave it out.")
        complaint = self.instance
        with once(f"Somebody has said already that none of those offered was behind {complaint.ref}."):
            fact = NoneOfThese.objects.create(complaint=complaint, by=by, at=at)
        fact.offered.set(causes)
        said = listed([cause.ref for cause in causes], MOST)
        record(by, "none_of_these", complaint, says=f"Not what was behind {said}.", about=causes,
               after={"offered": [cause.ref for cause in causes]}, at=at)  # fmt: skip

    def _causes(self, by: User) -> Any:
        cause: Any = self.model._meta.get_field("cause").related_model
        return cause.objects.visible_to(by)
