"""Addresses that are looked at every hour, through the real relay and jobs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import func, select, text

from tests.factories.accounts import an_organizer
from tests.factories.bringing import BY, PLAIN, bring, confirm, dates, follow, kept, season, seen
from tests.factories.outside import Outside, outside
from webapp.accounts.models import Organizer
from webapp.catalog.models import EventDate
from webapp.core.db import Database
from webapp.core.errors import Invalid
from webapp.core.ids import uuid7
from webapp.importing.events import FeedDue
from webapp.importing.models import Feed, Import
from webapp.importing.queries import drafts as queries
from webapp.importing.queries.drafts import DraftView
from webapp.importing.service import feeds
from workers import timers
from workers.context import Context


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


def a_feed(here: Context, organizer: Organizer, url: str, mode: feeds.Mode) -> UUID:
    asks = {**PLAIN, "zone": "Europe/Lisbon"}
    with here.database.writing() as db:
        feeds.keep(db, organizer_id=organizer.id, url=url, asks=asks, mode=mode, by=BY, now=here.now())
    return feed(here, organizer).id


def feed(context: Context, organizer: Organizer) -> Feed:
    with context.database.reading() as db:
        return db.scalars(select(Feed).where(Feed.organizer_id == organizer.id)).one()


def waiting(context: Context, organizer: Organizer) -> list[DraftView]:
    with context.database.reading() as db:
        return queries.drafts(db, organizer.id)


def test_a_feed_shows_its_changes_or_lets_them_in(
    here: Context, organizer: Organizer, world: Outside
) -> None:
    feed_id = a_feed(here, organizer, world.put("/f.json", season()), "ask")
    follow(here, FeedDue(feed_id))
    assert [draft.counts["new"] for draft in waiting(here, organizer)] == [2]
    assert kept(here, organizer) == []
    with here.database.writing() as db:
        feeds.set_mode(db, organizer_id=organizer.id, feed_id=feed_id, mode="apply", by=BY)
        feeds.look_now(db, organizer_id=organizer.id, feed_id=feed_id, by=BY, now=here.now())

    follow(here)

    assert len(kept(here, organizer)) == 2
    assert waiting(here, organizer) == []
    assert feed(here, organizer).said == "2 new and 0 changed events went in."


def test_a_feed_that_says_the_same_makes_nothing(here: Context, organizer: Organizer, world: Outside) -> None:
    feed_id = a_feed(here, organizer, world.put("/f.json", season(), ETag='"one"'), "apply")
    follow(here, FeedDue(feed_id))

    follow(here, FeedDue(feed_id))

    assert world.asked[-1][1]["If-None-Match"] == '"one"'
    assert feed(here, organizer).said == "Nothing changed."
    with here.database.reading() as db:
        assert db.scalar(select(func.count()).where(Import.organizer_id == organizer.id)) == 1


def test_a_feed_that_fails_says_why_and_is_asked_less(
    here: Context, organizer: Organizer, world: Outside
) -> None:
    feed_id = a_feed(here, organizer, world.put("/f.json", b"", 500), "apply")
    pauses = []
    for _ in range(3):
        follow(here, FeedDue(feed_id))
        pauses.append(round((feed(here, organizer).due_at - here.now()) / timedelta(hours=1)))
    assert pauses == [1, 2, 4]
    assert "answers 500" in feed(here, organizer).said
    assert feed(here, organizer).failures == 3

    world.put("/f.json", season())
    follow(here, FeedDue(feed_id))

    assert feed(here, organizer).failures == 0


def test_a_paused_feed_is_not_asked_and_the_clock_rings_the_others(
    here: Context, organizer: Organizer, world: Outside
) -> None:
    feed_id = a_feed(here, organizer, world.put("/f.json", season()), "ask")
    with here.database.writing() as db:
        db.execute(text("UPDATE import_feeds SET due_at = now() - interval '1 minute'"))
        feeds.pause(db, organizer_id=organizer.id, feed_id=feed_id, by=BY)
    ring = next(timer for timer in timers.TIMERS if timer.name == "ring_feeds")
    ring.run(here)
    follow(here)
    assert world.asked == []

    with here.database.writing() as db:
        db.execute(text("UPDATE import_feeds SET is_paused = false"))
    ring.run(here)
    follow(here)

    assert len(world.asked) == 1
    assert feed(here, organizer).due_at > here.now()


def sell(context: Context, date: EventDate) -> None:
    """Somebody holds a place of the date."""
    with context.database.writing() as db:
        db.execute(
            text("INSERT INTO pools (id, date_id, name, capacity, taken) VALUES (:id, :date, 'Hall', 10, 1)"),
            {"id": uuid7(), "date": date.id},
        )


def test_a_date_that_guests_have_moves_only_when_that_is_said_with_words_for_them(
    context: Context, organizer: Organizer
) -> None:
    confirm(context, organizer, bring(context, organizer, season()))
    date = dates(context, organizer)[0]
    sell(context, date)
    later = season(start="2027-03-05 21:00")
    confirm(context, organizer, bring(context, organizer, later))
    assert dates(context, organizer)[0].starts_at == date.starts_at

    draft_id = bring(context, organizer, later)
    assert [move["date_id"] for move in seen(context, organizer, draft_id).found["moves"]] == [str(date.id)]
    with pytest.raises(Invalid, match="Guests have places"):
        confirm(context, organizer, draft_id, [date.id])
    confirm(context, organizer, draft_id, [date.id], "The hall is free an hour later only.")

    assert dates(context, organizer)[0].starts_at == date.starts_at + timedelta(hours=1)
    with context.database.reading() as db:
        told = db.scalar(text("SELECT payload FROM outbox WHERE topic = 'DateMoved'"))
    assert (told["date_id"], told["message"]) == (str(date.id), "The hall is free an hour later only.")


def test_a_feed_never_moves_a_date_that_guests_have(
    here: Context, organizer: Organizer, world: Outside
) -> None:
    feed_id = a_feed(here, organizer, world.put("/f.json", season()), "apply")
    follow(here, FeedDue(feed_id))
    date = dates(here, organizer)[0]
    sell(here, date)
    world.put("/f.json", season(start="2027-03-05 21:00"))

    follow(here, FeedDue(feed_id))

    assert dates(here, organizer)[0].starts_at == date.starts_at
    assert [len(draft.found["moves"]) for draft in waiting(here, organizer)] == [1]
