"""Series of an event, made as staff make them."""

from datetime import date, time
from uuid import UUID

from webapp.catalog.models import Event, EventDate
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.planning.rules import repeating
from webapp.planning.rules.clocks import Times
from webapp.planning.rules.repeating import Rule
from webapp.planning.rules.sentences import Pattern
from webapp.planning.service import series
from webapp.planning.service.series import Wares, Wish

TUESDAYS = Pattern(Rule("week", date(2027, 3, 2), number=4), Times(time(20), time(22, 30)))


def a_series(database: Database, event_id: UUID, pattern: Pattern = TUESDAYS) -> UUID:
    """All days of the pattern at the venue of the event's first date, and like that date."""
    with database.writing() as db:
        event = db.get_one(Event, event_id)
        first: EventDate = event.dates[0]
        days = [day.day for day in repeating.days(pattern.rule) if not day.left_out]
        wish = Wish(uuid7(), first.venue_id, pattern, days, Wares(like=first.id))
        series.make(
            db,
            organizer_id=event.organizer_id,
            event_id=event_id,
            wish=wish,
            by=SYSTEM,
            now=clock.now(),
        )
    return wish.id
