"""How one ticket type is sold, for its page: price steps, groups, chosen prices, add-ons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.catalog.models import Event, EventDate, PriceStep, TicketType
from webapp.core import clock, money
from webapp.core.errors import NotFound


@dataclass(frozen=True)
class StepRow:
    """A price step; `taken` are sold or held at it, and `state` is in force, next, full or over."""

    id: UUID
    price: int
    ends_at: datetime | None
    most: int | None
    taken: int
    state: str
    values: dict[str, Any]


@dataclass(frozen=True)
class TypeEdit:
    """A ticket type with its steps; `values` are what the form of its other ways shows."""

    id: UUID
    name: str
    price: int
    date_id: UUID
    event_id: UUID
    title: str
    starts_at: datetime
    zone: str
    steps: list[StepRow]
    values: dict[str, Any]


def ticket_type(db: Session, organizer_id: UUID, type_id: UUID, currency: str, now: datetime) -> TypeEdit:
    found = db.execute(
        select(TicketType, EventDate, Event)
        .join(TicketType.date)
        .join(EventDate.event)
        .where(TicketType.id == type_id, Event.organizer_id == organizer_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such ticket type here.")
    kind, date, event = found
    return TypeEdit(
        id=kind.id,
        name=kind.name,
        price=kind.price,
        date_id=date.id,
        event_id=event.id,
        title=event.title,
        starts_at=date.starts_at,
        zone=date.zone,
        steps=_steps(db, type_id, date.zone, currency, now),
        values={
            "price_floor": _typed(kind.price_floor, currency),
            "group_from": kind.group_from,
            "group_price": _typed(kind.group_price, currency),
            "is_addon": kind.is_addon,
            "addon_most": kind.addon_most,
            "addon_required": kind.addon_required,
        },
    )


def _steps(db: Session, type_id: UUID, zone: str, currency: str, now: datetime) -> list[StepRow]:
    rows = db.scalars(
        select(PriceStep)
        .where(PriceStep.ticket_type_id == type_id)
        .order_by(PriceStep.position, PriceStep.id)
    ).all()
    states = {step.id: _state(step, now) for step in rows}
    first = next((id_ for id_, state in states.items() if state == "next"), None)
    return [
        StepRow(
            id=step.id,
            price=step.price,
            ends_at=step.ends_at,
            most=step.most,
            taken=step.taken,
            state="in force" if step.id == first else states[step.id],
            values={
                "price": _typed(step.price, currency),
                "ends_at": f"{clock.local(step.ends_at, zone):%Y-%m-%dT%H:%M}" if step.ends_at else "",
                "most": step.most,
                "position": step.position,
            },
        )
        for step in rows
    ]


def _state(step: PriceStep, now: datetime) -> str:
    if step.ends_at and step.ends_at <= now:
        return "over"
    return "full" if step.most is not None and step.taken >= step.most else "next"


def _typed(amount: int | None, currency: str) -> str:
    return money.typed(amount, currency) if amount is not None else ""
