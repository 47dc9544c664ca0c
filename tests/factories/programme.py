"""Events as guests find them: on sale in a place of their own, unless said otherwise."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tests.factories.accounts import an_organizer
from webapp.accounts.models import Organizer
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue, Voucher
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.core.text import folded, slug

NOW = clock.now().replace(microsecond=0)


@dataclass
class Offer:
    """What an event of a test is like; `starts` are the instants of its dates."""

    title: str = "Night of the Lamps"
    category: str = "music"
    status: str = "published"
    date_status: str = "on_sale"
    city: str = "Lisbon"
    zone: str = "Europe/Lisbon"
    price: int = 2400
    capacity: int = 100
    taken: int = 0
    hidden: bool = False
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None
    starts: list[datetime] = field(default_factory=lambda: [NOW + timedelta(days=30)])
    organizer: Organizer | None = None


@dataclass(frozen=True)
class Made:
    """The ids of an event and its dates, pools and types, in the order of the dates."""

    id: UUID
    slug: str
    organizer: Organizer
    dates: list[UUID]
    pools: list[UUID]
    types: list[UUID]


def a_name(stem: str = "lamp") -> str:
    """A word that no other test uses, without figures so that it is an ordinary word."""
    return stem + "".join(chr(97 + int(letter, 16)) for letter in uuid7().hex[-12:])


def an_event(database: Database, **facts: object) -> Made:
    """An event with one pool and one ticket type for each of its dates."""
    offer = Offer(**facts)  # type: ignore[arg-type]  # names of Offer's fields
    organizer = offer.organizer or an_organizer(database)
    event = Event(
        id=uuid7(),
        organizer_id=organizer.id,
        slug=f"{slug(offer.title)}-{a_name('x')}",
        title=offer.title,
        summary="Lamps from ten ports.",
        description="<p>Light &amp; shade</p>",
        category=offer.category,
        status=offer.status,
        words=folded(f"{offer.title} {offer.city}"),
        published_at=NOW,
    )
    venue = Venue(
        id=uuid7(),
        organizer_id=organizer.id,
        name="Coliseu",
        address="Rua das Portas 96",
        city=offer.city,
        city_slug=slug(offer.city),
        country="PT",
        latitude=38.72,
        longitude=-9.14,
        zone=offer.zone,
    )
    with database.writing() as db:
        db.add_all([event, venue])
        db.flush()
        made = [_date(offer, event.id, venue.id, start) for start in offer.starts]
        for rows in zip(*made, strict=True):
            db.add_all(rows)
            db.flush()
    ids = [[row.id for row in rows] for rows in zip(*made, strict=True)] or [[], [], []]
    return Made(event.id, event.slug, organizer, *ids)


def a_code(database: Database, event: Made, code: str) -> None:
    """A code that reveals the hidden types of an event."""
    with database.writing() as db:
        db.add(
            Voucher(organizer_id=event.organizer.id, event_id=event.id, code=code, kind="none", reveals=True)
        )


def _date(
    offer: Offer, event_id: UUID, venue_id: UUID, starts_at: datetime
) -> tuple[EventDate, Pool, TicketType]:
    date = EventDate(
        id=uuid7(),
        event_id=event_id,
        venue_id=venue_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        zone=offer.zone,
        status=offer.date_status,
    )
    pool = Pool(id=uuid7(), date_id=date.id, name="Floor", capacity=offer.capacity, taken=offer.taken)
    kind = TicketType(
        id=uuid7(),
        date_id=date.id,
        pool_id=pool.id,
        name="Standing",
        price=offer.price,
        hidden=offer.hidden,
        sale_starts_at=offer.sale_starts_at,
        sale_ends_at=offer.sale_ends_at,
    )
    return date, pool, kind
