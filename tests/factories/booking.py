"""A date that is on sale, and the short ways of a guest from its places to tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from webapp.accounts.models import Organizer
from webapp.booking.queries import orders
from webapp.booking.queries.orders import OrderView
from webapp.booking.service import cancellation, checkout, claims, holds
from webapp.booking.service.checkout import Buyer, Placed
from webapp.booking.service.holds import Wish
from webapp.catalog.models import Event, EventDate, Pool, TicketType, Venue, Voucher
from webapp.catalog.service import reserves
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7
from webapp.payments.gateway import GatewayEvent
from webapp.payments.service import charges

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
RETURN = "http://localhost/orders/{code}?key={key}"


@dataclass(frozen=True)
class Kind:
    """A ticket type as tests ask for it; `pool` is the position of its pool, `also` of others."""

    price: int = 2400
    pool: int = 0
    also: Sequence[int] = ()
    name: str = ""
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Sale:
    """One date on sale, with its pools and ticket types in the order they were asked for."""

    organizer_id: UUID
    event_id: UUID
    date_id: UUID
    slug: str
    pools: tuple[UUID, ...]
    types: tuple[UUID, ...]


def a_sale(
    database: Database,
    *,
    places: Sequence[int] = (20,),
    kinds: Sequence[Kind] = (Kind(),),
    organizer_id: UUID | None = None,
    fee_bp: int = 0,
    fee_fixed: int = 0,
    tax_bp: int = 0,
    **date_values: Any,
) -> Sale:
    """A published event of a house of its own, or of the house given, with one date in a month."""
    starts = (clock.now() + timedelta(days=30)).replace(minute=30, second=0, microsecond=0)
    with database.writing() as db:
        if organizer_id is None:
            house = Organizer(
                id=uuid7(),
                slug=f"house-{uuid7().hex}",
                name="Harbour Hall",
                currency="EUR",
                fee_bp=fee_bp,
                fee_fixed=fee_fixed,
            )
            db.add(house)
            db.flush()
            organizer_id = house.id
        venue = Venue(
            id=uuid7(),
            organizer_id=organizer_id,
            name="Harbour Hall",
            address="Quay 4",
            city="Oslo",
            city_slug="oslo",
            country="NO",
            zone="Europe/Oslo",
        )
        event = Event(
            id=uuid7(),
            organizer_id=organizer_id,
            slug=f"night-{uuid7().hex}",
            title="Night of the Lamps",
            category="music",
            status="published",
            tax_bp=tax_bp,
        )
        db.add_all([venue, event])
        db.flush()
        values = {"starts_at": starts, "ends_at": starts + timedelta(hours=3), "status": "on_sale"}
        date = EventDate(
            id=uuid7(), event_id=event.id, venue_id=venue.id, zone="Europe/Oslo", **(values | date_values)
        )
        db.add(date)
        db.flush()
        pools = [Pool(id=uuid7(), date_id=date.id, name=f"Pool {n}", capacity=n) for n in places]
        db.add_all(pools)
        db.flush()
        types = [
            TicketType(
                id=uuid7(),
                date_id=date.id,
                pool_id=pools[kind.pool].id,
                also_pools=[pools[other].id for other in kind.also],
                name=kind.name or f"Kind {position}",
                price=kind.price,
                position=position,
                **(kind.values or {}),
            )
            for position, kind in enumerate(kinds)
        ]
        db.add_all(types)
    return Sale(
        organizer_id, event.id, date.id, event.slug, tuple(p.id for p in pools), tuple(t.id for t in types)
    )


def empty(database: Database) -> None:
    """All tables but alembic's; append-only triggers sleep meanwhile, since nothing else may truncate."""
    with database.writing() as db:
        tables = db.scalars(text(TABLES)).all()
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for table in tables:
            db.execute(text(f'DELETE FROM "{table}"'))


def a_voucher(database: Database, sale: Sale, kind: str = "percent", value: int = 2000, **more: Any) -> str:
    code = secret()[:8].upper()
    with database.writing() as db:
        db.add(Voucher(organizer_id=sale.organizer_id, code=code, kind=kind, value=value, **more))
    return code


