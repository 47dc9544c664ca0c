"""Dates as they are, for whoever is to change many of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from webapp.core import clock
from webapp.planning.rules.clocks import Readings, Span


@dataclass(frozen=True)
class Place:
    id: UUID
    name: str
    zone: str


@dataclass(frozen=True)
class PoolFacts:
    """`kept` are places beside its own that are for who has a code."""

    id: UUID
    name: str
    capacity: int
    taken: int
    is_seated: bool
    kept: int = 0


@dataclass(frozen=True)
class TypeFacts:
    id: UUID
    name: str
    price: int
    pools: tuple[UUID, ...] = ()
    is_asked_for: bool = False


@dataclass(frozen=True)
class Facts:
    """A date as it is; `day` is the one that its series names for it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime | None
    place: Place
    status: str
    on_sale_at: datetime | None
    plan_id: UUID | None
    sold: int
    pools: tuple[PoolFacts, ...] = ()
    types: tuple[TypeFacts, ...] = ()
    day: date | None = None

    def has_places(self, instead: Mapping[UUID, int]) -> bool:
        """Whether any ticket could be bought, if pools had so many places instead.

        One that is asked for first takes its places with the answer.
        """
        places = {pool.id: instead.get(pool.id, pool.capacity) + pool.kept for pool in self.pools}
        return any(
            kind.is_asked_for or all(places.get(pool, 1) for pool in kind.pools) for kind in self.types
        )

    @property
    def taken(self) -> int:
        return sum(pool.taken for pool in self.pools)

    def readings(self) -> Readings:
        """On the clock at the venue, to the minute as pages show them."""
        return Readings(
            read(self.starts_at, self.place.zone),
            read(self.ends_at, self.place.zone),
            read(self.doors_at, self.place.zone) if self.doors_at else None,
        )

    def is_at(self, span: Span, place_id: UUID) -> bool:
        """Whether it stands as a rule would put it."""
        mine = (self.starts_at, self.ends_at, self.doors_at, self.place.id)
        return mine == (span.starts_at, span.ends_at, span.doors_at, place_id)


def read(instant: datetime, zone: str) -> datetime:
    return clock.local(instant, zone).replace(tzinfo=None, second=0, microsecond=0, fold=0)


def said(reading: datetime, same_day: bool) -> str:
    if same_day:
        return f"{reading:%H:%M}"
    return f"{reading:%a} {reading.day} {reading:%b %Y}, {reading:%H:%M}"
