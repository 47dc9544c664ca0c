"""Whose public holidays are left out: those of a whole country, or of one of its regions as well."""

from collections.abc import Collection
from functools import lru_cache

import holidays
from babel import Locale

WHOLE = "yes"


def choices(countries: Collection[str]) -> list[tuple[str, str]]:
    """What a form offers for venues in these countries: `("CA-ON", "Ontario, Canada")`, by their names."""
    listed = [
        (f"{country}-{code}", f"{name}, {Locale('en').territories.get(country, country)}")
        for country in sorted(set(countries))
        for code, name in names(country).items()
    ]
    return [(WHOLE, "Leave out those of the whole country"), *listed]


@lru_cache(maxsize=256)
def names(country: str) -> dict[str, str]:
    """The regions of a country that have holidays of their own: code to name, by their names."""
    known = holidays.list_supported_countries(include_aliases=False)
    if not known.get(country):
        return {}
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    named = {code: next(iter(aliases.get(code, ())), code) for code in known[country]}
    return dict(sorted(named.items(), key=lambda one: one[1]))


def place(chosen: str, country: str) -> str:
    """What a rule keeps of a choice at a venue there, `CA` or `CA-ON`; ValueError for another country's."""
    if chosen in ("", WHOLE):
        return country if chosen else ""
    of, _, region = chosen.partition("-")
    if of != country or region not in names(country):
        raise ValueError("This region is not in the country of the venue. Choose one that is.")
    return chosen


def chosen(place: str) -> str:
    """The choice that stands for what a rule keeps."""
    return place if "-" in place else WHOLE if place else ""
