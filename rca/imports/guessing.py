"""Which column of any file is which field of ours, guessed from its heading and its values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as kept

from rca.imports.cells import Columns
from rca.imports.formats import Source, key
from rca.imports.profiles import Profile
from rca.imports.ways import HOW_BAD, NUMBERED, OPEN, OVER, WAYS
from rca.imports.words import WORDS

LEFT_OUT = "No such thing here."
DOUBTFUL = {"first response time", "time to resolution", "timeto resolution", "time", "timestamp", "data", "subject",
            "summary", "title", "betreff", "sujet", "objet", "asunto", "oggetto", "onderwerp", "user"}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What a column probably is, whether that is sure, and why; no field means it is left out."""

    field: str
    sure: bool
    why: str
    values: Mapping[str, str] = kept(default_factory=dict)  # their values, folded, in ours where they need telling


def guess(source: Source) -> dict[str, Guess]:
    """For each column the field it goes to; a field that takes one column only takes the one that fits best."""
    profiles = source.profiles
    scores = {
        (ours, column): _score(ours, source.columns[column], profile)
        for column, profile in profiles.items()
        for ours in WORDS
    }
    found: dict[str, Guess] = {}
    taken: set[str] = set()
    for (ours, column), score in sorted(scores.items(), key=lambda one: -one[1]):
        if score >= 1 and column not in found and ours not in taken:
            taken.add(ours)
            found[column] = _guess(ours, score, profiles[column], source.rows)
            if any(_spaced(source.columns[column]).endswith(name) for name in DOUBTFUL):
                found[column] = replace(found[column], sure=False)
    _longest_text(source, found, taken)
    return {
        column: found.get(column) or Guess("", not profiles[column].filled, _left_out(profiles[column]))
        for column in source.columns
    }


def columns_of(guesses: Mapping[str, Guess]) -> Columns:
    """The guesses as the mapping they amount to."""
    return Columns(
        {column: one.field for column, one in guesses.items()},
        {column: dict(one.values) for column, one in guesses.items() if one.values},
    )


def _score(ours: str, heading: str, profile: Profile) -> float:
    """What the heading says, and whether the values could be such a thing at all; below 1 is no guess."""
    named, fits = _named(ours, heading), _fits(ours, profile)
    return named * fits if named else _by_values(ours, profile)


def _named(ours: str, heading: str) -> float:
    """3 for a heading that says just that, 2 for one that ends so, 1.2 for one that holds such a word."""
    words = _spaced(heading)
    best = 0.0
    for rank, name in enumerate(WORDS[ours]):
        early = 0.2 * (1 - rank / len(WORDS[ours]))
        if words == name:
            best = max(best, 3 + early)
        elif words.endswith(" " + name) or words.startswith(name + " "):
            best = max(best, 2 + early)
        elif f" {name} " in f" {words} ":
            best = max(best, 1.2 + early)
    return best


