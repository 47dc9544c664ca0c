"""Days that somebody types to leave them out: `24 December 2026, 2026-12-31 to 2027-01-05`."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

FORMS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d.%m.%Y")
MOST = 400


def skipped(text: str) -> frozenset[date]:
    """The days, or `ValueError` with what would be right; days and ranges stand apart by commas or lines."""
    parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", text)]
    found = frozenset(day for part in parts if part for day in _days(part))
    if len(found) > MOST:
        raise ValueError(f"{MOST} days are the most that can be left out.")
    return found


def _days(part: str) -> Iterator[date]:
    first, between, last = part.partition(" to ")
    begin, end = _day(first), _day(last) if between else _day(first)
    if not timedelta() <= end - begin <= timedelta(days=MOST):
        raise ValueError(f"“{part}” does not go from an earlier day to a later one within a year.")
    return (begin + timedelta(days=count) for count in range((end - begin).days + 1))


def _day(text: str) -> date:
    for form in FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ValueError(f"“{text}” is no day. Write 2026-12-24, or 2026-12-20 to 2027-01-05.")
