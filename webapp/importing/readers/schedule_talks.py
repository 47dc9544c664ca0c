"""Talks of a programme as they are written, whatever its form. Pure."""

import html
import re
from dataclasses import dataclass
from datetime import time
from typing import Any

from webapp.importing.readers import moments

_TAG = re.compile(r"<(?:[a-zA-Z]|/[a-zA-Z])")
_CANCELLED = frozenset(["cancelled", "canceled", "true", "yes", "1"])


@dataclass(frozen=True)
class Conference:
    """What holds for all talks."""

    name: str = ""
    venue: str = ""
    city: str = ""
    zone: str = ""
    day_change: str = ""


@dataclass(frozen=True)
class Day:
    """A day of the programme; what begins before its opening is in the night that ends it."""

    date: str = ""
    opening: time | None = None


@dataclass(frozen=True)
class Talk:
    """A talk as it is written."""

    id: str
    guid: str
    title: str
    date: str
    start: str
    duration: str
    room: str
    text: str
    people: tuple[str, ...]
    is_cancelled: bool = False
    end: str = ""

    @property
    def name(self) -> str:
        """What a person finds it by."""
        return self.id or self.guid


Entry = tuple[Conference, Day, Talk]


def joined(subtitle: str, abstract: str, description: str) -> str:
    """Subtitle, abstract and description as one text; plain ones become paragraphs where another is HTML."""
    parts = [part.strip() for part in dict.fromkeys([subtitle, abstract, description]) if part.strip()]
    if any(_TAG.search(part) for part in parts):
        parts = [part if _TAG.search(part) else f"<p>{html.escape(part, quote=False)}</p>" for part in parts]
    return "\n\n".join(parts)


def opening_of(text: str) -> time | None:
    """The clock reading at which a day of the programme begins."""
    said = moments.iso(text) if text else None
    return said.clock if said else None


def is_cancelled(*said: Any) -> bool:
    """Whether a flag or state of a talk says that it does not take place."""
    return any(str(one).strip().lower() in _CANCELLED for one in said)
