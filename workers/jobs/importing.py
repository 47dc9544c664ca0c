"""Files on their way in: fetched, read, brought in; feeds looked at when their hour comes."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from webapp.importing.gateway import Known, Outside
from webapp.importing.queries import drafts as queries
from webapp.importing.queries import feeds as feed_queries
from webapp.importing.queries.drafts import Work
from webapp.importing.rules.found import Refused
from webapp.importing.service import drafts, feeds, previewing
from webapp.importing.service.reading import Source
from workers.context import Context, Effect


def read_import(context: Context, *, draft_id: UUID, version: int) -> Effect | None:
    """Read a file for its preview, fetched first where it is an address."""
    work = _work(context, draft_id, version, "reading")
    if work is None:
        return None
    now, source = context.now(), None
    try:
        source = _source(context, work)
        read = previewing.read(work, source, now.date())
    except Refused as refusal:
        return partial(previewing.refuse, work=work, source=source, refusal=refusal, now=now)
    return partial(previewing.show, work=work, source=source, read=read)


def bring_in_import(context: Context, *, draft_id: UUID, version: int) -> Effect | None:
    """The import that staff confirmed; whoever has its page open sees how far it is."""
    work = _work(context, draft_id, version, "importing")
    if work is None:
        return None
    now = context.now()
    try:
        read = previewing.read(work, _source(context, work), now.date())
    except Refused as refusal:
        return partial(previewing.refuse, work=work, source=None, refusal=refusal, now=now)
    tell = partial(drafts.tell_progress, context.database, work.id)
    read = replace(read, file=replace(read.file, progress=tell))
    return partial(previewing.bring_in, work=work, read=read, now=now)


def look_at_feed(context: Context, *, feed_id: UUID) -> Effect | None:
    """Ask a feed what is new; a failure is written down where staff see it."""
    with context.database.reading() as db:
        look = feed_queries.look(db, feed_id)
    if look is None:
        return None
    now = context.now()
    known = Known(look.etag, look.last_modified) if feeds.is_fresh(look.read_at, now) else Known()
    try:
        fetched = _outside(context).fetch(look.url, known)
    except Refused as refusal:
        return partial(feeds.failed, feed_id=feed_id, sentence=refusal.message, now=now)
    return partial(feeds.looked, feed_id=feed_id, fetched=fetched, now=now)


def ring_feeds(context: Context) -> None:
    """Feeds whose hour has come."""
    with context.database.writing() as db:
        feeds.ring(db, context.now())


def forget_imports(context: Context) -> None:
    """Files that nobody came back to."""
    with context.database.writing() as db:
        drafts.forget_old(db, context.now())


def _work(context: Context, draft_id: UUID, version: int, state: str) -> Work | None:
    with context.database.reading() as db:
        return queries.work(db, draft_id, version, state)


def _source(context: Context, work: Work) -> Source:
    if work.content is not None:
        return Source(work.file, work.content)
    fetched = _outside(context).fetch(work.url or "")
    return Source(fetched.file, fetched.content or b"")


def _outside(context: Context) -> Outside:
    return Outside(private=context.settings.fetch_private)
