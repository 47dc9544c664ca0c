"""A search as an address says it: what cannot be understood is said, the rest is used."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from webapp.catalog.forms.search import search
from webapp.catalog.queries.asked import Search


def asked(query: str) -> Search:
    return search(MultiDict(parse_qsl(query, keep_blank_values=True)))


def test_an_empty_address_asks_for_everything_by_date() -> None:
    assert asked("") == Search()


def test_all_of_a_search_survives_its_own_address() -> None:
    query = (
        "q=jazz&city=Lisbon&category=music&category=food&when=2026-12&from=2026-12-01&to=2026-12-24"
        "&price=25&available=1&sort=price&page=3"
    )
    one = asked(query)
    assert one.wrong == {}
    assert asked(urlsplit(one.query(page=3)).query) == one


def test_free_only_is_the_price_nothing() -> None:
    assert asked("free=1").price == 0
    assert asked("free=1").query() == "/search?price=0"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=tomorrow", "from"),
        ("from=0001-01-01", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-12-05&to=2026-12-01", "to"),
        ("page=0", "page"),
        ("page=99999999999", "page"),
        ("price=-1", "price"),
        ("price=1e9", "price"),
        ("category=nonsense", "category"),
        ("when=2026-13", "when"),
        ("when=0001-01", "when"),
        ("sort=random", "sort"),
    ],
)
def test_what_is_odd_is_said_and_the_words_are_kept(query: str, field: str) -> None:
    one = asked(f"q=jazz&{query}")
    assert list(one.wrong) == [field]
    assert one.q == "jazz"


def test_a_change_goes_back_to_the_first_page() -> None:
    assert Search(q="jazz", page=4).query(city="Porto") == "/search?q=jazz&city=Porto"
