"""The customer-safe draft: drawn from a cause's chain by rules, and what each rule left out, for the author."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.timezone import localdate

from rca.causes.models import Cause
from rca.communications.checking import BLAMES, REFERENCE, Names, blame, names_of, plain, stands_in
from rca.lib.said import day
from rca.whys.models import Why
from rca.whys.vocabulary import BASES, PAST

NOT_YET = "[No why is confirmed yet: write what happened, as the customer would tell it.]"
NOTHING_DONE = "[Nothing is finished yet: do not send this as a fix note.]"
UNCHECKED = "We have not checked it yet; we will, and will tell you the result."
# The form of a verb that says it is done: the irregular one where there are two.
DONE = {base: past for past, base in sorted(PAST.items(), key=lambda pair: not pair[0].endswith("ed"))}
BEFORE = {"is": "was", "are": "were", "has": "had", "have": "had", "can": "could", "does": "did", "do": "did"}


class Removal(NamedTuple):
    """A sentence, or words of it, that the rules kept from the customer; `rule` says why, and what to do."""

    text: str
    rule: str


class Draft(NamedTuple):
    texts: dict[str, str]
    removals: list[Removal]


class Sources(NamedTuple):
    """All that a note is drawn from, read once."""

    chains: list[tuple[str, list[Why]]]  # the problem of a session, and its whys down to a root
    done: list[Any]
    still_open: list[Any]
    checks: dict[int, Any]  # the newest look at a finished fix, by its key

    @property
    def texts(self) -> list[str]:
        said = [why.answer for _, chain in self.chains for why in chain]
        return [*said, *(fix.title for fix in [*self.done, *self.still_open]),
                *(check.evidence for check in self.checks.values())]  # fmt: skip


def draft(cause: Cause) -> Draft:
    """Title, what happened, what we changed, how we know and what we still owe, in words that are safe to send."""
    sources = read(cause)
    return draw(cause, sources, names_of(cause, sources.texts))


def draw(cause: Cause, sources: Sources, known: Names) -> Draft:
    writer = _Writer(known)
    texts = {
        "title": "What went wrong, and what we have put right",
        "happened": writer.happened(sources.chains),
        "changed": writer.changed(sources.done),
        "how_we_know": writer.how_we_know(cause, sources),
        "owed": writer.owed(cause, sources),
    }
    return Draft(texts, writer.removals)


def read(cause: Cause) -> Sources:
    fixes = cause.fixes.exclude(state="dropped").select_related("completion").prefetch_related("verifications")
    ordered = list(fixes.order_by("due", "id"))
    done = [fix for fix in ordered if fix.state == "done"]
    looked = {fix.pk: max(fix.verifications.all(), key=lambda one: one.round, default=None) for fix in done}
    roots = cause.roots.select_related("why__session").order_by("at", "id")
    return Sources(
        [(root.why.session.problem, _chain(root.why)) for root in roots[:5]],
        done,
        [fix for fix in ordered if fix.state == "open"],
        {pk: check for pk, check in looked.items() if check},
    )


class _Writer:
    """Takes sentences through the rules and remembers what it left out."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.removals: list[Removal] = []

    def happened(self, chains: Iterable[tuple[str, list[Why]]]) -> str:
        """The first confirmed cause and the two nearest the root; never a parked idea, never a struck one."""
        return next((told for problem, chain in chains if (told := self._told_from(problem, chain))), NOT_YET)

    def _told_from(self, problem: str, chain: list[Why]) -> str:
        said: list[str] = []
        for number, why in enumerate(chain):
            if why.state != "confirmed":
                self._out(why.answer, "It is not confirmed: show it with evidence, or leave it out.")
            elif number == 0 and _repeats(why.answer, problem):
                continue
            elif sentence := self.safe(why.answer):
                said.append(_as_told(sentence, first=number == 0))
        return " ".join(dict.fromkeys([*said[:1], *said[-2:]]))

    def changed(self, done: Iterable[Any]) -> str:
        lines = []
        for fix in done:
            if sentence := self.safe(fix.title):
                lines.append(f"- {_did(sentence.rstrip('.'))} (done {day(fix.completion.at)}).")
        return "\n".join(lines) or NOTHING_DONE

    def how_we_know(self, cause: Cause, sources: Sources) -> str:
        """What somebody saw; where nobody has looked yet, when they will."""
        seen, to_come = [], []
        for fix in sources.done:
            check = sources.checks.get(fix.pk)
            if check and check.result == "effective" and (sentence := self.safe(check.evidence)):
                seen.append(sentence)
            elif not check and fix.check_on and fix.check_on >= localdate():
                to_come.append(f"We will look on {day(fix.check_on)} whether it holds, and tell you the result.")
        if seen and cause.watch_until and cause.watch_until >= localdate():
            to_come = [f"We keep watching until {day(cause.watch_until)}."]
        return " ".join(dict.fromkeys([*seen, *to_come])) or UNCHECKED

    def owed(self, cause: Cause, sources: Sources) -> str:
        """Promises to everybody: fixes still under way, and the next word; each account's own come with the letter."""
        lines = []
        for fix in sources.still_open:
            if sentence := self.safe(fix.title):
                by = f"by {day(fix.due)}" if fix.due >= localdate() else f"[{day(fix.due)} is over: say a new day]"
                lines.append(f"- {_will(sentence.rstrip('.'))}: {by}")
        unchecked = [fix.check_on for fix in sources.done if fix.check_on and fix.pk not in sources.checks]
        word = cause.watch_until or max(unchecked, default=None)
        if word and word >= localdate():
            lines.append(f"- Word on how it holds: by {day(word)}")
        return "\n".join(lines)

    def safe(self, text: str) -> str:
        """The sentence without names and references; nothing, and a note to the author, where it cannot be said."""
        said = re.sub(r"(?i)^because (?:of )?", "", re.sub(r"\s+", " ", plain(text)).strip(' “”"'))
        if not said:
            return ""
        if kind := blame(said, self.names.parts):
            return self._out(text, f"It {BLAMES[kind]}: use the next why instead.")
        if other := next((name for name in self.names.customers if stands_in(name, said)), ""):
            return self._out(text, f"It names another customer, {other}.")
        if refs := REFERENCE.findall(said):
            said = re.sub(rf" ?(?:\((?:see )?)?{REFERENCE.pattern}\)?", "", said)
            self._out(", ".join(dict.fromkeys(refs)), "A reference means nothing to a customer, so it was taken out.")
        if found := self.names.find(said):
            said = self.names.replace(said)
            self._out(", ".join(found), "A name of ours became “our team” or “we”.")
        said = re.sub(r"\s+([.,;:!?])", r"\1", said).strip(" ,;:")
        return said[:1].upper() + said[1:] + ("" if said[-1:] in ".!?" else ".") if said else ""

    def _out(self, text: str, rule: str) -> str:
        self.removals.append(Removal(text, rule))
        return ""


