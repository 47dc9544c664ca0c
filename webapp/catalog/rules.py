"""How a date reads to somebody who looks: what is left, what it costs, whether it is sold now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from webapp.core import clock, money

Level = Literal["plenty", "few", "last", "none"]

SOLD_OUT = "Sold out"
LAST, FEW, COUNTED = 6, 12, 100


@dataclass(frozen=True)
class Window:
    """When something can be bought: `opens` and `closes` are None for "at once" and "until it begins"."""

    status: str
    opens: datetime | None
    closes: datetime | None
    ends_at: datetime
    zone: str


def availability(left: int, capacity: int) -> tuple[str, Level]:
    """`12 left`, `Nearly gone`, `Sold out`, with the level of the meter; numbers where they matter."""
    if left <= 0:
        return SOLD_OUT, "none"
    if left <= LAST:
        return f"{left} left", "last"
    if left <= FEW:
        return f"{left} left", "few"
    if left * 10 <= capacity:
        return "Nearly gone", "few"
    return (f"{left} left" if left <= COUNTED else "Many left"), "plenty"


def closed_text(window: Window, now: datetime) -> str:
    """Why this cannot be bought now, in two words; empty while it can."""
    if window.ends_at <= now and window.status != "cancelled":
        return "Over"
    if window.status in ("cancelled", "paused"):
        return window.status.capitalize()
    if window.opens and window.opens > now:
        return f"From {_short(window.opens, window.zone)}"
    if window.status == "scheduled" and window.opens is None:
        return "Not yet"
    if window.closes and window.closes <= now:
        return "Ended"
    return ""


def price_text(low: int | None, high: int | None, currency: str) -> str:
    """`Free`, `CA$25`, `from CA$22`, `Free to CA$30`; empty when nothing is sold here."""
    if low is None or high is None:
        return ""
    if high == 0:
        return "Free"
    if low == high:
        return _round(low, currency)
    return f"Free to {_round(high, currency)}" if low == 0 else f"from {_round(low, currency)}"


def price_range(low: int | None, high: int | None, currency: str) -> str:
    """`CA$22 to CA$88`."""
    if low is None or high is None or low == high:
        return price_text(low, high, currency)
    return f"{'Free' if low == 0 else _round(low, currency)} to {_round(high, currency)}"


def when_text(starts_at: datetime, zone: str, now: datetime) -> str:
    """`Tonight, 20:00`, `Sat 28 Nov, 11:00`, `Fri 12 Feb 2027, 20:30` where the year is another."""
    local, today = clock.local(starts_at, zone), clock.local(now, zone)
    if local.date() == today.date():
        return f"{'Tonight' if local.hour >= 17 else 'Today'}, {local:%H:%M}"
    year = f" {local.year}" if (local.date() - today.date()).days > 300 else ""
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def _short(instant: datetime, zone: str) -> str:
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def _round(amount: int, currency: str) -> str:
    """Whole amounts without their zeros: `CA$22`, but `CA$22.50`."""
    shown = money.shown(amount, currency)
    places = money.digits(currency)
    return shown[: -places - 1] if places and amount % 10**places == 0 else shown


# What one order comes to fits a column of PostgreSQL, whatever a guest would give.
MOST_CHOSEN = 10_000_000


@dataclass(frozen=True)
class Step:
    """A price until a day, or for the first so many tickets; `left` is None where none are counted."""

    price: int
    left: int | None
    ends_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return (self.left is None or self.left > 0) and (self.ends_at is None or self.ends_at > now)


def step_in_force(steps: Sequence[Step], now: datetime) -> Step | None:
    """The first of these that is open; None when the type costs its own price."""
    return next((step for step in steps if step.is_open(now)), None)


def price_after(steps: Sequence[Step], price: int, now: datetime) -> int | None:
    """What it costs when the step in force is over; None when nothing follows."""
    ahead = [step for step in steps if step.is_open(now)]
    return None if not ahead else ahead[1].price if len(ahead) > 1 else price


def step_text(step: Step, after: int, currency: str, zone: str) -> str:
    """What a guest reads of the price of now: `38 left at this price until Mon 1 Mar, 00:00, then €45.00.`"""
    counted = f"{step.left} left at this price" if step.left is not None else "This price"
    until = f" until {_short(step.ends_at, zone)}" if step.ends_at else ""
    return f"{counted}{until}, then {'free' if after == 0 else money.shown(after, currency)}."


def chosen_price(typed: str, floor: int, currency: str) -> int:
    """What a guest wants to pay, in minor units; a ValueError with a sentence when that is too little."""
    price = money.parsed(typed, currency)
    if price < floor:
        raise ValueError(f"{money.shown(floor, currency)} is the least.")
    if price > MOST_CHOSEN:
        raise ValueError(f"{money.shown(MOST_CHOSEN, currency)} is the most.")
    return price


def addon_refused(name: str, quantity: int, tickets: int, most: int | None) -> str:
    """Why so many of an add-on do not go with so many tickets; empty when they do."""
    if not tickets:
        return (
            f"{name} is sold only together with a ticket of the same date. Choose a ticket, or give it back."
        )
    if most is not None and quantity > most * tickets:
        each = "one" if most == 1 else str(most)
        return f"{name}: at most {each} for each ticket, so {most * tickets} with these. Nothing was changed."
    return ""


def ways(kind: Mapping[str, Any], currency: str) -> tuple[str, ...]:
    """How a ticket type is sold besides its price, as sentences for guests."""
    said = []
    if kind["price_floor"] is not None:
        least = (
            f"from {money.shown(kind['price_floor'], currency)}" if kind["price_floor"] else "even nothing"
        )
        said.append(f"Pay what you want, {least}; {money.shown(kind['price'], currency)} is suggested.")
    if kind["group_from"]:
        said.append(f"From {kind['group_from']} on {money.shown(kind['group_price'], currency)} each.")
    if kind["is_addon"]:
        most = kind["addon_most"]
        each = "" if most is None else ", at most one for each" if most == 1 else f", at most {most} for each"
        said.append(f"Only with a ticket{each}.")
        if kind["addon_required"]:
            said.append("Each ticket needs one.")
    return tuple(said)
