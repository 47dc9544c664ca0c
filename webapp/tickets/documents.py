"""The ticket on paper and in a calendar: PDF by typst, QR by segno, iCalendar."""

import json
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

import typst
from icalendar import Calendar, Event, vText

from webapp.catalog.posters import sheet
from webapp.core import clock
from webapp.core.qr import qr_svg
from webapp.tickets.queries import TicketCard

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "templates" / "tickets" / "sheet.typ"
FONTS = ROOT / "static" / "vendor" / "print"

# The compiler keeps its fonts and caches, and is used by one thread at a time.
_typesetting = threading.Lock()


def pdf(cards: Sequence[TicketCard]) -> bytes:
    """One A5 page for each ticket. Texts go in as data, so nothing a person typed is read as markup."""
    pages = [{**words(card), "qr": qr_svg(card.secret), "strip": strip(card)} for card in cards]
    with _typesetting:
        compiled = _compiler().compile(sys_inputs={"tickets": json.dumps(pages)})
    return cast(bytes, compiled)


def strip(card: TicketCard) -> str:
    """The drawing of the event's poster without its words, as SVG."""
    return sheet.strip(_facts(card))


def words(card: TicketCard) -> dict[str, str]:
    """Every text that stands on a ticket, as it is read there."""
    starts = clock.local(card.starts_at, card.zone)
    doors = clock.local(card.doors_at, card.zone) if card.doors_at else None
    return {
        "title": card.event_title,
        "day": f"{starts:%a} {starts.day} {starts:%B %Y}",
        "begins": f"{starts:%H:%M}",
        "doors": f"{doors:%H:%M}" if doors else "",
        "zone": card.zone.replace("_", " "),
        "venue": card.venue,
        "address": ", ".join(filter(None, (card.address, card.city))),
        "type": card.type_name,
        "seat": card.seat,
        "holder": card.holder,
        "order": card.order_code,
        "number": f"{card.number} of {card.count}",
        "secret": card.secret,
        "category": card.category,
    }


def calendar(cards: Sequence[TicketCard], base_url: str) -> bytes:
    """The dates of the tickets, each once, in UTC; importing twice changes nothing."""
    feed = Calendar()
    feed.add("prodid", "-//Marquee//Tickets//EN")
    feed.add("version", "2.0")
    for card in {card.date_id: card for card in cards}.values():
        entry = Event()
        entry.add("uid", f"{card.date_id}@tickets.marquee")
        entry.add("summary", card.event_title)
        entry.add("dtstart", card.starts_at)
        entry.add("dtend", card.ends_at)
        entry.add("dtstamp", clock.now())
        entry["location"] = vText(", ".join(filter(None, (card.venue, card.address, card.city))))
        entry.add("url", f"{base_url}/orders/{card.order_code}?key={card.order_secret}")
        entry.add("status", "CANCELLED" if card.date_status == "cancelled" else "CONFIRMED")
        feed.add_component(entry)
    return bytes(feed.to_ical())


def _facts(card: TicketCard) -> sheet.Facts:
    said = words(card)
    return sheet.Facts(
        id=str(card.event_id),
        category=card.category,
        title=card.event_title,
        day=said["day"],
        time=said["begins"],
        place=card.venue,
        city=card.city,
    )


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(SHEET), font_paths=[str(FONTS)], ignore_system_fonts=False)
