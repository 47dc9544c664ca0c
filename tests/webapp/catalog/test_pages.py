"""The pages of the programme as a guest's browser gets them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.programme import NOW, a_code, a_name, an_event
from tests.factories.seating import a_seated_sale
from webapp.catalog.models import Event, Pool
from webapp.core.db import Database
from webapp.web.kept import KeptPages

HTMX = {"HX-Request": "true"}


def test_a_draft_is_not_there(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database, status="draft")
    for address in ("/events/{}", "/events/{}.ics", "/posters/{}.svg", "/events/{}/availability"):
        assert look(address.format(event.slug)).status_code == 404


def test_an_event_shows_its_facts(database: Database, look: Callable[[str], Any]) -> None:
    page = look(f"/events/{an_event(database, taken=88).slug}").text
    for fact in ("Night of the Lamps", "Coliseu", "Rua das Portas 96", "€24.00", "12 left", "Lisbon time"):
        assert fact in page
    assert "https://www.openstreetmap.org/?mlat=38.72" in page


def test_an_event_can_be_held_from_its_page_without_script(
    database: Database, look: Callable[[str], Any]
) -> None:
    event = an_event(database)
    page = look(f"/events/{event.slug}").text
    assert '<form method="post" action="/basket/hold"' in page
    assert f'name="event" value="{event.slug}"' in page
    assert f'name="date" value="{event.dates[0]}"' in page
    assert f'name="qty-{event.types[0]}"' in page


def test_numbers_in_the_address_stand_in_the_form(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database)
    page = look(f"/events/{event.slug}?qty-{event.types[0]}=5&qty-odd=1&qty-{event.types[0]}x=²")
    assert re.search(rf'name="qty-{event.types[0]}" value="5"', page.text)
    assert 'value="5"' not in look(f"/events/{event.slug}").text


def test_the_date_of_the_address_is_chosen(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database, starts=[NOW + timedelta(days=2), NOW + timedelta(days=9)])
    page = look(f"/events/{event.slug}?date={event.dates[1]}").text
    assert f'name="qty-{event.types[1]}"' in page
    assert f'name="qty-{event.types[0]}"' not in page


@pytest.mark.parametrize("date", ["nonsense", "00000000-0000-0000-0000-000000000000", "", "\0"])
def test_an_odd_date_shows_the_next_one(database: Database, look: Callable[[str], Any], date: str) -> None:
    event = an_event(database)
    page = look(f"/events/{event.slug}?date={date}")
    assert page.status_code == 200
    assert f'name="date" value="{event.dates[0]}"' in page.text


def test_a_code_reveals_hidden_tickets_to_who_knows_it(
    database: Database, look: Callable[[str], Any]
) -> None:
    event = an_event(database, hidden=True)
    a_code(database, event, "LAMP")
    assert "Standing" not in look(f"/events/{event.slug}").text
    assert "Standing" not in look(f"/events/{event.slug}?code=WRONG").text
    revealed = look(f"/events/{event.slug}?code=lamp")
    assert "Standing" in revealed.text
    assert "public" not in revealed.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"taken": 100}, "Sold out"),
        ({"date_status": "paused"}, "Paused"),
        ({"date_status": "cancelled"}, "This date was cancelled"),
        ({"status": "cancelled"}, "This event does not take place"),
        ({"starts": [NOW - timedelta(days=2)]}, "This is over"),
        ({"sale_ends_at": NOW - timedelta(days=1)}, "Ended"),
        ({"sale_starts_at": NOW + timedelta(days=1)}, "From "),
    ],
)
def test_a_page_says_why_nothing_can_be_bought(
    database: Database, look: Callable[[str], Any], facts: dict[str, Any], said: str
) -> None:
    page = look(f"/events/{an_event(database, **facts).slug}").text
    assert said in page
    assert "Hold these tickets" not in page


def test_a_sale_shows_with_the_next_look(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database, taken=88)
    before = look(f"/events/{event.slug}")
    with database.writing() as db:
        db.get_one(Pool, event.pools[0]).taken = 98
    after = look(f"/events/{event.slug}")
    assert ("12 left" in before.text, "2 left" in after.text) == (True, True)
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_change_by_staff_shows_with_the_next_look(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database)
    look(f"/events/{event.slug}")
    with database.writing() as db:
        row = db.get_one(Event, event.id)
        row.title, row.version = "Night of the Candles", row.version + 1
    assert "Night of the Candles" in look(f"/events/{event.slug}").text


def test_a_sale_opens_on_a_kept_page_by_itself(
    database: Database, look: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.catalog import views

    event = an_event(database, sale_starts_at=NOW + timedelta(hours=1))
    assert "Hold these tickets" not in look(f"/events/{event.slug}").text
    later: datetime = NOW + timedelta(hours=2)
    monkeypatch.setattr(views.clock, "now", lambda: later)
    assert "Hold these tickets" in look(f"/events/{event.slug}").text


def test_a_page_that_did_not_change_is_not_sent_again(database: Database, look: Callable[..., Any]) -> None:
    event = an_event(database)
    tag = look(f"/events/{event.slug}").headers["ETag"]
    again = look(f"/events/{event.slug}", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_kept_page_asks_the_database_once(
    database: Database, look: Callable[[str], Any], counting: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    event = an_event(database)
    look(f"/events/{event.slug}")
    with counting() as asked:
        look(f"/events/{event.slug}")
    assert len(asked) == 1


@pytest.mark.parametrize("page", ["/events/{0.slug}", "/organizers/{0.organizer.slug}"])
def test_more_dates_ask_nothing_more(
    database: Database,
    look: Callable[[str], Any],
    counting: Callable[[], AbstractContextManager[list[str]]],
    page: str,
) -> None:
    numbers = []
    for dates in (1, 3):
        event = an_event(database, starts=[NOW + timedelta(days=day + 1) for day in range(dates)])
        with counting() as asked:
            look(page.format(event))
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] > 1


def test_what_is_left_is_answered_as_a_fragment(database: Database, look: Callable[..., Any]) -> None:
    event = an_event(database, taken=97)
    part = look(f"/events/{event.slug}/availability", **HTMX).text
    assert f'id="left-{event.types[0]}" data-level="last" hx-swap-oob="true">3 left' in part
    assert "<html" not in part
    assert "<html" in look(f"/events/{event.slug}/availability").text


def test_home_shows_tonight_of_the_city_asked_for(database: Database, look: Callable[[str], Any]) -> None:
    city = a_name("Port").capitalize()
    an_event(database, title=f"Lamps of {city}", city=city, starts=[NOW + timedelta(days=40)])
    page = look(f"/?city={city.lower()}").text
    assert f"Next in {city}" in page
    assert f"Lamps of {city}" in page


def test_a_list_is_drawn_again_only_when_something_was_written(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.catalog import views

    monkeypatch.setattr(views, "LISTS", KeptPages(fresh_for=0.0))
    city = a_name("Port")
    an_event(database, city=city, title="Lamps at first")
    address = f"/cities/{city.lower()}"
    assert "Lamps at last" not in app.test_client().get(address).text
    an_event(database, city=city, title="Lamps at last")
    assert "Lamps at last" in app.test_client().get(address).text


def test_home_shows_another_city_when_that_one_is_not_known(look: Callable[[str], Any]) -> None:
    assert look("/?city=atlantis").status_code == 200


def test_search_answers_htmx_with_the_results_and_an_address_to_share(
    database: Database, look: Callable[..., Any]
) -> None:
    word = a_name()
    an_event(database, title=word)
    part = look(f"/search?q={word}&city=&from=&when=&price=&sort=date", **HTMX)
    assert part.headers["HX-Push-Url"] == f"/search?q={word}"
    assert part.text.lstrip().startswith("<div")
    assert word in part.text


def test_search_works_as_a_form_without_script(database: Database, look: Callable[[str], Any]) -> None:
    word = a_name()
    an_event(database, title=word)
    page = look(f"/search?q={word}&city=Lis&from=&price=&when=&to=").text
    assert f">{word}</a>" in page
    assert 'form="search"' in page


def test_search_says_what_it_could_not_understand(look: Callable[[str], Any]) -> None:
    page = look("/search?q=lamps&from=tomorrow&page=0")
    assert page.status_code == 422
    assert "tomorrow is no day; write it as 2026-12-05." in page.text
    assert 'value="lamps"' in page.text


def test_an_empty_search_offers_the_nearest_date(database: Database, look: Callable[[str], Any]) -> None:
    word = a_name()
    an_event(database, title=word, starts=[NOW + timedelta(days=40)])
    assert "The nearest is" in look(f"/search?q={word}&when=today").text


@pytest.mark.parametrize("address", ["/cities/atlantis", "/categories/dance", "/organizers/nobody"])
def test_what_is_not_there_is_said(look: Callable[[str], Any], address: str) -> None:
    assert look(address).status_code == 404
    assert look(f"{address}.ics").status_code == 404


def test_a_city_lists_what_is_ahead(database: Database, look: Callable[[str], Any]) -> None:
    city = a_name("Port")
    an_event(database, title="Lamps ahead", city=city)
    an_event(database, title="Lamps over", city=city, starts=[NOW - timedelta(days=9)])
    page = look(f"/cities/{city.lower()}").text
    assert "Lamps ahead" in page
    assert "Lamps over" not in page
    assert f"/cities/{city.lower()}.ics" in page


def test_public_pages_set_no_cookie(database: Database, client: FlaskClient) -> None:
    event = an_event(database)
    for address in (
        "/",
        "/search",
        "/cities",
        f"/events/{event.slug}",
        f"/organizers/{event.organizer.slug}",
    ):
        assert "Set-Cookie" not in client.get(address).headers


def test_a_date_with_numbered_seats_leads_to_them(database: Database, look: Callable[[str], Any]) -> None:
    seated = a_seated_sale(database)
    page = look(f"/events/{seated.slug}").text
    assert f'href="/events/{seated.slug}/seats?date={seated.date_id}"' in page
    assert 'name="qty-' not in page
