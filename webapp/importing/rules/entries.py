"""What an event of a source becomes in the catalog: its texts, its dates, its prices. Pure."""

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from webapp.core import clock, money
from webapp.core.text import clean_html, one_line, plain
from webapp.importing.rules.found import Found, Occurrence, Place, Price, When

# How long something takes that has no end.
USUAL = timedelta(hours=2)
LONGEST_SUMMARY = 180
DEAREST = 1_000_000_000  # minor units
_HAS_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>", re.IGNORECASE)

UNKNOWN_HOUSE = "To be announced"
ONLINE = "Online"


@dataclass(frozen=True)
class House:
    """A venue as the catalog names it; `place` is the address as the source writes it."""

    name: str
    place: str


@dataclass(frozen=True)
class Planned:
    """A date that the catalog should have."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    status: str


@dataclass(frozen=True)
class Entry:
    """An event that the catalog should have. `mark` changes with anything that the source says of it."""

    name: str
    title: str
    summary: str
    description: str
    house: House
    dates: tuple[Planned, ...]
    prices: tuple[tuple[str, int], ...]
    mark: str


def entry(found: Found, name: str, *, zone: str, currency: str) -> Entry:
    """The event with its texts safe; `zone` is the clock of days. A time in no zone makes no date."""
    description = described(found)
    dates = [planned for one in found.occurrences if (planned := _planned(one, found, zone))]
    return Entry(
        name=name,
        title=one_line(found.title),
        summary=_summary(description),
        description=description,
        house=house(found.venue),
        dates=tuple({(one.starts_at, one.ends_at): one for one in dates}.values()),
        prices=tuple(prices(found.offers, currency)),
        mark=_mark(found),
    )


def described(found: Found) -> str:
    """Its description as HTML of ours, with who performs or speaks."""
    text = found.description
    if not _HAS_MARKUP.search(text):
        parts = (part.strip() for part in re.split(r"\n\s*\n", html.unescape(text)))
        text = "".join(f"<p>{_escaped(part)}</p>" for part in parts if part)
    names = html.escape(", ".join(found.people), quote=False)
    return clean_html(f"{text}<p>With {names}</p>" if names else text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _summary(description: str) -> str:
    line = one_line(plain(description))
    if len(line) <= LONGEST_SUMMARY:
        return line
    return line[:LONGEST_SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def house(venue: Place | None) -> House:
    """What the place is called: a house with its room, else its address."""
    if venue is None:
        return House(UNKNOWN_HOUSE, "")
    parts = list(dict.fromkeys(part for part in (venue.name, venue.room) if part))
    name = ": ".join(parts) or venue.place or (ONLINE if venue.online_url else UNKNOWN_HOUSE)
    return House(one_line(name)[:200], one_line(venue.place or "")[:500])


def _planned(one: Occurrence, found: Found, zone: str) -> Planned | None:
    name = found.zone if found.zone and clock.is_zone(found.zone) else zone
    try:
        starts, ends = _instant(one.starts, zone), _ending(one, zone)
    except (OverflowError, ValueError):
        return None
    if starts is None:
        return None
    if ends is None or ends <= starts:
        ends = starts + USUAL
    is_off = "cancelled" in {one.status, found.status}
    return Planned(starts, ends, name, "cancelled" if is_off else "scheduled")


def _instant(when: When, zone: str) -> datetime | None:
    if isinstance(when, datetime):
        return when.astimezone(UTC) if when.tzinfo else None
    return datetime.combine(when, time(), ZoneInfo(zone)).astimezone(UTC)


def _ending(one: Occurrence, zone: str) -> datetime | None:
    """The end; that of days is the midnight after the last one."""
    if isinstance(one.starts, datetime):
        return _instant(one.ends, zone) if isinstance(one.ends, datetime) else None
    return _instant((one.ends or one.starts) + timedelta(days=1), zone)


def prices(offers: tuple[Price, ...], currency: str) -> Iterator[tuple[str, int]]:
    """Names and amounts of ticket types, for offers in the organizer's currency."""
    amounts: list[int] = []
    for offer in offers:
        if offer.currency not in {None, currency}:
            continue
        listed = [offer.price] if offer.price is not None else [offer.low, offer.high]
        amounts += [_minor(one, currency) for one in listed if one is not None]
    kept = [amount for amount in dict.fromkeys(amounts) if 0 <= amount <= DEAREST]
    for number, amount in enumerate(kept[:20], start=1):
        yield ("Ticket" if len(kept) == 1 else f"Ticket {number}"), amount


def _minor(amount: Decimal, currency: str) -> int:
    return int((amount * 10 ** money.digits(currency)).to_integral_value())


def _mark(found: Found) -> str:
    """The same as long as the source says the same, whatever window its dates are read in."""
    said = asdict(replace(found, occurrences=(), where=""))
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def kept(value: Any) -> Any:
    """A value as what is remembered holds it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
