"""Writes the season into an empty database, the same every time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from webapp.accounts import passwords
from webapp.accounts.models import Membership, Organizer, User
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue
from webapp.catalog.service import posters
from webapp.catalog.service.words import rebuild_words
from webapp.core import clock, money
from webapp.core.db import Database
from webapp.core.media import Media
from webapp.core.text import folded, slug
from webapp.demo import season, texts
from webapp.demo.season import SeasonDate, SeasonEvent, SeasonVenue, identity

PASSWORD = "marquee-demo"  # noqa: S105 # nosec B105  # printed by `make run`; the season is for trying out
DOORS = timedelta(minutes=30)

Rows = list[dict[str, Any]]


def is_loaded(db: Session) -> bool:
    """Whether the season's first organizer is there."""
    return db.get(Organizer, identity("organizer", next(iter(season.organizers())))) is not None


def load(database: Database, media: Media, today: date) -> int:
    """Load the season; returns how many dates it has."""
    events = season.events(today)
    venues = season.by_name()
    dates = _dates(events, venues)
    with database.writing() as db:
        _people(db)
        db.execute(insert(Venue), [_venue(venue) for venue in venues.values()])
        db.execute(insert(Event), [event_row(event, houses(event, venues), today) for event in events])
        db.execute(insert(EventDate), [row for row, _, _ in dates])
        seated = {slug for hall in season.halls() for slug in hall["events"]}
        pools, types = sale(date for date in dates if date[1].slug not in seated)
        db.execute(insert(Pool), pools)
        db.execute(insert(TicketType), types)
        rebuild_words(db)
        for event in events:
            posters.draw(db, media, event_id=identity("event", event.slug))
    return len(dates)


def sale(dates: Iterable[tuple[dict[str, Any], SeasonEvent, SeasonDate]]) -> tuple[Rows, Rows]:
    """Pools and ticket types of these dates, by the pattern of their events."""
    patterns, organizers = season.patterns(), season.organizers()
    pools: Rows = []
    types: Rows = []
    for row, event, _ in dates:
        unit = 10 ** money.digits(organizers[event.organizer]["currency"])
        for position, kind in enumerate(patterns[event.tickets]):
            pool_id = identity("pool", str(row["id"]), kind["pool"])
            if "share" in kind:
                places = max(1, round(event.capacity * kind["share"]))
                pools.append({"id": pool_id, "date_id": row["id"], "name": kind["pool"], "capacity": places})
            types.append(_type(row, kind, pool_id, position, kind["price"][event.level] * unit))
    return pools, types


def _type(
    row: dict[str, Any], kind: dict[str, Any], pool_id: UUID, position: int, price: int
) -> dict[str, Any]:
    closes = kind.get("closes_days_before")
    return {
        "id": identity("type", str(row["id"]), kind["name"]),
        "date_id": row["id"],
        "pool_id": pool_id,
        "name": kind["name"],
        "description": kind["note"],
        "price": price,
        "max_per_order": kind["most"],
        "position": position,
        "sale_ends_at": row["starts_at"] - timedelta(days=closes) if closes else None,
    }


def _dates(
    events: Iterable[SeasonEvent], venues: dict[tuple[str, str], SeasonVenue]
) -> list[tuple[dict[str, Any], SeasonEvent, SeasonDate]]:
    return [
        (date_row(event, one, venue, number), event, one)
        for event in events
        for number, (one, venue) in enumerate(zip(event.dates, houses(event, venues), strict=True))
    ]


def houses(event: SeasonEvent, venues: dict[tuple[str, str], SeasonVenue]) -> tuple[SeasonVenue, ...]:
    """Where each of the event's dates is."""
    return tuple(venues[event.organizer, one.venue] for one in event.dates)


def date_row(event: SeasonEvent, one: SeasonDate, venue: SeasonVenue, number: int) -> dict[str, Any]:
    starts = _instant(one.starts, venue.zone)
    return {
        "id": identity("date", event.slug, str(number)),
        "event_id": identity("event", event.slug),
        "venue_id": identity("venue", venue.organizer, venue.slug),
        "starts_at": starts,
        "ends_at": max(_instant(one.ends, venue.zone), starts + timedelta(minutes=30)),
        "doors_at": starts - DOORS,
        "zone": venue.zone,
        "status": "on_sale",
    }


def _words(event: SeasonEvent, venues: tuple[SeasonVenue, ...]) -> str:
    """What search looks in."""
    organizer = season.organizers()[event.organizer]["name"]
    places = " ".join(dict.fromkeys(f"{venue.name} {venue.city}" for venue in venues))
    return folded(f"{event.title} {event.category} {places} {organizer}")


def _instant(reading: datetime, zone: str) -> datetime:
    try:
        return clock.instant(reading, zone)
    except ValueError:
        # Moved into the hour that summer time leaves out: an hour later, as the clocks go.
        return clock.instant(reading + timedelta(hours=1), zone)


def event_row(event: SeasonEvent, venues: tuple[SeasonVenue, ...], today: date) -> dict[str, Any]:
    """The event as a row; `venues` are those of its dates, in their order."""
    order = int(identity("announced", event.slug)) % 60 + 1
    announced = datetime.combine(today, time(9), UTC) - timedelta(days=order, minutes=order * 7)
    return {
        "id": identity("event", event.slug),
        "organizer_id": identity("organizer", event.organizer),
        "slug": event.slug,
        "title": event.title,
        "summary": texts.summary(event, venues),
        "description": texts.description(event, venues),
        "category": event.category,
        "status": "published",
        "tax_bp": event.tax_bp,
        "tax_name": event.tax_name,
        "words": _words(event, venues),
        "published_at": announced,
    }


def _venue(venue: SeasonVenue) -> dict[str, Any]:
    return {
        "id": identity("venue", venue.organizer, venue.slug),
        "organizer_id": identity("organizer", venue.organizer),
        "name": venue.name,
        "address": venue.address,
        "city": venue.city,
        "city_slug": slug(venue.city),
        "country": venue.country,
        "latitude": venue.latitude,
        "longitude": venue.longitude,
        "zone": venue.zone,
    }


def _people(db: Session) -> None:
    for name, facts in season.organizers().items():
        db.add(Organizer(id=identity("organizer", name), slug=name, **facts))
    db.flush()
    hashed = passwords.hashed(PASSWORD)
    for account in season.special()["accounts"]:
        user = User(
            id=identity("user", account["email"]),
            email=account["email"],
            name=account["name"],
            password_hash=hashed,
            email_verified_at=clock.now(),
            is_operator=account.get("operator", False),
        )
        db.add(user)
        db.flush()
        for organizer in account.get("organizers", ()):
            db.add(
                Membership(
                    organizer_id=identity("organizer", organizer), user_id=user.id, role=account["role"]
                )
            )
    db.flush()


def analyze(database: Database) -> None:
    """Let PostgreSQL look at what it has, so that the first pages are planned well."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
