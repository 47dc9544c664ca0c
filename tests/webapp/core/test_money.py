import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core import money


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("22", "CAD", 2200),
        ("22.5", "CAD", 2250),
        ("22,50", "EUR", 2250),
        ("1200", "JPY", 1200),
        ("1.250", "KWD", 1250),
    ],
)
def test_what_people_type_becomes_minor_units(text: str, currency: str, amount: int) -> None:
    assert money.parsed(text, currency) == amount


@pytest.mark.parametrize("text", ["", "-1", "1.234", "a", "1e3", "١٢", "9999999999"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write an amount"):
        money.parsed(text, "CAD")


def test_more_than_can_be_kept_is_refused_with_what_is_the_most() -> None:
    assert money.parsed("21474836.47", "EUR") == money.MOST
    with pytest.raises(ValueError, match="is the most"):
        money.parsed("21474836.48", "EUR")


def test_amounts_read_as_their_currency_is_written() -> None:
    assert [money.shown(2200, "CAD"), money.shown(1200, "JPY"), money.shown(-950, "EUR")] == [
        "CA$22.00",
        "¥1,200",
        "-€9.50",
    ]


@given(st.integers(0, 10**9), st.integers(0, 5000))
def test_included_tax_is_never_more_than_the_price(amount: int, basis_points: int) -> None:
    tax = money.included(amount, basis_points)
    assert 0 <= tax <= amount
    assert abs((amount - tax) * basis_points - tax * money.BASIS_POINTS) <= money.BASIS_POINTS + basis_points


@given(st.integers(0, 10**9))
def test_a_share_of_everything_is_everything(amount: int) -> None:
    assert money.share(amount, money.BASIS_POINTS) == amount


@pytest.mark.parametrize(("amount", "currency", "read"), [(2250, "EUR", "22.50"), (1200, "JPY", "1200")])
def test_an_amount_is_typed_again_as_it_was(amount: int, currency: str, read: str) -> None:
    assert money.typed(amount, currency) == read
    assert money.parsed(read, currency) == amount
