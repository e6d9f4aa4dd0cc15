"""Soft advice on an answer: what it stopped short at, and a better question. It never blocks; one can keep it."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from rca.lib.text import clean
from rca.whys.vocabulary import AUXILIARIES, BASES, BUYERS, FIRST_NAMES, PAST, PRESENT, ROLES, SMALL


class Nudge(NamedTuple):
    kind: str
    notice: str
    advice: str
    ask: str


# Kind, what it notices, what follows from it, and the question that goes deeper; the first that fits is given.
TABLE = {
    "human_error": (
        "This answer stops at a slip.",
        "Anyone could have slipped there.",
        "What made the slip possible, and why did nothing catch it?",
    ),
    "forgot": (
        "This answer stops at something forgotten.",
        "People forget; that is known beforehand.",
        "Why did this depend on somebody remembering it?",
    ),
    "should_have": (
        "This answer says what ought to have happened.",
        "What did happen made sense to somebody then.",
        "What did happen, and why did it make sense at the time?",
    ),
    "training": (
        "This answer asks for training.",
        "Would a trained person never slip here?",
        "What in the work makes it hard to get right?",
    ),
    "customer": (
        "This answer puts it on the customer.",
        "They met what we gave them.",
        "What in our form, words or timing let that happen?",
    ),
    "person": (
        "This answer names a person.",
        "If anyone else had been in that place, could it have happened too?",
        "What made it possible, whoever had been in that place?",
    ),
    "lack": (
        "This answer names the missing remedy.",
        "What went wrong because it was missing?",
        "Why is it missing?",
    ),
    "repeats": (
        "This says the same again.",
        "The question and the answer share their words.",
        "What happened just before, that led to it?",
    ),
    "circle": (
        "This was said further up: the chain goes round.",
        "One of the two came first.",
        "Which of the two came first, and what set it off?",
    ),
}
BLAMING = {"person", "human_error", "forgot"}  # an answer like these is never a root

# What the system did to somebody, or kept from them, is not about the person.
PASSIVE = re.compile(
    r"(?:was|were|is|are|had|has|have)?\s*(?:not|never)?\s*(?:been\s+)?(?:"
    r"asked|told|given|shown|paid|able|allowed|informed|warned|overcharged|charged|sent)\b|could(?: not)?\b|can\b"
)
BEFORE = (
    r"(?:(?:the|a|an|our|one|some|that|this|old|new|night|day|duty|previous|former|young|senior|junior|its|their)\s+)*"
)
PLACE = r"(?:\s+(?:in|at|on|from|of)\s+(?:the\s+)?[\w-]+)?"
HUMAN = re.compile(
    r"\b(?:human|user|operator|clerical|typing)(?:’s)? errors?\b|\bby mistake\b"
    r"|\b(?:made|makes) (?:a|the same) mistake\b|\btypo\b"
    r"|\bcareless|\bnegligen|\bsloppy\b|\b(?:not|n’t) pay(?:ing)? attention\b|\binattenti"
)
FORGOT = re.compile(
    r"\bforgot\b|\bwas forgotten\b|\boverlooked\b|\b(?:nobody|no one) remembered\b"
    r"|\bslipped \w+ mind\b|\bfrom memory\b"
)
SHOULD = re.compile(
    r"(?<!before )(?<!after )\b(?:should have|ought to|was supposed to|were supposed to|must be more careful)\b"
)
TRAINING = re.compile(
    r"\b(?:not|n’t|never|un|badly) ?(?:been )?(?:properly )?trained\b|\bnot prepared for\b|\bre-?train"
    r"|\b(?:lack of|more|no|needs?|not enough) (?:training|instruction|onboarding)\b"
)
LACK = re.compile(
    r"^there (?:was|were|is|are) (?:no|not any)\b(?! (?:refund|order|call|space|time|room|paper|stock|money))"
    r"|^(?:a |the )?lack of\b|\bnot enough (?!space|time|room|paper|stock|money)\w+"
    r"|^no \w+(?: \w+)? (?:existed|exists|was in place)\b"
    r"|^nothing (?:compares|alerts|checks|tells|warns|stops|catches)\b"
    r"|\b(?:had|has|raised|raises) no (?:alert|alarm|rule|owner|check|deputy|date|reminder|limit)\b"
)
NOBODY = re.compile(
    r"^(?:nobody|no one)(?: \w+)? (?:acted|asked|checked|listed|looked|noticed|rang|read|reported|thought|told)\b"
)


def nudge(answer: str, *, question: str = "", above: Sequence[str] = (), names: Collection[str] = ()) -> Nudge | None:
    """What an answer stops short at, if anything. `above` are the answers further up, `names` those who are known."""
    said = _plain(answer)
    kind = _kind(said, names) or _echo(said, question, above) if said else None
    return Nudge(kind, *TABLE[kind]) if kind else None


def _kind(said: str, names: Collection[str]) -> str | None:
    if HUMAN.search(said) and not re.search(r"\berror (?:message|code|page)|mistake counter", said):
        return "human_error"
    if FORGOT.search(said) and "easy to overlook" not in said:
        return "forgot"
    if SHOULD.search(_main_clause(said)):
        return "should_have"
    if TRAINING.search(said):
        return "training"
    if _acts(said, BUYERS, set()):
        return "customer"
    if NOBODY.search(said) or _acts(said, ROLES, _first_names(names)):
        return "person"
    return "lack" if LACK.search(said) else None


def _main_clause(said: str) -> str:
    """Without what stands behind before, after, which or what: “came after they should have been ordered”."""
    return re.split(r"\b(?:before|after|which|what|when|where|who|than|that)\b", said, maxsplit=1)[0]


def _acts(said: str, roles: Collection[str], names: set[str]) -> bool:
    """Whether the sentence begins with such a person, and the person does something."""
    nouns = "|".join(
        sorted([f"{role}s?" for role in roles] + [re.escape(name) for name in names], key=len, reverse=True)
    )
    match = re.match(rf"{BEFORE}(?:{nouns}){PLACE}\s+(?:also |just |simply |never |often )?(.+)", said)
    if not match or PASSIVE.match(match[1]):
        return False
    first = match[1].split()[0].strip(",")
    if first in AUXILIARIES:
        return True
    plural = re.match(rf"{BEFORE}\w+s\s", said) is not None or said.startswith("they ")
    return first in PAST or first in PRESENT or (plural and first in BASES)


def _first_names(names: Collection[str]) -> set[str]:
    known = {name.split()[0].lower() for name in names if name.strip()} | {
        name.lower() for name in names if name.strip()
    }
    return known | set(FIRST_NAMES)


def _echo(said: str, question: str, above: Sequence[str]) -> str | None:
    words = _words(said)
    if len(words) >= 2 and question and len(words & _words(_plain(question))) / len(words) >= 0.8:
        return "repeats"
    for other in above:
        theirs = _words(_plain(other))
        if len(words) >= 3 and theirs and len(words & theirs) / max(len(words), len(theirs)) >= 0.7:
            return "circle"
    return None


def _plain(text: str) -> str:
    said = re.sub(r"\s+", " ", clean(text)).strip(' “”".!').replace("'", "’").lower()
    return re.sub(r"^because (?:of )?", "", said)


def _words(said: str) -> set[str]:
    return {word for word in re.findall(r"[\w’]+", said) if word not in SMALL}
