"""Calendar feeds: dates in UTC with names that stay, so that a subscribed calendar follows every change."""

from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event, vGeo, vText

from webapp.catalog.queries.places import FeedDate


def calendar(name: str, dates: Sequence[FeedDate], base_url: str) -> bytes:
    """An iCalendar of these dates; SEQUENCE is the event's version, so a newer one replaces the older."""
    feed = Calendar()
    feed.add("prodid", "-//Marquee//Programme//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed["x-wr-calname"] = vText(name)
    for date in dates:
        feed.add_component(_entry(date, base_url))
    return bytes(feed.to_ical())


def _entry(date: FeedDate, base_url: str) -> Event:
    entry = Event()
    entry.add("uid", f"{date.id}@dates.marquee")
    entry.add("summary", date.title)
    entry.add("dtstart", date.starts_at.astimezone(UTC))
    entry.add("dtend", date.ends_at.astimezone(UTC))
    # A fixed stamp keeps the feed the same as long as nothing changes, so that its ETag holds.
    entry.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    entry.add("sequence", date.version)
    entry["location"] = vText(", ".join(filter(None, (date.venue, date.address, date.city))))
    if date.latitude is not None and date.longitude is not None:
        entry["geo"] = vGeo((date.latitude, date.longitude))
    if date.summary:
        entry.add("description", date.summary)
    entry.add("url", f"{base_url}/events/{date.slug}?date={date.id}")
    entry.add("status", "CANCELLED" if date.is_cancelled else "CONFIRMED")
    return entry
