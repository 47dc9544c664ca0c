"""Time zones by the names that calendars write: IANA's, Windows', and what programs make of them."""

import re
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


def named(name: str) -> ZoneInfo | None:
    """The zone of an IANA or Windows name, however it is written; None where nothing of the kind is known."""
    plain = " ".join(name[:LONGEST_NAME].replace("\\,", ",").strip().strip("\"'").split())
    key = _iana(plain) or _windows(plain) or _inside(plain)
    return ZoneInfo(key) if key else None


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
