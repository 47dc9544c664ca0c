"""A hall with numbered seats, and a date that sells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tests.factories.booking import Kind, Sale, a_sale, order, pay
from webapp.booking.models import SeatClaim
from webapp.booking.service import blocks, seats
from webapp.booking.service.seat_wishes import SeatWish
from webapp.catalog.models import EventDate
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database, Session
from webapp.core.ids import secret, uuid7
from webapp.seating.models import PoolLevel, PriceLevel, Seat, SeatPlan, Section

PITCH = 28
ROW_NAMES = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Hall:
    """A plan as tests ask for it; each of `levels` has the same number of rows, from the stage outwards.

    Seats are numbered from 1; behind the seats of `gangways` one walks, so that they have no right neighbour.
    `wheelchair` names seats such as "A 1"; the seat right of each is its companion's. So many sections stand
    `abreast`, the others behind them.
    """

    sections: Sequence[str] = ("Stalls",)
    levels: Sequence[str] = ("Front", "Rear")
    rows: int = 4
    seats: int = 10
    gangways: Sequence[int] = ()
    wheelchair: Sequence[str] = ()
    restricted: Sequence[str] = ()
    abreast: int = 1

    @property
    def width(self) -> int:
        """Of one section, with the way beside it, in seats."""
        return self.seats + len(self.gangways) + 2


# With all that a hall can have.
FURNISHED = Hall(
    sections=("Stalls", "Circle"),
    levels=("Front", "Middle", "Rear"),
    rows=9,
    seats=22,
    gangways=(11,),
    wheelchair=("J 1", "J 21"),
    restricted=("A 1", "A 22"),
)


@dataclass(frozen=True)
class SeatedSale:
    """A date on sale by seats; `sale` has a pool for each level, and its types in the order of the levels."""

    sale: Sale
    plan_id: UUID
    levels: tuple[UUID, ...]
    sections: tuple[UUID, ...]
    ordinals: dict[str, int]
    ids: dict[str, UUID]

    @property
    def date_id(self) -> UUID:
        return self.sale.date_id

    @property
    def slug(self) -> str:
        return self.sale.slug

    def ordinal(self, name: str) -> int:
        """Of a seat by its name, such as "B 3"; with its section, "Circle B 3", where there are several."""
        return self.ordinals[name]


def a_seated_sale(
    database: Database, hall: Hall | None = None, *, prices: Sequence[int] = (5800, 4400), reduced: int = 0
) -> SeatedSale:
    """A published event with one date in this hall; with `reduced` each level has a second, cheaper type."""
    hall = hall or Hall()
    per_level = [hall.seats * len(hall.sections) * rows for rows in _rows_per_level(hall)]
    kinds = [
        Kind(price, pool=level, name=name)
        for level in range(len(hall.levels))
        for name, price in (("Adult", prices[level]), *([("Reduced", reduced)] if reduced else []))
    ]
    sale = a_sale(database, places=per_level, kinds=kinds)
    with database.writing() as db:
        date = db.get_one(EventDate, sale.date_id)
        plan = SeatPlan(
            id=uuid7(),
            organizer_id=sale.organizer_id,
            venue_id=date.venue_id,
            name="Great Hall",
            width=PITCH * (hall.abreast * hall.width + 2),
            height=PITCH * (-(-len(hall.sections) // hall.abreast) * (hall.rows + 2) + 5),
            stage={
                "x": PITCH * 2,
                "y": 20,
                "width": PITCH * (hall.abreast * hall.width - 3),
                "height": 60,
                "label": "Stage",
            },
        )
        db.add(plan)
        db.flush()
        seated = _furnish(db, sale, plan, hall)
        date.plan_id = plan.id
        db.add_all(
            PoolLevel(date_id=date.id, level_id=level, pool_id=pool)
            for level, pool in zip(seated.levels, sale.pools, strict=True)
        )
    return seated


def block(database: Database, seated: SeatedSale, *names: str, name: str = "House") -> UUID:
    """Hold seats back for the house."""
    with database.writing() as db:
        return blocks.hold_back(
            db,
            organizer_id=seated.sale.organizer_id,
            date_id=seated.date_id,
            name=name,
            ordinals=[seated.ordinal(seat) for seat in names],
            by=SYSTEM,
            now=clock.now(),
        )


def hold(
    database: Database,
    seated: SeatedSale,
    *names: str,
    basket: str = "",
    now: datetime,
    kind: int | None = None,
) -> UUID:
    """Hold these seats; `kind` is the position of the ticket type, the usual one without it."""
    ticket_type = None if kind is None else seated.sale.types[kind]
    wish = SeatWish(basket or secret(), seated.date_id, {seated.ordinal(name): ticket_type for name in names})
    held = seats.hold(database, wish, now).hold_id
    assert held
    return held


def bought(database: Database, seated: SeatedSale, *names: str, now: datetime) -> UUID:
    """These seats, paid for."""
    basket = secret()
    made = order(database, hold(database, seated, *names, basket=basket, now=now), basket=basket, now=now)
    pay(database, made.payment_id)
    return made.order_id


def claimed(database: Database, seated: SeatedSale) -> set[str]:
    """The names of all seats that somebody has, by any claim."""
    names = {seat: name for name, seat in seated.ids.items()}
    with database.reading() as db:
        found = db.scalars(select(SeatClaim.seat_id).where(SeatClaim.date_id == seated.date_id))
        return {names[seat] for seat in found}


def _rows_per_level(hall: Hall) -> list[int]:
    each, more = divmod(hall.rows, len(hall.levels))
    return [each + (level < more) for level in range(len(hall.levels))]


def _furnish(db: Session, sale: Sale, plan: SeatPlan, hall: Hall) -> SeatedSale:
    sections = [
        Section(id=uuid7(), plan_id=plan.id, name=name, position=at) for at, name in enumerate(hall.sections)
    ]
    levels = [
        PriceLevel(id=uuid7(), plan_id=plan.id, name=name, position=at) for at, name in enumerate(hall.levels)
    ]
    db.add_all([*sections, *levels])
    db.flush()
    of_row = [level for level, rows in enumerate(_rows_per_level(hall)) for _ in range(rows)]
    seats: dict[str, Seat] = {}
    # The best seats are those nearest to the middle of the stage.
    for part, section in enumerate(sections):
        for row in range(hall.rows):
            for at in range(hall.seats):
                name = f"{ROW_NAMES[row]} {at + 1}"
                full = f"{section.name} {name}" if len(sections) > 1 else name
                seats[full] = _seat(plan, section, levels[of_row[row]], hall, (part, row, at))
    centre = plan.stage["x"] + plan.stage["width"] / 2
    ranked = sorted(seats.values(), key=lambda seat: (seat.x - centre) ** 2 + seat.y**2)
    for rank, seat in enumerate(ranked):
        seat.rank = rank
    for ordinal, (name, seat) in enumerate(seats.items()):
        seat.ordinal = ordinal
        if any(name.endswith(chair) for chair in hall.wheelchair):
            seat.kind = "wheelchair"
            beside = seats[f"{name.rpartition(' ')[0]} {int(seat.number) + 1}"]
            beside.kind, beside.companion_of = "companion", seat.id
        seat.restricted_view = any(name.endswith(one) for one in hall.restricted)
    db.add_all(seats.values())
    db.flush()
    return SeatedSale(
        sale,
        plan.id,
        tuple(level.id for level in levels),
        tuple(section.id for section in sections),
        {name: seat.ordinal for name, seat in seats.items()},
        {name: seat.id for name, seat in seats.items()},
    )


def _seat(
    plan: SeatPlan, section: Section, level: PriceLevel, hall: Hall, place: tuple[int, int, int]
) -> Seat:
    part, row, at = place
    position = at + sum(at >= gangway for gangway in hall.gangways)
    return Seat(
        id=uuid7(),
        plan_id=plan.id,
        section_id=section.id,
        level_id=level.id,
        row=ROW_NAMES[row],
        number=str(at + 1),
        row_position=row,
        position=position,
        x=PITCH * (part % hall.abreast * hall.width + position + 2),
        y=PITCH * (part // hall.abreast * (hall.rows + 2) + row + 4),
    )
