"""What the values of one column have in common: how many differ, how many are dates, addresses, numbers, words."""

import re
from collections import Counter
from dataclasses import dataclass, field

from rca.imports.dates import ISO, PAIR, Unread, moment

FEW = 40  # a column of at most so many different values is a list of choices
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
PHONE = re.compile(r"\+?[\d\s()./-]{7,20}")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass
class Profile:
    """A column seen value by value."""

    filled: int = 0
    empty: int = 0
    addresses: int = 0
    dates: int = 0
    numbers: int = 0
    phones: int = 0
    letters: int = 0  # of all values together
    longest: int = 0
    sample: list[str] = field(default_factory=list)
    turnable: list[str] = field(default_factory=list)  # dates in figures that may be turned round
    common: Counter[str] = field(default_factory=Counter)  # the different values, folded, while they are few
    _seen: set[int] = field(default_factory=set)

    def see(self, cell: str) -> None:
        text = cell.strip()
        if len(self.sample) < 3 and (text or self.filled + self.empty < 3):
            self.sample.append(text[:200])
        if not text:
            self.empty += 1
            return
        self.filled += 1
        self.letters += len(text)
        self.longest = max(self.longest, len(text))
        self._seen.add(hash(text))
        if len(self._seen) <= FEW and len(text) <= 60:
            self.common[text.casefold()] += 1
        if len(text) > 60:
            return
        if "@" in text:
            self.addresses += bool(ADDRESS.fullmatch(text))
        elif any(sign.isdigit() for sign in text):
            self._figures(text)

    def _figures(self, text: str) -> None:
        if NUMBER.fullmatch(text):
            self.numbers += 1
        if PAIR.fullmatch(text):
            self.turnable.append(text)
            self.dates += 1
        elif ISO.fullmatch(text) or (not text.isdigit() and self._is_date(text)):
            self.dates += 1
        elif PHONE.fullmatch(text):
            self.phones += 1

    def _is_date(self, text: str) -> bool:
        if not any(sign.isalpha() for sign in text):
            return False
        try:
            return bool(moment(text, True))
        except Unread:
            return False

    @property
    def different(self) -> int:
        return len(self._seen)

    @property
    def unique(self) -> bool:
        return self.filled > 0 and self.different == self.filled and not self.empty

    @property
    def few(self) -> bool:
        return 0 < self.different <= FEW and self.different < max(self.filled * 0.8, 3) and self.longest <= 60

    def mostly(self, many: int) -> bool:
        return self.filled > 0 and many >= self.filled * 0.9
