"""Two of the staff change one thing: who saves second sees what the first one wrote, and says which counts.

Events, dates, ticket types, venues and organizers have tests of their own.
"""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.security.prepared import PREPARED
from tests.security.scene import Scene
from tests.security.test_every_url import address

# The page with the form, where it is sent, its field, what the first and the second one write, preparation.
FORMS = (
    ("/types/<type_id>", "/types/<type_id>/steps", "price", "13.00", "14.00", "stepped"),
    ("/types/<type_id>", "/types/<type_id>/ways", "price_floor", "5.00", "6.00", ""),
    ("/events/<event_id>", "/events/<event_id>/donation", "words", "For the choir", "For the roof", ""),
    ("/events/<event_id>", "/events/<event_id>/questions", "label", "A chair?", "A table?", ""),
    ("/events/<event_id>", "/events/<event_id>/answers", "hours", "10", "20", ""),
    (
        "/events/<event_id>",
        "/events/<event_id>/publish-at",
        "at",
        "2028-03-04T10:00",
        "2028-03-05T10:00",
        "draft",
    ),
    ("/dates/<date_id>", "/dates/<date_id>/pools", "name", "Stalls", "Balcony", ""),
    ("/dates/<date_id>", "/dates/<date_id>/reserves", "places", "7", "8", "kept"),
    ("/vouchers/<voucher_id>", "/vouchers", "value", "20.00", "30.00", ""),
    ("/vouchers/<voucher_id>", "/vouchers", "event", "Night of the Lamps", "Other", ""),
    (
        "/dates/<date_id>/guests/<entry_id>",
        "/dates/<date_id>/guests/<entry_id>",
        "name",
        "Anna",
        "Anne",
        "listed",
    ),
    ("/rooms/<room_id>", "/rooms/<room_id>", "auto_per_second", "7", "8", ""),
    ("/rooms/<room_id>", "/rooms/<room_id>/dial", "per_minute", "70", "80", ""),
    ("/messages/<message_id>/edit", "/messages", "subject", "Doors at seven", "Doors at eight", ""),
    ("/reports/saved/<report_id>", "/reports/saved", "name", "Weekly", "Monthly", ""),
    ("/team", "/team/<user_id>/role", "role", "manager", "finance", ""),
)


def opened(browser: FlaskClient, page: str, action: str) -> dict[str, Any]:
    """The form of something that is there, as it would be sent."""
    answer = browser.get(page)
    assert answer.status_code == 200, answer.text
    forms = re.findall(rf'<form[^>]* action="{re.escape(action)}".*?</form>', answer.text, re.S)
    form = next(part for part in forms if ' name="was"' in part)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (not re.search('type="(checkbox|radio)"', tag) or " checked" in tag):
            sent.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, words in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = [html.unescape(words)]
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


@pytest.mark.parametrize(
    ("page", "action", "field", "first", "second", "preparation"),
    FORMS,
    ids=[f"{action} {field}" for _, action, field, *_ in FORMS],
)
def test_who_saves_second_is_asked_and_nothing_is_overwritten(  # a row of the table
    scene: Scene, page: str, action: str, field: str, first: str, second: str, preparation: str
) -> None:
    values = {**scene.values, **(PREPARED[preparation](scene) if preparation else {})}
    base = f"/staff/{values['organizer']}"
    page, action = (base + address(one, values) for one in (page, action))
    alice = scene.browser("alice")
    hers, his = (opened(alice, page, action) for _ in range(2))

    saved = alice.post(action, data={**hers, field: first})
    asked = alice.post(action, data={**his, field: second})
    nothing_new = alice.post(action, data=his)

    assert (saved.status_code, asked.status_code, nothing_new.status_code) == (303, 409, 303), asked.text
    assert "Two of you changed this" in asked.text
    assert f'value="{first}" required' in asked.text
    assert opened(alice, page, action).get(field, [""]) in ([first], [""])
    kept = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', asked.text)
    again: dict[str, list[str]] = {}
    for name, value in kept:
        again.setdefault(name, []).append(html.unescape(value))
    assert alice.post(action, data={**again, field: second}).status_code == 303
    assert opened(alice, page, action)["was"] != hers["was"]


def test_a_feed_that_somebody_lets_in_by_itself_stays_so(scene: Scene) -> None:
    base = f"/staff/{scene.values['organizer']}/imports"
    action = f"{base}/feeds/{scene.values['feed_id']}/mode"
    alice = scene.browser("alice")
    hers, his = (opened(alice, base, action) for _ in range(2))

    alice.post(action, data={**hers, "mode": "apply"})
    alice.post(action, data=his)

    assert opened(alice, base, action)["mode"] == ["apply"]


def test_two_who_correct_how_a_file_is_read_are_asked_which_zone_counts(scene: Scene) -> None:
    page = f"/staff/{scene.values['organizer']}/imports/files/{scene.values['draft_id']}"
    PREPARED["read"](scene)
    alice = scene.browser("alice")
    hers, his = (opened(alice, page, page) for _ in range(2))

    alice.post(page, data={**hers, "zone": "Europe/Rome"})
    PREPARED["read"](scene)
    asked = alice.post(page, data={**his, "zone": "Europe/Oslo"})

    assert asked.status_code == 409
    assert 'value="Europe/Rome" required' in asked.text


def test_a_role_at_an_event_that_changed_meanwhile_is_not_taken_unseen(scene: Scene) -> None:
    base = f"/staff/{scene.values['organizer']}/team"
    alice, about = scene.browser("alice"), {name: scene.values[name] for name in ("user_id", "event_id")}
    alice.post(f"{base}/events", data={**about, "role": "finance"})
    taking = opened(alice, base, f"{base}/events") | about
    taking["was"] = '{"role": "finance"}'
    alice.post(f"{base}/events", data={**about, "role": "manager"})

    asked = alice.post(f"{base}/events", data=taking)

    assert asked.status_code == 409
    assert "Alice Adams" in asked.text
