"""A file taken out again: its complaints with their touches, the contacts and accounts that are here for nothing else.

What somebody has worked on since stays and is named: any later act in the ledger, a link, a promise, a session, a mail.
What the file only changed gets its former values back, where nobody has changed them since. The ledger keeps it all.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from time import monotonic
from typing import Any

from django.db import models, transaction

from accounts.audit.models import Entry, record
from accounts.customers.contacts import Contact, Preference
from accounts.customers.history import Touch
from accounts.customers.models import Account
from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.imports.models import Conflict, Doubt, Import, Opened
from rca.lib.clock import now
from rca.lib.text import count, listed

CHUNK = 1000
NAMED = 20  # complaints that stay and are named one by one
OURS = {Closure, Conflict, Opened, Doubt, Preference}  # rows that an import makes itself

Progress = Callable[[Import, float], None]


def undo(batch: Import, *, by: User, until: float | None = None, progress: Progress | None = None) -> bool:
    """Goes on taking out, a chunk at a time; says whether there is more to do. The cursor is the last complaint."""
    for done in _chunks(batch, by):
        if progress:
            progress(batch, done)
        if until and monotonic() > until:
            return True
    _finish(batch, by)
    return False


def _chunks(batch: Import, by: User) -> Iterator[float]:
    taken, most = 0, max(batch.created, 1)
    while pks := list(batch.complaints.filter(pk__gt=batch.cursor).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            _take_out(pks)
            batch.cursor, batch.moved_at = pks[-1], now()
            batch.save(update_fields=["cursor", "moved_at"])
        taken += len(pks)
        yield min(taken / most, 1)


def _take_out(pks: list[int]) -> None:
    # Held, so that nobody begins to work on one of them while it goes.
    rows = list(Complaint.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    staying = touched(one.pk for one in rows)
    going = [one for one in rows if one.pk not in staying]
    refs = [one.ref for one in going]
    Touch.objects.filter(account__in={one.account_id for one in going}, about__in=refs).delete()
    Complaint.objects.filter(pk__in=[one.pk for one in going]).delete()


def touched(pks: Iterable[int]) -> set[int]:
    """Those of these complaints that somebody has done something about since."""
    pks = list(pks)
    refs = {f"C-{pk}": pk for pk in pks}
    acts = Entry.objects.filter(about__overlap=list(refs)).exclude(door="import")
    found = {refs[ref] for about in acts.values_list("about", flat=True) for ref in about if ref in refs}
    return found | _used(Complaint, pks)


def _used(model: type[models.Model], pks: Iterable[int]) -> set[int]:
    """Those that a row of any other table points to."""
    left, found = set(pks), set[int]()
    for relation, rows in _pointing(model):
        pointing = rows.filter(**{f"{relation.field.name}__in": left})
        found |= set(pointing.values_list(relation.field.attname, flat=True).distinct())
    return found


def _pointing(model: type[models.Model]) -> Iterator[tuple[Any, Any]]:
    """The rows of every room that point to such a row, later rooms too, apart from what an import makes itself."""
    for relation in model._meta.related_objects:
        if relation.related_model not in OURS and not relation.many_to_many:
            assert isinstance(relation.related_model, type)
            yield relation, relation.related_model._base_manager.all()


def _finish(batch: Import, by: User) -> None:
    """After the complaints: former values, contacts and accounts that nothing else uses, and the last word."""
    with transaction.atomic():
        restored = _restore(batch, by)
        contacts = _drop_contacts(batch)
        accounts = _drop_accounts(batch)
        stayed = list(batch.complaints.order_by("pk").values_list("pk", flat=True))
        batch.state, batch.ended_at = Import.State.UNDONE, now()
        batch.save(update_fields=["state", "ended_at"])
        batch.parts.all().delete()
        gone = batch.created - len(stayed)
        says = f"{batch.name} taken out: {count(gone, 'complaint')}, {count(accounts, 'account')}"
        says += f" and {count(contacts, 'contact')}; {count(restored, 'former value')} put back."
        if stayed:
            says += f" {listed([f'C-{pk}' for pk in stayed], NAMED)} stayed: somebody has worked on them."
        record(by, "undone", batch, says=says, after={"stayed": spans(stayed)})


def _restore(batch: Import, by: User) -> int:
    """What the file changed of complaints that were here before, where nobody has changed it since."""
    restored = 0
    for entry in Entry.objects.filter(about__contains=[batch.ref], act="amended", door="import").order_by("-id"):
        one = Complaint.objects.filter(pk=int(entry.ref[2:])).exclude(batch=batch).select_for_update().first()
        if one is None:
            continue
        back = {
            name: value
            for name, value in entry.before.items()
            if name != "outcome" and getattr(one, name) == entry.after[name]
        }
        if "outcome" in entry.after and one.state == "closed":
            closed = Closure.objects.filter(complaint=one, outcome=entry.after["outcome"])
            if not Entry.objects.filter(about__contains=[one.ref], id__gt=entry.pk, act="closed").exists():
                back |= {"state": "open"} if closed.delete()[0] else {}
        if not back:
            continue
        before = one.swap(version=None, labels={}, **back)
        one.cause_links.amended(before)
        record(by, "amended", one, says=f"Put back as it was before {batch.ref}: {', '.join(sorted(before))}.",
               before=before, after=back)  # fmt: skip
        restored += len(before)
    return restored


def _drop_contacts(batch: Import) -> int:
    pks = set(batch.opened.exclude(contact=None).values_list("contact_id", flat=True))
    going = pks - _used(Contact, pks)
    return _delete(Contact.objects.filter(pk__in=going))


def _drop_accounts(batch: Import) -> int:
    pks = set(batch.opened.exclude(account=None).values_list("account_id", flat=True))
    going = pks - _used(Account, pks)
    refs = {f"A-{pk}": pk for pk in going}
    for part in batched(list(refs), CHUNK):
        acts = Entry.objects.filter(about__overlap=part).exclude(door="import").values_list("about", flat=True)
        going -= {refs[ref] for about in acts for ref in about if ref in refs}
    return _delete(Account.objects.filter(pk__in=going))


def _delete(rows: Any) -> int:
    return int(rows.delete()[1].get(rows.model._meta.label, 0))


def batched(things: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def spans(pks: list[int]) -> list[str]:
    """C-3 to C-7, C-9: long lists as the runs they are made of."""
    runs = [list(run) for _, run in groupby(enumerate(pks), lambda pair: pair[1] - pair[0])]
    return [f"C-{run[0][1]}" + (f" to C-{run[-1][1]}" if len(run) > 1 else "") for run in runs]


def staying(batch: Import, most: int = NAMED) -> list[Complaint]:
    """What undoing would leave here, said beforehand: the first of them."""
    later = Entry.objects.exclude(door="import").filter(recorded_at__gte=batch.at)
    refs = {ref for about in later.values_list("about", flat=True).iterator() for ref in about if ref.startswith("C-")}
    pks = {int(ref[2:]) for ref in refs}
    for relation, rows in _pointing(Complaint):
        found = rows.filter(**{f"{relation.field.name}__batch": batch}).values_list(relation.field.attname, flat=True)
        pks |= set(found[: most + 1])
    return list(batch.complaints.filter(pk__in=pks).select_related("account").order_by("pk")[: most + 1])
