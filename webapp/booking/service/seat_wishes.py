"""What somebody asks for who wants seats: these ones, or the best."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from webapp.booking.queries.buyers import Asking, nobody


@dataclass(frozen=True)
class SeatWish:
    """These seats of a date, by ordinal, each with its ticket type, or None for the usual one."""

    basket: str
    date_id: UUID
    seats: Mapping[int, UUID | None]
    code: str = ""
    buyer: Asking = nobody
    by_staff: bool = False


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
    is_first: bool = False
    buyer: Asking = nobody
    by_staff: bool = False
