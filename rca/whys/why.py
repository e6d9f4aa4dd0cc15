"""The why: one question, one answer. The answer becomes the next question; a question may have several answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.lib.text import clean, first_line, listed
from rca.whys.asking import next_question, other_question, two_causes
from rca.whys.columns import WhyColumns
from rca.whys.settling import Settled
from rca.whys.spoken import spoken

TWO = "two"  # the advice that an answer holds two causes
ANSWER_LIMIT = 4_000  # characters; an answer is a sentence, and one that needs more is a story with several whys in it


class WhyQuerySet(HouseQuerySet["Why"]):
    def answered(self) -> "WhyQuerySet":
        return self.exclude(state=Why.State.OPEN)

    def standing(self) -> "WhyQuerySet":
        """Answers that nobody has struck out."""
        return self.exclude(state=Why.State.STRUCK)

    def saying(self, text: str) -> "WhyQuerySet":
        """Whys in whose question or answer this stands, read as a person writes a search: quotes, OR, -not."""
        vector = SearchVector("question", "answer", config="english")
        return self.annotate(said=vector).filter(said=SearchQuery(text, config="english", search_type="websearch"))


class Why(Settled, WhyColumns):
    """What is done at one why, act by act."""

    objects = models.Manager.from_queryset(WhyQuerySet)()

    class Meta(WhyColumns.Meta):
        pass

    @property
    def kept_kinds(self) -> set[str]:
        return set(self.nudge_kept.split())

    def chain(self) -> "list[Why]":
        """From the first why down to this one; one query however deep it is."""
        known = {one.pk: one for one in Why.objects.filter(session=self.session_id)}
        known[self.pk] = self
        chain = [self]
        while parent := chain[-1].parent_id:
            chain.append(known[parent])
        return chain[::-1]

    @transaction.atomic
    def reply(
        self,
        *,
        by: User,
        answer: str,
        said_by: str = "",
        evidence: str = "",
        version: int | None = None,
        at: datetime | None = None,
    ) -> "Why":
        """Answers this why; with evidence the answer is confirmed at once. The second of two writers hears of the
        first and loses nothing."""
        by.must("whys.answer")
        self._hold("answer")
        at = at or now()
        answer = _said(answer, "Write the answer first: why did that happen?")
        if self.state != self.State.OPEN and version in (None, self.version):
            raise Refused(f"Why {self.depth} is answered already: add yours as another answer to it, a branch.",
                          steps=[(f"Go to why {self.depth}", self.get_absolute_url())])  # fmt: skip
        if self.state != self.State.OPEN and answer == self.answer:
            raise Refused(f"Why {self.depth} has this answer already.")
        labels = {"answer": "the answer", "said_by": "said by"}
        self.swap(version=version, labels=labels, answer=answer, said_by=clean(said_by)[:120])
        self.state, self.by, self.at = self.State.STATED, by, at
        Why.objects.filter(pk=self.pk).update(state=self.state, by=by, at=self.at)
        self._record(by, "answered", f"Why {self.depth} answered.", words=answer, at=at)
        if clean(evidence):
            self.confirm(by=by, evidence=evidence, at=at)
        return self

    @transaction.atomic
    def reply_and_dig(self, *, by: User, at: datetime | None = None, **said: Any) -> "Why":
        """Answers this why and asks the next one, built from the answer: one press, so one moment."""
        at = at or now()
        return self.reply(by=by, at=at, **said).dig(by=by, at=at)

    @transaction.atomic
    def dig(self, *, by: User, question: str = "", instead: bool = False, at: datetime | None = None) -> "Why":
        """Asks the next why below; without a question of its own, the one that the answer raises. `instead` puts a
        better question in the place of one that waits there unanswered."""
        by.must("whys.answer")
        self._hold("ask below")
        if self.state == self.State.OPEN:
            raise Refused(f"Why {self.depth} has no answer yet: answer it, then ask why that was.")
        if self.state == self.State.STRUCK:
            raise Refused(f"Why {self.depth} is struck out: restore it before you ask below it.")
        question = clean(question) or next_question(self.answer, self.session.known()).question
        waiting = self.children.filter(state=self.State.OPEN).order_by("-id").first() if instead else None
        if waiting:
            waiting.amend(by=by, question=question, at=at)
            return waiting
        return self.session.ask(by=by, question=question, parent=self, at=at)

    @transaction.atomic
    def branch(
        self, *, by: User, answer: str, said_by: str = "", evidence: str = "", at: datetime | None = None
    ) -> "Why":
        """Another answer to the same question: a branch beside this one."""
        by.must("whys.answer")
        self._hold("branch at")
        answer, at = _said(answer, "Write the second answer: why else?"), at or now()
        if self.session.whys.standing().filter(parent=self.parent_id, trunk=self.trunk, answer=answer).exists():
            raise Refused("That answer stands there already.")
        other = self.session.ask(
            by=by, question=other_question(self.question), parent=self.parent, trunk=self.trunk, beside=True, at=at
        )
        return other.reply(by=by, answer=answer, said_by=said_by, evidence=evidence, at=at)

    @transaction.atomic
    def branch_and_dig(self, *, by: User, at: datetime | None = None, **said: Any) -> "Why":
        """Branches, and asks why that was."""
        at = at or now()
        return self.branch(by=by, at=at, **said).dig(by=by, at=at)

    @transaction.atomic
    def confirm(
        self, *, by: User, evidence: str = "", files: Sequence[tuple[str, bytes]] = (), at: datetime | None = None
    ) -> None:
        """Shown, not only said: what was looked at, in words or in files. It may come after the session has ended."""
        by.must("whys.answer")
        self._hold("")
        if self.state == self.State.OPEN:
            raise Refused(f"Why {self.depth} has no answer yet, so there is nothing to confirm.")
        if self.state == self.State.STRUCK:
            raise Refused(f"Why {self.depth} is struck out: restore it before you confirm it.")
        at = at or now()
        kept = [self.files.attach(by=by, name=name, content=content, at=at) for name, content in files]
        evidence = clean(evidence) or listed([file.name for file in kept])
        evidence = _said(evidence, "Say what shows it: what was looked at, counted or measured.")
        before = self.swap(version=None, labels={}, state=self.State.CONFIRMED, evidence=evidence)
        if before:
            self._record(by, "confirmed", f"Why {self.depth} confirmed.", words=evidence, before=before, at=at)

    @transaction.atomic
    def strike(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """It was not that: the answer stays readable, with what showed it wrong, and the causes on it hear of it."""
        by.must("whys.answer")
        self._hold("strike out")
        if self.state == self.State.OPEN:
            raise Refused(f"Why {self.depth} has no answer yet: take the question back instead.")
        if self.state == self.State.STRUCK:
            raise Refused(f"Why {self.depth} is struck out already.")
        reason = _said(reason, "Say what showed that it was not so.")
        before = self.swap(version=None, labels={}, state=self.State.STRUCK, strike_reason=reason)
        self._record(by, "struck", f"Why {self.depth} struck out: “{first_line(self.answer)}”", words=reason,
                     before=before, about=self._causes_below(), at=at)  # fmt: skip

    @transaction.atomic
    def restore(self, *, by: User, at: datetime | None = None) -> None:
        """It was so after all; what was shown for it before still counts."""
        by.must("whys.answer")
        self._hold("restore")
        if self.state != self.State.STRUCK:
            raise Refused(f"Why {self.depth} is not struck out.")
        state = self.State.CONFIRMED if self.evidence else self.State.STATED
        before = self.swap(version=None, labels={}, state=state, strike_reason="")
        self._record(by, "restored", f"Why {self.depth} restored: “{first_line(self.answer)}”", before=before,
                     about=self._causes_below(), at=at)  # fmt: skip

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: str) -> None:
        """Words it better: question, answer, said_by. What stood before stays in the ledger."""
        by.must("whys.answer")
        self._hold("change")
        changes = {name: clean(text) for name, text in changes.items()}
        if not changes.get("question", self.question):
            raise Refused("A why needs its question.")
        if self.state == self.State.OPEN:
            changes.pop("answer", None)
        elif "answer" in changes:
            _said(changes["answer"], "An answer cannot be emptied: strike it out, with the reason.")
        labels = {"question": "the question", "answer": "the answer", "said_by": "said by"}
        before = self.swap(version=version, labels=labels, **changes)
        if before:
            self._record(by, "amended", f"Why {self.depth} worded anew.", before=before,
                         after={name: changes[name] for name in before}, at=at)  # fmt: skip

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime | None = None) -> None:
        """Takes a question back that nobody has answered."""
        by.must("whys.answer")
        self._hold("take back")
        if self.state != self.State.OPEN:
            raise Refused(f"Why {self.depth} has an answer: strike it out, with the reason, so that it stays readable.")
        self._record(by, "withdrawn", f"Why {self.depth} taken back, unanswered.", words=self.question,
                     before={"parent": self.parent_id, "trunk": self.trunk}, at=at)  # fmt: skip
        Why.objects.filter(pk=self.pk).delete()

    @transaction.atomic
    def keep(self, *, by: User, kind: str, at: datetime | None = None) -> None:
        """The advice on this answer was read, and the answer stays; it is not given again."""
        by.must("whys.answer")
        self._hold("")
        if kind not in spoken().kinds and kind != TWO:
            raise Refused(f"There is no advice “{clean(kind)[:20]}”.")
        if kind in self.kept_kinds:
            raise Refused("That is kept as it is already.")
        before = self.swap(version=None, labels={}, nudge_kept=f"{self.nudge_kept} {kind}".strip())
        self._record(by, "kept", f"Why {self.depth} kept as it is.", words=self.answer, before=before,
                     after={"advice": kind}, at=at)  # fmt: skip

    @transaction.atomic
    def split(self, *, by: User, first: str = "", second: str = "", at: datetime | None = None) -> "Why":
        """Two causes in one answer: the first stays here, the second becomes a branch beside it, yet to be shown."""
        by.must("whys.answer")
        at = at or now()  # one press, one moment: it can be taken back as a whole
        self._hold("split")
        if self.state in (self.State.OPEN, self.State.STRUCK):
            raise Refused(f"Why {self.depth} has no answer that stands, so there is nothing to split.")
        found = two_causes(self.answer, self.session.known()) or ("", "")
        first, second = clean(first) or found[0], clean(second) or found[1]
        if not first or not second:
            raise Refused(f"The answer to why {self.depth} reads as one cause: add the other one as a branch.")
        self._record(by, "split", f"Why {self.depth} split in two.", words=self.answer, at=at)
        self.amend(by=by, answer=first, at=at)
        return self.branch(by=by, answer=second, said_by=self.said_by, at=at)

    def _hold(self, act: str) -> None:
        """Takes the session for this transaction, so that two acts on one tree follow one another; a named act needs
        the session to be live."""
        session = self.session
        session.hold()
        fresh = Why.objects.filter(pk=self.pk).first()
        if fresh is None:
            raise Refused("Somebody has taken that question back.", steps=[(session.ref, session.get_absolute_url())])
        for name in ("question", "answer", "state", "evidence", "strike_reason", "said_by", "nudge_kept", "version"):
            setattr(self, name, getattr(fresh, name))
        if act:
            session.must_be_live(f"{act} a why")

    def _causes_below(self) -> list[Any]:
        """The root causes that this answer carries, through the names that the later room gives."""
        whys = list(Why.objects.filter(session=self.session_id).select_related("root__cause"))
        below, frontier = {self.pk}, {self.pk}
        while frontier:
            frontier = {one.pk for one in whys if one.parent_id in frontier}
            below |= frontier
        return [one.root.cause for one in whys if one.pk in below and hasattr(one, "root")]

    def _record(self, by: User, act: str, says: str, *, after: dict[str, Any] | None = None, **more: Any) -> None:
        record(by, act, self.session, says=says, after={"why": self.pk, **(after or {})}, **more)


def _said(text: str, missing: str) -> str:
    """What was typed, cleaned; refused when there is nothing, or too much to be one answer."""
    said = clean(text)
    if not said:
        raise Refused(missing)
    if len(said) > ANSWER_LIMIT:
        raise Refused(f"That is {len(said):,} characters; {ANSWER_LIMIT:,} is the most. Say it as one sentence.")
    return said
