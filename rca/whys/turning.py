"""An English answer turned round into the next question: find its first verb and put it in front; in doubt, nothing."""

import re
from collections.abc import Collection
from typing import NamedTuple

from rca.lib.text import clean
from rca.whys.language import Proposal
from rca.whys.vocabulary import (
    AUXILIARIES,
    BASES,
    DETERMINERS,
    FIRST_NAMES,
    OPENERS,
    PARTICIPLES,
    PAST,
    PREPOSITIONS,
    PRESENT,
    PRONOUNS,
)

NEGATIONS = {"won’t": "will not", "can’t": "can not", "cannot": "can not", "shan’t": "shall not"}
# What stands at the beginning of an answer that is no sentence to turn round.
ODD = re.compile(r"(when|if|after|due to|owing to|how|not|because of|by|in order|to|yes|no,|maybe|perhaps)\b")
OUGHT = {"ought", "should", "supposed"}
CUTS = re.compile(r";|:(?= )|, so\b|, although\b|, which\b|, where\b| because\b| so that\b")
NOT_DONE = re.compile(r"(?i)(?:nobody|no one|nothing|none|no|there (?:was|were|is|are) no)\b")
DATED = re.compile(
    r"(?i)\b(?:jan|febr)uary\b|\b(?:march|april|june|july|august|(?:septem|octo|novem|decem)ber)\b|\bin may\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:19|20)\d\d\b|\bo’clock\b|\b\d\d?:\d\d\b"
)


class Turn(NamedTuple):
    """Where the verb is: the auxiliary to put in front, and the words that stay behind it."""

    front: str
    rest: list[str]


def turned(answer: str, names: Collection[str] = ()) -> Proposal:
    """The question that this answer raises, empty in doubt, and the two causes when it holds two."""
    said = _plain(answer)
    if re.search(r"[.!?]\s+\S", said) or "?" in said or not said:
        return Proposal("")
    said = re.sub(r"(?i)^because (?!of\b)", "", said)
    if ODD.match(said.lower()):
        return Proposal("")
    clause, second = _clause(said)
    # Only an answer that is nothing but the two can be split without losing a word of it.
    first = clause if second and said.startswith(clause) and said.endswith(second) else ""
    if match := re.match(r"(?i)there (was|were|is|are) (.+)", clause):
        return Proposal(f"Why {match[1].lower()} there {match[2]}?", second, first)
    if match := re.match(r"(?i)(?:a |the )?lack of (.+)", clause):
        return Proposal(f"Why was there a lack of {match[1]}?", second, first)
    words = clause.split()
    turn = _turn(words)
    if turn is None:
        return Proposal("", second, first)
    question = f"Why {turn.front} {lowered(words[0], names)} {' '.join(turn.rest)}?".replace(" ?", "?")
    return Proposal(question, second, first)


def _plain(answer: str) -> str:
    said = re.sub(r"\s+", " ", clean(answer)).strip(' “”"').replace("'", "’")
    said = re.sub(r"(?i)\b(?:won’t|can’t|shan’t|cannot)\b", lambda found: NEGATIONS[found[0].lower()], said)
    return re.sub(r"(?i)\b(\w+)n’t\b", r"\1 not", said).rstrip(".! ")


def _clause(said: str) -> tuple[str, str]:
    """The one clause to ask about, and a second cause when the answer holds two."""
    left, because, right = _halves(said, "because")
    if because and len(left.split()) > 1 and _stands(right):  # the answer has gone one step further by itself
        return _clause(right)
    left, semicolon, right = said.partition("; ")
    if semicolon and _stands(left) and _stands(right) and _apart(left, right):
        return left, right
    said = CUTS.split(said, maxsplit=1)[0].strip(" ,")
    left, but, right = _halves(said, "but")
    if but and _found(left.split()) and _stands(right):
        return right, ""
    left, conjunction, right = _halves(said, "and")
    if conjunction and _found(left.split()) and NOT_DONE.match(right) and _stands(right):
        return right, ""  # “was reported and nobody was sent”: what was not done is what to ask about
    while conjunction and not _found(left.split()):  # “pushes, jobs and names were not logged”: one long subject
        more, conjunction, right = _halves(right, "and")
        left = f"{left} and {more}"
    if conjunction and _stands(right):
        return left.strip(" ,"), right if _apart(left, right) else ""
    if conjunction and _begins_with_verb(right):
        return left.strip(" ,"), ""
    return _without_splice(said), ""


def _apart(left: str, right: str) -> bool:
    """Whether two clauses are two causes; not where the second speaks of the first, or is set against it: “the card
    shows grams and the scale shows ounces”, “changed in June and updated in August”."""
    if re.match(r"(?i)(?:so|then|therefore|it|this|that|these|they|he|she|its|their)\b", right):
        return False
    verbs = [{_base(word) for word in half.lower().split()} - {""} for half in (left, right)]
    return not (verbs[0] & verbs[1]) and not (DATED.search(left) and DATED.search(right))


def _base(word: str) -> str:
    return PAST.get(word) or PRESENT.get(word) or ""


def _halves(said: str, word: str) -> tuple[str, str, str]:
    match = re.search(rf",? {word} ", said)
    return (said[: match.start()], match[0], said[match.end() :]) if match else (said, "", "")


