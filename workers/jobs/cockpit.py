"""The sale for who watches it: counted once a second for everybody, and sent to all of them."""

from collections import OrderedDict
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.accounts.queries.people import HOUSE_ZONE
from webapp.reports.queries import live as queries
from webapp.reports.queries.cockpit import Memory, look
from webapp.reports.rules.cockpit import Cockpit
from webapp.waitingroom.line import Line
from workers.context import Context

# Who looks says so at least this often, in seconds.
LOOKED_WITHIN = 25
# What is older than this is not shown as if it were now.
KEPT_SECONDS = 5
MOST_HOUSES = 50

HOUSES = text(f"""
    SELECT id, slug, currency, {HOUSE_ZONE} AS zone FROM organizers WHERE id = ANY(:ids)
""")  # noqa: S608  # words of ours

_remembered: OrderedDict[UUID, Memory] = OrderedDict()
_cockpits = TypeAdapter(Cockpit)


def redraw_cockpits(context: Context) -> None:
    """Count the sale of each organizer whose cockpit is open anywhere; nothing is done when none is."""
    now = context.now()
    try:
        sights = set(context.live.sights(now.timestamp(), within=LOOKED_WITHIN))
    except RedisError:
        # Open pages ask by themselves until Redis is back.
        return
    ids = {UUID(sight.partition(":")[2]) for sight in sights if sight.startswith("sale:")}
    if not ids:
        return
    with context.database.reading() as db:
        houses = db.execute(HOUSES, {"ids": list(ids)[:MOST_HOUSES]}).all()
        line = Line(context.live.redis)
        for house in houses:
            cockpit = look(db, line, house.id, now, _memory(house.id))
            context.live.keep(f"sale:{house.id}", _cockpits.dump_json(cockpit), seconds=KEPT_SECONDS)
            team = {"slug": house.slug, "currency": house.currency, "zone": house.zone}
            given = {"team": team, "cockpit": cockpit}
            _tell(context, db, house.id, given, sights)


def _tell(context: Context, db: Session, organizer_id: UUID, given: dict[str, Any], sights: set[str]) -> None:
    """Send each open page its part: the overview, one date, the tiles of the walls."""

    def tell(channel: str, event: str, template: str, **more: Any) -> None:
        context.live.publish(channel, event, context.render(template, **given, **more))

    if f"overview:{organizer_id}" in sights:
        tell(f"sale:{organizer_id}", "figures", "reports/_sale.html")
    for one in given["cockpit"].dates:
        if f"date:{one.date_id}" in sights:
            types = queries.types(db, one.date_id, context.now())
            tell(f"sale-date:{one.date_id}", "figures", "reports/_date.html", one=one, types=types)
        if f"tile:{one.date_id}" in sights:
            tell(f"wall:{organizer_id}", f"tile-{one.date_id}", "reports/_tile.html", one=one)


def _memory(organizer_id: UUID) -> Memory:
    memory = _remembered.setdefault(organizer_id, Memory())
    _remembered.move_to_end(organizer_id)
    if len(_remembered) > MOST_HOUSES:
        _remembered.popitem(last=False)
    return memory
