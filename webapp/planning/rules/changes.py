"""What a change of many dates would do to each of them, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from webapp.core import clock, money
from webapp.planning.rules.clocks import Readings, Span, at, doors_before

Step = Literal["on_sale", "paused", "scheduled"]

STEPS: Mapping[Step, str] = {"on_sale": "on sale", "paused": "paused", "scheduled": "not sold now"}


@dataclass(frozen=True)
class Place:
    id: UUID
    name: str
    zone: str


@dataclass(frozen=True)
class PoolFacts:
    id: UUID
    name: str
    capacity: int
    taken: int
    is_seated: bool


@dataclass(frozen=True)
class TypeFacts:
    id: UUID
    name: str
    price: int


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

    @property
    def taken(self) -> int:
        return sum(pool.taken for pool in self.pools)

    def readings(self) -> Readings:
        """On the clock at the venue, to the minute as pages show them."""
        return Readings(
            _read(self.starts_at, self.place.zone),
            _read(self.ends_at, self.place.zone),
            _read(self.doors_at, self.place.zone) if self.doors_at else None,
        )

    def is_at(self, span: Span, place_id: UUID) -> bool:
        """Whether it stands as a rule would put it."""
        mine = (self.starts_at, self.ends_at, self.doors_at, self.place.id)
        return mine == (span.starts_at, span.ends_at, span.doors_at, place_id)


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

    @property
    def is_empty(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True)
class Proposal:
    """What would become of one date: `lines` say it, `notes` what to know, `refused` why it stays."""

    facts: Facts
    values: dict[str, Any] = field(default_factory=dict)
    capacities: dict[UUID, int] = field(default_factory=dict)
    prices: dict[UUID, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""

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


def proposed(facts: Facts, wanted: Wanted, currency: str, now: datetime) -> Proposal:
    """All of what is wanted for one date, or none of it and why."""
    if reason := closed(facts, now):
        return Proposal(facts, refused=reason)
    moved = to(facts, _span(facts, wanted), _place(facts, wanted), now)
    parts = [moved, _sale(facts, wanted, moved), _price(facts, wanted, currency), _capacity(facts, wanted)]
    return Proposal(
        facts,
        values={name: value for part in parts for name, value in part.values.items()},
        capacities=parts[3].capacities,
        prices=parts[2].prices,
        lines=tuple(line for part in parts for line in part.lines),
        notes=tuple(note for part in parts for note in part.notes),
        refused=" ".join(part.refused for part in parts if part.refused),
    )


def to(facts: Facts, span: Span, place: Place, now: datetime) -> Proposal:
    """The date at another time or place."""
    wanted = {
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "doors_at": span.doors_at,
        "venue_id": place.id,
        "zone": place.zone,
    }
    has = {"venue_id": facts.place.id, "zone": facts.place.zone}
    values = {
        name: value for name, value in wanted.items() if value != has.get(name, getattr(facts, name, None))
    }
    if not values:
        return Proposal(facts)
    refused = ""
    if facts.plan_id and "venue_id" in values:
        refused = "It has a seat plan of its venue. Take the plan off first."
    elif "starts_at" in values and span.starts_at <= now:
        refused = "It would begin in the past."
    return Proposal(facts, values, lines=_moved_lines(facts, span, place), notes=span.notes, refused=refused)


def closed(facts: Facts, now: datetime) -> str:
    """Why a date is changed no more; empty while it may be."""
    if facts.status == "cancelled":
        return "It is cancelled."
    return "It is over." if facts.ends_at <= now else ""


def _place(facts: Facts, wanted: Wanted) -> Place:
    """A date keeps the zone it was made with as long as it stays in its house."""
    return wanted.place if wanted.place and wanted.place.id != facts.place.id else facts.place


def _span(facts: Facts, wanted: Wanted) -> Span:
    """The readings of a date with what is wanted put in; what nobody changes keeps its very instant."""
    old = facts.readings()
    zone = _place(facts, wanted).zone
    begins = old.begins + timedelta(days=wanted.days_later)
    if wanted.begins:
        begins = datetime.combine(begins.date(), wanted.begins)
    ends = old.ends + (begins - old.begins)
    if wanted.ends:
        ends = datetime.combine(begins.date(), wanted.ends)
        ends += timedelta(days=ends <= begins)
    doors = old.doors + (begins - old.begins) if old.doors else None
    if wanted.doors:
        doors = doors_before(begins, wanted.doors)
    new = Readings(begins, ends, doors)
    if new == old and zone == facts.place.zone:
        return Span(facts.starts_at, facts.ends_at, facts.doors_at)
    return at(new, zone)


def _moved_lines(facts: Facts, span: Span, place: Place) -> tuple[str, ...]:
    zone, old = place.zone, facts.readings()
    begins, ends = _read(span.starts_at, zone), _read(span.ends_at, zone)
    lines = []
    if begins != old.begins:
        same_day = begins.date() == old.begins.date()
        lines.append(f"begins {_said(begins, same_day)} instead of {_said(old.begins, same_day)}")
    if ends - begins != old.ends - old.begins:
        lines.append(f"ends {ends:%H:%M} instead of {old.ends:%H:%M}")
    doors = _read(span.doors_at, zone) if span.doors_at else None
    if doors and (old.doors is None or begins - doors != old.begins - old.doors):
        lines.append(f"doors {doors:%H:%M}" + (f" instead of {old.doors:%H:%M}" if old.doors else ""))
    if old.doors and not doors:
        lines.append("no time for the doors any more")
    if place.id != facts.place.id:
        lines.append(f"at {place.name} instead of {facts.place.name}")
    return tuple(lines) or (f"to the clock of {zone}",)


def _sale(facts: Facts, wanted: Wanted, moved: Proposal) -> Proposal:
    values: dict[str, Any] = {}
    lines: list[str] = []
    refused = ""
    if wanted.step and wanted.step != facts.status:
        values["status"] = wanted.step
        lines.append(STEPS[wanted.step])
        if wanted.step == "on_sale" and not facts.types:
            refused = "It has nothing to sell yet."
    if wanted.opening:
        starts = moved.values.get("starts_at", facts.starts_at)
        zone = _place(facts, wanted).zone
        opens = _opens(wanted.opening, starts, zone)
        if opens != facts.on_sale_at:
            values["on_sale_at"] = opens
            lines.append(f"on sale from {_said(_read(opens, zone), False)}" if opens else "on sale at once")
        if opens and opens >= starts:
            refused = "Its sale would open after it has begun."
    return Proposal(facts, values, lines=tuple(lines), refused=refused)


def _opens(opening: Opening, starts_at: datetime, zone: str) -> datetime | None:
    reading = opening.reading
    if opening.at:
        day = clock.local(starts_at, zone).date() - timedelta(days=opening.days_before)
        reading = datetime.combine(day, opening.at)
    return at(Readings(reading, reading + timedelta(hours=1), None), zone).starts_at if reading else None


def _price(facts: Facts, wanted: Wanted, currency: str) -> Proposal:
    if wanted.price is None:
        return Proposal(facts)
    name, price = wanted.price
    named = [kind for kind in facts.types if kind.name == name]
    if not named:
        return Proposal(facts, refused=f"It has no ticket type “{name}”.")
    changed = [kind for kind in named if kind.price != price]
    lines = [
        f"{name} {money.shown(price, currency)} instead of {money.shown(kind.price, currency)}"
        for kind in changed
    ]
    return Proposal(facts, prices=dict.fromkeys((kind.id for kind in changed), price), lines=tuple(lines))


def _capacity(facts: Facts, wanted: Wanted) -> Proposal:
    if wanted.capacity is None:
        return Proposal(facts)
    name, capacity = wanted.capacity
    pool = next((pool for pool in facts.pools if pool.name == name), None)
    if pool is None:
        return Proposal(facts, refused=f"It has no pool “{name}”.")
    if pool.capacity == capacity:
        return Proposal(facts)
    refused = ""
    if pool.is_seated:
        refused = f"{name} has reserved seats: its places follow them."
    elif capacity < pool.taken:
        refused = f"{pool.taken} places of {name} are taken; that is the least."
    line = f"{name} {capacity:,} places instead of {pool.capacity:,}"
    return Proposal(facts, capacities={pool.id: capacity}, lines=(line,), refused=refused)


def _read(instant: datetime, zone: str) -> datetime:
    return clock.local(instant, zone).replace(tzinfo=None, second=0, microsecond=0, fold=0)


def _said(reading: datetime, same_day: bool) -> str:
    if same_day:
        return f"{reading:%H:%M}"
    return f"{reading:%a} {reading.day} {reading:%b %Y}, {reading:%H:%M}"