def _without_splice(said: str) -> str:
    """“raised no alert, users noticed first” to “raised no alert”."""
    left, comma, right = said.partition(", ")
    return left if comma and _found(left.split()) and _found(right.split()[:3]) and _stands(right) else said


def _stands(clause: str) -> bool:
    """Whether a clause has a subject of its own before its verb."""
    words = clause.lower().split()
    if len(words) < 2 or words[0] in AUXILIARIES | {"not", "then", "never", "also"} | PREPOSITIONS:
        return False
    starts = (
        words[0] in DETERMINERS | PRONOUNS or words[0].endswith("s") or words[0] not in PAST.keys() | PRESENT.keys()
    )
    return starts and _found(words) is not None


def _begins_with_verb(clause: str) -> bool:
    words = [word for word in clause.lower().split() if word not in {"then", "never", "also", "not"}]
    return bool(words) and (words[0] in AUXILIARIES or words[0] in PAST or words[0] in PRESENT)


def _found(words: list[str]) -> Turn | None:
    return _turn(words) if len(words) > 1 else None


def _turn(words: list[str]) -> Turn | None:
    """Turns a clause round at its first finite verb; None in doubt."""
    low = [word.lower().strip(",") for word in words]
    start = 1
    opened = next((i for i, word in enumerate(low[1:5], 1) if word in {"that", "which", "who"}), 0)
    if opened and not any(
        low[i] in AUXILIARIES or _may_be_verb(low, i) for i in range(1, opened)
    ):  # “the job that writes to the index was taken”: only when one auxiliary says where the clause ends
        after = [i for i in range(opened + 1, len(low)) if low[i] in AUXILIARIES]
        if len(after) != 1 or after[0] == opened + 1:
            return None
        start = after[0]
    for i in range(start, len(low)):
        word = low[i]
        if word in OUGHT:
            return None
        if word in OPENERS - {"and", "or", "as", "than", "no"}:
            return None  # a second clause begins before the first had its verb
        if word in AUXILIARIES:
            return _at_auxiliary(words, low, i)
        if _may_be_verb(low, i):
            return _at_verb(words, low, i)
    return None


def _at_auxiliary(words: list[str], low: list[str], i: int) -> Turn | None:
    word, rest = low[i], low[i + 1 :]
    following = next((one for one in rest if one not in {"not", "never", "already", "only", "also", "just"}), "")
    if word in {"has", "have", "had"} and not _participle(following):
        if "not" in rest[:1]:
            return None
        return Turn({"has": "does", "have": "do", "had": "did"}[word], [*words[1:i], "have", *words[i + 1 :]])
    if word in {"do", "does", "did"} and rest[:1] != ["not"]:
        return Turn(word if word != "do" else "do", [*words[1:i], "do", *words[i + 1 :]]) if following else None
    if word in {"must", "may", "might", "be", "shall"}:
        return None
    return Turn(word, [*words[1:i], *words[i + 1 :]])


def _participle(word: str) -> bool:
    return word in PARTICIPLES or word in PAST or word.endswith("ed")


def _may_be_verb(low: list[str], i: int) -> bool:
    """A form of a known verb that is not a noun here: no article or preposition before it, no verb right behind it."""
    word, before, behind = low[i], low[i - 1], low[i + 1] if i + 1 < len(low) else ""
    if before in (DETERMINERS - PRONOUNS - {"each", "both"}) | (
        PREPOSITIONS - {"over", "up", "down", "off", "out", "in"}
    ) | {"and", "or"}:
        return False
    if word in PAST:
        return True
    if behind in AUXILIARIES or (behind in PAST and behind not in BASES):
        return False  # “the forms were …”, “the process sat …”: a noun before its verb
    if word in PRESENT and behind in BASES:
        return False  # “credit notes wait”
    plural = before in {"they", "we", "you", "i", "people", "staff", "crew", "police"} or (
        before.endswith("s") and not before.endswith("ss")
    )
    return (word in PRESENT and not plural) or (word in BASES and plural)


def _at_verb(words: list[str], low: list[str], i: int) -> Turn | None:
    if _another_verb(low, i):
        return None
    word = low[i]
    if word in PAST:
        front, base = "did", PAST[word]
    elif word in PRESENT:
        front, base = "does", PRESENT[word]
    else:
        front, base = "do", word
    return Turn(front, [*words[1:i], base, *words[i + 1 :]])


def _another_verb(low: list[str], i: int) -> bool:
    """“Orders placed after six wait”: a second verb with no clause opened between them makes the first one a guess."""
    passive = low[i].endswith("ed") and low[i + 1 : i + 2] != [] and low[i + 1] in PREPOSITIONS
    for j in range(i + 1, len(low)):
        if low[j - 1] == "to" or (passive and j == i + 1):
            continue
        if low[j] in OPENERS:
            return False
        if low[j] in AUXILIARIES:
            return True
        if passive and low[j] in BASES and low[j - 1] not in DETERMINERS | PREPOSITIONS:
            return True
    return False


def lowered(said: str, names: Collection[str] = ()) -> str:
    """How a sentence begins inside another: a name keeps its capital, and so does a word with more than one."""
    head = said.split(" ")[0]
    known = {part.lower() for name in names for part in name.split()} | set(FIRST_NAMES)
    bare = re.sub(r"’s$|\W+$", "", head)
    kept = bare == "I" or bare.startswith("I’") or bare.lower() in known or any(one.isupper() for one in bare[1:])
    return said if kept else said[:1].lower() + said[1:]
