"""Prices as texts say them: with signs of currencies, decimal commas, ranges, or the word for free. Pure."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.importing.readers.words import plain
from webapp.importing.rules.found import Availability, Price

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
_NUMBER = re.compile(r"\d(?:[\d.,'’\u00a0\u202f ]*\d)?(?:[.,][-–—]{1,2})?")
_BETWEEN = re.compile(r"[-–—]|/|to|bis|a|à|al?|tot|and|und|et|y|e")
_OPEN = re.compile(r"from|ab|des|a partir de|desde|vanaf|da|from only|nur|only|ca|circa")
_KNOWN_WORDS = re.compile(
    r"price|preis|prix|precio|prijs|prezzo|each|per person|pro person|p p|pp|incl|inkl|vat|mwst|tax|fee"
)
_CODE = re.compile(r"[A-Za-z]{3}")

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
    if _CODE.fullmatch(bare) and (bare.isupper() or plain(bare) in _WORDS):
        return _WORDS.get(plain(bare), bare.upper())
    known = _DOLLARS.get(bare.casefold()) or _SIGNS.get(bare.casefold()) or _WORDS.get(plain(bare))
    return known or (bare.upper() if _CODE.fullmatch(bare) and bare.casefold() in _COMMON else None)


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
    if text.count(sign) > 1 or (sign == "," and re.fullmatch(r"[1-9]\d{0,2},\d{3}", text)):
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
    if len(amounts) != len(numbers) or not 1 <= len(amounts) <= 2 or re.search(r"^[-−]|\d[A-Za-z]\d", text):
        return None
    unit, rest = _unit(rest)
    between, alone = _BETWEEN.fullmatch(rest), not rest or _KNOWN_WORDS.fullmatch(plain(rest))
    if len(amounts) == 2:
        low, high = sorted(amounts) if rest == "/" else amounts
        return Price(low=low, high=high, currency=unit) if between and low <= high else None
    if alone or (rest and between and rest in "-–—"):
        return Price(price=amounts[0], currency=unit)
    if _OPEN.fullmatch(plain(rest)):
        return Price(low=amounts[0], currency=unit)
    return Price(high=amounts[0], currency=unit) if plain(rest) in {"up to", "bis", "max", "bis zu"} else None


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
