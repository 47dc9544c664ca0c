"""What is wanted of many dates, and what would become of one of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from webapp.planning.rules.facts import Facts, Place

Step = Literal["on_sale", "paused", "scheduled"]

STEPS: Mapping[Step, str] = {"on_sale": "on sale", "paused": "paused", "scheduled": "not sold now"}


@dataclass(frozen=True)
class Opening:
    """When the sale opens: so many days before each date at a reading there, or at one reading for all."""

    at: time | None = None
    days_before: int = 0
    reading: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """What is to be different; what is None stays."""

    begins: time | None = None
    ends: time | None = None
    doors: time | None = None
    days_later: int = 0
    place: Place | None = None
    step: Step | None = None
    opening: Opening | None = None
    price: tuple[str, int] | None = None
    capacity: tuple[str, int] | None = None
    like: UUID | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True)
class Proposal:
    """What would become of one date: `lines` say it, `notes` what to know, `refused` why it stays.

    `like` is the date whose offer it gets.
    """

    facts: Facts
    values: dict[str, Any] = field(default_factory=dict)
    capacities: dict[UUID, int] = field(default_factory=dict)
    prices: dict[UUID, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
    like: UUID | None = None

    @property
    def is_change(self) -> bool:
        return bool(self.lines) and not self.refused

    @property
    def moves(self) -> bool:
        """Whether guests would come at another time or to another house."""
        return self.is_change and bool({"starts_at", "venue_id"} & self.values.keys())

    @property
    def asks(self) -> bool:
        """Whether it needs a word from somebody, and one to the guests."""
        return self.moves and self.facts.sold > 0
