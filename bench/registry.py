"""Every benchmark: its name, what it measures, and which house it needs to be measured in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import finding, growth, hold, live, memory, pages, room, sale, seatmap, seats, sellout, takeaway
from bench.pace import Pace
from bench.results import Result
from bench.stack import Stack


@dataclass(frozen=True)
class House:
    """A season of so many dates, on servers of its own. Benchmarks of the same house share it, in order."""

    name: str
    dates: int


@dataclass(frozen=True)
class Benchmark:
    """`measure` gives a row for each figure; where something `sells`, every invariant is swept afterwards."""

    name: str
    measure: Callable[[Stack, Pace], Iterator[Result]]
    house: House
    sells: bool = False

    @property
    def about(self) -> str:
        return (self.measure.__doc__ or "").strip().splitlines()[0]


SEASON = House("a season of 10,000 dates", 10_000)
HALL = House("a season with one large hall", 200)
GROWING = House("a season whose tickets are counted", 1_000)
LOOKED_AT = House("a season whose tickets staff look at", 1_000)

# In this order. `memory` comes first: it looks at processes that have done nothing yet.
BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark("memory", memory.memory, SEASON, sells=True),
    Benchmark("page", pages.page, SEASON),
    Benchmark("list", pages.listing, SEASON),
    Benchmark("live", live.live, SEASON, sells=True),
    Benchmark("hold", hold.hold, SEASON, sells=True),
    Benchmark("hold_spread", hold.spread, SEASON, sells=True),
    Benchmark("seat_best", seats.seat_best, SEASON, sells=True),
    Benchmark("sale", sale.sale, SEASON, sells=True),
    Benchmark("room", room.room, SEASON, sells=True),
    Benchmark("sellout", sellout.sellout, SEASON, sells=True),
    Benchmark("growth", growth.growth, GROWING),
    Benchmark("finding", finding.finding, LOOKED_AT),
    Benchmark("takeaway", takeaway.takeaway, LOOKED_AT),
    Benchmark("map", seatmap.seat_map, HALL),
)
