"""Choosing seats: these ones, or the best that are free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.booking.service.holds import Held
from webapp.core.db import Database


@dataclass(frozen=True)
class SeatWish:
    """These seats of a date, by ordinal, each with its ticket type, or None for the usual one."""

    basket: str
    date_id: UUID
    seats: Mapping[int, UUID | None]
    code: str = ""


@dataclass(frozen=True)
class BestWish:
    """So many seats together, as good as can be.

    `level` is a price level or a ticket type, `section` a section of the plan, `up_to` the most that one
    ticket may cost. Asked twice it is the same seats: the basket has `together` seats that fit the wish.
    """

    basket: str
    date_id: UUID
    together: int
    level: UUID | None = None
    section: UUID | None = None
    up_to: int | None = None
    accessible: bool = False
    code: str = ""


def hold(database: Database, wish: SeatWish, now: datetime) -> Held:
    """Hold all of these seats, or none; what the basket holds already stays. Raises `rules.SeatsTaken`."""
    raise NotImplementedError


def hold_best(database: Database, wish: BestWish, now: datetime) -> Held:
    """Hold the best seats that are free and fit; raises NoRoom when so many are not left."""
    raise NotImplementedError
