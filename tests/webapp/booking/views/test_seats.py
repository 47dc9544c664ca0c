"""Choosing seats without a line of script: from the hall to the rows, and to a choice with its price."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.booking import a_sale
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, block, claimed
from tests.factories.seating import hold as hold_seats
from webapp.booking.views import scene, seats
from webapp.booking.views.taken import TakenSeats
from webapp.core import clock
from webapp.core.db import Database
from webapp.web.kept import KeptPages

HTMX = {"HX-Request": "true"}


@pytest.fixture
def seated(database: Database) -> SeatedSale:
    return a_seated_sale(database, Hall(sections=("Stalls", "Circle")))


@pytest.fixture
def look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A page as it is now, whatever was kept."""
    monkeypatch.setattr(seats, "PAGES", KeptPages(fresh_for=0.0))
    known = TakenSeats(fresh_for=0.0)
    monkeypatch.setattr(scene, "TAKEN", known)
    monkeypatch.setattr(seats, "TAKEN", known)
    return lambda address, **headers: app.test_client().get(address, headers=headers)


def at(seated: SeatedSale, *chosen: str, more: str = "") -> str:
    """The page with these seats chosen."""
    said = "".join(f"&seat={seated.ordinal(name)}" for name in chosen)
    return f"/events/{seated.slug}/seats{more}?date={seated.date_id}{said}"


def test_the_hall_lists_its_sections(seated: SeatedSale, look: Callable[..., Any]) -> None:
    page = look(at(seated)).text
    assert "40 free, €44 to €58, rows A to D" in page
    assert f'href="/events/{seated.slug}/seats/{seated.sections[1]}?date={seated.date_id}"' in page


