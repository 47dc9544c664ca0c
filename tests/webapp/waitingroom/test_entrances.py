"""Joining may ask the browser to compute: a plug-in point, off by default."""

import itertools
import re

from flask.testing import FlaskClient

from tests.factories.booking import Sale
from tests.factories.rooms import a_room, state
from webapp.core.db import Database
from webapp.waitingroom.entrances import WORK_BITS, zero_bits


def puzzle_of(client: FlaskClient, room: object) -> str:
    found = re.search(r'name="puzzle" value="([^"]+)"', client.get(f"/queue/{room}").text)
    assert found
    return found[1]


def solved(puzzle: str) -> str:
    return str(next(n for n in itertools.count() if zero_bits(f"{puzzle}:{n}") >= WORK_BITS))


def test_a_solved_puzzle_lets_one_visitor_in_line(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, entrance="work")
    puzzle = puzzle_of(client, room)
    form = {"puzzle": puzzle, "answer": solved(puzzle)}
    client.post(f"/queue/{room}/join", data=form)
    assert state(client, room) == "turn"

    robot = client.application.test_client()
    robot.post(f"/queue/{room}/join", data=form)
    assert state(robot, room) == "outside"


def test_without_an_answer_the_page_asks_and_says_what_to_do_without_javascript(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    room = a_room(database, sale, entrance="work")
    client.post(f"/queue/{room}/join")

    page = client.get(f"/queue/{room}").text
    assert "Your browser computes for a second" not in page
    assert "your browser computes for a second before it joins" in page
    assert "This needs JavaScript" in page


def test_a_wrong_answer_is_told_and_joins_nobody(client: FlaskClient, database: Database, sale: Sale) -> None:
    room = a_room(database, sale, entrance="work")
    client.post(f"/queue/{room}/join", data={"puzzle": puzzle_of(client, room), "answer": "x"})

    page = client.get(f"/queue/{room}").text
    assert "One more time" in page
    assert 'data-room-state="outside"' in page


def test_a_puzzle_of_another_room_is_no_use(client: FlaskClient, database: Database, sale: Sale) -> None:
    other = puzzle_of(client, a_room(database, sale, of_event=True, entrance="work"))
    room = a_room(database, sale, entrance="work")
    client.post(f"/queue/{room}/join", data={"puzzle": other, "answer": solved(other)})

    assert state(client, room) == "outside"
