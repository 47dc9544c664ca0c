"""What surrounds an event of schema.org: where it is, what it costs, who is on. Pure."""

import html
from decimal import Decimal
from typing import Any

from webapp.importing.readers import amounts, cleaning
from webapp.importing.readers.nodes import Graph, Node, is_kind, many, text
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot, address_line, spot_of
from webapp.importing.readers.words import plain, shortened
from webapp.importing.rules.found import Place, Price

_AREAS = ("city", "administrativearea", "state", "country", "continent")
# What plug-ins write where a name should stand.
_NO_NAMES = frozenset(
    ["organization", "person", "musicgroup", "performinggroup", "thing", "null", "none", "n a", "tba", "tbd"]
)
_PERFORMERS = ("performer", "performers", "actor", "actors", "speaker", "speakers")
_TRUE = frozenset(["true", "yes", "1"])


def is_link(value: str) -> bool:
    """Whether a text is the address of a page."""
    return value.lower().startswith(("http://", "https://")) and " " not in value


def people(node: Node, graph: Graph) -> tuple[str, ...]:
    """Who performs or speaks, each once."""
    names = []
    for key in _PERFORMERS:
        for one in many(node.get(key)):
            named = graph.node(one) or one
            name = cleaning.title(text(named.get("name") if isinstance(named, dict) else named))
            if name and plain(name) not in _NO_NAMES and not is_link(name):
                names.append(name)
    return tuple(dict.fromkeys(names))


def place(node: Node, graph: Graph, notes: Notes, where: str) -> tuple[Place | None, Spot]:
    """Where it is, and what that says of its zone."""
    online, houses = "", []
    for one in many(node.get("location")):
        known = graph.node(one) or one
        if isinstance(known, str) and is_link(known):
            online = online or known
        elif isinstance(known, dict) and is_kind(known, "virtuallocation"):
            online = online or text(known.get("url")) or text(known.get("@id"))
        elif isinstance(known, str | dict):
            houses.append(known)
    if len(houses) > 1:
        notes.add(f"{where}.location", "several-places", "Several places are given; the first is taken.")
    found, spot = _house(houses[0], graph) if houses else (Place(), Spot())
    if (
        not online
        and isinstance(houses[:1], list)
        and text(node.get("eventAttendanceMode")).endswith("OnlineEventAttendanceMode")
    ):
        online = text(houses[0].get("url")) if houses and isinstance(houses[0], dict) else ""
    if is_link(online):
        found = Place(found.name, found.room, found.place, html.unescape(online))
    return (found if found != Place() else None), spot


def _house(one: Any, graph: Graph) -> tuple[Place, Spot]:
    """A place, a room in one, an address or just words."""
    if isinstance(one, str):
        return Place(name=cleaning.title(one) or None), spot_of(one)
    if is_kind(one, "postaladdress"):
        line, spot = _address(one)
        name = cleaning.title(text(one.get("name")))
        return Place(name=name if name and name != line else None, place=line), spot
    name, room = cleaning.title(text(one.get("name"))), None
    outer = next(iter(graph.nodes(one.get("containedInPlace") or one.get("containedIn"))), None)
    around = cleaning.title(text(outer.get("name"))) if outer else ""
    line, spot = _located(one, graph)
    if outer and is_kind(outer, *_AREAS):
        line = line or around or None
    elif around:
        name, room = around, name or None
    if outer and line is None:
        line, spot = _located(outer, graph)
    return Place(name=name or None, room=room, place=line), spot if spot != Spot() else spot_of(around)


def _located(one: Node, graph: Graph) -> tuple[str | None, Spot]:
    """The address and coordinates of a place."""
    address = next(iter(many(one.get("address"))), None)
    line, spot = _address(graph.node(address) or address)
    if geo := graph.node(next(iter(many(one.get("geo"))), None)):
        latitude, longitude = _degrees(geo.get("latitude"), 90), _degrees(geo.get("longitude"), 180)
        if latitude is not None and longitude is not None and (latitude or longitude):
            spot = Spot(spot.city, spot.region, spot.country, latitude, longitude)
    return line, spot


