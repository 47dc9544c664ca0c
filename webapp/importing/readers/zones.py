"""Time zones by the names that calendars write: IANA's, Windows', and what programs make of them."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# What Outlook, Exchange and Lotus show, and sometimes write, instead of a name; without "(UTC+01:00) ".
SHOWN = {
    "amsterdam, berlin, bern, rome, stockholm, vienna": "Europe/Berlin",
    "amsterdam, berlin, bern, rom, stockholm, wien": "Europe/Berlin",
    "belgrade, bratislava, budapest, ljubljana, prague": "Europe/Budapest",
    "brussels, copenhagen, madrid, paris": "Europe/Paris",
    "sarajevo, skopje, warsaw, zagreb": "Europe/Warsaw",
    "athens, bucharest": "Europe/Bucharest",
    "athens, bucharest, istanbul": "Europe/Bucharest",
    "athens, istanbul, minsk": "Europe/Bucharest",
    "helsinki, kyiv, riga, sofia, tallinn, vilnius": "Europe/Kiev",
    "dublin, edinburgh, lisbon, london": "Europe/London",
    "greenwich mean time : dublin, edinburgh, lisbon, london": "Europe/London",
    "greenwich mean time: dublin, edinburgh, lisbon, london": "Europe/London",
    "monrovia, reykjavik": "Atlantic/Reykjavik",
    "moscow, st. petersburg, volgograd": "Europe/Moscow",
    "moscow, st. petersburg": "Europe/Moscow",
    "harare, pretoria": "Africa/Johannesburg",
    "abu dhabi, muscat": "Asia/Dubai",
    "chennai, kolkata, mumbai, new delhi": "Asia/Kolkata",
    "calcutta, chennai, mumbai, new delhi": "Asia/Kolkata",
    "bangkok, hanoi, jakarta": "Asia/Bangkok",
    "beijing, chongqing, hong kong, urumqi": "Asia/Shanghai",
    "kuala lumpur, singapore": "Asia/Singapore",
    "osaka, sapporo, tokyo": "Asia/Tokyo",
    "canberra, melbourne, sydney": "Australia/Sydney",
    "auckland, wellington": "Pacific/Auckland",
    "eastern time (us & canada)": "America/New_York",
    "eastern time (us and canada)": "America/New_York",
    "indiana (east)": "America/Indianapolis",
    "central time (us & canada)": "America/Chicago",
    "central time (us and canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "mountain time (us and canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "pacific time (us and canada)": "America/Los_Angeles",
    "pacific time (us & canada); tijuana": "America/Los_Angeles",
    "atlantic time (canada)": "America/Halifax",
    "guadalajara, mexico city, monterrey": "America/Mexico_City",
    "bogota, lima, quito": "America/Bogota",
    "bogota, lima, quito, rio branco": "America/Bogota",
    "coordinated universal time": "UTC",
    # Lotus Notes
    "western/central europe": "Europe/Berlin",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "us/eastern time": "America/New_York",
    "us/central time": "America/Chicago",
    "us/mountain time": "America/Denver",
    "us/pacific time": "America/Los_Angeles",
    # Others
    "tzone://microsoft/utc": "UTC",
    "z": "UTC",
    "gmt standard time": "Europe/London",
}
NO_PLACES = {"localtime", "posixrules", "factory", "leapseconds", "tzdata.zi"}
PREFIX = re.compile(r"^\(?\s*(?:utc|gmt)?\s*([+-]?\s*\d{1,2})[:.]?(\d{2})?\s*\)\s*", re.IGNORECASE)
LONGEST_NAME = 200
# An offset and nothing else: GMT+0200, UTC+1, +05:30, (GMT +01:00). Only Etc/GMT-2 has its sign turned.
OFFSET = re.compile(
    r"\(?\s*(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?:[:.]?([0-5]\d))?(?:[:.]?00)?\s*\)?", re.IGNORECASE
)
FARTHEST = timedelta(hours=14)  # from UTC that any clock is
A_WINTER, A_SUMMER = datetime(2025, 1, 15, 12, tzinfo=UTC), datetime(2025, 7, 15, 12, tzinfo=UTC)


def named(name: str) -> ZoneInfo | None:
    """The zone of an IANA or Windows name, however it is written; None where nothing of the kind is known."""
    plain = _plain(name)
    key = _iana(plain) or _windows(plain) or _inside(plain)
    return ZoneInfo(key) if key else None


def meant(name: str) -> ZoneInfo | None:
    """The zone of a name that is none, where it can mean but one: US-Eastern, a list of cities of one clock.

    Only for names that a source does not define itself.
    """
    plain = _plain(name)
    key = _iana(plain.replace("-", "/", 1)) or _of_cities(plain)
    return ZoneInfo(key) if key else None


def offset(name: str) -> timedelta | None:
    """How far ahead of UTC a clock is whose name is an offset; None for any other name."""
    found = OFFSET.fullmatch(_plain(name))
    if not found:
        return None
    span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if span > FARTHEST:
        return None
    return span if found[1] == "+" else -span


def _plain(name: str) -> str:
    plain = " ".join(name[:LONGEST_NAME].replace("\\,", ",").strip().strip("\"'").split())
    return re.sub(r"^tzid=", "", plain, flags=re.IGNORECASE)


def _of_cities(name: str) -> str | None:
    """The zone of “(UTC+02:00) Cairo” or “Amsterdam, Belgrade, Madrid”: of cities whose clocks are alike.

    One city alone needs an offset before it that is that of its winter.
    """
    before = PREFIX.match(name)
    parts = [part.strip() for part in PREFIX.sub("", name).split(",")]
    known = [zone for part in parts if (zone := _cities().get(part.replace(" ", "_").casefold()))]
    if len(known) < (1 if before else 2) or len(known) * 2 < len(parts):
        return None
    if len({_year(zone) for zone in known}) > 1:
        return None
    if before and offset(before[0]) != min(_year(known[0])):
        return None
    return known[0]


@cache
def _cities() -> dict[str, str]:
    """Zones by their last part, where that is one zone's only."""
    found = defaultdict(set)
    for name in available_timezones():
        area, _, city = name.rpartition("/")
        if area and area.partition("/")[0] not in {"Etc", "US", "SystemV", "posix", "right"}:
            found[city.casefold()].add(name)
    return {city: names.pop() for city, names in found.items() if len(names) == 1}


