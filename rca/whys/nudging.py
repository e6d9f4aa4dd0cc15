"""Soft advice on an answer: what it stopped short at, and a better question. It never blocks; one can keep it."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rca.lib.text import clean
from rca.whys.language import Language
from rca.whys.spoken import spoken

BLAMING = {"person", "human_error", "forgot"}  # an answer like these is never a root
SAME, AGAIN = 0.8, 0.7  # shares of its words that an answer has from its question, and from an answer further up


class Nudge(NamedTuple):
    kind: str
    notice: str
    advice: str
    ask: str


def nudge(
    answer: str,
    *,
    question: str = "",
    above: Sequence[str] = (),
    names: Collection[str] = (),
    language: Language | None = None,
) -> Nudge | None:
    """What an answer stops short at, if anything: the first row of the table whose rule finds it. `above` are the
    answers further up, `names` those who are known."""
    language = language or spoken()
    said = _plain(answer, language)
    kind = next(_found(said, question, above, names, language), "") if said else ""
    return Nudge(kind, *language.kinds[kind][:3]) if kind else None


def _found(said: str, question: str, above: Sequence[str], names: Collection[str], language: Language) -> Iterator[str]:
    """Every kind that this answer is of, in the order of the table."""
    main = language.behind.split(said, maxsplit=1)[0]
    for name, kind in language.kinds.items():
        if kind.finds and kind.finds.search(said if kind.whole else main):
            if not (kind.unless and kind.unless.search(said)):
                yield name
        elif (
            (name in ("customer", "person") and _is_about(said, name, names, language))
            or (name == "repeats" and _repeats(said, question, language))
            or (name == "circle" and _goes_round(said, above, language))
        ):
            yield name


def _is_about(said: str, name: str, names: Collection[str], language: Language) -> bool:
    """Whether the sentence begins with such a person, and the person does something."""
    subject = language.subject
    match = _beginning(language, name, frozenset(names)).match(said)
    if not match or subject.passive.match(match["rest"]):
        return False
    return subject.acts(match["rest"].split()[0].strip(","), match["who"])


@lru_cache(maxsize=64)
def _beginning(language: Language, name: str, names: frozenset[str]) -> re.Pattern[str]:
    """How a sentence begins about one of these; a room asks it of every answer, so it is built once."""
    subject = language.subject
    nouns = [rf"{re.escape(one)}{subject.endings}" for one in (subject.buyers if name == "customer" else subject.roles)]
    if name == "person":
        known = {part.lower() for one in names if one.strip() for part in (one, one.split()[0])}
        nouns += [re.escape(one) for one in known | set(language.first_names)]
    who = "|".join(sorted(nouns, key=len, reverse=True))
    return re.compile(rf"{subject.before}(?P<who>{who}){subject.place}\s+{subject.skipped}(?P<rest>.+)")


def _repeats(said: str, question: str, language: Language) -> bool:
    words = _words(said, language)
    asked = _words(_plain(question, language), language)
    return len(words) >= 2 and bool(question) and len(words & asked) / len(words) >= SAME


def _goes_round(said: str, above: Sequence[str], language: Language) -> bool:
    words = _words(said, language)
    theirs = [_words(_plain(other, language), language) for other in above]
    return len(words) >= 3 and any(len(words & one) / max(len(words), len(one)) >= AGAIN for one in theirs if one)


def _plain(text: str, language: Language) -> str:
    said = re.sub(r"\s+", " ", clean(text)).strip(' “”„".!').replace("'", "’").lower()
    return language.because.sub("", said)


def _words(said: str, language: Language) -> set[str]:
    return {word for word in re.findall(r"[\w’]+", said) if word not in language.small}
