"""The demo season's files, read into records, with every date moved by whole weeks so that it lies ahead."""

import csv
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

FOLDER = Path(__file__).parents[2] / "demo"
# Names become ids, so that loading twice is the same season.
NAMES = UUID("7d9a2f4c-5b0e-4f6d-9b57-3a1f4c2e8d60")

YEAR = timedelta(weeks=52)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class SeasonDate:
    """`starts` and `ends` are clock readings at the venue."""

    venue: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class SeasonEvent:
    slug: str
    organizer: str
    category: str
    title: str
    tickets: str
    capacity: int
    level: int
    tax_bp: int
    tax_name: str
    dates: tuple[SeasonDate, ...]


@dataclass(frozen=True)
class SeasonVenue:
    slug: str
    organizer: str
    name: str
    address: str
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    zone: str

    @property
    def is_unknown(self) -> bool:
        """Only the town is a known fact."""
        return not self.address and self.name.startswith("Venue announced")


def identity(*names: str) -> UUID:
    """The id of what has these names, the same in every database."""
    return uuid5(NAMES, "/".join(names))


def organizers() -> dict[str, dict[str, Any]]:
    return _toml("organizers.toml")


def patterns() -> dict[str, list[dict[str, Any]]]:
    """Ticket types by pattern."""
    return {name: pattern["types"] for name, pattern in _toml("tickets.toml").items()}


def special() -> dict[str, Any]:
    return _toml("special.toml")


def halls() -> list[dict[str, Any]]:
    """Houses whose seats are reserved, with the events that are sold by seat there."""
    found: list[dict[str, Any]] = _toml("halls.toml")["halls"]
    return found


def venues() -> list[SeasonVenue]:
    return [
        SeasonVenue(
            **{**row, "latitude": _number(row["latitude"]), "longitude": _number(row["longitude"])}  # type: ignore[arg-type]
        )
        for row in _rows("venues.csv")
    ]


def by_name() -> dict[tuple[str, str], SeasonVenue]:
    """Venues by organizer and slug: two organizers may use the same house, each with its own record."""
    return {(venue.organizer, venue.slug): venue for venue in venues()}


def events(today: date) -> list[SeasonEvent]:
    """All events, their dates moved so that they lie ahead of `today`.

    The season keeps its shape: what is in June stays in June, moved by 52 weeks at a time. What is marked
    `near` is moved week by week instead, so that something is on tonight, whatever day it is.
    """
    dates: dict[str, list[SeasonDate]] = defaultdict(list)
    for row in _rows("dates.csv"):
        starts, ends = datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])
        dates[row["event"]].append(SeasonDate(row["venue"], starts, ends))
    return [_event(row, tuple(dates[row["slug"]]), today) for row in _rows("events.csv")]


def _event(row: dict[str, str], dates: tuple[SeasonDate, ...], today: date) -> SeasonEvent:
    step = WEEK if row["near"] == "1" else YEAR
    first = min(one.starts for one in dates).date()
    moved = step * -((first - today) // step)
    return SeasonEvent(
        slug=row["slug"],
        organizer=row["organizer"],
        category=row["category"],
        title=row["title"],
        tickets=row["tickets"],
        capacity=int(row["capacity"]),
        level=int(row["level"]),
        tax_bp=int(row["tax_bp"]),
        tax_name=row["tax_name"],
        dates=tuple(SeasonDate(one.venue, one.starts + moved, one.ends + moved) for one in dates),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _number(typed: str) -> float | None:
    return float(typed) if typed else None
