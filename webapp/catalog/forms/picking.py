"""Numbers of tickets in an event page's address: what somebody had typed when it could not be held."""

from collections.abc import Mapping
from uuid import UUID

FIELD = "qty-"


def picked(args: Mapping[str, str]) -> dict[UUID, int]:
    """So many of each ticket type; what cannot be read is left out."""
    found: dict[UUID, int] = {}
    for name, typed in args.items():
        if name.startswith(FIELD) and typed.isascii() and typed.isdecimal() and len(typed) < 4:
            try:
                found[UUID(name.removeprefix(FIELD))] = int(typed)
            except ValueError:
                continue
    return found
