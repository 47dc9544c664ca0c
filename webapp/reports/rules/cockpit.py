"""How a sale stands at one moment: its figures, and what follows from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.core.reach import Reach
from webapp.reports.rules import pace
from webapp.reports.rules.pace import SoldOut


@dataclass(frozen=True)
class Minute:
    """What happened within one minute that began at `at`; `places` sold, `revenue` without fees."""

    at: datetime
    holds: int = 0
    orders: int = 0
    places: int = 0
    revenue: int = 0


@dataclass(frozen=True)
class DateFigures:
    """One date on sale. `waiting` is None without a waiting room.

    `conversion` says how many of a hundred baskets that ended in the last hour were bought.
    """

    date_id: UUID
    event_id: UUID
    slug: str
    title: str
    status: str
    starts_at: datetime
    zone: str
    venue: str
    capacity: int
    sold: int
    held: int
    left: int
    revenue: int
    holds_a_second: float
    orders_a_second: float
    minutes: tuple[Minute, ...]
    conversion: int | None
    waiting: int | None
    inside: int | None

    @property
    def soon(self) -> SoldOut | None:
        return pace.sold_out(self.left, [minute.places for minute in self.minutes])


@dataclass(frozen=True)
class Cockpit:
    """All dates on sale of an organizer as they stood at `at`; payments of the last quarter of an hour."""

    at: datetime
    dates: tuple[DateFigures, ...]
    declined: int
    paid: int

    @property
    def failures(self) -> int | None:
        return pace.percent(self.declined, self.declined + self.paid)

    def within(self, reach: Reach) -> "Cockpit":
        """What somebody sees who may not see all; how payments go is known of all dates together only."""
        if reach.is_all:
            return self
        seen = tuple(
            one
            for one in self.dates
            if (reach.only is None or one.event_id in reach.only) and one.event_id not in reach.but
        )
        return Cockpit(self.at, seen, 0, 0)

    @property
    def busiest(self) -> list[DateFigures]:
        """Those of which most was held and ordered in the hour first, else the next."""
        return sorted(self.dates, key=lambda one: -sum(at.holds + at.orders for at in one.minutes))

    @property
    def minutes(self) -> list[Minute]:
        """Of all dates together."""
        return [
            Minute(
                at=those[0].at,
                holds=sum(one.holds for one in those),
                orders=sum(one.orders for one in those),
                places=sum(one.places for one in those),
                revenue=sum(one.revenue for one in those),
            )
            for those in zip(*(date.minutes for date in self.dates), strict=True)
        ]
