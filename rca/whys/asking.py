"""The next question, proposed from an answer: turned round where that is safe, and in doubt the answer in quotes."""

import re
from collections.abc import Collection

from rca.lib.text import clean, first_line
from rca.whys.language import Language, Proposal
from rca.whys.spoken import spoken


def next_question(answer: str, names: Collection[str] = (), language: Language | None = None) -> Proposal:
    """Why that? A wrong question is worse than a plain one, so every doubt ends in the answer quoted."""
    language = language or spoken()
    found = language.turn(answer, names)
    return found if found.question else found._replace(question=fallback(answer, language))


def fallback(answer: str, language: Language | None = None) -> str:
    """Always right: the answer in its own words, and why."""
    language = language or spoken()
    said = first_line(clean(answer), 160).strip("“”„\"' ")
    return f"“{said}” {language.that}" if said[-1:] in ".!?…" else f"“{said}.” {language.that}"


def two_causes(answer: str, names: Collection[str] = (), language: Language | None = None) -> tuple[str, str] | None:
    """The two halves of an answer that holds two causes, each a sentence; nothing when it is one."""
    found = (language or spoken()).turn(answer, names)
    return (_sentence(found.first), _sentence(found.second)) if found.first and found.second else None


def other_question(question: str, language: Language | None = None) -> str:
    """Why else? What a second answer to the same question answers."""
    language = language or spoken()
    if re.search(rf"(?i)\b\w+ {language.otherwise}\b", question):
        return question
    if question.endswith(language.that):
        asked, _, rest = language.that.partition(" ")
        return f"{question.removesuffix(language.that)}{asked} {language.otherwise} {rest}"
    turned = language.asks.sub(rf"\1 {language.otherwise}", question, count=1)
    return turned if turned != question else f"{language.that.split(' ')[0]} {language.otherwise}? {question}"


def first_question(problem: str, names: Collection[str] = (), language: Language | None = None) -> str:
    """What a session begins with: the problem, when it is a why already, else the question that it raises."""
    language = language or spoken()
    problem = first_line(clean(problem), 300)
    asked = language.asks.match(problem) and problem.endswith("?")
    return problem if asked else next_question(problem, names, language).question


def lowered(said: str, names: Collection[str] = ()) -> str:
    """How a sentence begins inside another: a name keeps its capital."""
    return spoken().lowered(said, names)


def _sentence(text: str) -> str:
    said = text.strip(" ,;")
    return said[:1].upper() + said[1:] + ("" if said[-1:] in ".!?…" else ".")
