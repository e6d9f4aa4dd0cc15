"""What a session must know of the language it is held in: its words, its rules for an answer, and how it asks why."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Proposal(NamedTuple):
    """The next question, and, when an answer holds two causes, the two of them."""

    question: str
    second: str = ""  # another cause in the same answer, which may be a branch of its own
    first: str = ""  # what is left of the answer then; only where the two are the whole of it


class Kind(NamedTuple):
    """One row of the table: what is said of such an answer, the better question, and what the rule looks for."""

    notice: str
    advice: str
    ask: str
    finds: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    whole: bool = True  # False: what stands behind before, after or which says nothing about the answer itself


@dataclass(frozen=True)
class Subject:
    """How a sentence begins that is about somebody who did something."""

    before: str  # what may stand before the noun, as a pattern
    roles: Collection[str]
    buyers: Collection[str]
    place: str  # and behind it: “in goods-in”
    skipped: str  # and before the verb: “also ”
    passive: re.Pattern[str]  # what was done to them, or kept from them: that is about the system
    endings: str  # that the noun may have
    acts: Callable[[str, str], bool]  # whether the word behind the subject is something done


@dataclass(frozen=True, eq=False)
class Language:
    """Everything that differs from one language to the next; `kinds` in the order in which they are looked for."""

    code: str
    kinds: Mapping[str, Kind]
    subject: Subject
    turn: Callable[[str, Collection[str]], Proposal]
    lowered: Callable[[str, Collection[str]], str]  # how a sentence begins inside another
    because: re.Pattern[str]  # how an answer may begin that says nothing yet
    behind: re.Pattern[str]  # words behind which a sentence speaks of something else
    small: Collection[str]  # words that say nothing when two sentences are compared
    that: str  # asked of an answer in quotation marks: always right
    therefore: str
    asks: re.Pattern[str]  # the words that a question begins with
    otherwise: str  # why *else*
    first_names: Collection[str] = field(default_factory=frozenset)
