"""The poster of an event: drawn from its facts once, kept as a file that never changes."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.posters.card import share_card
from webapp.catalog.posters.raster import raster
from webapp.catalog.posters.sheet import Facts, poster
from webapp.catalog.queries.out import KNOWN
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.media import Media

FACTS = """
    SELECT e.id, e.slug, e.title, e.category, e.poster, e.image, d.starts_at, d.zone, v.name AS venue, v.city
    FROM events e
    LEFT JOIN LATERAL (
        SELECT * FROM event_dates WHERE event_id = e.id ORDER BY status = 'cancelled', starts_at LIMIT 1
    ) d ON true
    LEFT JOIN venues v ON v.id = d.venue_id WHERE
"""
BY_ID = text(FACTS + "e.id = :id")
BY_SLUG = text(f"{FACTS} e.slug = :slug AND {KNOWN}")


@dataclass(frozen=True)
class Shown:
    """What is kept for an event: the media name of its picture or drawn poster, None while none was drawn."""

    event_id: UUID
    media: str | None
    is_picture: bool
    facts: Facts


def draw(db: Session, media: Media, *, event_id: UUID) -> str:
    """Draw the poster anew after a fact has changed; returns its media name."""
    row = db.execute(BY_ID, {"id": event_id}).one()
    name = media.keep(poster(_facts(row)).encode(), ".svg")
    db.execute(text("UPDATE events SET poster = :name WHERE id = :id"), {"name": name, "id": event_id})
    return name


def shown(db: Session, slug: str) -> Shown:
    row = db.execute(BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound("There is no such poster.")
    return Shown(row.id, row.image or row.poster, bool(row.image), _facts(row))


@lru_cache(maxsize=64)
def share_picture(facts: Facts) -> bytes:
    """What social networks show: a PNG of 1200 x 630. Takes 80 ms to draw, so the last ones are kept."""
    return raster(share_card(facts), 1200, 630)


def _facts(row: object) -> Facts:
    event = row._mapping  # type: ignore[attr-defined]  # a row of FACTS
    starts: datetime | None = event["starts_at"]
    local = clock.local(starts, event["zone"]) if starts else None
    return Facts(
        id=str(event["id"]),
        category=event["category"],
        title=event["title"],
        day=f"{local:%a} {local.day} {local:%b %Y}" if local else "",
        time=f"{local:%H:%M}" if local else "",
        place=event["venue"] or "",
        city=event["city"] or "",
    )
