"""When people wait, in which order they go in, and what may be said about it. Pure."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

# The door is held for somebody whose turn it is; a pass is good for as long after each step in the sale.
COME_IN = timedelta(minutes=5)
SHOP = timedelta(minutes=10)
# After Redis was emptied nobody goes in before every open page has asked once, and so stands in line again.
GATHER = timedelta(seconds=20)

POLL_SECONDS = 15
POLL_SECONDS_NEAR = 5
NEAR = 20

LONG_WAIT_MINUTES = 90

Phase = Literal["closed", "before", "open", "paused", "sold_out", "stopped"]


@dataclass(frozen=True)
class Hours:
    """What decides how a room stands at a moment."""

    opens_at: datetime | None
    starts_at: datetime
    paused: bool
    stopped_at: datetime | None
    left: int


@dataclass(frozen=True)
class Pace:
    """How the room lets people in just now."""

    is_open: bool
    per_minute: int
    most_inside: int


def phase(hours: Hours, now: datetime) -> Phase:
    """Only in `open` people are let in."""
    if hours.stopped_at:
        return "stopped"
    if now < hours.starts_at:
        return "closed" if hours.opens_at and now < hours.opens_at else "before"
    if hours.paused:
        return "paused"
    return "open" if hours.left > 0 else "sold_out"


def drawn_place(seed: str, join_id: UUID) -> float:
    """Where the draw puts a joining: at least 0, below 1, the same whoever computes it.

    The first 52 bits of SHA-256 over the seed and the joining's id, as a fraction.
    """
    return int(hashlib.sha256(f"{seed}{join_id}".encode()).hexdigest()[:13], 16) / 2**52


def is_drawn(place: float) -> bool:
    """Who came after the start has the time of joining as their place, far above 1."""
    return place < 1


def commitment(seed: str) -> str:
    """Shown before the draw, so that nobody can choose the seed afterwards."""
    return hashlib.sha256(seed.encode()).hexdigest()


@dataclass(frozen=True)
class Estimate:
    """How many minutes it may take, from and to; `high` is None when it is longer than can be said."""

    low: int
    high: int | None


def per_minute(recent: Sequence[int], seconds_into_minute: float, open_for: float) -> float | None:
    """People let in a minute, as it was: `recent` counts this minute and those before it, newest first.

    None while it runs for less than a minute, or too few went in to say.
    """
    seen = min(seconds_into_minute + 60 * (len(recent) - 1), open_for)
    people = sum(recent)
    return 60 * people / seen if seen >= 60 and people >= 3 else None


def estimate(ahead: int, pace: float | None) -> Estimate | None:
    """How long it takes at this pace, a quarter either way; None when nobody can know yet."""
    if not pace:
        return None
    minutes = (ahead + 1) / pace
    low, high = math.floor(minutes * 0.8), math.ceil(minutes * 1.25)
    return Estimate(low, high if high <= LONG_WAIT_MINUTES else None)


def poll_seconds(ahead: int | None) -> int:
    """Who is nearly at the door asks more often."""
    return POLL_SECONDS_NEAR if ahead is not None and ahead < NEAR else POLL_SECONDS
