"""How a date reads to somebody who looks: what is left, what it costs, whether it is sold now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
