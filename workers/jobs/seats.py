"""Seats that turn while people look at their map."""

import json
from collections import OrderedDict
from uuid import UUID

from sqlalchemy import select

from webapp.booking.queries import seats
from webapp.catalog.models import EventDate
from webapp.core.bits import Marked
from workers.context import Context

# What was told last, so that only what changed is sent; a page that missed something asks for itself.
_told: OrderedDict[UUID, Marked] = OrderedDict()
MOST_DATES = 200


def redraw_seats(context: Context, date_id: UUID) -> None:
    """Tell everybody who looks at a map which seats were taken, and which came back, since the last time."""
    with context.database.reading() as db:
        if db.scalar(select(EventDate.plan_id).where(EventDate.id == date_id)) is None:
            return
        now = Marked(seats.taken(db, date_id, context.now()))
    before = _told.get(date_id)
    _told[date_id] = now
    _told.move_to_end(date_id)
    if len(_told) > MOST_DATES:
        _told.popitem(last=False)
    if before and before.version == now.version:
        return
    change = {"since": before.version, "taken": now.added(before), "free": now.gone(before)} if before else {}
    context.live.publish(f"date:{date_id}", "seats", json.dumps({"version": now.version, **change}))
