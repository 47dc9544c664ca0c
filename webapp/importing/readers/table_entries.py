"""What a row of a table says of an event beside its times. Pure."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from webapp.importing.readers import amounts, cleaning, places
from webapp.importing.readers.linked_parts import is_link
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.readers.table_columns import currency_of
from webapp.importing.readers.table_grids import Row, shown
from webapp.importing.readers.table_mapping import Bound
from webapp.importing.readers.table_times import is_yes
from webapp.importing.readers.words import plain, shortened
from webapp.importing.rules.found import Availability, Place, Price, Status

# A spreadsheet writes 1.5, a person 1.50; with three figures the point parts thousands.
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


@cache
def _meanings() -> dict[str, str]:
    """What words of a column of states mean."""
    listed = tomllib.loads((Path(__file__).parent / "statuses.toml").read_text(encoding="utf-8"))
    return {word.strip(): meaning for meaning, words in listed.items() for word in words.split(",")}


def status(row: Row, bound: Bound, notes: Notes) -> tuple[Status, Availability | None]:
    """Whether it takes place, and what is left where the same column says that."""
    if _is_off(row, bound):
        return "cancelled", None
    text = bound.text(row, "status")
    meaning = _meanings().get(plain(text), "") if text else "confirmed"
    if meaning == "postponed":
        notes.add(row.where, "postponed", f"It is “{shortened(text)}”; its date is taken as not certain.")
    if meaning in {"postponed", "tentative"}:
        return "tentative", None
    left = None if meaning else amounts.availability(text)
    if not meaning and left is None:
        message = f"“{shortened(text)}” is no status that is known; it is taken as confirmed."
        notes.add(row.where, "bad-status", message)
    return ("cancelled" if meaning == "cancelled" else "confirmed"), left


def _is_off(row: Row, bound: Bound) -> bool:
    """Whether a column of its own says that it is cancelled, or the word stands where its time should."""
    flag, clock = bound.text(row, "cancelled"), bound.text(row, "start_time")
    return is_yes(flag) or "cancelled" in {_meanings().get(plain(flag)), _meanings().get(plain(clock))}


def people(row: Row, bound: Bound) -> tuple[str, ...]:
    """Who performs or speaks; several in a cell are apart by semicolons, lines or commas."""
    names = []
    for source in bound.sources.get("people", []):
        text = shown(source.cell(row))
        parts = re.split(r"[;\n|]", text)
        if len(parts) == 1 and all(" " in part.strip() for part in text.split(",")):
            parts = text.split(",")
        names += [cleaning.title(part) for part in parts]
    return tuple(dict.fromkeys(name for name in names if name))


def place(row: Row, bound: Bound) -> tuple[Place | None, Spot]:
    """Where it is, and what that says of its zone."""
    names = ("venue", "room", "location", "address", "postal_code", "city", "region", "country")
    venue, room, location, street, code, city, region, country = (
        cleaning.title(bound.text(row, name)) for name in names
    )
    online = bound.text(row, "online_url")
    if is_link(location):
        online, location = online or location, ""
    if location and not venue and not _is_town(location):
        venue, location = location, ""
    line = places.address_line(street, code, city, region, country)
    line = ", ".join(dict.fromkeys(part for part in (location, line) if part))
    if not online and not venue and not line and is_yes(bound.text(row, "online")):
        online = bound.text(row, "url")
    found = Place(venue or None, room or None, line or None, online if is_link(online) else None)
    return (found if found != Place() else None), _spot(
        row, bound, location or (venue if "," in venue else "")
    )


def _is_town(text: str) -> bool:
    """Whether a text is a city, alone or with its region and country, rather than a house."""
    spot, first = places.spot_of(text), text.split(",", maxsplit=1)[0].strip()
    if spot.city:
        return spot.city == first
    return "," in text and bool(spot.country or spot.region) and not re.search(r"\d", text)


def _spot(row: Row, bound: Bound, text: str) -> Spot:
    city, region, country = (bound.text(row, name) for name in ("city", "region", "country"))
    latitude, longitude = (
        _degrees(bound.text(row, "latitude"), 90),
        _degrees(bound.text(row, "longitude"), 180),
    )
    if city or country or region:
        within = places.spot_of(", ".join(part for part in (city, region, country) if part))
        return Spot(
            within.city or city, within.region or region, within.country or country, latitude, longitude
        )
    within = places.spot_of(text)
    return Spot(within.city, within.region, within.country, latitude, longitude)


def _degrees(text: str, most: int) -> float | None:
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def offers(row: Row, bound: Bound, left: Availability | None, notes: Notes) -> tuple[Price, ...]:
    """What it costs: an offer for each column of prices that says something."""
    text = bound.text(row, "availability")
    availability = amounts.availability(text) if text else left
    if text and availability is None:
        notes.add(row.where, "bad-availability", f"“{shortened(text)}” says nothing known of what is left.")
    unit = amounts.currency(bound.text(row, "currency"))
    columns = [(source.column, shown(source.cell(row))) for source in bound.sources.get("price", [])]
    prices = [(name, price) for name, text in columns if (price := _price(text, row, notes))]
    found = [
        _with(price, unit or price.currency or currency_of(name), availability) for name, price in prices
    ]
    low, high = (_price(bound.text(row, name), row, notes) for name in ("price_low", "price_high"))
    if low or high:
        span = Price(low=_amount(low), high=_amount(high))
        found.append(_with(span, unit or (low or high or span).currency, availability))
    if not found and is_yes(bound.text(row, "free")):
        found.append(Price(price=Decimal(0), availability=availability))
    return tuple(dict.fromkeys(found)) or ((Price(availability=availability),) if availability else ())


def _price(text: str, row: Row, notes: Notes) -> Price | None:
    if not text:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    amount = amounts.number(text)
    found = Price(price=amount) if amount is not None else amounts.price(text)
    if found is None:
        notes.add(row.where, "bad-price", f"“{shortened(text)}” is no price; it is taken as unknown.")
    return found


def _amount(price: Price | None) -> Decimal | None:
    return price.price if price else None


def _with(price: Price, unit: str | None, availability: Availability | None) -> Price:
    return Price(price.price, price.low, price.high, unit, availability)
