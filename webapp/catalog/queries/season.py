"""A season as a document: every event of an organizer in the words of an import's report."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Venue
from webapp.core import clock, money
from webapp.core.errors import NotFound

VERSION = 1


def season(session: Session, slug: str) -> dict[str, Any]:
    """The events of the organizer of this name; one that is on at several places is an entry for each."""
    organizer = session.scalar(select(Organizer).where(Organizer.slug == slug))
    if organizer is None:
        raise NotFound(f"No organizer has the name {slug}.")
    events = session.scalars(
        select(Event)
        .where(Event.organizer_id == organizer.id, Event.status != "rehearsal")
        .options(selectinload(Event.dates).selectinload(EventDate.ticket_types))
        .options(selectinload(Event.dates).selectinload(EventDate.venue))
        .order_by(Event.title, Event.id)
    )
    entries = [entry for event in events for entry in _entries(event, organizer.currency)]
    return {"marquee": "season", "version": VERSION, "organizer": slug, "events": entries}


def _entries(event: Event, currency: str) -> list[dict[str, Any]]:
    houses: dict[tuple[Venue, str], list[EventDate]] = defaultdict(list)
    for date in event.dates:
        houses[date.venue, date.zone].append(date)
    return [
        _entry(event, venue, dates, currency) | {"uid": f"{event.id}/{number}" if number else str(event.id)}
        for number, ((venue, _), dates) in enumerate(houses.items())
    ]


def _entry(event: Event, venue: Venue, dates: list[EventDate], currency: str) -> dict[str, Any]:
    first = dates[0]
    statuses = {_status(event, date) for date in dates}
    return {
        "title": event.title,
        "description": event.description or event.summary,
        "zone": first.zone,
        "all_day": False,
        **_times(first),
        "ends_local": _local(first.ends_at, first.zone),
        "status": statuses.pop() if len(statuses) == 1 else "confirmed",
        "venue": {"name": venue.name, "room": None, "place": _place(venue), "online_url": None},
        "offers": _offers(first, currency),
        "people": [],
        "series": len(dates) > 1,
        "occurrences": [
            _times(date) | {"title": event.title, "status": _status(event, date)} for date in dates
        ],
    }


def _status(event: Event, date: EventDate) -> str:
    if "cancelled" in {event.status, date.status}:
        return "cancelled"
    return "tentative" if event.status == "draft" else "confirmed"


def _times(date: EventDate) -> dict[str, str]:
    return {
        "starts_at": _instant(date.starts_at),
        "ends_at": _instant(date.ends_at),
        "starts_local": _local(date.starts_at, date.zone),
    }


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(instant: datetime, zone: str) -> str:
    return clock.local(instant, zone).strftime("%Y-%m-%dT%H:%M:%S")


def _place(venue: Venue) -> str:
    return ", ".join(part for part in (venue.address, venue.city, venue.country) if part)


def _offers(date: EventDate, currency: str) -> list[dict[str, Any]]:
    return [
        {"price": float(money.typed(one.price, currency)), "low": None, "high": None, "currency": currency,
         "availability": None}
        for one in date.ticket_types if not (one.withdrawn or one.hidden or one.is_addon)
    ]  # fmt: skip
