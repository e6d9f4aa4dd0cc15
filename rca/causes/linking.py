"""A complaint comes to its cause, or leaves it: the roster follows, and a cause that was fixed has come back."""

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.acts import CauseClosure, CauseLink, Recurrence
from rca.causes.learning import learn, unlearn
from rca.causes.roster import Affected
from rca.complaints.models import Complaint
from rca.lib.refused import Refused, once
from rca.lib.text import count

if TYPE_CHECKING:
    from rca.causes.models import Cause


def link(cause: "Cause", by: User, complaint: Complaint, at: datetime) -> CauseLink:
    """1. The link. 2. Its words, to know the next one by. 3. Its account on the roster. 4. What it says of the fix."""
    if complaint.state == Complaint.State.MERGED:
        into = complaint.merge.into
        raise Refused(f"{complaint.ref} was merged into {into.ref}: link that one.",
                      steps=[(f"Open {into.ref}", into.get_absolute_url())])  # fmt: skip
    with once(f"{complaint.ref} is linked to {cause.ref} already."):
        fact = CauseLink.objects.create(cause=cause, complaint=complaint, by=by, at=at)
    record(by, "linked", cause, says=f"{complaint.ref} of {complaint.account.name} came from this.",
           about=[complaint, complaint.account], at=at)  # fmt: skip
    learn(cause.pk, [complaint.pk])
    row = _complained(cause, by, complaint, at)
    fixed = cause.fixed_at
    if fixed and complaint.received_at >= fixed and cause.state in ("watched", "closed", "recurring"):
        _came_back(cause, by, complaint, at)
    elif cause.state == cause.State.CLOSED and row.standing == "untold":
        _one_more_to_tell(cause, by, complaint, at)
    return fact


def unlink(cause: "Cause", by: User, complaint: Complaint, at: datetime) -> None:
    """Takes the link back, with the roster row and the recurrence that came only of it."""
    if not CauseLink.objects.filter(cause=cause, complaint=complaint).delete()[0]:
        raise Refused(f"{complaint.ref} is not linked to {cause.ref}.")
    record(by, "unlinked", cause, says=f"{complaint.ref} did not come from this.",
           about=[complaint, complaint.account], at=at)  # fmt: skip
    unlearn(cause.pk, [complaint.pk])
    row = Affected.objects.filter(cause=cause, account=complaint.account, how=Affected.How.COMPLAINED).first()
    others = CauseLink.objects.filter(cause=cause, complaint__account=complaint.account)
    if row and not others.exists() and not row.written_to:
        _no_longer_complains(row)
    Recurrence.objects.filter(cause=cause, complaint=complaint).delete()
    if cause.state == cause.State.RECURRING:
        cause.follow_fixes()


def _complained(cause: "Cause", by: User, complaint: Complaint, at: datetime) -> Affected:
    """The account's row; a silent one that now speaks keeps what the rule or the person had noted."""
    row, new = Affected.objects.get_or_create(
        cause=cause, account=complaint.account, defaults={"how": Affected.How.COMPLAINED, "by": by, "at": at}
    )
    if not new and row.how != Affected.How.COMPLAINED:
        row.how = Affected.How.COMPLAINED
        Affected.objects.filter(pk=row.pk).update(how=row.how)
    return row


def _no_longer_complains(row: Affected) -> None:
    """Back to how it was found before they complained; gone when their complaint was all there was."""
    before = Affected.How.RULE if row.rule_id else Affected.How.HAND if row.why else None
    if before:
        Affected.objects.filter(pk=row.pk).update(how=before)
    else:
        row.delete()


def _came_back(cause: "Cause", by: User, complaint: Complaint, at: datetime) -> None:
    fact = Recurrence.objects.create(cause=cause, complaint=complaint, at=at)
    told = cause.affected.told().values_list("account_id", flat=True)
    fact.told.set(told)
    CauseClosure.objects.filter(cause=cause).delete()
    before = cause.swap(version=None, labels={}, state=cause.State.RECURRING)
    heard = count(len(told), "account")
    says = f"It came back with {complaint.ref}. {heard.capitalize()} had been told that it was fixed."
    record(by, "recurred", cause, says=says, about=[complaint, complaint.account], at=at,
           before=before, after={"state": cause.State.RECURRING, "told": len(told)})  # fmt: skip


def _one_more_to_tell(cause: "Cause", by: User, complaint: Complaint, at: datetime) -> None:
    """An older complaint of a closed cause: nothing came back, but somebody has still to hear."""
    CauseClosure.objects.filter(cause=cause).delete()
    before = cause.swap(version=None, labels={}, state=cause.State.WATCHED)
    says = f"Open again: {complaint.account.name} complained before the fix and has not been told."
    record(by, "reopened", cause, says=says, about=[complaint], before=before, at=at,
           after={"state": cause.State.WATCHED})  # fmt: skip
