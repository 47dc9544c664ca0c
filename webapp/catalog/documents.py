"""What machines read of an event page: schema.org Event, as Google's Rich Results ask for it."""

from datetime import datetime
from typing import Any

from webapp.catalog.queries.event import DateRow, EventPage
from webapp.catalog.queries.types import TypeRow
from webapp.core import clock, text
from webapp.core.money import digits

KINDS = {
    "music": "MusicEvent",
    "sport": "SportsEvent",
    "conference": "BusinessEvent",
    "festival": "Festival",
    "theatre": "TheaterEvent",
    "talk": "EducationEvent",
    "family": "ChildrensEvent",
    "food": "FoodEvent",
}


def json_ld(page: EventPage, base_url: str, now: datetime) -> dict[str, Any]:
    """The chosen date with its place, offers and organizer; the other dates are pages of their own."""
    date, tickets = page.chosen, [one for one in page.types if not one.is_addon]
    status = "EventCancelled" if date.status == "cancelled" else "EventScheduled"
    return {
        "@context": "https://schema.org",
        "@type": KINDS[page.category],
        "name": page.title,
        "description": page.summary or text.plain(page.description)[:300] or page.title,
        "startDate": clock.local(date.starts_at, date.zone).isoformat(timespec="seconds"),
        "endDate": clock.local(date.ends_at, date.zone).isoformat(timespec="seconds"),
        **({"doorTime": clock.local(date.doors_at, date.zone).isoformat()} if date.doors_at else {}),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "image": [f"{base_url}/posters/{page.slug}.png"],
        "url": f"{base_url}/events/{page.slug}?date={date.id}",
        "location": _place(date),
        "organizer": {
            "@type": "Organization",
            "name": page.organizer,
            "url": f"{base_url}/organizers/{page.organizer_slug}",
        },
        **({"offers": [_offer(one, page, base_url, now) for one in tickets]} if tickets else {}),
    }


def _place(date: DateRow) -> dict[str, Any]:
    place: dict[str, Any] = {
        "@type": "Place",
        "name": date.venue,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": date.address or date.venue,
            "addressLocality": date.city,
            "addressCountry": date.country,
        },
    }
    if date.latitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": date.latitude, "longitude": date.longitude}
    return place


def _offer(one: TypeRow, page: EventPage, base_url: str, now: datetime) -> dict[str, Any]:
    places = digits(page.currency)
    state = "InStock"
    if one.left <= 0 or one.closed_text == "Sold out":
        state = "SoldOut"
    elif one.opens and one.opens > now:
        state = "PreOrder"
    elif one.closed_text:
        state = "Discontinued"
    return {
        "@type": "Offer",
        "name": one.name,
        "price": f"{one.price / 10**places:.{places}f}",
        "priceCurrency": page.currency,
        "availability": f"https://schema.org/{state}",
        "url": f"{base_url}/events/{page.slug}?date={page.chosen.id}",
        "validFrom": (
            one.opens or page.chosen.on_sale_at or now.replace(hour=0, minute=0, second=0)
        ).isoformat(timespec="seconds"),
    }
