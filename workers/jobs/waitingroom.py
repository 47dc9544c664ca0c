"""Waiting rooms between two looks: what bought makes room, what is quiet opens again. Nobody waits for it."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from webapp.waitingroom import service
from webapp.waitingroom.line import Line, LineAway, Look
from webapp.waitingroom.queries import rooms as queries
from webapp.waitingroom.queries.rooms import RoomView
from webapp.waitingroom.rehearsal import run as rehearsals
from workers.context import Context

# A room that came into force by itself stays at least so long.
QUIET = timedelta(minutes=5)
# Orders are looked at several times; who has made room already is not found again.
BOUGHT_WITHIN = timedelta(seconds=10)


def tend_rooms(context: Context) -> None:
    """Move every line although nobody looks, and give the places of who has bought to the next."""
    now, line = context.now(), Line(context.live.redis)
    with context.database.reading() as db:
        rooms = queries.rooms_in_force(db, now)
        bought = queries.bought(db, now - BOUGHT_WITHIN) if rooms else []
    baskets: dict[UUID, list[str]] = defaultdict(list)
    for room_id, basket in bought:
        baskets[room_id].append(basket)
    try:
        for room in rooms:
            line.end_of_baskets(room.draw_id, baskets[room.id])
            look = line.look(room.draw_id, room.pace(now), now)
            _close_when_quiet(context, room, look)
    except LineAway:
        # Who waits keeps waiting until Redis is back.
        return


def rehearse(context: Context, *, rehearsal_id: UUID) -> None:
    """Sell a hidden copy to a synthetic crowd; its page shows how far it is."""
    rehearsals.run(context.database, Line(context.live.redis), rehearsal_id, context.now())


def tidy_rooms(context: Context) -> None:
    """Redis forgets the lines of sales that are over; what a rehearsal left that died is removed."""
    rehearsals.strike_forgotten(context.database, context.now())
    with context.database.reading() as db:
        draws = queries.draws_that_are_over(db)
    try:
        Line(context.live.redis).forget(draws)
    except LineAway:
        return


def _close_when_quiet(context: Context, room: RoomView, look: Look) -> None:
    now = context.now()
    is_quiet = look.waiting == 0 and room.in_force_since and room.in_force_since < now - QUIET
    if room.mode == "auto" and is_quiet and room.phase(now) == "open":
        with context.database.writing() as db:
            service.close_by_itself(db, room_id=room.id, now=now)