def _year(key: str) -> tuple[timedelta, timedelta]:
    """What a clock is ahead in January and in July."""
    zone = ZoneInfo(key)
    january, july = (moment.astimezone(zone).utcoffset() for moment in (A_WINTER, A_SUMMER))
    return january or timedelta(0), july or timedelta(0)


def _iana(name: str) -> str | None:
    return _names().get(name.replace(" ", "_").casefold())


def _windows(name: str) -> str | None:
    plain = PREFIX.sub("", re.sub(r"^\(utc\)\s*", "", name, flags=re.IGNORECASE)).casefold()
    return SHOWN.get(plain) or _windows_names().get(plain)


def _inside(name: str) -> str | None:
    """The name at the end of a path: /mozilla.org/20050126_1/America/Argentina/Buenos_Aires."""
    parts = [part for part in name.split("/") if part]
    for count in (3, 2, 1):
        if 0 < count <= len(parts):
            end = "/".join(parts[-count:])
            if (found := _iana(end) or _windows(end)) and (count > 1 or name.startswith("/")):
                return found
    return None


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if name.casefold() not in NO_PLACES}


@cache
def _windows_names() -> dict[str, str]:
    known = {windows.casefold(): iana for windows, iana in WINDOWS_TO_OLSON.items()}
    # Some programs drop the last words, some name the summer half.
    short = {name.removesuffix(" standard time"): iana for name, iana in known.items()}
    summer = {name.replace("standard time", "daylight time"): iana for name, iana in known.items()}
    return short | summer | known