def keep(database: Database, sale: Sale, code: str, places: int, *, pool: int = 0) -> UUID:
    """Keep so many places of a pool for a code; returns the reserve."""
    with database.writing() as db:
        voucher = db.scalars(select(Voucher.id).where(Voucher.code == code)).one()
        reserves.keep(
            db,
            organizer_id=sale.organizer_id,
            pool_id=sale.pools[pool],
            voucher_id=voucher,
            places=places,
            by=SYSTEM,
            now=clock.now(),
        )
        return db.scalars(
            select(Pool.id).where(Pool.voucher_id == voucher, Pool.parent_id == sale.pools[pool])
        ).one()


def hold(
    database: Database, sale: Sale, *quantities: int, basket: str = "", code: str = "", now: datetime
) -> UUID:
    """Hold so many of the first type, the second, and so on."""
    wish = Wish(basket or secret(), dict(zip(sale.types, quantities, strict=False)), code)
    held = holds.hold(database, wish, now).hold_id
    assert held
    return held


def order(
    database: Database,
    hold_id: UUID,
    *,
    basket: str,
    now: datetime,
    email: str = "amara@example.org",
    user_id: UUID | None = None,
) -> Placed:
    buyer = Buyer("Amara Okafor", email, user_id)
    with database.writing() as db:
        return checkout.place_order(
            db, basket=basket, hold_id=hold_id, buyer=lambda _: buyer, return_url=RETURN, now=now
        )


def placed(
    database: Database, sale: Sale, *quantities: int, now: datetime, code: str = "", **buyer: Any
) -> Placed:
    """From the event's page to an order in one go."""
    basket = secret()
    held = hold(database, sale, *quantities, basket=basket, code=code, now=now)
    return order(database, held, basket=basket, now=now, **buyer)


def pay(database: Database, payment_id: UUID | None, *, name: str = "", amount: int | None = None) -> None:
    """The provider tells that this payment succeeded, as its webhook does; by default what was asked for."""
    assert payment_id
    with database.writing() as db:
        asked = db.scalar(text("SELECT amount FROM payments WHERE id = :id"), {"id": payment_id})
        charges.record_webhook(
            db,
            GatewayEvent(
                name or f"evt_{payment_id}",
                "session.paid",
                f"ses_{payment_id}",
                str(payment_id),
                asked if amount is None else amount,
                {},
            ),
        )


def taken(database: Database, sale: Sale) -> list[int]:
    """Places taken of each pool."""
    with database.reading() as db:
        found = db.execute(text("SELECT id, taken FROM pools WHERE date_id = :date"), {"date": sale.date_id})
        rows = {row.id: row.taken for row in found}
    return [rows[pool] for pool in sale.pools]


def state(database: Database, order_id: UUID) -> str:
    with database.reading() as db:
        return str(db.scalar(text("SELECT state FROM orders WHERE id = :id"), {"id": order_id}))


def tickets(database: Database, order_id: UUID) -> list[str]:
    """The state of each ticket of an order."""
    with database.reading() as db:
        return list(
            db.scalars(
                text("SELECT state FROM tickets WHERE order_id = :id ORDER BY order_line_id, number"),
                {"id": order_id},
            )
        )


def sent_back(database: Database, order_id: UUID) -> int:
    """What is on its way back for an order."""
    with database.reading() as db:
        asked = text(
            "SELECT coalesce(sum(r.amount), 0)::int FROM refunds r JOIN payments p ON p.id = r.payment_id"
            " WHERE p.reference = :id"
        )
        return db.scalar(asked, {"id": order_id}) or 0


def seen(database: Database, order_id: UUID) -> OrderView:
    """The order as its page shows it."""
    with database.reading() as db:
        return orders.order(db, order_id)


def run_out(database: Database, now: datetime) -> None:
    """Time passes, and the sweeper with it."""
    with database.writing() as db:
        while claims.reclaim(db, now + timedelta(hours=1)):
            pass


def cancel(database: Database, order_id: UUID) -> None:
    with database.writing() as db:
        cancellation.cancel_by_guest(db, order_id=order_id)