def _spaced(heading: str) -> str:
    """“TicketID” and “ticket_id” are “ticket id”."""
    return key(re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", heading)).replace("_", " ")


def _fits(ours: str, one: Profile) -> float:
    """0 where the values speak against it, 1 where they say nothing, more where they speak for it."""
    if not one.filled:
        return 0.4
    if ours in ("received_at", "ended_at"):
        whole = one.dates + (one.numbers if ours == "received_at" else 0)
        return 1.3 if one.mostly(one.dates) else 1 if one.mostly(whole) and one.longest >= 8 else 0
    if ours == "contact_email":
        return 1.3 if one.addresses >= one.filled * 0.4 else 0
    if ours == "external_id":
        return 1.3 if one.unique else 0.7 if one.different > one.filled * 0.9 and not one.dates else 0
    if ours == "contact_phone":
        return 1.2 if one.phones + one.numbers >= one.filled * 0.5 else 0
    if ours in ("channel", "severity", "state"):
        return (1.3 if _known(ours, one) > 0.5 else 1) if one.few and not one.mostly(one.dates) else 0
    if ours in ("account", "contact_name", "words", "outcome", "remedy", "product"):
        return 0 if one.mostly(one.dates) or one.mostly(one.addresses) or one.mostly(one.numbers) else 1
    return 1


def _by_values(ours: str, one: Profile) -> float:
    """Where the heading says nothing: addresses are addresses, and three known ways are ways."""
    if ours == "contact_email" and one.filled > 1 and one.addresses == one.filled:
        return 1.1
    if ours == "channel" and one.few and one.different > 1 and _known("channel", one) == 1:
        return 1.05
    return 0


def _known(ours: str, one: Profile) -> float:
    """How much of the column has a value we know the meaning of."""
    total = sum(one.common.values())
    return sum(times for value, times in one.common.items() if _meaning(ours, value)) / total if total else 0


def _meaning(ours: str, value: str) -> str:
    name = key(value)
    if ours == "state":
        return "closed" if value.startswith(OVER) else "open" if value.startswith(OPEN) else ""
    known = WAYS if ours == "channel" else HOW_BAD
    return known.get(name) or known.get(re.sub(r"^\d+_|_\d+$", "", name), "")


def _guess(ours: str, score: float, one: Profile, rows: int) -> Guess:
    values: dict[str, str] = {}
    sure, why = score >= 2, "by its heading"
    if ours in ("channel", "severity", "state"):
        values = {value: _meaning(ours, value) for value in one.common}
        numbers = ours == "severity" and all(value in NUMBERED for value in values) and bool(values)
        if numbers:
            values = {value: NUMBERED[value] for value in values}
        unknown = [value for value, meant in values.items() if not meant]
        sure = not unknown and not numbers
        why = f"{one.different} {'value' if one.different == 1 else 'values'}" + _all_known(unknown, numbers)
    elif ours == "external_id":
        sure, why = one.unique, "nearly all differ"
        if one.unique:
            why = f"unique in {'all' if one.filled == rows else 'the first'} {one.filled:,}"
    elif ours == "contact_email":
        sure = one.addresses == one.filled
        why = (
            "every value that is there is an address" if sure else f"{one.addresses:,} of {one.filled:,} are addresses"
        )
    elif ours in ("received_at", "ended_at"):
        sure = score >= 2 and one.mostly(one.dates)
        why = "dates" if one.mostly(one.dates) else "numbers that can be read as days"
        why += f", empty in {one.empty:,}" if ours == "ended_at" and one.empty else ""
    return Guess(ours, sure, why, values)


def _all_known(unknown: list[str], numbers: bool) -> str:
    if numbers:
        return ": numbers; say which is which"
    if unknown:
        return f": say what “{unknown[0][:40]}” means" + (f" and {len(unknown) - 1} more" if len(unknown) > 1 else "")
    return ", all known"


def _longest_text(source: Source, found: dict[str, Guess], taken: set[str]) -> None:
    """Their words are the column with the longest text, whatever it is called; short ones are a guess only."""
    texts = [
        column for column, one in source.profiles.items()
        if one.filled and not one.mostly(one.dates) and not one.mostly(one.numbers) and not one.mostly(one.addresses)
        and (column not in found or found[column].field == "words")
    ]  # fmt: skip
    if not texts:
        return
    longest = max(texts, key=lambda column: source.profiles[column].letters)
    average = source.profiles[longest].letters / source.profiles[longest].filled
    named = next((column for column, one in found.items() if one.field == "words"), "")
    if named:
        why = "longest text" if named == longest else "by its heading"
        found[named] = replace(found[named], sure=found[named].sure or (named == longest and average > 60), why=why)
    elif average > 25 and not source.profiles[longest].few:
        found[longest] = Guess("words", average > 60, "longest text")


def _left_out(one: Profile) -> str:
    if not one.filled:
        return "It is empty."
    if one.few and one.mostly(one.numbers) and one.longest <= 2 and one.different <= 11:
        return "It looks like a score; kept with the raw row."
    return LEFT_OUT
