"""How a sale goes on: how fast places go, and when none are left if it stays so."""

from collections.abc import Sequence
from dataclasses import dataclass

# Minutes over which the pace is measured: what happens now, and what a quarter of an hour says.
LATELY, LONGER = 5, 15
# Beyond a week nobody plans by the pace of minutes.
FARTHEST_MINUTES = 7 * 24 * 60

# In minutes; the largest of which the end is at least two away.
UNITS = ((24 * 60, "days"), (60, "h"), (1, "min"))


@dataclass(frozen=True)
class SoldOut:
    """Between so many minutes from now: by the quicker pace, and by the slower; both are places a minute."""

    soonest: int
    latest: int
    quick: float
    slow: float

    @property
    def words(self) -> tuple[str, str]:
        """The range and its unit: ("28–32", "min"), ("4–9", "h")."""
        size, unit = next((size, unit) for size, unit in UNITS if self.latest >= 2 * size or size == 1)
        low, high = round(self.soonest / size), round(self.latest / size)
        return (f"{low}–{high}" if low != high else f"{high}"), unit


def sold_out(left: int, places: Sequence[int]) -> SoldOut | None:
    """When the last place goes, from the places sold in each minute, the running one last.

    Its part of a minute is left out. None where nothing was sold lately, or the end is out of sight.
    """
    done = places[:-1]
    paces = [sum(done[-minutes:]) / minutes for minutes in (LATELY, LONGER) if len(done) >= minutes]
    if not left or len(paces) < 2 or min(paces) <= 0:
        return None
    quick, slow = max(paces), min(paces)
    if left / quick > FARTHEST_MINUTES:
        return None
    return SoldOut(round(left / quick), min(round(left / slow), FARTHEST_MINUTES), quick, slow)


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