def _chain(why: Why) -> list[Why]:
    """From the first why down to this one, with one query for the whole session."""
    known = {one.pk: one for one in Why.objects.filter(session=why.session_id).exclude(state="struck")}
    chain, step = [], known.get(why.pk)
    while step:
        chain.append(step)
        step = known.get(step.parent_id) if step.parent_id else None
    return [one for one in reversed(chain) if one.answer and one.trunk == "occurrence"]


def _repeats(answer: str, problem: str) -> bool:
    """Whether a first answer only says the problem again: sixty of a hundred of its words stand there."""
    words = set(re.findall(r"\w+", answer.lower()))
    return len(words & set(re.findall(r"\w+", problem.lower()))) >= 0.6 * len(words) > 0


def _as_told(sentence: str, *, first: bool) -> str:
    """As the customer is told it: they are “you”, and what was so is past."""
    whom = r"(?:The |Our )?[Cc]ustomers?\b" + (r"|They\b" if first else "")
    sentence = re.sub(rf"^(?:{whom})(?!’s) (was |has |is )?", lambda found: "You " + {
        "was ": "were ", "has ": "have ", "is ": "are "}.get(found[1] or "", found[1] or ""), sentence)  # fmt: skip
    if re.search(r"\b(?:was|were|had|did|could)\b", sentence):
        return sentence
    words = sentence.split(" ")
    for number, word in enumerate(words[1:], 1):
        if word in BEFORE:
            words[number] = BEFORE[word]
            break
    return " ".join(words)


def _did(title: str) -> str:
    """“Withdraw last year’s form” to “We withdrew last year’s form”; what is no such command stays as it is."""
    verb, _, rest = title.partition(" ")
    past = DONE.get(verb.lower())
    return f"We {past} {rest}" if past and rest and verb.lower() in BASES else title


def _will(title: str) -> str:
    verb, _, rest = title.partition(" ")
    return f"We will {verb.lower()} {rest}" if rest and verb.lower() in BASES else title
