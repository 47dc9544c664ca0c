"""From a file that staff bring to drafts, through the real relay and jobs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import func, select, text

from tests.factories.accounts import an_organizer
from tests.factories.bringing import BY, bring, confirm, correct, dates, follow, kept, season, seen
from tests.factories.outside import Outside, outside
from webapp.accounts.models import Organizer
from webapp.catalog.models import Venue
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid
from webapp.core.ids import uuid7
from webapp.importing.models import Draft, DraftLine
from webapp.importing.queries import drafts as queries
from webapp.importing.service import drafts, undoing
from webapp.importing.service.reading import Source
from webapp.ops.service import signs as ops
from workers import timers
from workers.context import Context
from workers.relay import Relay
from workers.routing import ROUTING


@pytest.fixture
def organizer(database: Database, redis: Redis) -> Organizer:
    with database.writing() as db:
        db.execute(text("DELETE FROM import_drafts"))
        db.execute(text("DELETE FROM import_feeds"))
    return an_organizer(database)


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside() as opened:
        yield opened


@pytest.fixture
def here(context: Context) -> Context:
    """May ask this machine as if it were the world outside."""
    return replace(context, settings=replace(context.settings, fetch_private=True))


def test_a_preview_writes_nothing_and_the_import_what_it_said(context: Context, organizer: Organizer) -> None:
    draft_id = bring(context, organizer, season())
    preview = seen(context, organizer, draft_id)

    assert kept(context, organizer) == []
    assert (preview.state, preview.counts["new"], preview.counts["same"]) == ("ready", 2, 0)
    confirm(context, organizer, draft_id)
    assert [event.title for event in kept(context, organizer)] == ["Night of the Lamps", "Lamps for Children"]
    done = seen(context, organizer, draft_id)
    assert (done.state, done.progress, done.size) == ("done", 2, 0)
    with context.database.reading() as db:
        assert queries.report(db, organizer.id, done.import_id or uuid7()).counts["new"] == 2


def test_times_in_no_zone_get_dates_when_staff_name_it(context: Context, organizer: Organizer) -> None:
    draft_id = bring(context, organizer, season(), zone=None)
    assert seen(context, organizer, draft_id).found["needs_zone"] == 2

    correct(context, organizer, draft_id, zone="Europe/Lisbon")

    assert seen(context, organizer, draft_id).found["needs_zone"] == 0
    assert seen(context, organizer, draft_id).found["zones"] == [["Europe/Lisbon", 2]]


def test_a_zone_that_is_none_is_refused_in_its_field(context: Context, organizer: Organizer) -> None:
    draft_id = bring(context, organizer, season())

    with pytest.raises(Invalid) as refused:
        correct(context, organizer, draft_id, zone="Lisbon time")
    assert "Europe/Berlin" in refused.value.fields["zone"]


def test_columns_that_nobody_understands_are_shown_and_mapped(context: Context, organizer: Organizer) -> None:
    table = b"Was;Wann;Wo ist es\nLampenfest;05.03.2027 20:00;Coliseu\nLampenball;06.03.2027 20:00;Coliseu\n"
    draft_id = bring(context, organizer, table.replace(b"Was;Wann", b"Xa;Xb"), zone=None)
    refused = seen(context, organizer, draft_id)
    assert (refused.state, refused.found["error"]["code"]) == ("refused", "no-columns")
    assert [one["name"] for one in refused.found["columns"]][:2] == ["Xa", "Xb"]
    assert refused.found["columns"][0]["samples"] == ["Lampenfest", "Lampenball"]

    correct(context, organizer, draft_id, zone="Europe/Lisbon", mapping={"title": "Xa", "start": "Xb"})

    assert seen(context, organizer, draft_id).counts["new"] == 2


def test_a_venue_that_staff_choose_is_known_the_next_time(context: Context, organizer: Organizer) -> None:
    hall = Venue(
        id=uuid7(), organizer_id=organizer.id, name="Great Hall", address="", city="Lisbon",
        city_slug="lisbon", country="PT", zone="Europe/Lisbon",
    )  # fmt: skip
    with context.database.writing() as db:
        db.add(hall)
    draft_id = bring(context, organizer, season())
    house = seen(context, organizer, draft_id).found["houses"][0]
    assert house["venue_id"] is None
    given = [[house["name"], house["place"], str(hall.id)]]
    correct(context, organizer, draft_id, zone="Europe/Lisbon", houses=given)
    confirm(context, organizer, draft_id)
    assert {date.venue_id for date in dates(context, organizer)} == {hall.id}

    again = bring(context, organizer, season())

    assert seen(context, organizer, again).counts == {
        "new": 0, "changed": 0, "same": 2, "doubtful": 0, "refused": 0
    }  # fmt: skip


def test_the_second_time_says_what_changed_and_undoing_sets_it_back(
    context: Context, organizer: Organizer
) -> None:
    confirm(context, organizer, bring(context, organizer, season()))
    draft_id = bring(context, organizer, season(title="Night of all Lamps", start="2027-03-05 21:00"))
    assert seen(context, organizer, draft_id).counts["changed"] == 1
    with context.database.reading() as db:
        line = db.scalars(select(DraftLine).where(DraftLine.draft_id == draft_id)).first()
    assert line is not None
    assert line.reasons[0][1] == ("title “Night of the Lamps” becomes “Night of all Lamps”; 1 date changed")
    confirm(context, organizer, draft_id)
    import_id = seen(context, organizer, draft_id).import_id
    assert import_id

    with context.database.reading() as db:
        effect = undoing.effect(db, import_id)
    with context.database.writing() as db:
        undoing.undo(db, import_id=import_id, by=BY, now=context.now())

    assert (effect.removed, effect.set_back, effect.hindrance) == (0, 1, "")
    assert kept(context, organizer)[0].title == "Night of the Lamps"


def test_a_confirmation_of_what_changed_meanwhile_is_refused(context: Context, organizer: Organizer) -> None:
    draft_id = bring(context, organizer, season())
    version = seen(context, organizer, draft_id).version
    correct(context, organizer, draft_id, zone="Europe/Paris")

    with pytest.raises(Conflict), context.database.writing() as db:
        drafts.confirm(
            db, organizer_id=organizer.id, draft_id=draft_id, version=version, agreed=[], words="", by=BY
        )


def test_a_file_that_nobody_comes_back_to_is_forgotten(context: Context, organizer: Organizer) -> None:
    draft_id = bring(context, organizer, season())
    with context.database.writing() as db:
        db.get_one(Draft, draft_id).made_at = context.now() - timedelta(days=8)

    next(timer for timer in timers.TIMERS if timer.name == "forget_imports").run(context)

    with context.database.reading() as db:
        assert db.get(Draft, draft_id) is None
        assert db.scalar(select(func.count()).where(DraftLine.draft_id == draft_id)) == 0


def test_no_more_files_wait_than_there_is_room_for(context: Context, organizer: Organizer) -> None:
    with context.database.writing() as db:
        for _ in range(drafts.MOST_WAITING):
            drafts.add(db, organizer_id=organizer.id, source=Source("a.ics", b"x"), by=BY)

    with pytest.raises(Conflict, match="wait already"), context.database.writing() as db:
        drafts.add(db, organizer_id=organizer.id, source=Source("a.ics", b"x"), by=BY)


def test_an_address_is_fetched_and_read_like_a_file(
    here: Context, context: Context, organizer: Organizer, world: Outside
) -> None:
    good, bad = world.put("/season.json", season()), world.put("/gone", b"", 404)
    found = []
    for context_, url in ((here, good), (here, bad), (context, good)):
        with context_.database.writing() as db:
            draft_id = drafts.add(
                db, organizer_id=organizer.id, source=Source("season.json", b""), url=url, by=BY
            )
        follow(context_)
        draft = seen(context_, organizer, draft_id)
        found.append(draft.found.get("error", {}).get("code", draft.state))

    assert found == ["ready", "not-there", "private-address"]


def test_an_import_that_no_worker_could_finish_says_so_and_can_be_thrown_away(
    context: Context, organizer: Organizer
) -> None:
    draft_id = bring(context, organizer, season())
    with context.database.writing() as db:
        version = queries.draft(db, organizer.id, draft_id).version
        drafts.confirm(
            db, organizer_id=organizer.id, draft_id=draft_id, version=version, agreed=[], words="", by=BY
        )
    Relay(context.database.writing, context.redis, ROUTING).round()
    with pytest.raises(Conflict), context.database.writing() as db:
        drafts.throw_away(db, organizer_id=organizer.id, draft_id=draft_id, by=BY)
    assert seen(context, organizer, draft_id).is_busy
    with context.database.writing() as db:
        db.execute(
            text("UPDATE deliveries SET dead_at = now() WHERE job = 'bring_in_import' AND done_at IS NULL")
        )

    stopped = [seen(context, organizer, draft_id)]
    with context.database.writing() as db:
        letter = db.scalars(text("SELECT id FROM deliveries WHERE dead_at IS NOT NULL")).one()
        ops.drop_dead_letter(db, delivery_id=letter, by=BY, now=context.now())
    stopped.append(seen(context, organizer, draft_id))

    assert [(one.is_stopped, one.is_busy) for one in stopped] == [(True, False)] * 2
    with context.database.writing() as db:
        drafts.throw_away(db, organizer_id=organizer.id, draft_id=draft_id, by=BY)
    with context.database.reading() as db:
        assert queries.drafts(db, organizer.id) == []
