"""Staff draw a plan: every operation is a form, is taken back, and tells who was slower."""

import io
import re
import tomllib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Sale
from tests.webapp.seating.test_design import TEXT
from tests.webapp.seating.test_sources import CSV, SVG
from tests.webapp.seating.test_staff import base, house, one
from webapp.booking.service import seats
from webapp.booking.service.seats import BestWish
from webapp.core import clock
from webapp.core.db import Database

__all__ = ["base", "house"]

STALLS = {"name": "Stalls", "level": "Stalls", "rows": "5", "seats": "10", "y": "400", "skip": "I O"}


@pytest.fixture
def board(client: FlaskClient, database: Database, base: str) -> str:
    """The address of an empty board."""
    given = {"venue_id": str(one(database, "SELECT id FROM venues")), "name": "Great Hall"}
    answer = client.post(f"{base}/plans/drawings", data=given)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def do(client: FlaskClient, board: str, path: str, **given: Any) -> Any:
    """One step with the version that the board has now, unless another is given."""
    version = re.search(r'data-version="(\d+)"', client.get(board).text)
    assert version
    return client.post(f"{board}/{path}", data={"version": version[1]} | given)


def make(client: FlaskClient, board: str) -> str:
    answer = do(client, board, "make")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def attach(client: FlaskClient, database: Database, base: str, house: Sale, plan: str) -> Any:
    level = one(database, f"SELECT id FROM price_levels WHERE plan_id = '{plan.rpartition('/')[2]}'")
    given = {"plan_id": plan.rpartition("/")[2], f"price-{level}": "40", f"pool-{level}": "Stalls"}
    return client.post(f"{base}/dates/{house.date_id}/seats/plan", data=given)


def test_a_section_by_formula_becomes_a_plan_that_a_date_is_given(
    client: FlaskClient, database: Database, base: str, house: Sale, board: str
) -> None:
    assert "There is no seat yet: add a section." in client.get(board).text
    added = do(client, board, "sections", **STALLS)
    assert added.location.endswith("?section=Stalls")
    assert "Take back: Added Stalls" in client.get(added.location).text
    assert client.get(f"{board}/preview").text.count("data-n=") == 50

    plan = make(client, board)

    assert "50 seats" in client.get(plan).text
    assert attach(client, database, base, house, plan).status_code == 303
    assert one(database, "SELECT capacity FROM pools WHERE name = 'Stalls'") == 50


def test_each_step_is_done_and_taken_back(client: FlaskClient, database: Database, board: str) -> None:
    do(client, board, "sections", **STALLS)
    quick = ("left", "right", "up", "down", "turn-left", "turn-right", "bend-more", "bend-less", "copy")
    before = one(database, "SELECT design FROM plan_designs")
    for step in quick:
        assert do(client, board, "steps", do=step, section="Stalls", x="50").status_code == 303, step
    do(client, board, "stage", label="Screen", width="500", height="40")
    do(client, board, "labels", text="Bar", x="900", y="900")
    do(client, board, "steps", do="delete", section="Stalls")
    assert [part["name"] for part in one(database, "SELECT design FROM plan_designs")["section"]] == [
        "Stalls 2"
    ]

    for _ in range(len(quick) + 3):
        assert do(client, board, "undo").status_code == 303

    assert one(database, "SELECT design FROM plan_designs") == before
    assert one(database, "SELECT count(*) FROM audit_entries WHERE action = 'Seat plan drawn'") == 13


