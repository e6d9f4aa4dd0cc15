"""What a person does with a file: hands it in, corrects what was found, tries it, brings it in, takes it out again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.imports import queueing
from rca.imports.keeping import Handed, store
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, Reader
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.imports.models import Import, KnownFile

COUNTERS = ("cursor", "rows", "created", "changed", "unchanged", "refused", "waiting", "skipped")
WORKING = ("looking", "checking", "running", "undoing")


class ImportQuerySet(HouseQuerySet["Import"]):
    def visible_to(self, user: Reader) -> "ImportQuerySet":
        """A file may hold more than what was taken from it, so only those who bring files in see them."""
        return self.all() if user.may("complaints.import") else self.none()

    def working(self) -> "ImportQuerySet":
        return self.filter(state__in=WORKING)


class ImportManager(models.Manager["Import"].from_queryset(ImportQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def receive(self, *, by: User, files: Iterable[Handed], at: datetime | None = None) -> "Import":
        """Keeps the files in parts and has the worker look at them; nothing of them is parsed here."""
        by.must("complaints.import")
        batch: Import = self.create(state="looking", kept=True, by=by, at=at or now())
        store(batch, files)
        if not batch.files:
            raise Refused("Choose the file first.")
        batch.name, batch.digest = batch.files[0]["name"], batch.files[0]["digest"]
        batch.save(update_fields=["name", "size", "digest", "files"])
        record(by, "received", batch, says=f"{_named(batch.files)} handed in.", after=_digests(batch.files), at=at)
        queueing.work_on(batch.pk)
        return batch


def _named(files: Sequence[Mapping[str, Any]]) -> str:
    names = [one["name"] for one in files]
    return f"{names[0]} was" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} were"


def _digests(files: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {"digest": files[0]["digest"]} if len(files) == 1 else {one["name"]: one["digest"] for one in files}


class KnownFileManager(models.Manager["KnownFile"]):
    @transaction.atomic
    def keep(self, *, by: User, batch: "Import", name: str, at: datetime | None = None) -> "KnownFile":
        """Keeps the columns of a file under a name; a file with the same headings is offered them."""
        by.must("complaints.import")
        name = clean(name)[:40]
        if not name:
            raise Refused("Say under what name the columns should be remembered.")
        known, _ = self.update_or_create(
            name=name,
            defaults={"headings": batch.found.get("print", ""), "preset": batch.preset, "mapping": batch.mapping,
                      "format": batch.format, "source": batch.source, "by": by, "at": at or now()},
        )  # fmt: skip
        record(by, "remembered", batch, says=f"Its columns are remembered as “{name}”.", at=at)
        return known


class Steps(models.Model):
    """The verbs of an Import."""

    class Meta:
        abstract = True

    @transaction.atomic
    def add(self: Any, *, by: User, files: Iterable[Handed], at: datetime | None = None) -> None:
        """Puts further files beside those that are here: comments, people, the next page; looked at together."""
        by.must("complaints.import")
        self.hold()
        self.still_open("files can be added")
        self.on_the_server()
        have = len(self.files)
        store(self, files)
        if len(self.files) == have:
            raise Refused("Choose the file first.")
        added = self.files[have:]
        self.version += 1
        self.save(update_fields=["files", "size", "version"])
        self.step("looking", tried=False, format={}, failure="")
        record(by, "added", self, says=f"{_named(added)} added.", after=_digests(added), at=at)

    @transaction.atomic
    def correct(self: Any, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Puts right what was found: roles, format, preset, mapping, source, doubts_go. It is read so from then on."""
        by.must("complaints.import")
        self.hold()
        self.still_open("its columns can be changed")
        changes["roles"] = {**self.roles, **changes.get("roles", {})}
        anew = changes["roles"] != self.roles  # another file may be the first: how that is written is still unknown
        changes["format"] = {} if anew else {**self.format, **changes.get("format", {})}
        again = changes["format"] != self.format or anew
        before = self.swap(version=version, labels={"mapping": "columns"}, **changes)
        if before:
            self.step("looking" if again and self.kept else "ready", tried=False)
            record(by, "mapped", self, says="How it is read was put right.", before=before,
                   after={name: changes[name] for name in before}, at=at)  # fmt: skip

    @transaction.atomic
    def try_out(self: Any, *, by: User, at: datetime | None = None) -> None:
        """Reads it all, says what would happen, writes nothing."""
        by.must("complaints.import")
        self.hold()
        if self.state not in ("ready", "checked"):
            raise Refused(f"{self.ref} is {self.get_state_display()}: only a file that waits can be tried.")
        self.on_the_server()
        self.tried = False
        self.afresh()
        self.step("checking", tried=False, began_at=at or now())

    @transaction.atomic
    def run(self: Any, *, by: User, at: datetime | None = None) -> None:
        """Brings it in; what nobody has decided about waits, the rest goes in."""
        by.must("complaints.import")
        self.hold()
        if self.state == "ready":
            raise Refused("Try it first: that writes nothing, and shows what would be refused.",
                          steps=[("Try it", self.get_absolute_url() + "#map")])  # fmt: skip
        if self.state != "checked":
            raise Refused(f"{self.ref} is {self.get_state_display()}: it cannot be brought in now.")
        self.on_the_server()
        self.afresh()
        self.step("running", by=by, began_at=at or now())
        record(by, "begun", self, says=f"{self.name} is being brought in.", at=at)

    @transaction.atomic
    def stop(self: Any, *, by: User, at: datetime | None = None) -> None:
        """Stops it behind the rows at hand; what is in stays in."""
        by.must("complaints.import")
        self.hold()
        if self.state not in ("checking", "running"):
            raise Refused(f"{self.ref} is {self.get_state_display()}: there is nothing to stop.")
        self.stop_asked = True
        self.save(update_fields=["stop_asked"])
        record(by, "stopped", self, says="Asked to stop.", at=at)

    @transaction.atomic
    def go_on(self: Any, *, by: User, at: datetime | None = None) -> None:
        """Goes on behind the last row, or brings in the rows of the names that were decided since."""
        by.must("complaints.import")
        self.hold()
        self.on_the_server()
        if self.state == "done":
            if not self.doubts.filter(settled=False).exclude(decision="").exists():
                raise Refused(f"All of {self.name} is in that can go in. Decide about a name first, then go on.")
            self.step("running", cursor=0, rest_only=True, began_at=at or now())
        elif self.state in ("stopped", "failed"):
            self.step("running", failure="", began_at=at or now())
        else:
            raise Refused(f"{self.ref} is {self.get_state_display()}: there is nothing to go on with.")
        record(by, "resumed", self, says=f"Goes on behind row {self.cursor:,}.", at=at)

    @transaction.atomic
    def undo(self: Any, *, by: User, at: datetime | None = None) -> None:
        """Takes out again what it brought in; what somebody has worked on since stays."""
        by.must("complaints.import")
        self.hold()
        if self.state not in ("done", "stopped", "failed") or not (self.created or self.changed):
            raise Refused(f"{self.ref} is {self.get_state_display()}: there is nothing of it to take out.")
        self.step("undoing", cursor=0, failure="", began_at=at or now())
        record(by, "undo_begun", self, says=f"{self.name} is being taken out again.", at=at)

    @transaction.atomic
    def decide(
        self: Any, *, by: User, doubt: Any, decision: str, account: Any = None, at: datetime | None = None
    ) -> None:
        """Who a doubtful name is, for all of its rows; a name that is an account we have becomes its alias."""
        by.must("complaints.import")
        self.hold()
        if doubt.batch_id != self.pk:
            raise Refused(f"That name is not one of {self.ref}.")
        if doubt.settled:
            raise Refused(f"The rows of {doubt.name} have been dealt with already.")
        if decision == "same":
            target = account or doubt.account
            self.called_also(by, doubt.name, target)
            doubt.account = target
        doubt.decision, doubt.decided_by, doubt.decided_at = decision, by, at or now()
        doubt.save(update_fields=["account", "decision", "decided_by", "decided_at"])
        who = doubt.account.name if decision == "same" else doubt.get_decision_display()
        record(by, "decided", self, says=f"{doubt.name}: {who}.", about=[doubt.account], at=at)

    @transaction.atomic
    def settle(self: Any, *, by: User, conflict: Any, keep: str, at: datetime | None = None) -> None:
        """Which of two values stands: ours, or the file's, which is then a change like any other."""
        by.must("complaints.import")
        if conflict.batch_id != self.pk:
            raise Refused(f"That is no conflict of {self.ref}.")
        if conflict.keep:
            raise Refused("Somebody has decided that already.")
        if keep == "theirs" and conflict.field == "outcome":
            conflict.complaint.close(by=by, outcome=conflict.theirs, at=at)
        elif keep == "theirs":
            conflict.complaint.amend(by=by, at=at, **{conflict.field: conflict.theirs})
        conflict.keep, conflict.decided_by, conflict.decided_at = keep, by, at or now()
        conflict.save(update_fields=["keep", "decided_by", "decided_at"])
        record(by, "conflict_settled", self, says=f"{conflict.field.capitalize()}: {conflict.get_keep_display()}.",
               about=[conflict.complaint], at=at)  # fmt: skip

    def called_also(self: Any, by: User, name: str, account: Any) -> None:
        named = type(account).objects.named(name)
        if named is None:
            account.call_also(by=by, name=name)
        elif named.pk != account.pk:
            raise Refused(f"{name} is {named.name} already.", steps=[(named.ref, named.get_absolute_url())])

    def hold(self: Any) -> None:
        """Takes the row, so that two acts and the worker follow one another."""
        self.refresh_from_db(from_queryset=type(self).objects.select_for_update())

    def still_open(self: Any, what: str) -> None:
        if self.state not in ("ready", "checked", "unreadable"):
            raise Refused(f"{self.ref} is {self.get_state_display()}: {what} before it is run.")

    def on_the_server(self: Any) -> None:
        if not self.kept:
            raise Refused(f"{self.name} is not kept here: bring it in with manage.py import_complaints.")

    def afresh(self: Any) -> None:
        """As if nothing of it had been read; decisions stay, and what a try asked about is still asked."""
        self.refusals.all().delete()
        self.conflicts.filter(keep="").delete()
        if not self.tried:
            self.doubts.filter(decision="").delete()
        self.doubts.update(rows=0)
        for name in COUNTERS:
            setattr(self, name, 0)

    def step(self: Any, state: str, **more: Any) -> None:
        """Into that state; a working one asks for the worker."""
        changes = {"state": state, "stop_asked": False, "moved_at": now(), **more}
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=[*COUNTERS, *changes])
        if state in WORKING and (self.kept or state == "undoing"):
            queueing.work_on(self.pk)
