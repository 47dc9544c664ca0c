"""The season many times over, for benchmarks: its events in other towns on other days, by COPY."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from psycopg import sql
from sqlalchemy import select

from webapp.catalog.models import Event, EventDate
from webapp.core.db import Database
from webapp.demo import load, season
from webapp.demo.season import SeasonDate, SeasonEvent, identity

EVENT_COLUMNS = (
    *("id", "organizer_id", "slug", "title", "summary", "description", "category", "status", "tax_bp"),
    *("tax_name", "words", "published_at"),
)


def multiply(database: Database, today: date, *, dates: int) -> int:
    """Add copies until the season has so many dates; returns how many were added."""
    with database.reading() as db:
        known = set(db.scalars(select(EventDate.id)))
        there = set(db.scalars(select(Event.slug)))
    own = sum(len(event.dates) for event in season.events(today))
    copies = [
        copy
        for copy in _copies(today, dates - own)
        if identity("date", copy[0].slug, str(copy[1])) not in known
    ]
    rows = [(load.date_row(event, one, venue, number), event, one) for event, number, one, venue in copies]
    pools, types = load.sale(rows)
    events = {event.slug: (event, venue) for event, _, _, venue in copies if event.slug not in there}
    with database.engine.begin() as connection:
        # The words of search are gathered in memory and sorted in once, not event by event.
        connection.exec_driver_sql("SET LOCAL gin_pending_list_limit = '256MB'")
        raw = connection.connection.driver_connection
        _copy(raw, "events", EVENT_COLUMNS, [_event(*one, today) for one in events.values()])
        for table, these in (
            ("event_dates", [row for row, _, _ in rows]),
            ("pools", pools),
            ("ticket_types", types),
        ):
            if these:
                _copy(raw, table, tuple(these[0]), these)
    return len(rows)


def _copies(today: date, wanted: int) -> Iterator[tuple[SeasonEvent, int, SeasonDate, season.SeasonVenue]]:
    """Event copies, two dates each, in the towns of the season in turn."""
    venues = season.venues()
    by_organizer: dict[str, list[season.SeasonVenue]] = {}
    for venue in venues:
        by_organizer.setdefault(venue.organizer, []).append(venue)
    made = turn = 0
    originals = season.events(today)
    while made < wanted:
        turn += 1
        for event in originals:
            venue = by_organizer[event.organizer][turn % len(by_organizer[event.organizer])]
            copy = _copy_of(event, venue, turn)
            for number, one in enumerate(copy.dates):
                if made == wanted:
                    return
                made += 1
                yield copy, number, one, venue


def _copy_of(event: SeasonEvent, venue: season.SeasonVenue, turn: int) -> SeasonEvent:
    later = timedelta(weeks=turn * 5 % 46)
    first = event.dates[0]
    dates = tuple(
        SeasonDate(venue.slug, first.starts + later + day, first.ends + later + day)
        for day in (timedelta(), timedelta(days=1))
    )
    return SeasonEvent(
        slug=f"{event.slug}-{turn}",
        organizer=event.organizer,
        category=event.category,
        title=f"{event.title}, part {turn + 1}",
        tickets=event.tickets,
        capacity=event.capacity,
        level=event.level,
        tax_bp=event.tax_bp,
        tax_name=event.tax_name,
        dates=dates,
    )


def _event(event: SeasonEvent, venue: season.SeasonVenue, today: date) -> dict[str, Any]:
    """Announced long ago, so that the season's own events stay the newest."""
    long_ago = datetime.combine(today - timedelta(days=90), time(9), UTC)
    venues = (venue,) * len(event.dates)
    return load.event_row(event, venues, today) | {"published_at": long_ago}


def _copy(raw: Any, table: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])
