"""A time as people and spreadsheets write it in our languages. Pure: nothing is decided that is not written.

Days in numbers apart by strokes are read day first or month first only where that is asked or where one of
the two cannot be a month; otherwise such a text says nothing.
"""

import re
from dataclasses import replace
from datetime import date, time, tzinfo
from functools import cache
from typing import Literal

from babel import Locale

from webapp.importing.readers import zones
from webapp.importing.readers.moments import LONGEST, Said, clock_of, day_of, iso, said_of, zone_of
from webapp.importing.readers.places import LANGUAGES
from webapp.importing.readers.words import plain

Order = Literal["day", "month"]

_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_NTH = r"(?:\.|st|nd|rd|th|er|e|º|°|ª)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
# With how the numbers of each stand.
_DAYS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?:日|\b)",
        r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR + r"\b",
        r"(?<![\d-])(?P<one>\d{1,2})\s?(?P<apart>[/-])\s?(?P<two>\d{1,2})\s?(?P=apart)\s?" + _YEAR + r"\b",
        r"\b(?P<day>\d{1,2})"
        + _NTH
        + r"[\s-]*(?:de\s|of\s)?\s*"
        + _MONTH
        + r",?[\s-]*(?:del?\s)?\s*"
        + _YEAR
        + r"\b",
        r"(?<!\w)" + _MONTH + r"\s*(?P<day>\d{1,2})" + _NTH + r",?\s+(?P<year>\d{4})\b",
        r"\b(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)\b",
    )
)
_SECONDS = r"(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?"
_HALF = r"\s*(?P<half>[ap])?\.?(?(half)\s?m\b\.?)"
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<hour>\d{1,2})\s?(?:[:.]|h|u)\s?(?P<minute>[0-5]\d)"
        + _SECONDS
        + _HALF
        + r"\s*(?:uhr|uur|hrs?|h|u)?\b",
        r"\b(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?\s?m\b\.?",
        r"\b(?P<hour>\d{1,2})\s*(?:uhr|uur|heures?|hrs?|h|u|ore)\b",
        r"\b(?:ore|alle|las|um|om|kl|at)\.?\s+(?P<hour>\d{1,2})\s*$",
        r"^\s*(?P<hour>[012]\d)(?P<minute>[0-5]\d)\s*(?:uhr|uur|hrs?|h)?\s*$",
    )
)
_ZONE = re.compile(
    r"(?:\b(?:UTC|GMT)\s*)?(?<![\d])[+\-−]\d{1,2}(?::?\d{2})?\s*$|\b(?:UTC|GMT)\s*$|(?<=\d)\s?Z\s*$"
)
_ZONE_WORD = re.compile(r"\(?\b([A-Z]{3,5}|[A-Z][A-Za-z]+(?:/[A-Z][\w+-]+)+)\)?\s*$")
_BETWEEN = re.compile(
    r"\s+(?:-|bis|to|until|till|through|au|al?|tot|fino al?|hasta(?: el)?)\s+|\s*[–—]\s*", re.IGNORECASE
)
_JOINED = re.compile(r"(?<=\d\d)-(?=\d{1,2}[:.h]\d\d)")
_SHORT_FIRST = re.compile(
    r"(?P<first>\d{1,2})\.?\s*(?:[-–—/]|bis|to|au|al|tot|y|&|und|and|et)\s*(?P<last>\d{1,2})\b(?P<rest>.*)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"at|um|a|alle|ore|las|los|om|le|el|il|den|der|die|dem|the|on|von|from|ab|du|del?|dal?|kl|t|noon|uhr|uur|h"
)


@cache
def _months() -> dict[str, int]:
    names = {"mrz": 3, "sept": 9, "set": 9, "juin": 6, "jui": 7}
    for language in LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months = Locale(language).months[form][width]
                names |= {plain(str(name)): number for number, name in months.items()}
    return names


@cache
def _weekdays() -> frozenset[str]:
    names = {"tues", "thur", "thurs", "weds"}
    for language in LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                names |= {plain(str(name)) for name in Locale(language).days[form][width].values()}
    return frozenset(names)


