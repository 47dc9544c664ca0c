"""Houses that are sold by seat: their plans, prices and what is held back and sold of them."""

import random
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booking.service import blocks, seats
from webapp.booking.service.seat_wishes import BestWish
from webapp.catalog.models import TicketType
from webapp.core import money
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import fingerprint
from webapp.demo import season
from webapp.demo.sales import Sales
from webapp.demo.season import identity
from webapp.seating.models import PriceLevel
from webapp.seating.queries import plans as plan_queries
from webapp.seating.rules import typed
from webapp.seating.rules.halls import generate
from webapp.seating.service import dates, plans
from webapp.seating.service.dates import LevelSale


def furnish(database: Database, now: datetime) -> None:
    """Every house of the season that has seats, with the dates that are sold by them."""
    for hall in season.halls():
        with database.writing() as db:
            plan_id = plans.add(
                db,
                organizer_id=identity("organizer", hall["organizer"]),
                venue_id=identity("venue", hall["organizer"], hall["venue"]),
                name=hall["name"],
                draft=generate(hall["seats"]),
                by=SYSTEM,
            )
            for event in hall["events"]:
                _attach(db, hall, plan_id, identity("date", event, "0"), now)
        _sell(database, hall, identity("date", hall["events"][0], "0"), now)


def _attach(db: Session, hall: dict[str, Any], plan_id: UUID, date_id: UUID, now: datetime) -> None:
    organizer_id = identity("organizer", hall["organizer"])
    unit = 10 ** money.digits(season.organizers()[hall["organizer"]]["currency"])
    levels = db.scalars(
        select(PriceLevel).where(PriceLevel.plan_id == plan_id).order_by(PriceLevel.position)
    ).all()
    sales = [
        LevelSale(level.id, level.name, price * unit)
        for level, price in zip(levels, hall["prices"], strict=True)
    ]
    dates.attach(db, organizer_id=organizer_id, date_id=date_id, plan_id=plan_id, sales=sales, by=SYSTEM)
    _reduce(db, hall["reduced"], date_id, unit)
    plan = plan_queries.plan(db, plan_id)
    sections = [part.name for part in plan.sections]
    blocks.hold_back(
        db,
        organizer_id=organizer_id,
        date_id=date_id,
        name=hall["held_back"]["name"],
        ordinals=typed.ordinals(hall["held_back"]["seats"], plan.seats, sections),
        by=SYSTEM,
        now=now,
    )


def _reduce(db: Session, reduced: dict[str, Any], date_id: UUID, unit: int) -> None:
    """A second ticket for the same seats."""
    full = db.scalars(
        select(TicketType).where(TicketType.date_id == date_id, TicketType.name == reduced["level"])
    ).one()
    db.add(
        TicketType(
            date_id=date_id,
            pool_id=full.pool_id,
            name=reduced["name"],
            description=reduced["note"],
            price=reduced["price"] * unit,
            max_per_order=4,
            position=full.position + 1,
        )
    )
    db.flush()


def _sell(database: Database, hall: dict[str, Any], date_id: UUID, now: datetime) -> None:
    """Some have bought the best, and some a cheaper seat."""
    sales, chance = Sales(database, now), random.Random(hall["venue"])  # noqa: S311 # nosec B311
    for number in range(hall["sold"]):
        basket = fingerprint(f"demo seats {date_id} {number}")
        unit = 10 ** money.digits(season.organizers()[hall["organizer"]]["currency"])
        wish = BestWish(
            basket, date_id, chance.choice((1, 2, 2, 2, 3, 4)), up_to=chance.choice(hall["prices"]) * unit
        )
        held = seats.hold_best(database, wish, now)
        if held.hold_id:
            sales.buy(basket, held.hold_id, now)
