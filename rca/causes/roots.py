"""How a root cause begins: a why passes the stop test, and what hangs on its session comes with it."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.acts import Root
from rca.causes.figures import CauseQuerySet
from rca.causes.learning import reread
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.said import day
from rca.lib.text import clean, first_line
from rca.whys.models import FiveWhys, Why
from rca.whys.stopping import FLOOR, cannot_be_root

if TYPE_CHECKING:
    from rca.causes.models import Cause

TITLE_LIMIT = 200
REVIEW_AFTER = timedelta(days=14)


class CauseManager(models.Manager["Cause"].from_queryset(CauseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def mark_root(
        self,
        *,
        by: User,
        why: Why,
        title: str = "",
        family: str = "",
        cause: "Cause | None" = None,
        would_have_happened: bool,
        stays_away: bool,
        reads_back: bool,
        early_reason: str = "",
        owner: User | None = None,
        next_review: date | None = None,
        at: datetime | None = None,
    ) -> "Cause":
        """Ends the asking at this why: opens the cause it names, or joins it to one that is known already.

        1. The stop test must hold. 2. Every complaint of the session is linked, and with each its account comes on
        the roster. 3. Fixes that were proposed on the way down belong to the cause from now on.
        """
        by.must("causes.mark")
        test = {"would_have_happened": would_have_happened, "stays_away": stays_away, "reads_back": reads_back}
        chain = marked(why, early_reason=early_reason, **test)
        at = at or now()
        known = cause is not None
        if cause is None:
            cause = self._open(by, why, title, family, owner, next_review, at)
        cause.hold()
        cause.must_be_one()
        with once("This why is marked as the root of a cause already."):
            Root.objects.create(
                why=why, cause=cause, by=by, at=at, depth=len(chain), early_reason=clean(early_reason), **test
            )
        says = f"{why.session.ref} ends here too, at why {len(chain)}."
        says = says if known else f"Marked as root cause at why {len(chain)} of {why.session.ref}."
        record(by, "marked", cause, says=says, words=clean(early_reason), about=[why.session], after=test, at=at)
        _bring(chain, cause, by, at)
        reread([cause.pk])
        return cause

    def _open(
        self, by: User, why: Why, title: str, family: str, owner: User | None, on: date | None, at: datetime
    ) -> "Cause":
        title = titled(clean(title) or first_line(why.answer, TITLE_LIMIT - 2))
        on = on or timezone.localdate(at) + REVIEW_AFTER
        must_be_ahead(on, at)
        return self.create(  # type: ignore[no-any-return]
            title=title, family=family, owner=owner or why.session.facilitator, next_review=on, opened_at=at,
            opened_by=by,
        )  # fmt: skip


def _bring(chain: list[Why], cause: "Cause", by: User, at: datetime) -> None:
    """What hangs on the session comes with the root: its complaints, and the fixes proposed on the way down."""
    linked = set(cause.links.values_list("complaint_id", flat=True))
    for complaint in _standing(chain[-1].session):
        if complaint.pk not in linked:
            cause.link(by=by, complaint=complaint, at=at)
    cause.must_be_open("mark a root of it")
    adopted = sum(one.fixes.filter(cause=None).update(cause=cause) for one in chain)
    if adopted:
        cause.follow_fixes()


def _standing(session: FiveWhys) -> list[Complaint]:
    """The session's complaints, each once; one that was merged stands for the one it went into."""
    found = {}
    for complaint in session.complaints.select_related("account").order_by("pk"):
        while complaint.state == Complaint.State.MERGED:
            complaint = complaint.merge.into
        found[complaint.pk] = complaint
    return list(found.values())


def marked(why: Why, *, early_reason: str, **test: bool) -> list[Why]:
    """The chain of a why that passes the stop test; refuses every other, saying which question is open."""
    if hasattr(why, "root"):
        raise Refused(f"This why is marked as the root of R-{why.root.cause_id} already.",
                      steps=[(f"Open R-{why.root.cause_id}", why.root.cause.get_absolute_url())])  # fmt: skip
    chain = why.chain()
    missing = _missing(chain, early_reason, **test)
    if missing:
        raise Refused(missing, steps=[("Back to the session", why.session.get_absolute_url())])
    return chain


def _missing(
    chain: list[Why], early_reason: str, *, would_have_happened: bool, stays_away: bool, reads_back: bool
) -> str:
    """The first line of the stop test that does not hold, or nothing."""
    if missing := cannot_be_root(chain):
        return f"{missing} A root stands on an unbroken chain."
    if len(chain) < FLOOR and not clean(early_reason):
        return f"This is why {len(chain)}, and five is the floor: ask on, or say why you stop early."
    if would_have_happened:
        return "Without it, it would have happened all the same: then it is not the root. Ask why again."
    if not stays_away:
        return "Mended, it would still come back: then the root lies deeper. Ask why again."
    if not reads_back:
        return "The chain does not hold when it is read back with “therefore”: mend the step that breaks."
    return ""


def must_be_ahead(on: date, at: datetime) -> None:
    if on < timezone.localdate(at):
        raise Refused(f"{day(on)} is over: the next review is today or later.")


def titled(text: str) -> str:
    """A cause's title: one line, never empty."""
    title = clean(text)
    if not title:
        raise Refused("A cause needs a title: say in one line what was behind it.")
    if len(title) > TITLE_LIMIT:
        raise Refused(f"The title is {len(title)} characters long; {TITLE_LIMIT} is the most. Say it shorter.")
    return title
