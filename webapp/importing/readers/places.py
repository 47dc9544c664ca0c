"""Which time zones a place may have, by what a source says of it: coordinates, city, region, country.

The cities are GeoNames' (CC BY 4.0), see ATTRIBUTION.md. What is found is a hint: no clock reading gets a
zone by it. A time with an offset gets the zone of its place where both agree.
"""

import csv
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from webapp.importing.readers.words import plain

# Beyond this the nearest city says nothing of a place's zone.
NEAR_KM = 80
# A country has one zone for our purpose where so many of its cities have it.
MAIN_SHARE = 0.9
LANGUAGES = ("en", "de", "fr", "es", "nl", "it")

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Spot:
    """What a source says of where on earth it is."""

    city: str = ""
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class _City:
    name: str
    country: str
    latitude: float
    longitude: float
    zone: str


@cache
def _cities() -> tuple[_City, ...]:
    with (HERE / "cities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            _City(
                plain(row["name"]),
                row["country"],
                float(row["latitude"]),
                float(row["longitude"]),
                row["zone"],
            )
            for row in csv.DictReader(file)
        )


@cache
def _by_name() -> dict[str, list[_City]]:
    found = defaultdict(list)
    for city in _cities():
        found[city.name].append(city)
    return dict(found)


@cache
def _by_square() -> dict[tuple[int, int], list[_City]]:
    found = defaultdict(list)
    for city in _cities():
        found[int(city.latitude // 1), int(city.longitude // 1)].append(city)
    return dict(found)


@cache
def _main_zones() -> dict[str, str]:
    """Countries whose cities have, but for a few, one zone."""
    zones: dict[str, Counter[str]] = defaultdict(Counter)
    for city in _cities():
        zones[city.country][city.zone] += 1
    most = {country: count.most_common(1)[0] for country, count in zones.items()}
    return {
        country: zone
        for country, (zone, number) in most.items()
        if number >= MAIN_SHARE * zones[country].total()
    }


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))


@cache
def _countries() -> dict[str, str]:
    names = {alias: code for code, aliases in _known()["countries"].items() for alias in aliases}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(name), code)
                names.setdefault(code.lower(), code)
    return names


@cache
def _city_aliases() -> dict[str, str]:
    return {alias: name for name, aliases in _known()["cities"].items() for alias in aliases}


@cache
def _regions() -> dict[str, list[tuple[str, str]]]:
    """Country and zone of states and provinces, by their names and letters; of the same letters all."""
    found = defaultdict(list)
    for country, table in _known()["regions"].items():
        for zone, text in table.items():
            for name, code in (words.rsplit(maxsplit=1) for words in text.split(",")):
                found[name.strip()].append((country, zone))
                found[code.lower()].append((country, zone))
    return dict(found)


def country_code(name: str) -> str | None:
    """The two letters of a country named in one of our languages."""
    return _countries().get(plain(name))


def is_region(name: str) -> bool:
    """Whether it is a state or province that we know."""
    return plain(name) in _regions()


def address_line(street: str, code: str, city: str, region: str, country: str) -> str:
    """An address in one line: “79 Washington St., Providence, RI 02903, US”, “Hauptstr. 1, 10115 Berlin”."""
    town = f"{city}, {region} {code}".strip(" ,") if region else f"{code} {city}".strip()
    return ", ".join(part for part in (street, town, country) if part)


def spot_of(text: str) -> Spot:
    """A place written in one line: the city first, then its region, the country last."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    country = parts.pop() if len(parts) > 1 and country_code(parts[-1]) and not _is_state(parts) else ""
    region = parts.pop() if len(parts) > 1 and is_region(parts[-1]) else ""
    for part in reversed(parts):
        if _named(part):
            return Spot(part, region, country)
    return Spot("", region, country)


def _is_state(parts: list[str]) -> bool:
    """Whether the last part is a state rather than a country: “Miami, FL”, “Los Angeles, CA”."""
    homes = {country for country, _ in _regions().get(plain(parts[-1]), ())}
    return parts[-1].isupper() and any(city.country in homes for city in _named(parts[-2]))


def _named(name: str) -> list[_City]:
    """Cities of a name; also of what stands in its brackets and before them."""
    for text in (name, *re.findall(r"\(([^()]+)\)", name), re.sub(r"\(.*?\)", "", name)):
        wanted = plain(text)
        if found := _by_name().get(_city_aliases().get(wanted, wanted)):
            return found
    return []


def _nearest(latitude: float, longitude: float) -> str | None:
    row, column = int(latitude // 1), int(longitude // 1)
    squares = ((row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1))
    width = cos(radians(latitude))

    def distance(city: _City) -> float:
        return 111.2 * hypot(city.latitude - latitude, (city.longitude - longitude) * width)

    near = [city for square in squares for city in _by_square().get(square, [])]
    best = min(near, key=distance, default=None)
    return best.zone if best and distance(best) <= NEAR_KM else None


def _steps(spot: Spot) -> Iterator[list[str]]:
    """The zones that each thing said of a place allows, the surest first."""
    if (
        spot.latitude is not None
        and spot.longitude is not None
        and (zone := _nearest(spot.latitude, spot.longitude))
    ):
        yield [zone]
    country = country_code(spot.country) if spot.country else None
    regions = [region for region in _regions().get(plain(spot.region), ()) if country in {None, region[0]}]
    homes = {country} if country else {home for home, _ in regions}
    if spot.city:
        found = [city.zone for city in _named(spot.city) if not homes or city.country in homes]
        yield list(dict.fromkeys([zone for _, zone in regions if zone in found] or found))
    if regions:
        yield list(dict.fromkeys(zone for _, zone in regions))
    if country and (main := _main_zones().get(country)):
        yield [main]


@lru_cache(maxsize=4096)
def zones(spot: Spot) -> tuple[str, ...]:
    """All zones that a place may have, the surest first."""
    return tuple(dict.fromkeys(zone for step in _steps(spot) for zone in step))


@lru_cache(maxsize=4096)
def zone(spot: Spot) -> str | None:
    """The zone of a place where what is said of it leaves no other."""
    for step in _steps(spot):
        if len(step) == 1:
            return step[0]
        if step:
            return None
    return None


@cache
def all_zones() -> frozenset[str]:
    """The zones of all cities that are known."""
    return frozenset(city.zone for city in _cities())


def agreeing(spot: Spot, moment: datetime) -> str | None:
    """The zone of a place in which the clock has the offset that a moment is written with."""
    return next((name for name in zones(spot) if agrees(name, moment)), None)


def agrees(name: str, moment: datetime) -> bool:
    """Whether a zone has the offset of a moment, then."""
    return moment.astimezone(ZoneInfo(name)).utcoffset() == moment.utcoffset()


def home(spot: Spot, zone: str) -> str | None:
    """The country of a place in two letters: the one it names, else that of its city in such a zone."""
    if spot.country:
        return country_code(spot.country)
    homes = {country for country, _ in _regions().get(plain(spot.region), ())} if spot.region else set()
    found = _named(spot.city) if spot.city else []
    countries = {city.country for city in found if city.zone == zone} or {city.country for city in found}
    countries = (countries & homes) or countries or homes
    return countries.pop() if len(countries) == 1 else None
