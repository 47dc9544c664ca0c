"""Money as a whole number of minor units with an ISO 4217 code."""

from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

BASIS_POINTS = 10_000
# What a column of PostgreSQL holds, in minor units.
MOST = 2**31 - 1


def share(amount: int, basis_points: int) -> int:
    """So many hundredths of a percent of `amount`, rounded half up; both in minor units."""
    return (amount * basis_points + BASIS_POINTS // 2) // BASIS_POINTS


def included(amount: int, basis_points: int) -> int:
    """The tax inside a price that already holds it, rounded half up."""
    whole = BASIS_POINTS + basis_points
    return (amount * basis_points + whole // 2) // whole


def digits(currency: str) -> int:
    """How many decimals the currency has: 0 for JPY, 2 for EUR, 3 for KWD."""
    return get_currency_precision(currency)


@lru_cache(maxsize=4096)
def shown(amount: int, currency: str) -> str:
    """The amount as people read it: `CA$22.00`, `¥1,200`."""
    return format_currency(amount / 10 ** digits(currency), currency, locale="en")


@lru_cache(maxsize=4096)
def rounded(amount: int, currency: str) -> str:
    """The amount in whole units, for figures that are read from afar: `CA$1,312`."""
    whole = round(amount / 10 ** digits(currency))
    return format_currency(whole, currency, format="¤#,##0", locale="en", currency_digits=False)


def typed(amount: int, currency: str) -> str:
    """The amount as it is typed into a field: `22.00`, or `1200` where the currency has no smaller part."""
    places = digits(currency)
    return f"{amount / 10**places:.{places}f}"


def parsed(text: str, currency: str) -> int:
    """Minor units from what was typed: `22`, `22.50` or `22,50`; else `ValueError` saying what is right."""
    whole, _, part = text.strip().replace(",", ".").partition(".")
    places = digits(currency)
    if (
        not (whole.isascii() and whole.isdecimal())
        or len(whole) > 9
        or len(part) > places
        or (part and not part.isdecimal())
    ):
        raise ValueError(f"Write an amount such as 22{'.50' if places else ''}.")
    amount = int(whole + part.ljust(places, "0"))
    if amount > MOST:
        raise ValueError(f"{shown(MOST, currency)} is the most.")
    return amount
