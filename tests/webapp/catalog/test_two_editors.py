"""Two of the staff edit one thing: neither loses what the other wrote."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import a_member, sign_in
from tests.factories.programme import Made, an_event
from webapp.catalog.models import Event
from webapp.core.db import Database


@pytest.fixture
def event(database: Database) -> Made:
    return an_event(database, title="Night of the Lamps")


@pytest.fixture
def alice(app: Flask, database: Database, event: Made) -> FlaskClient:
    return sign_in(app.test_client(), a_member(database, event.organizer, "owner", "Alice Adams"))


@pytest.fixture
def bob(app: Flask, database: Database, event: Made) -> FlaskClient:
    return sign_in(app.test_client(), a_member(database, event.organizer, "manager", "Bob Berg"))


def opened(browser: FlaskClient, page: str, action: str) -> dict[str, str]:
    """The form that a page shows, as it would be sent."""
    text = browser.get(page).text
    form = next(part for part in text.split("<form")[1:] if f'action="{action}"' in part.split(">")[0])
    form = form.split("</form>")[0]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            values[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        values[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return values


def now(database: Database, event: Made) -> Event:
    with database.reading() as db:
        return db.get_one(Event, event.id)


def test_what_only_one_of_them_changed_is_kept_from_both(
    alice: FlaskClient, bob: FlaskClient, database: Database, event: Made
) -> None:
    page = f"/staff/{event.organizer.slug}/events/{event.id}"
    hers, his = opened(alice, page, page), opened(bob, page, page)

    first = alice.post(page, data={**hers, "summary": "Forty lamps."})
    second = bob.post(page, data={**his, "title": "Night of the Lanterns"})

    assert (first.status_code, second.status_code) == (303, 303)
    assert "What Alice Adams changed meanwhile: One sentence." in bob.get(page).text
    found = now(database, event)
    assert (found.title, found.summary) == ("Night of the Lanterns", "Forty lamps.")


def test_what_both_changed_is_shown_side_by_side_and_one_chooses(
    alice: FlaskClient, bob: FlaskClient, database: Database, event: Made
) -> None:
    page = f"/staff/{event.organizer.slug}/events/{event.id}"
    hers, his = opened(alice, page, page), opened(bob, page, page)
    alice.post(page, data={**hers, "title": "Night of the Torches"})

    asked = bob.post(page, data={**his, "title": "Night of the Lanterns", "summary": "Forty lanterns."})

    assert asked.status_code == 409
    told = re.sub(r"<[^>]+>", " ", asked.text)
    assert re.search(
        r"Before:\s+Night of the Lamps\s.*Alice Adams\s+Night of the Torches\s+You\s+Night of the Lanterns",
        told,
        re.S,
    )
    assert now(database, event).title == "Night of the Torches"

    again = opened_again(asked.text)
    saved = bob.post(page, data={**again, "title": "Night of the Lanterns"})

    assert saved.status_code == 303
    found = now(database, event)
    assert (found.title, found.summary) == ("Night of the Lanterns", "Forty lanterns.")


def opened_again(page: str) -> dict[str, str]:
    """What the question keeps of the form."""
    tags = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in tags}


def test_two_who_move_one_date_are_asked_which_hour_counts(
    alice: FlaskClient, bob: FlaskClient, event: Made
) -> None:
    page = f"/staff/{event.organizer.slug}/dates/{event.dates[0]}"
    hers, his = opened(alice, page, page), opened(bob, page, page)
    day = hers["starts_at"][:11]
    alice.post(page, data={**hers, "starts_at": f"{day}00:15", "ends_at": f"{day}23:15"})

    asked = bob.post(page, data={**his, "starts_at": f"{day}00:45", "ends_at": f"{day}23:15"})

    assert asked.status_code == 409
    assert "Begins" in asked.text
    assert f"{day}00:15" in asked.text
    assert "<legend>Ends" not in asked.text


def test_two_who_change_one_price_are_asked_which_counts(
    alice: FlaskClient, bob: FlaskClient, event: Made
) -> None:
    page = f"/staff/{event.organizer.slug}/dates/{event.dates[0]}"
    hers, his = opened(alice, page, f"{page}/types"), opened(bob, page, f"{page}/types")
    alice.post(f"{page}/types", data={**hers, "price": "30"})

    asked = bob.post(f"{page}/types", data={**his, "price": "35"})
    agreed = bob.post(f"{page}/types", data={**his, "price": "30.00"})

    assert (asked.status_code, agreed.status_code) == (409, 303)
    assert "Alice Adams" in asked.text


def test_two_who_change_the_organizer_keep_both(
    app: Flask, alice: FlaskClient, database: Database, event: Made
) -> None:
    page = f"/staff/{event.organizer.slug}/organizer"
    other = sign_in(app.test_client(), a_member(database, event.organizer, "owner", "Olga Ott"))
    said = {"name": "Harbour Hall", "email": "hall@example.org", "fee_percent": "0", "fee_fixed": "0.00"}
    alice.post(page, data=said)
    was = re.search(r' name="was" value="([^"]*)"', other.get(page).text)
    assert was
    alice.post(page, data={**said, "name": "Harbour House", "was": html.unescape(was[1])})

    kept = other.post(page, data={**said, "blurb": "By the sea.", "was": html.unescape(was[1])})
    asked = other.post(page, data={**said, "name": "Hafenhaus", "was": html.unescape(was[1])})

    assert (kept.status_code, asked.status_code) == (303, 409)
    assert 'value="Harbour House"' in alice.get(page).text
    assert "By the sea." in alice.get(page).text
