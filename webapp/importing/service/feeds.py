"""Addresses that are looked at every hour; what they bring waits for staff, or goes in by itself."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.audit import Actor, note
from webapp.core.errors import Conflict, NotFound
from webapp.core.ids import uuid7
from webapp.importing.events import FeedDue
from webapp.importing.gateway import Fetched
from webapp.importing.models import Draft, Feed
from webapp.importing.rules import addresses
from webapp.importing.rules.found import Refused
from webapp.importing.rules.outcomes import Told
from webapp.importing.service import drafts
from webapp.importing.service.reading import Source

Mode = Literal["ask", "apply"]

EVERY = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)
# Rules without an end reach further each day, so a file that stays the same is read again after this.
READ_AGAIN = timedelta(hours=20)
MOST = 40
AT_ONCE = 20


def keep(
    db: Session, *, organizer_id: UUID, url: str, asks: dict[str, Any], mode: Mode, by: Actor, now: datetime
) -> None:
    """Look at an address every hour from now on; one that is kept already gets the new way."""
    try:
        at = addresses.address(url)
    except Refused:
        raise Conflict("It was uploaded, and so has no address that could be looked at.") from None
    feed = db.scalar(
        select(Feed).where(Feed.organizer_id == organizer_id, Feed.url == at.text).with_for_update()
    )
    if feed is None:
        number = db.scalar(select(func.count()).where(Feed.organizer_id == organizer_id)) or 0
        if number >= MOST:
            raise Conflict(f"{MOST} feeds are the most. Forget one of them first.")
        feed = Feed(
            id=uuid7(), organizer_id=organizer_id, url=at.text, file=at.file, mode=mode, due_at=now + EVERY,
            said="Looked at every hour from now on.", made_by={},
        )  # fmt: skip
        db.add(feed)
        before = None
    else:
        before = {"mode": feed.mode, "paused": feed.is_paused}
    feed.mode, feed.asks, feed.is_paused = mode, asks, False
    feed.made_by = {"kind": by.kind, "name": by.name, "id": str(by.id) if by.id else None}
    db.flush()
    words = {"ask": "its changes wait for staff", "apply": "its changes go in by themselves"}[mode]
    after = {"mode": mode, "paused": False}
    said = f"Keeps {at.file} as a feed; {words}"
    note(db, by, said, ("feed", feed.id), organizer_id=organizer_id, before=before, after=after)


def set_mode(db: Session, *, organizer_id: UUID, feed_id: UUID, mode: Mode, by: Actor) -> None:
    """Whether its changes wait for staff or go in by themselves."""
    feed = locked(db, organizer_id, feed_id)
    if feed.mode == mode:
        return
    note(
        db, by, f"Changed how the feed {feed.file} goes in", ("feed", feed.id), organizer_id=organizer_id,
        before={"mode": feed.mode}, after={"mode": mode},
    )  # fmt: skip
    feed.mode = mode
    db.flush()


def pause(db: Session, *, organizer_id: UUID, feed_id: UUID, by: Actor) -> None:
    """Look at it no more until somebody says so."""
    feed = locked(db, organizer_id, feed_id)
    if feed.is_paused:
        return
    said, about = f"Paused the feed {feed.file}", ("feed", feed.id)
    before, after = {"paused": False}, {"paused": True}
    note(db, by, said, about, organizer_id=organizer_id, before=before, after=after)
    feed.is_paused = True


def look_now(db: Session, *, organizer_id: UUID, feed_id: UUID, by: Actor, now: datetime) -> None:
    """Look at it at once, and every hour after that; this also ends a pause."""
    feed = locked(db, organizer_id, feed_id)
    said, about = f"Asked to look at the feed {feed.file}", ("feed", feed.id)
    before = {"paused": feed.is_paused, "next_look": feed.due_at.isoformat(timespec="minutes")}
    after = {"paused": False, "next_look": "at once"}
    note(db, by, said, about, organizer_id=organizer_id, before=before, after=after)
    feed.is_paused, feed.due_at, feed.read_at, feed.said = False, now + EVERY, None, ""
    outbox.record(db, FeedDue(feed.id))
    db.flush()


def forget(db: Session, *, organizer_id: UUID, feed_id: UUID, by: Actor) -> None:
    """Look at it never again. What it brought stays."""
    feed = locked(db, organizer_id, feed_id)
    before, about = {"mode": feed.mode, "paused": feed.is_paused}, ("feed", feed.id)
    said, after = f"Forgot the feed {feed.file}", {"mode": "looked at no more"}
    note(db, by, said, about, organizer_id=organizer_id, before=before, after=after)
    _drop_waiting(db, feed.id)
    db.delete(feed)
    db.flush()


def ring(db: Session, now: datetime) -> int:
    """Whose hour has come is looked at by a worker; how many those are."""
    due = db.scalars(
        select(Feed)
        .where(~Feed.is_paused, Feed.due_at <= now)
        .order_by(Feed.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for feed in due:
        feed.due_at = now + EVERY
        outbox.record(db, FeedDue(feed.id))
    db.flush()
    return len(due)


def is_fresh(read_at: datetime | None, now: datetime) -> bool:
    """Whether the same bytes would say the same again."""
    return read_at is not None and now - read_at < READ_AGAIN


def looked(db: Session, *, feed_id: UUID, fetched: Fetched, now: datetime) -> None:
    """What the address gave: nothing new, or a file to read."""
    feed = db.get(Feed, feed_id, with_for_update=True)
    if feed is None:
        return
    feed.looked_at, feed.failures = now, 0
    digest = hashlib.sha256(fetched.content).hexdigest() if fetched.content is not None else feed.digest
    if fetched.content is None or (digest == feed.digest and is_fresh(feed.read_at, now)):
        feed.said = "Nothing changed."
        return
    feed.etag, feed.last_modified, feed.digest = fetched.etag, fetched.last_modified, digest
    feed.read_at, feed.said = now, "It is being read."
    _drop_waiting(db, feed.id)
    source = Source(feed.file, fetched.content)
    by = Actor(feed.made_by["kind"], feed.made_by["name"], _id(feed.made_by.get("id")))
    draft_id = drafts.add(
        db, organizer_id=feed.organizer_id, source=source, by=by, url=feed.url, feed_id=feed.id
    )
    db.get_one(Draft, draft_id).asks = feed.asks
    db.flush()


def failed(db: Session, *, feed_id: UUID, sentence: str, now: datetime) -> None:
    """Say why, and wait longer before the next look each time."""
    feed = db.get(Feed, feed_id, with_for_update=True)
    if feed is None:
        return
    feed.failures += 1
    pause: timedelta = min(EVERY * 2 ** min(feed.failures - 1, 8), LONGEST_PAUSE)
    feed.due_at, feed.said = now + pause, sentence[:500]
    # What is known of it may be why it fails.
    feed.etag = feed.last_modified = None
    db.flush()


def was_read(db: Session, draft: Draft, told: Told) -> None:
    """A feed's file waits for staff only if it brings something; what nobody has to look at goes in."""
    feed = db.get(Feed, draft.feed_id, with_for_update=True) if draft.feed_id else None
    if feed is None:
        return
    news = told.count("new") + told.count("changed")
    if not news and not told.moves:
        feed.said = f"Nothing is new among {len(told.events):,} events."
        db.delete(draft)
    elif feed.mode == "apply" and not told.moves:
        feed.said = f"{news:,} events are going in."
        drafts.let_in(db, draft, Actor("system", f"Feed {feed.file}"))
    elif told.moves and feed.mode == "apply":
        feed.said = "It moves dates that guests have, so it waits for you."
    else:
        feed.said = f"{news:,} events are new or changed, and wait for you."
    db.flush()


def was_refused(db: Session, draft: Draft, refusal: Refused, now: datetime) -> None:
    """The address gave a file that cannot be read; the next look may find a better one."""
    if draft.feed_id is None:
        return
    feed_id = draft.feed_id
    db.delete(draft)
    db.flush()
    failed(db, feed_id=feed_id, sentence=refusal.message, now=now)
    if feed := db.get(Feed, feed_id):
        feed.digest = None


def went_in(db: Session, draft: Draft, told: Told) -> None:
    """Say how many of a feed's events are in."""
    feed = db.get(Feed, draft.feed_id, with_for_update=True) if draft.feed_id else None
    if feed:
        feed.said = f"{told.count('new'):,} new and {told.count('changed'):,} changed events went in."


def _drop_waiting(db: Session, feed_id: UUID) -> None:
    """What an earlier look brought and nobody has confirmed."""
    db.execute(delete(Draft).where(Draft.feed_id == feed_id, Draft.state.not_in(("importing", "done"))))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def locked(db: Session, organizer_id: UUID, feed_id: UUID) -> Feed:
    feed = db.get(Feed, feed_id, with_for_update=True)
    if feed is None or feed.organizer_id != organizer_id:
        raise NotFound("There is no such feed any more.")
    return feed
