"""What columns of tables mean, by what they are called in six languages. Pure."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from webapp.importing.readers import amounts
from webapp.importing.readers.words import plain, spaced

# Of these a table may have several columns.
SEVERAL = frozenset(["price", "people"])
STARTS = frozenset(["start", "start_date", "start_time"])

# As people write ä, ö and ü who have no such keys.
_UMLAUTS = re.compile("([aou])e", re.IGNORECASE)
# What is said of each event, and which language its words are in: “Event Start Date”, “Titre - FR”.
_SUBJECT = re.compile(
    r"^(?:events?|sessions?|shows?|performances?|activity|courses?|class|programm?e?|concerts?|talks?|meetings?|match"
    r"|games?)\s+(?=\w)"
)
_LANGUAGE = re.compile(r"\s(?:en|de|fr|es|nl|it)$")
_ASIDE = re.compile(r"[(\[].*?[)\]]")
_UNITS = frozenset(["eur", "euro", "euros", "chf", "usd", "gbp", "cad", "in", "en", "local", "lokal", "utc"])
# Names that a mapping may use besides; those of the report of an import among them.
_OTHER_NAMES = {
    "starts_local": "start", "ends_local": "end", "place": "location", "low": "price_low",
    "high": "price_high",
    "offers": "price", "venue_name": "venue", "venue name": "venue", "venue room": "room",
    "venue place": "location",
    "venue online url": "online_url", "offers price": "price", "offers currency": "currency",
    "offers availability": "availability", "offers low": "price_low", "offers high": "price_high",
    "allday": "all_day", "id": "uid", "link": "url",
}  # fmt: skip


@cache
def _names() -> dict[str, dict[str, frozenset[str]]]:
    """The field and languages of each name."""
    text = (Path(__file__).parent / "columns.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, frozenset[str]]] = {}
    for field, languages in tomllib.loads(text).items():
        for language, names in languages.items():
            for name in names.split(","):
                fields = found.setdefault(name.strip(), {})
                fields[field] = fields.get(field, frozenset()) | {language}
    return found


@cache
def fields() -> tuple[str, ...]:
    """All fields that a table may have, by our own names."""
    return tuple(tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8")))


def _forms(header: str) -> Iterable[str]:
    """A column's name as it stands, and without what is beside it: brackets, units, a number, a language."""
    yield spaced(header)
    bare = spaced(_ASIDE.sub(" ", header))
    yield bare
    words = [word for word in bare.split() if word not in _UNITS]
    yield " ".join(words)
    yield re.sub(r"\s*\d$", "", bare)
    yield _LANGUAGE.sub("", bare)
    yield _SUBJECT.sub("", bare)


def field_of(header: str) -> str | None:
    """The field that a column or a line of a mapping means."""
    own = header.strip().lower()
    if own in fields():
        return own
    if known := _OTHER_NAMES.get(own) or _OTHER_NAMES.get(spaced(header)):
        return known
    written = (header, _UMLAUTS.sub(r"\1", header))
    forms = (form for one in written for form in _forms(one))
    return next((next(iter(found)) for form in forms if (found := _names().get(form))), None)


def is_english(headers: Iterable[str]) -> bool:
    """Whether columns are called rather as in English than as in our other languages."""
    votes = 0
    for header in headers:
        known = next((found for form in _forms(header) if (found := _names().get(form))), {})
        spoken = frozenset[str]().union(*known.values()) if known else frozenset[str]()
        votes += (spoken == {"en"}) - bool(spoken and "en" not in spoken)
    return votes >= 0


def currency_of(header: str) -> str | None:
    """The currency that a column's name tells: “Preis (EUR)”, “Price in €”."""
    words = re.findall(r"[€£¥]|\b[A-Z]{3}\b|\b[Ee]uros?\b", header)
    return next((unit for word in words if plain(word) != "vvk" and (unit := amounts.currency(word))), None)


def score(headers: Iterable[str]) -> int:
    """How many columns are understood; nothing without one for the title and one for the start."""
    found = {field for header in headers if header.strip() and (field := field_of(header))}
    has_title = bool(found & {"title", "people"})
    return len(found) if has_title and found & STARTS else 0
