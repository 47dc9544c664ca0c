"""What an organizer has not published is seen by nobody else, whatever the address."""

import pytest

from tests.security.scene import ROLES, Scene
from tests.security.test_every_url import address, status
from webapp.catalog.models import Event

OF_THE_EVENT = [
    "/events/<slug>",
    "/events/<slug>.ics",
    "/events/<slug>/availability",
    "/dates/<uuid:date_id>.ics",
    "/posters/<slug>.svg",
    "/posters/<slug>.png",
]
LISTS = ["/", "/search?q=Unheard+of", "/cities/<slug>", "/categories/<name>", "/organizers/<slug>"]
FEEDS = ["/cities/<slug>.ics", "/categories/<name>.ics", "/organizers/<slug>.ics"]


@pytest.fixture
def draft(scene: Scene) -> Scene:
    with scene.database.writing() as db:
        event = db.get_one(Event, scene.values["event_id"])
        event.status, event.published_at = "draft", None
        event.title, event.words = "Unheard of before", "unheard of before"
    return scene


@pytest.mark.parametrize("rule", OF_THE_EVENT)
def test_an_event_that_is_not_out_is_not_there(draft: Scene, rule: str) -> None:
    path = address(rule, draft.values)

    answers = {role: status(draft, role, "GET", path, "") for role in ROLES}

    assert answers == dict.fromkeys(ROLES, 404)


@pytest.mark.parametrize("rule", [*LISTS, *FEEDS])
def test_an_event_that_is_not_out_is_in_no_list(draft: Scene, rule: str) -> None:
    answer = draft.browser("nobody").get(address(rule, draft.values))

    # A city with nothing in it may be no page at all.
    assert answer.status_code in (200, 404)
    assert "Unheard of before" not in answer.text


def test_nobody_holds_places_for_what_is_not_out(draft: Scene) -> None:
    form = {"event": draft.values["event_id"], f"qty-{draft.values['type_id']}": "1"}

    answer = draft.browser("nobody").post("/basket/hold", data=form)

    assert answer.status_code in (404, 409, 410)
