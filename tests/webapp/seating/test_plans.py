"""Plans are kept whole or not at all, by operators and for dates."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.factories.booking import Sale, a_sale, empty
from tests.webapp.seating.test_files import SMALL, small
from webapp.core.db import Database
from webapp.seating.queries import plans
from webapp.seating.rules.best import Wish, best


@pytest.fixture
def house(database: Database) -> Iterator[Sale]:
    empty(database)
    yield a_sale(database)
    empty(database)


def slug_of(database: Database, house: Sale) -> str:
    with database.reading() as db:
        return str(db.scalar(text("SELECT slug FROM organizers WHERE id = :id"), {"id": house.organizer_id}))


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["plan", *args])
    return result.exit_code, result.output


def count(database: Database, table: str) -> int:
    with database.reading() as db:
        return db.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def test_a_file_becomes_a_plan_that_can_be_chosen_from(
    app: Flask, database: Database, house: Sale, tmp_path: Path
) -> None:
    file = tmp_path / "small.json"
    file.write_text(json.dumps(SMALL))
    whose = ("--venue", "harbour hall", "--organizer", slug_of(database, house))

    code, said = run(app, "import", str(file), *whose)

    assert code == 0, said
    assert "6 seats: 1 section, 2 rows, 2 price levels" in said
    with database.reading() as db:
        plan = plans.plan(db, db.scalars(text("SELECT id FROM seat_plans")).one())
    assert (plan.name, [part.name for part in plan.levels]) == ("small", ["Front", "Rear"])
    found = best(plan.house, plan.house.free(()), Wish(2))
    assert [plan.name_of(ordinal).said for ordinal in found] == [
        "Stalls, row A, seat 1",
        "Stalls, row A, seat 2",
    ]
    assert [
        plan.seats[at].kind for at in best(plan.house, plan.house.free(()), Wish(2, accessible=True))
    ] == [
        "wheelchair",
        "companion",
    ]


def test_the_same_name_again_is_refused_and_nothing_is_added(
    app: Flask, database: Database, house: Sale, tmp_path: Path
) -> None:
    file = tmp_path / "small.json"
    file.write_text(json.dumps(SMALL))
    whose = ("--venue", "Harbour Hall", "--organizer", slug_of(database, house))
    run(app, "import", str(file), *whose)

    code, said = run(app, "import", str(file), *whose)

    assert code == 1
    assert "Harbour Hall has a plan “small” already." in said
    assert count(database, "seats") == 6


def test_a_bad_file_writes_nothing(app: Flask, database: Database, house: Sale, tmp_path: Path) -> None:
    bad = small()
    bad["zones"][0]["rows"][1]["seats"][2]["category"] = "Nowhere"
    file, broken = tmp_path / "bad.json", tmp_path / "broken.json"
    file.write_text(json.dumps(bad))
    broken.write_text("{")
    whose = ("--venue", "Harbour Hall", "--organizer", slug_of(database, house))

    code, said = run(app, "import", str(file), *whose)
    assert (code, count(database, "seat_plans")) == (1, 0)
    assert "Stalls, row B, seat 3: its category “Nowhere” is not in the list of categories." in said
    code, said = run(app, "check", str(broken))
    assert (code, "broken.json: This is not JSON" in said) == (1, True)


def test_a_hall_is_made_up_and_listed(app: Flask, database: Database, house: Sale) -> None:
    whose = ("--venue", "Harbour Hall", "--organizer", slug_of(database, house))

    code, said = run(app, "generate", "--seats", "400", *whose, "--name", "Great Hall")

    assert code == 0, said
    assert "Harbour Hall, Oslo: Great Hall, 400 seats, 0 dates" in run(app, "list")[1]


def test_an_unknown_venue_is_named(app: Flask, database: Database, house: Sale) -> None:
    slug = slug_of(database, house)
    code, said = run(app, "generate", "--seats", "40", "--venue", "Nowhere", "--organizer", slug)
    assert (code, f"{slug} has no venue “Nowhere”." in said) == (1, True)