def _degrees(value: Any, most: int) -> float | None:
    try:
        degrees = float(text(value))
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def _address(address: Any) -> tuple[str | None, Spot]:
    """An address in one line."""
    if isinstance(address, str):
        line = cleaning.title(address)
        return line or None, spot_of(line)
    if not isinstance(address, dict):
        return None, Spot()
    names = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
    street, code, city, region, country = (cleaning.title(text(address.get(name))) for name in names)
    line = address_line(street, code, city, region, country) or cleaning.title(text(address.get("name")))
    return line or None, Spot(city, region, country) if city or region or country else spot_of(line)


def offers(node: Node, graph: Graph, notes: Notes, where: str) -> tuple[Price, ...]:
    """What it costs. What is free for all and says no price is an offer of 0."""
    found: list[Price] = []
    given = node.get("offers")
    for number, one in enumerate(many(given)):
        at = f"{where}.offers[{number}]" if isinstance(given, list) else f"{where}.offers"
        found += _offer(graph.node(one) or one, graph, notes, at)
    if (
        plain(text(node.get("isAccessibleForFree")).rsplit("/")[-1]) not in _TRUE
        and node.get("isAccessibleForFree") is not True
    ):
        return tuple(found)
    if any(one.price or one.low or one.high for one in found):
        notes.add(
            f"{where}.isAccessibleForFree",
            "free-but-priced",
            "It says to be free, but has a price; the price is kept.",
        )
        return tuple(found)
    free = Decimal(0)
    return tuple(
        Price(price=free, currency=one.currency, availability=one.availability) for one in found
    ) or (Price(price=free),)


def _offer(one: Any, graph: Graph, notes: Notes, where: str) -> list[Price]:
    """The prices of one offer: several where it specifies several."""
    if not isinstance(one, dict):
        return [_price(one, None, notes, where)]
    left = text(one.get("availability"))
    availability = amounts.availability(left) if left else None
    if left and availability is None:
        notes.add(
            f"{where}.availability",
            "bad-availability",
            f"“{shortened(left)}” is no availability of schema.org.",
        )
    unit = _currency(one, notes, where)
    parts = [one] if "price" in one or "lowPrice" in one or "highPrice" in one else []
    parts = parts or graph.nodes(one.get("priceSpecification")) or [one]
    units = [unit or (None if part is one else _currency(part, notes, where)) for part in parts]
    prices = [_priced(part, told, notes, where) for part, told in zip(parts, units, strict=True)]
    return [Price(found.price, found.low, found.high, found.currency, availability) for found in prices]


def _priced(part: Node, unit: str | None, notes: Notes, where: str) -> Price:
    """The price that an offer or a specification says, alone or as a range."""
    low, high = (
        _price(part.get(one, part.get(other)), unit, notes, f"{where}.{one}").price
        for one, other in (("lowPrice", "minPrice"), ("highPrice", "maxPrice"))
    )
    several = [_price(one, unit, notes, f"{where}.price") for one in many(part.get("price"))]
    if len(several) == 1 and low is None and high is None:
        return several[0]
    amount = several[0].price if len(several) == 1 else None
    known = [one.price for one in several if one.price is not None] if len(several) > 1 else []
    low, high = (min(known), max(known)) if known else (low, high)
    if low is not None and high is not None and low > high:
        notes.add(
            where,
            "bad-price",
            f"The lowest price {low} is more than the highest {high}; they are changed over.",
        )
        low, high = high, low
    return Price(price=low if amount is None and low == high else amount, low=low, high=high, currency=unit)


def _price(value: Any, unit: str | None, notes: Notes, where: str) -> Price:
    if isinstance(value, dict):
        value = value.get("price", value.get("@value"))
    said = text(value)
    if not said:
        return Price(currency=unit)
    amount = amounts.number(said)
    found = Price(price=amount) if amount is not None else amounts.price(said)
    if found is None:
        notes.add(where, "bad-price", f"“{shortened(said)}” is no price; it is taken as unknown.")
        return Price(currency=unit)
    return Price(found.price, found.low, found.high, unit or found.currency)


def _currency(one: Node, notes: Notes, where: str) -> str | None:
    said = text(one.get("priceCurrency") or one.get("currency"))
    unit = amounts.currency(said) if said else None
    if said and unit is None:
        notes.add(
            f"{where}.priceCurrency",
            "bad-currency",
            f"“{shortened(said)}” is no currency: three letters like EUR are.",
        )
    return unit
