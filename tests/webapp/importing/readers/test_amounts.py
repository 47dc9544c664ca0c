"""Prices and currencies as texts say them."""

from decimal import Decimal

import pytest

from webapp.importing.readers import amounts
from webapp.importing.rules.found import Price


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("13.00", Price(Decimal(13))),
        ("1.234,50 EUR", Price(Decimal("1234.5"), currency="EUR")),
        ("1,234.50", Price(Decimal("1234.5"))),
        ("€ 20,-", Price(Decimal(20), currency="EUR")),
        ("CHF 20.–", Price(Decimal(20), currency="CHF")),
        ("US$ 25", Price(Decimal(25), currency="USD")),
        ("25 zł", Price(Decimal(25), currency="PLN")),
        ("nur 5 Euro", Price(Decimal(5), currency="EUR")),
        ("12 € zzgl. Gebühren", Price(Decimal(12), currency="EUR")),
        ("15 € (inkl. MwSt.)", Price(Decimal(15), currency="EUR")),
        ("Eintritt frei", Price(Decimal(0))),
        ("Gratuit", Price(Decimal(0))),
        ("20-35", Price(low=Decimal(20), high=Decimal(35))),
        ("$20 to $35", Price(low=Decimal(20), high=Decimal(35))),
        ("VVK 12 € / AK 15 €", Price(low=Decimal(12), high=Decimal(15), currency="EUR")),
        ("15 € / erm. 10 €", Price(low=Decimal(10), high=Decimal(15), currency="EUR")),
        ("Adults 20, children 10", Price(low=Decimal(10), high=Decimal(20))),
        ("20€, 16€, 12€, 6€,", Price(low=Decimal(6), high=Decimal(20), currency="EUR")),
        ("20 €, 16 €", Price(low=Decimal(16), high=Decimal(20), currency="EUR")),
        ("$40 / $30 / $25", Price(low=Decimal(25), high=Decimal(40))),
        ("From $15", Price(low=Decimal(15))),
        ("ab 12,00 €", Price(low=Decimal(12), currency="EUR")),
        ("up to £30", Price(high=Decimal(30), currency="GBP")),
    ],
)
def test_a_text_says_a_price(text: str, price: Price) -> None:
    assert amounts.price(text) == price


@pytest.mark.parametrize(
    "text",
    ["", "pay what you can", "-5", "35-20", "1e9", "1, 2 and 3", "7, 8, 9", "at 8 pm", "abc", "1" * 50],
)
def test_what_is_no_price_says_none(text: str) -> None:
    assert amounts.price(text) is None


@pytest.mark.parametrize(
    ("text", "unit"), [("eur", "EUR"), ("£", "GBP"), ("A$", "AUD"), ("$", None), ("many", None)]
)
def test_currencies_are_known_by_letters_signs_and_names(text: str, unit: str | None) -> None:
    assert amounts.currency(text) == unit