def test_a_section_lists_its_rows_and_seats_in_words(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    block(database, seated, "Circle B 3")
    page = look(at(seated, more=f"/{seated.sections[1]}")).text
    assert 'aria-label="Row B, seat 4, €58, free"' in page
    taken = re.search(r'<input[^>]*aria-label="Row B, seat 3, €58, taken"', page)
    assert taken
    assert " disabled" in taken[0]


def test_ticked_seats_are_chosen_with_their_prices(seated: SeatedSale, look: Callable[..., Any]) -> None:
    page = look(at(seated, "Circle B 3", "Circle D 4")).text
    assert "Circle B 3" in page
    assert "€102.00" in page
    assert "Not all side by side." in page
    assert "Hold both seats" in page


def wish(seated: SeatedSale, *names: str) -> dict[str, Any]:
    """The form that holds these seats."""
    return {"date": str(seated.date_id), "seat": [str(seated.ordinal(name)) for name in names]}


def test_a_seat_that_was_taken_meanwhile_is_named_with_what_is_near(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    hold_seats(database, seated, "Stalls A 5", now=clock.now())
    page = look(at(seated, "Stalls A 4", "Stalls A 5")).text
    assert "Stalls, row A, seat 5 was just taken" in page
    assert "The other one is still free." in page
    assert re.search("Take Stalls A [34], Stalls A [34]", page)


def test_the_best_seats_are_marked_and_not_held(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    found = look(f"/events/{seated.slug}/seats/best?date={seated.date_id}&together=2")
    assert found.status_code == 303
    assert "Stalls A 5" in look(found.location).text
    assert claimed(database, seated) == set()


def test_where_nothing_fits_the_page_says_so(seated: SeatedSale, look: Callable[..., Any]) -> None:
    page = look(f"/events/{seated.slug}/seats/best?date={seated.date_id}&together=2&up_to=100").text
    assert "No 2 free seats fit this wish." in page


def test_a_cheaper_ticket_for_one_seat_changes_the_sum(database: Database, look: Callable[..., Any]) -> None:
    seated = a_seated_sale(database, reduced=2000)
    page = look(at(seated, "A 1", "A 2")).text
    reduced = re.findall(r'<option value="([^"]+)">Reduced', page)[0]
    page = look(f"{at(seated, 'A 1', 'A 2')}&type-{seated.ordinal('A 1')}={reduced}").text
    assert "€78.00" in page


def test_htmx_gets_only_the_choice_and_an_address_that_can_be_shared(
    seated: SeatedSale, look: Callable[..., Any]
) -> None:
    answer = look(at(seated, "Stalls A 1"), **HTMX)
    assert answer.headers["HX-Replace-Url"] == at(seated, "Stalls A 1")
    assert "<html" not in answer.text
    assert 'data-chosen="0"' in answer.text


def test_held_seats_lie_in_the_basket_by_their_names(seated: SeatedSale, client: FlaskClient) -> None:
    answer = client.post("/basket/seats", data=wish(seated, "Circle B 3", "Circle B 4"))
    assert (answer.status_code, answer.location) == (303, "/basket")
    basket = client.get("/basket").text
    assert "Circle, row B, seat 3" in basket
    assert "Circle, row B, seat 4" in basket


def test_the_same_seats_sent_twice_are_held_once(
    database: Database, seated: SeatedSale, client: FlaskClient
) -> None:
    for _ in range(2):
        assert client.post("/basket/seats", data=wish(seated, "Circle B 3")).status_code == 303
    assert claimed(database, seated) == {"Circle B 3"}


def test_who_loses_a_seat_reads_which_and_gets_the_nearest_by_one_button(
    database: Database, seated: SeatedSale, client: FlaskClient
) -> None:
    hold_seats(database, seated, "Circle B 3", now=clock.now())
    answer = client.post("/basket/seats", data=wish(seated, "Circle B 3", "Circle B 4"))
    assert answer.status_code == 409
    assert "Circle, row B, seat 3 was just taken" in answer.text
    taking = answer.text.split('action="/basket/seats"')[1].split("</form>")[0]
    instead = re.findall(r'name="seat" value="(\d+)"', taking)
    assert (
        client.post("/basket/seats", data={"date": str(seated.date_id), "seat": instead}).status_code == 303
    )


def test_the_best_can_be_held_at_once(database: Database, seated: SeatedSale, client: FlaskClient) -> None:
    form = {"date": str(seated.date_id), "together": "2"}
    assert client.post("/basket/seats/best", data=form).status_code == 303
    assert claimed(database, seated) == {"Stalls A 5", "Stalls A 6"}


def test_one_seat_is_given_back_and_the_other_stays(
    database: Database, seated: SeatedSale, client: FlaskClient
) -> None:
    client.post("/basket/seats", data=wish(seated, "Circle B 3", "Circle B 4"))
    client.post("/basket/seats/give-back", data=wish(seated, "Circle B 3"))
    assert claimed(database, seated) == {"Circle B 4"}


def test_the_page_of_seats_shows_what_the_basket_has(seated: SeatedSale, client: FlaskClient) -> None:
    client.post("/basket/seats", data=wish(seated, "Circle B 3"))
    own = client.get(f"/basket/seats?date={seated.date_id}").text
    assert f'data-own-seats="{seated.ordinal("Circle B 3")}"' in own


def test_a_wish_without_seats_or_a_date_is_refused_in_words(seated: SeatedSale, client: FlaskClient) -> None:
    assert client.post("/basket/seats", data={"date": str(seated.date_id)}).status_code == 422
    assert client.post("/basket/seats", data={"seat": "3"}).status_code == 422
    assert client.post("/basket/seats", data={"date": str(seated.date_id), "seat": "9999"}).status_code == 404


def test_a_page_asks_only_for_what_changed(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    before = look(at(seated, more="/changes")).get_json()
    hold_seats(database, seated, "Circle B 3", now=clock.now())
    address = f"{at(seated, more='/changes')}&since={before['version']}"
    answer = look(address)
    assert answer.get_json()["taken"] == [seated.ordinal("Circle B 3")]
    assert answer.get_json()["free"] == []
    assert look(address, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_page_that_knows_too_little_gets_all_that_is_taken(
    database: Database, seated: SeatedSale, look: Callable[..., Any]
) -> None:
    hold_seats(database, seated, "Stalls A 1", now=clock.now())
    assert look(f"{at(seated, more='/changes')}&since=unheard").get_json()["all"] == "AQ=="


def test_seats_are_not_chosen_where_none_are_numbered(database: Database, look: Callable[..., Any]) -> None:
    assert look(f"/events/{a_sale(database).slug}/seats").status_code == 404