def test_stage_and_labels_are_moved_and_taken_back_like_sections(client: FlaskClient, board: str) -> None:
    do(client, board, "sections", **STALLS)
    do(client, board, "stage", label="Stage", x="0", y="0", width="1000", height="300")
    do(client, board, "labels", text="Bar", x="900", y="900")

    do(client, board, "steps", do="move", thing="stage", x="30", y="-10", section="Stalls")
    moved = do(client, board, "steps", do="move", thing="label-0", x="-100", y="50", section="Stalls")
    assert moved.location.endswith("?section=Stalls")
    plan = tomllib.loads(client.get(f"{board}/plan.toml").text)
    assert (plan["stage"]["x"], plan["stage"]["y"]) == (30, -10)
    assert plan["label"] == [{"text": "Bar", "x": 800, "y": 950}]

    do(client, board, "labels", at="0", text="Bar and cloakroom", x="700", y="950")
    do(client, board, "steps", do="delete", thing="stage")
    plan = tomllib.loads(client.get(f"{board}/plan.toml").text)
    assert "stage" not in plan
    assert plan["label"][0]["text"] == "Bar and cloakroom"
    do(client, board, "undo")
    do(client, board, "labels", at="0", gone="yes")
    plan = tomllib.loads(client.get(f"{board}/plan.toml").text)
    assert plan["stage"]["x"] == 30
    assert "label" not in plan
    assert do(client, board, "steps", do="move", thing="label-7").status_code == 404


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("stage", {"label": "Stage", "width": "wide"}, "stage-width"),
        ("labels", {"text": "", "x": "3"}, "label-text"),
        ("steps", {"do": "left", "section": "Stalls", "by": "a bit"}, "quick-by"),
    ],
)
def test_a_number_that_is_none_is_told_at_its_field_and_kept(
    client: FlaskClient, board: str, path: str, typed: dict[str, str], field: str
) -> None:
    do(client, board, "sections", **STALLS)

    refused = do(client, board, path, **{"section": "Stalls"} | typed)

    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert f'<a href="#{field}">' in refused.text
    assert all(f'value="{one}"' in refused.text for one in typed.values() if one not in ("left", ""))
    assert 'value="10"' in refused.text  # the formula of Stalls is not taken for what was typed


def test_a_section_whose_seats_cannot_be_made_yet_is_copied_and_moved_all_the_same(
    client: FlaskClient, board: str
) -> None:
    twice = "section,row,seat,x,y\nLoge,A,1,0,0\nLoge,A,1,50,0\n"
    do(client, board, "file", file=(io.BytesIO(twice.encode()), "loge.csv"))
    assert "has seat 1 twice" in client.get(board).text

    assert do(client, board, "steps", do="copy", section="Loge").status_code == 303
    assert do(client, board, "steps", do="left", section="Loge").status_code == 303
    assert do(client, board, "steps", do="bend-more", section="Loge").status_code == 422
    assert do(client, board, "make").status_code == 422


def test_who_saw_an_older_drawing_is_shown_what_another_did(client: FlaskClient, board: str) -> None:
    do(client, board, "sections", **STALLS)

    late = client.post(f"{board}/sections", data=STALLS | {"name": "Circle", "version": "1", "rows": "7"})

    assert late.status_code == 409
    assert "changed this plan meanwhile: Added Stalls" in late.text
    assert 'value="Circle"' in late.text
    assert "5 rows, 50 seats" in late.text
    assert "7 rows" not in client.get(board).text


def test_a_formula_that_cannot_be_made_is_told_at_its_field(client: FlaskClient, board: str) -> None:
    refused = do(client, board, "sections", **STALLS | {"seats": "many"})

    assert refused.status_code == 422
    assert "Write whole numbers, such as 20" in refused.text
    assert 'value="many"' in refused.text


def test_seats_on_each_other_are_told_and_make_no_plan(
    client: FlaskClient, database: Database, board: str
) -> None:
    do(client, board, "sections", **STALLS)
    do(client, board, "sections", **STALLS | {"name": "Circle"})

    refused = do(client, board, "make")

    assert refused.status_code == 422
    assert "Stalls, row A, seat 1 and Circle, row A, seat 1 are drawn on each other" in refused.text
    assert one(database, "SELECT count(*) FROM seat_plans") == 0


