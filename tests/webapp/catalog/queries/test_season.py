"""A season written as a file says everything that an import needs to make it anew."""

import json
from datetime import UTC, datetime

from flask import Flask

from tests.factories.accounts import an_organizer
from tests.factories.programme import an_event
from tests.factories.sources import asked
from webapp.core.db import Database
from webapp.importing.readers import own
from webapp.importing.rules.found import Place

STARTS = [datetime(2026, 3, 24, 20, tzinfo=UTC), datetime(2026, 4, 7, 19, tzinfo=UTC)]


def test_a_season_is_read_again_as_it_was(app: Flask, database: Database) -> None:
    organizer = an_organizer(database)
    an_event(database, organizer=organizer, title="Lamps", starts=STARTS)
    an_event(database, organizer=organizer, title="Off", starts=STARTS[:1], status="cancelled")
    an_event(database, organizer=organizer, title="Soon", starts=STARTS[:1], status="draft")
    an_event(database, title="Of others")

    said = app.test_cli_runner().invoke(args=["export", "--organizer", organizer.slug])

    assert said.exit_code == 0, said.output
    reading = own.read(said.stdout.encode(), asked())
    assert reading.remarks == ()
    assert [(found.title, found.status) for found in reading.events] == [
        ("Lamps", "confirmed"), ("Off", "cancelled"), ("Soon", "tentative"),
    ]  # fmt: skip
    lamps = reading.events[0]
    assert [one.starts for one in lamps.occurrences] == STARTS
    assert (lamps.is_series, lamps.zone, lamps.starts) == (True, "Europe/Lisbon", STARTS[0])
    assert lamps.venue == Place(name="Coliseu", place="Rua das Portas 96, Lisbon, PT")
    assert [offer.price for offer in lamps.offers] == [24]
    assert lamps.description == "<p>Light &amp; shade</p>"
    assert json.loads(said.stdout)["events"][0]["occurrences"][1]["starts_local"] == "2026-04-07T20:00:00"


def test_an_organizer_that_nobody_knows_has_no_season(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["export", "--organizer", "nobody"])
    assert (said.exit_code, "nobody" in said.output) == (1, True)
