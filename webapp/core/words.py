"""How fields are called and how their values read: in the history, and when two people edit."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from webapp.core import clock, money

# What the pages call each field; one that is missing here is called as the database calls it.
LABELS: Mapping[str, str] = {
    "also_pools": "Also takes a place of",
    "addon_most": "At most for each ticket",
    "addon_required": "Each ticket needs one",
    "blurb": "About",
    "category": "Kind",
    "description": "What it is",
    "date_ids": "Dates",
    "donation_ask": "Donation for",
    "donation_suggested": "Donation suggested",
    "doors_at": "Doors",
    "email": "E-mail",
    "ends_at": "Ends",
    "expected": "Cash that should be there",
    "event_ids": "Events",
    "fee_bp": "Fee in percent",
    "fee_percent": "Fee in percent",
    "fee_fixed": "Fee for each ticket",
    "group_from": "Group from",
    "group_price": "Group’s price",
    "hidden": "Hidden",
    "is_addon": "Add-on",
    "max_per_buyer": "Most per buyer",
    "max_per_order": "Most per order",
    "max_uses": "Most uses",
    "min_per_order": "Least per order",
    "most": "For the first",
    "on_sale_at": "On sale from",
    "pool_id": "Pool",
    "position": "Place in the list",
    "price": "Price",
    "price_floor": "The least to pay",
    "publish_at": "Published by itself",
    "sale_ends_at": "Sold until",
    "sale_starts_at": "Sold from",
    "starts_at": "Begins",
    "sent_again": "Times sent again",
    "status": "State",
    "summary": "One sentence",
    "tax_bp": "Tax in the price",
    "tax_percent": "Tax in the price, in percent",
    "tax_name": "Name of the tax",
    "type_ids": "Ticket types",
    "venue_id": "Venue",
    "why": "Reason",
    "zone": "Time zone",
}
MONEY = frozenset(
    {
        "amount",
        "counted",
        "difference",
        "expected",
        "float",
        "donation_suggested",
        "fee",
        "fee_fixed",
        "group_price",
        "price",
        "price_floor",
        "refunded",
        "total",
    }
)
# What choices are called on their pages; one that is missing here reads as it is kept.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "approval": {"none": "sold to everybody", "ask": "approved first", "hold": "approved first, places kept"},
    "entrance": {"open": "one press", "work": "the browser computes first"},
    "mode": {
        "apply": "goes in by itself",
        "ask": "waits for staff",
        "auto": "on by itself when the sale is rushed",
    },
    "purpose": {"booking": "about what they booked", "news": "news and offers"},
    "scope": {"order": "once for an order", "ticket": "for each ticket"},
}
# Follow from another field that stands beside them.
DERIVED = frozenset({"city_slug", "request", "search", "version", "words"})
LONGEST = 240

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def label(name: str) -> str:
    """`Sold from`, `Most per order`."""
    said = LABELS.get(name) or name.removesuffix("_id").replace("_", " ")
    return said[:1].upper() + said[1:]


def worded(name: str, value: Any, zone: str, currency: str, *, abroad: bool = False) -> str:
    """A value as people read it: instants on the clock of `zone`, minor units as money of `currency`.

    Who reads it `abroad` is told whose clock that is.
    """
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(worded(name, one, zone, currency, abroad=abroad) for one in value)
    if isinstance(value, int):
        return _number(name, value, currency)
    return _text(name, str(value), zone, abroad=abroad)


def _number(name: str, value: int, currency: str) -> str:
    if name.rpartition(", ")[2] in MONEY and currency:
        return money.shown(value, currency)
    return f"{value / 100:g} %" if name.endswith("_bp") else f"{value:,}"


def _text(name: str, text: str, zone: str, *, abroad: bool) -> str:
    if _INSTANT.fullmatch(text):
        there = f" in {zone.rsplit('/', 1)[-1].replace('_', ' ')}" if abroad else ""
        return _moment(datetime.fromisoformat(text), zone) + there
    if day := _read_day(text):
        return _day(day)
    if _ID.fullmatch(text):
        return "another one"
    if text in CHOICES.get(name, ()):
        return CHOICES[name][text]
    if name in ("status", "role", "kind", "step", "mode", "state"):
        return text.replace("_", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _moment(instant: datetime, zone: str) -> str:
    local = clock.local(instant, zone)
    return f"{_day(local)}, {local:%H:%M}"


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"
