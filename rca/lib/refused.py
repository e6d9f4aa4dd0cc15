"""The domain's one way to say no: a sentence a person can act on. Only the two doors catch it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction


class Refused(Exception):
    """A rule says no. `steps` are (text, address) pairs: what would clear the way, each one a link."""

    status = 409

    def __init__(self, sentence: str, *, steps: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.steps = list(steps)


class Forbidden(Refused):
    """The person may not do this at all; the sentence says who may."""

    status = 403


class Stale(Refused):
    """Somebody saved first. `fields` maps a label to (what was typed here, what stands there now)."""

    def __init__(self, sentence: str, *, fields: Mapping[str, tuple[str, str]], version: int) -> None:
        super().__init__(sentence)
        self.fields = dict(fields)
        self.version = version


@contextmanager
def once(sentence: str) -> Iterator[None]:
    """Turns the unique constraint that guards an act into its refusal: the row is the lock, so one of two wins."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # 23505 unique, 23P01 exclusion; any other broken constraint is a fault of ours and must surface as one.
        if getattr(error.__cause__, "sqlstate", "") in {"23505", "23P01"}:
            raise Refused(sentence) from error
        raise