def strokes(text: str) -> tuple[int, int] | None:
    """The two numbers of a day like 05/06/2026 before its year, of which either may be the month."""
    match = _DAYS[2].search(text[:LONGEST])
    return (int(match["one"]), int(match["two"])) if match else None


def spoken(text: str, order: Order | None = None) -> Said | None:
    """A day, a clock reading or both, as people and spreadsheets write them in our languages."""
    text = text.strip()[:LONGEST]
    if (said := iso(text)) or not text:
        return said
    found = _find_day(text, order)
    day, rest = found or (None, text)
    zone: tzinfo | None = None
    name = ""
    if match := _ZONE.search(rest):
        zone, name = zone_of(match[0])
        rest = rest[: match.start()]
    clock, rest = _find_clock(rest)
    if clock and not zone and (match := _ZONE_WORD.search(rest)) and plain(match[1]) not in _weekdays():
        # Letters like EST are winter's, and people write them all year.
        zone = zones.named(match[1]) if "/" in match[1] else None
        name, rest = "" if zone else match[1], rest[: match.start()]
    if (day is None and clock is None) or not _is_filling(rest):
        return None
    if day is None:
        return Said(None, clock[0] if clock else None, zone, name, is_odd=True)
    return said_of(day, clock, zone if clock else None, name, odd=True)


def _find_day(text: str, order: Order | None) -> tuple[date | None, str] | None:
    """The day in a text and what stands around it."""
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month, day = _month_and_day(parts, order)
            year = int(parts["year"])
            if month and (
                found := day_of(year + (2000 if year < 70 else 1900) if year < 100 else year, month, day)
            ):
                return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None


def _full_year(text: str) -> int:
    """Two digits are of this century up to 69."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _month_and_day(parts: dict[str, str | None], order: Order | None) -> tuple[int, int]:
    """Month and day; no month where nobody can say which is which."""
    if "one" in parts:
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        if one > 12 or one == two:
            return two, one
        if two > 12:
            return one, two
        return {"day": (two, one), "month": (one, two), None: (0, 0)}[order]
    month, day = parts["month"] or "", int(parts["day"] or 0)
    return (int(month) if month.isdigit() else _months().get(plain(month), 0)), day


def _find_clock(text: str) -> tuple[tuple[time, int] | None, str]:
    for pattern in _CLOCKS:
        if match := pattern.search(text):
            parts = match.groupdict()
            hour = int(parts["hour"] or 0)
            half = (parts.get("half") or "").lower()
            if half and not 1 <= hour <= 12:
                return None, text
            if half:
                hour = hour % 12 + (12 if half == "p" else 0)
            found = clock_of(str(hour), parts.get("minute"), parts.get("second"))
            return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _is_filling(rest: str) -> bool:
    """Whether what stands around a day and a clock reading says nothing more."""
    return all(_FILLER.fullmatch(word) or word in _weekdays() for word in plain(rest).split())


def span(text: str, order: Order | None = None) -> tuple[Said, Said | None] | None:
    """A time, or its two ends: “1 May 2026 19:30 – 22:00”, “1.–3. Mai 2026”, “May 1-3, 2026”."""
    text = text.strip()[:LONGEST]
    if said := spoken(text, order):
        return said, None
    for pattern in (_BETWEEN, _JOINED):
        for match in pattern.finditer(text):
            first, last = spoken(text[: match.start()], order), spoken(text[match.end() :], order)
            if first and last and first.day:
                return first, last if last.day else replace(last, day=first.day)
            if first and last and not last.day:
                return first, last
    return _short_span(text, order)


def _short_span(text: str, order: Order | None) -> tuple[Said, Said | None] | None:
    """Two days of one month."""
    halves = text.split("/")
    if len(halves) == 2 and (begin := iso(halves[0])) and (end := iso(halves[1])):
        return begin, end
    match = _SHORT_FIRST.search(text)
    if not match:
        return None
    before, rest = text[: match.start()], match["rest"]
    first, last = (spoken(f"{before}{match[number]}{rest}", order) for number in ("first", "last"))
    return (first, last) if first and last and first.day and last.day and first.day <= last.day else None
