"""Two people wrote at one why: what is kept in the tree, and what only in its history. Nothing goes unrecorded."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from accounts.audit.models import Entry, record
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys
    from rca.whys.why import Why

KEEP = {"theirs": "theirs", "mine": "mine", "both": "both, as two", "one": "one made of both"}


class Settled(models.Model):
    """What a why can do when a second person wrote while somebody saved first."""

    class Meta:
        abstract = True

    @transaction.atomic
    def set_aside(self: "Why", *, by: User, text: str, at: datetime | None = None) -> None:  # type: ignore[misc]
        """Keeps a text that was typed here and not taken in the history of the why."""
        by.must("whys.answer")
        said = clean(text)
        if not said:
            raise Refused("There is no text of yours to set aside.")
        self._record(by, "set_aside", f"Another text for why {self.depth} was set aside.", words=said, at=at)

    @transaction.atomic
    def settle(  # type: ignore[misc]
        self: "Why",
        *,
        by: User,
        keep: str,
        mine: str,
        one: str = "",
        of: str = "answer",
        version: int | None = None,
        said_by: str = "",
        evidence: str = "",
        at: datetime | None = None,
    ) -> "Why":
        """Ends a clash of two answers, or of two wordings of a question: keep theirs, mine, both as two, or one made
        of both. A third who saved meanwhile is not overwritten either: `version` is that of the text called theirs."""
        by.must("whys.answer")
        if keep == "theirs":
            self.set_aside(by=by, text=mine, at=at)
            return self
        if keep == "both":
            return self._beside(by, of, mine, said_by, evidence, at)
        if self.state == self.State.STRUCK:
            raise Refused(f"Why {self.depth} is struck out: keep yours as another answer to it.")
        changes = {of: mine if keep == "mine" else one}
        if not clean(changes[of]):
            raise Refused("Write the one text that both are to become.")
        if keep == "one":
            self.set_aside(by=by, text=mine, at=at)
        self.amend(by=by, version=version, at=at, **changes, **({"said_by": said_by} if said_by else {}))
        if clean(evidence) and of == "answer":
            self.confirm(by=by, evidence=evidence, at=at)
        return self

    def _beside(  # type: ignore[misc]
        self: "Why", by: User, of: str, mine: str, said_by: str, evidence: str, at: datetime | None
    ) -> "Why":
        if of == "answer":
            return self.branch(by=by, answer=mine, said_by=said_by, evidence=evidence, at=at)
        return self.session.ask(by=by, question=mine, parent=self.parent, trunk=self.trunk, at=at)


def taken_back(session: str, why: int) -> Entry | None:
    """The entry of a question that somebody took back: its words, where it stood, and by whom."""
    return Entry.objects.about([session]).filter(act="withdrawn", after__why=why).first()


class AskedAgain(models.Model):
    """What a session can do when a question was taken back while somebody answered it."""

    class Meta:
        abstract = True

    @transaction.atomic
    def ask_again(  # type: ignore[misc]
        self: "FiveWhys",
        *,
        by: User,
        why: int,
        mine: str,
        keep: str = "mine",
        of: str = "answer",
        at: datetime | None = None,
        **said: Any,
    ) -> "Why | None":
        """Asks a question again that was taken back, with the answer that came too late or in the words that did; or
        lets the text go, and the history keeps it."""
        by.must("whys.answer")
        gone = taken_back(self.ref, why)
        if gone is None:
            raise Refused("That question was not taken back.")
        if keep == "theirs":
            record(by, "set_aside", self, says="A text for a question that was taken back was set aside.",
                   words=clean(mine), after={"why": why}, at=at)  # fmt: skip
            return None
        parent = self.whys.filter(pk=gone.before.get("parent") or 0).first()
        place = {"parent": parent, "trunk": gone.before.get("trunk", "")}
        if of == "question":
            return self.ask(by=by, question=mine, at=at, **place)
        again = self.ask(by=by, question=gone.words, beside=True, at=at, **place)
        return again.reply(by=by, answer=mine, at=at, **said)


def taken_back_lately(why: int) -> Entry | None:
    """The same where nobody says in which session: what is being typed is not older than a day."""
    lately = Entry.objects.filter(at__gt=now() - timedelta(days=1)).order_by("-at", "-id")
    return lately.filter(act="withdrawn", after__why=why).first()
