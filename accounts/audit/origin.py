"""Where the act at hand comes from: kept beside the verbs, since who acts is always said and whence hardly matters."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_origin: ContextVar[tuple[str, str]] = ContextVar("origin", default=("command", ""))


@contextmanager
def came_from(door: str, address: str = "") -> Iterator[None]:
    """Marks everything recorded inside as come by that door: page, api, worker, import, mail or command."""
    token = _origin.set((door, address))
    try:
        yield
    finally:
        _origin.reset(token)


def origin() -> tuple[str, str]:
    """The door and the address of the act at hand."""
    return _origin.get()
