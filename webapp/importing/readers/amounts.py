"""Prices as texts say them: with signs of currencies, decimal commas, ranges, or the word for free. Pure."""

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel.numbers import list_currencies

from webapp.importing.readers.words import plain
from webapp.importing.rules.found import Availability, Price

MOST_LISTED = 8  # prices of one event in one text
LONGEST = 120  # characters: nothing longer is a price
MOST = Decimal(10) ** 9

_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "zł": "PLN",
    "kč": "CZK",
    "₹": "INR",
    "₽": "RUB",
    "₪": "ILS",
    "₺": "TRY",
}
_DOLLARS = {"us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "r$": "BRL"}
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "fr": "CHF",
    "sfr": "CHF",
    "franken": "CHF",
    "pounds": "GBP",
}
_FREE = frozenset(
    [
        *(
            "free",
            "free entry",
            "free admission",
            "free of charge",
            "no charge",
            "complimentary",
            "gratis",
            "gratuit",
        ),
        *(
            "kostenlos",
            "kostenfrei",
            "frei",
            "eintritt frei",
            "freier eintritt",
            "entree libre",
            "gratuite",
            "libre",
        ),
        *(
            "entrada libre",
            "entrada gratuita",
            "gratuito",
            "gratuita",
            "ingresso libero",
            "vrij",
            "vrije toegang",
        ),
        *("gratis toegang", "ingresso gratuito", "entree gratuite"),
    ]
)
_NUMBER = re.compile(
    r"(?:\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)(?:[.,][-–—]{1,2})?"
)
_LISTED = re.compile(r"[,;/|]")
# What stands between two amounts, before the least or the most, and beside an amount without meaning more.
_BETWEEN = frozenset(["", "to", "bis", "a", "al", "tot", "and", "und", "et", "y", "e", "or", "oder", "ou"])
_FROM = frozenset(["from", "ab", "des", "a partir de", "desde", "vanaf", "da", "a partire da", "min"])
_UP_TO = frozenset(["up to", "bis", "bis zu", "max", "jusqu a", "hasta", "tot", "fino a"])
_BESIDE = re.compile(
    r"\b(?:price|preis|prix|precio|prijs|prezzo|tickets?|eintritt|each|per person|pro person|p p|pp|only|nur"
    r"|ca|circa"
    r"|incl|inkl|inklusive|zzgl|plus|vat|mwst|tax|fees?|gebuhr(?:en)?|geb|vvk|ak|vorverkauf|abendkasse|advance|door"
    r"|adults?|children|child|kids|kinder|erwachsene|students?|studenten|schuler|seniors?|concessions?|conc|reduced"
    r"|regular|normal|voll|erm|ermassigt|members?|mitglieder|plein|reduit|tarif|adultes?|enfants?|etudiants?"
    r"|adultos?|ninos|reducid[ao]|volwassenen|kinderen|interi?o?|ridott[oi]|bambini)\b"
)

_AVAILABILITY: dict[str, Availability] = {
    "instock": "available", "onlineonly": "available", "instoreonly": "available", "preorder": "available",
    "presale": "available", "madetoorder": "available", "available": "available", "onsale": "available",
    "verfugbar": "available", "disponible": "available", "beschikbaar": "available",
    "disponibile": "available",
    "limitedavailability": "limited", "limited": "limited", "fewleft": "limited", "restkarten": "limited",
    "soldout": "sold_out", "outofstock": "sold_out", "ausverkauft": "sold_out", "complet": "sold_out",
    "agotado": "sold_out", "uitverkocht": "sold_out", "esaurito": "sold_out", "epuise": "sold_out",
    "discontinued": "unavailable", "backorder": "unavailable", "reserved": "unavailable",
    "unavailable": "unavailable",
    "notavailable": "unavailable", "offsale": "unavailable", "closed": "unavailable",
}  # fmt: skip


def availability(text: str) -> Availability | None:
    """What a word or an address of schema.org says of what is left."""
    word = re.split(r"[/#:]", text.strip())[-1]
    return _AVAILABILITY.get(plain(word).replace(" ", ""))


def currency(text: str) -> str | None:
    """The three letters of a currency, from them, its sign or its name; a bare $ may be of many countries."""
    bare = text.strip()
    word = plain(bare)
    if known := _DOLLARS.get(bare.casefold()) or _SIGNS.get(bare.casefold()) or _WORDS.get(word):
        return known
    is_code = bare.upper() in _currencies() and (bare.isupper() or word in _COMMON)
    return bare.upper() if is_code else None


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


_COMMON = frozenset(
    ["usd", "eur", "gbp", "chf", "cad", "aud", "sek", "nok", "dkk", "pln", "czk", "jpy", "huf", "nzd"]
)


def number(value: Any) -> Decimal | None:
    """An amount as a number or a text that is nothing else: 12.5, “1.234,50”, “1,234.50”, “20,-”."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()[:40]
    text = re.sub(r"[.,][-–—]{1,2}$", "", text)
    text = re.sub(r"['’\u00a0\u202f ]", "", text)
    try:
        amount = Decimal(_pointed(text))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= MOST else None


def _pointed(text: str) -> str:
    """The same number with a point before its decimals and nothing between its thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        return text.replace(",", "") if point > comma else text.replace(".", "").replace(",", ".")
    sign = "," if comma >= 0 else "."
    if text.count(sign) > 1:
        return re.sub("[,.]", "", text) if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", text) else text
    if sign == "," and re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        return text.replace(sign, "")
    return text.replace(",", ".")


def price(text: str) -> Price | None:
    """What a text says of a price: one, a range, nothing to pay; None where it says something else."""
    text = " ".join(text.split())[:LONGEST]
    if plain(text) in _FREE:
        return Price(price=Decimal(0))
    text = re.sub(r"\([^()\d]*\)", " ", text)
    numbers = _NUMBER.findall(text)
    amounts = [amount for found in numbers if (amount := number(found)) is not None]
    rest = _NUMBER.sub(" ", text).strip()
    is_list = bool(_LISTED.search(rest))
    if (
        len(amounts) != len(numbers)
        or not 1 <= len(amounts) <= (MOST_LISTED if is_list else 2)
        or re.search(r"^[-−]|\d[A-Za-z]\d", text)
    ):
        return None
    unit, rest = _unit(rest)
    bare = " ".join(_BESIDE.sub(" ", plain(rest)).split())
    if len(amounts) > 1:
        # Prices for several kinds of guests may stand the other way round.
        is_span = not is_list and not bare and plain(rest) == bare
        low, high = amounts if is_span else (min(amounts), max(amounts))
        is_money = len(amounts) == 2 or unit or "$" in text  # three numbers may be of anything
        return (
            Price(low=low, high=high, currency=unit)
            if is_money and bare in _BETWEEN and low <= high
            else None
        )
    if bare in _FROM:
        return Price(low=amounts[0], currency=unit)
    if bare in _UP_TO:
        return Price(high=amounts[0], currency=unit)
    return Price(price=amounts[0], currency=unit) if not bare else None


def _unit(rest: str) -> tuple[str | None, str]:
    """The currency in what stands around an amount, and what else does."""
    found, others = None, []
    spread = re.sub(r"((?:us|ca?|au?|nz|r)?\$|[€£¥₹₽₪₺])", r" \1 ", rest, flags=re.IGNORECASE)
    for word in spread.replace("(", " ").replace(")", " ").split():
        if unit := currency(word.rstrip(".:")):
            found = found or unit
        elif plain(word) not in {"", "kr"} or word in "/-–—":
            others.append(word)
    return found, " ".join(others).strip()
