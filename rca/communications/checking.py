"""What a customer should not read: names of our people, references, other customers, blame, promises of the law."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Length

from accounts.customers.models import Account, Alias
from accounts.people.models import User
from accounts.people.roles import Role
from rca.causes.models import Cause
from rca.whys.models import Participant
from rca.whys.nudging import nudge

REFERENCE = re.compile(r"\b[ACFGMPRUWX]-\d+\b")
# A first name that is a word too: alone it says nothing, with the rest of the name it does.
WORDS_TOO = frozenset(
    re.findall(
        r"\w+",
        """
        art april august bill christian dale dawn drew faith frank glen grace grant hope iris jack joy june lance mark
        may miles olive page paige pearl penny rich rob rose said sky story summer sunny van wells will young
        """,
    )
)
# How an answer that is not for customers says it: by the kinds that a session is nudged about.
BLAMES = {
    "person": "names a person as the cause",
    "human_error": "stops at a slip",
    "forgot": "stops at something forgotten",
    "should_have": "says what ought to have happened",
    "customer": "puts it on the customer",
}
LAW = re.compile(
    r"\b(?:liab(?:le|ility)|breach\w*|negligen\w+|guarantee\w*|compensation|lawsuit|sue[ds]?|in full and final)\b"
    r"|\b(?:will|won’t|can|can’t)(?: not| never)? happen again\b|\bnever (?:again|happens?)\b",
    re.IGNORECASE,
)
INSIDE = re.compile(
    r"\b[\w.+-]+@[\w-]+\.[\w.]+\b|\bhttps?://\S+|\b[a-z]+(?:_[a-z0-9]+)+\b|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|(?<![\w&])#\d{3,}\b|\bticket \d+\b",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\[[^\]\n]{3,}\]")
INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


class Finding(NamedTuple):
    """One thing that stands in a note and should not, or should be looked at; `hard` ones cannot stay."""

    kind: str
    found: str
    says: str
    hard: bool


@dataclass(frozen=True)
class Names:
    """What our people are called: whole names however they are written, parts of them only as names are written."""

    whole: frozenset[str]
    parts: frozenset[str]
    mail: frozenset[str]
    customers: tuple[str, ...] = ()  # whose names may stand in the texts that are looked at

    def find(self, text: str) -> list[str]:
        """The names in a text, each once, in the order in which they stand."""
        pattern = self._pattern()
        return list(dict.fromkeys(match[0] for match in pattern.finditer(text))) if pattern else []

    def replace(self, text: str) -> str:
        """Our team for every name; We where a name begins what was done."""
        pattern = self._pattern()
        if not pattern:
            return text
        text = re.sub(rf"(?m)^(- )?(?:{pattern.pattern})(?:(?:,| and) (?:{pattern.pattern}))*(?!’s|'s)", r"\1We", text)
        text = re.sub(rf"(?:{pattern.pattern})(?:’s|'s)", "our team’s", text)
        return pattern.sub("our team", text)

    def _pattern(self) -> re.Pattern[str] | None:
        if not self.whole | self.parts | self.mail:
            return None
        loose = sorted(self.whole | self.mail, key=len, reverse=True)
        exact = sorted({form for part in self.parts for form in (part, part.upper())}, key=len, reverse=True)
        groups = []
        if loose:
            groups.append(rf"(?i:\b(?:{'|'.join(map(_spaced, loose))})\b)")
        if exact:
            groups.append(rf"\b(?:{'|'.join(map(re.escape, exact))})\b")
        return re.compile("|".join(groups))


def names_of(cause: Cause, texts: Collection[str] = ()) -> Names:
    """Everybody of ours, whoever sat in the sessions of this cause, and the customers who stand in these texts."""
    people = User.objects.exclude(role=Role.SYSTEM).order_by().values_list("name", "email")
    guests = Participant.objects.filter(session__whys__root__cause=cause).order_by()
    nobody = Value("", output_field=CharField())
    said = list(people.union(guests.values_list("name", nobody)))
    found = names([name for name, _ in said], [mail for _, mail in said if mail])
    return replace(found, customers=tuple(other_customers(texts)))


def names(said: Iterable[str], mail: Iterable[str] = ()) -> Names:
    whole, parts = set(), set()
    for name in said:
        words = [word for word in re.split(r"\s+", plain(name)) if word[:1].isalpha()]
        whole |= {" ".join(words)} if len(words) > 1 else set()
        parts |= {word for word in words if len(word) > 2 and word[0].isupper() and word.lower() not in WORDS_TOO}
    return Names(frozenset(whole), frozenset(parts), frozenset(mail))


def other_customers(texts: Collection[str]) -> list[str]:
    """Customers whose name or alias stands in the texts: asked of the database, which knows them all."""
    text = "\n".join(plain(one) for one in texts)
    if not text.strip():
        return []
    whole = Value(text.lower(), output_field=TextField())
    hits = [
        rows.order_by().alias(whole=whole, size=Length("name")).filter(size__gte=4, whole__contains=F("folded"))
        for rows in (Account.objects.all(), Alias.objects.all())
    ]
    found = hits[0].values_list("name").union(hits[1].values_list("name"))
    return [name for (name,) in found if stands_in(name, text)]


def stands_in(name: str, text: str) -> bool:
    """Whether the name stands there by itself; a name of one word only with its capital, since it may be a word too."""
    way = re.IGNORECASE if " " in name else re.NOFLAG
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, way))


def blame(sentence: str, known: Collection[str]) -> str:
    """The kind of blame that a sentence holds, if any: a person, a slip, the customer."""
    found = nudge(sentence, names=known)
    return found.kind if found and found.kind in BLAMES else ""


def findings(texts: Iterable[str], known: Names) -> list[Finding]:
    """Everything in these texts that a customer should not read, and then what somebody should look at."""
    whole = "\n".join(plain(text) for text in texts if text)
    hard = [Finding("name", name, f"“{name}” is one of our people: say “we” or “our team”.", True)
            for name in known.find(whole)]  # fmt: skip
    hard += [Finding("reference", ref, f"“{ref}” is a number of ours, which means nothing to them.", True)
             for ref in dict.fromkeys(REFERENCE.findall(whole))]  # fmt: skip
    hard += [Finding("customer", name, f"“{name}” is another customer.", True) for name in known.customers
             if stands_in(name, whole)]  # fmt: skip
    hard += [Finding("gap", gap, f"{gap} is still to be written.", True) for gap in BRACKETS.findall(whole)]
    soft = [Finding("law", match[0], f"“{match[0]}” promises or admits more than we may mean.", False)
            for match in LAW.finditer(whole)]  # fmt: skip
    soft += [Finding("inside", match[0], f"“{match[0]}” looks like something from inside the house.", False)
             for match in INSIDE.finditer(whole)]  # fmt: skip
    for sentence in sentences(whole):
        if (kind := blame(sentence, known.parts)) in ("person", "human_error", "customer"):
            soft.append(Finding("blame", sentence, f"“{sentence}” {BLAMES[kind]}.", False))
    return list(dict.fromkeys([*hard, *soft]))


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of a list is one."""
    lines = [line.removeprefix("- ").strip() for line in text.split("\n")]
    return [one.strip() for line in lines for one in re.split(r"(?<=[.!?])\s+", line) if one.strip()]


def plain(text: str) -> str:
    """The text as an eye reads it: letters that only look different are made alike, invisible ones go."""
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE)


def _spaced(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))