def test_a_plan_without_dates_is_changed_and_one_with_sold_seats_gets_a_next_version(
    client: FlaskClient, database: Database, base: str, house: Sale, board: str
) -> None:
    do(client, board, "sections", **STALLS)
    plan = make(client, board)
    do(client, board, "sections", **STALLS | {"section": "Stalls", "rows": "6"})
    assert make(client, board) == plan
    assert "60 seats" in client.get(plan).text
    attach(client, database, base, house, plan)
    seats.hold_best(database, BestWish("b", house.date_id, 2), clock.now())

    again = client.post(f"{plan}/draw").location
    do(client, again, "sections", **STALLS | {"section": "Stalls", "rows": "7"})
    newer = make(client, again)

    assert again == board
    assert newer != plan
    assert "Great Hall, version 2" in client.get(plan).text
    assert "60 seats" in client.get(plan).text
    assert "70 seats" in client.get(newer).text
    page = client.get(f"{base}/dates/{house.date_id}/seats").text
    assert "There is a newer version of this plan" in page
    assert "since its tickets name its seats" in page
    assert "Seats: its plan has a newer version" in client.get(f"{base}/dates/{house.date_id}").text
    assert one(database, "SELECT plan_id FROM event_dates WHERE plan_id IS NOT NULL") == (
        one(database, "SELECT replaces_id FROM seat_plans WHERE replaces_id IS NOT NULL")
    )


@pytest.mark.parametrize(("name", "content"), [("a.toml", TEXT), ("a.csv", CSV), ("a.svg", SVG)])
def test_a_file_is_put_on_the_board_and_its_text_says_the_same(
    client: FlaskClient, database: Database, base: str, name: str, content: str
) -> None:
    venue = str(one(database, "SELECT id FROM venues"))
    given = {"venue_id": venue, "name": "Hall", "file": (io.BytesIO(content.encode()), name)}
    board = client.post(f"{base}/plans", data=given, content_type="multipart/form-data").location
    assert "On the drawing board" in client.get(f"{base}/plans").text

    saved = client.get(f"{board}/plan.toml")
    first = one(database, "SELECT design FROM plan_designs")
    do(client, board, "steps", do="delete", section=first["section"][0]["name"])
    back = do(client, board, "file", file=(io.BytesIO(saved.data), "again.toml"))

    assert back.status_code == 303
    assert saved.headers["Content-Disposition"] == 'attachment; filename="hall.plan.toml"'
    assert one(database, "SELECT design FROM plan_designs") == first


def test_a_plan_of_another_house_cannot_be_drawn_on(
    client: FlaskClient, database: Database, board: str
) -> None:
    do(client, board, "sections", **STALLS)
    make(client, board)
    with database.writing() as db:
        db.execute(
            text(
                "INSERT INTO organizers (id, slug, name, currency, email)"
                " SELECT gen_random_uuid(), 'other', 'Other', currency, email FROM organizers LIMIT 1"
            )
        )
        for table in ("plan_designs", "seat_plans"):
            db.execute(
                text(f"UPDATE {table} SET organizer_id = (SELECT id FROM organizers WHERE slug = 'other')")
            )

    plan = one(database, "SELECT id FROM seat_plans")
    base = board.partition("/drawings")[0]
    for path in ("", "/preview", "/plan.toml"):
        assert client.get(board + path).status_code == 404
    assert client.post(f"{board}/make", data={"version": "2"}).status_code == 404
    assert client.post(f"{base}/{plan}/draw").status_code == 404


def test_a_drawing_that_is_thrown_away_leaves_its_plan(client: FlaskClient, board: str) -> None:
    do(client, board, "sections", **STALLS)
    plan = make(client, board)

    assert client.post(f"{board}/discard").status_code == 303

    assert client.get(board).status_code == 404
    assert "50 seats" in client.get(plan).text
    assert "Stalls" in client.get(client.post(f"{plan}/draw").location).text


def test_operators_check_and_export_the_same_text(
    app: Flask, client: FlaskClient, database: Database, board: str, tmp_path: Any
) -> None:
    do(client, board, "sections", **STALLS)
    make(client, board)
    runner = app.test_cli_runner()
    file = tmp_path / "plan.toml"

    exported = runner.invoke(args=["plan", "export", str(one(database, "SELECT id FROM seat_plans"))])
    file.write_text(exported.output)
    checked = runner.invoke(args=["plan", "check", str(file)])
    file.write_text(exported.output.replace("rows = 5", "rows = 500"))
    refused = runner.invoke(args=["plan", "check", str(file)])

    assert exported.output == client.get(f"{board}/plan.toml").text
    assert (checked.exit_code, "50 seats: 1 section, 5 rows" in checked.output) == (0, True)
    assert refused.exit_code == 1
    assert "section “Stalls”, rows: the most is 200." in refused.output
