"""What has happened already in the demo season: sold, nearly sold, cancelled, past; by the real services."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.service import checkout, holds
from webapp.booking.service.checkout import Buyer
from webapp.catalog.models import Question, TicketType, Voucher
from webapp.checkin.service import Gate, check_in
from webapp.core import clock, money
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import fingerprint
from webapp.demo import load, season, texts, ways
from webapp.demo.season import identity
from webapp.payments.gateway import GatewayEvent
from webapp.payments.service import charges

BUYERS = (
    "Noor van Dijk",
    "Jules Tremblay",
    "Priya Natarajan",
    "Sam O'Neill",
    "Mei Tanaka",
    "Tomás Ribeiro",
    "Lena Fischer",
)

# Places of a house that is nearly sold out.
SMALL = 40

# The next dates of a category that nothing special has happened to yet.
NEXT = text("""
    SELECT d.id, e.id AS event_id, e.slug, d.starts_at, d.zone, p.id AS pool_id, p.capacity, p.name,
           t.id AS type_id, t.max_per_order, t.price, g.currency, e.organizer_id
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN organizers g ON g.id = e.organizer_id
    JOIN pools p ON p.date_id = d.id
    JOIN LATERAL (SELECT * FROM ticket_types WHERE pool_id = p.id ORDER BY position LIMIT 1) t ON true
    WHERE e.category = :category AND d.starts_at > :after AND d.status = 'on_sale' AND e.slug <> ALL(:used)
      AND (NOT :paid OR t.price > 0) AND (SELECT count(*) FROM pools WHERE date_id = d.id) = 1
      AND (SELECT count(*) FROM event_dates WHERE event_id = e.id) = 1
    ORDER BY d.starts_at, d.id LIMIT 1
""")


class Sales:
    """Takes one event after the other, so that no two special things happen to the same."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.used: list[str] = []
        self.orders = 0

    def happen(self) -> None:
        facts = season.special()
        for wish in facts["sold_out"]:
            place = self._next(wish)
            self._sell(place, self._shrink(place, wish["capacity"]))
        for wish in facts["nearly_gone"]:
            place = self._next(wish)
            self._sell(place, self._shrink(place, SMALL) - wish["left"])
        self._sale_tomorrow(facts["on_sale_tomorrow"])
        self._write(
            "UPDATE event_dates SET status = 'cancelled' WHERE id = :id", id=self._next(facts["cancelled"]).id
        )
        self._past(facts["past"])
        with self.database.writing() as db:
            self._questions(db, facts["questions"])
            self._hidden(db, facts["hidden"])
            _vouchers(db, facts["vouchers"])
        self._ways(facts["ways"])

    def _next(self, wish: dict[str, Any]) -> Any:
        values = {
            "category": wish["category"],
            "paid": wish.get("paid", False),
            "after": self.now + timedelta(hours=6),
            "used": self.used,
        }
        with self.database.reading() as db:
            found = db.execute(NEXT, values).one()
        self.used.append(found.slug)
        return found

    def _shrink(self, place: Any, most: int) -> int:
        """Make the house so small that a few orders fill it, its description too; returns its places."""
        capacity: int = min(place.capacity, most)
        event = next(one for one in season.events(self.now.date()) if one.slug == place.slug)
        venues = load.houses(event, season.by_name())
        self._write(
            "UPDATE pools SET capacity = :capacity"
            " WHERE date_id IN (SELECT id FROM event_dates WHERE event_id = :event)",
            capacity=capacity,
            event=place.event_id,
        )
        self._write(
            "UPDATE events SET description = :said WHERE id = :event",
            said=texts.description(replace(event, capacity=capacity), venues),
            event=place.event_id,
        )
        return capacity

    def _write(self, statement: str, **values: Any) -> None:
        with self.database.writing() as db:
            db.execute(text(statement), values)

    def _sell(self, place: Any, places: int, *, now: datetime | None = None) -> None:
        """Sell so many places in orders of up to four, each held, ordered, paid and told as a guest's is."""
        while places > 0:
            quantity = min(places, 4, place.max_per_order)
            self._order(place, quantity, now or self.now)
            places -= quantity

    def _order(self, place: Any, quantity: int, now: datetime) -> None:
        self.orders += 1
        basket = fingerprint(f"demo basket {place.slug} {self.orders}")
        held = holds.hold(self.database, holds.Wish(basket, {place.type_id: quantity}), now)
        if held.hold_id:
            self.buy(basket, held.hold_id, now)

    def buy(self, basket: str, hold_id: UUID, now: datetime) -> None:
        """What is held is ordered and paid, by one buyer after the other."""
        name = BUYERS[self.orders % len(BUYERS)]
        buyer = Buyer(name, f"{name.split()[0].lower()}@example.org".replace("á", "a"))
        with self.database.writing() as db:
            placed = checkout.place_order(
                db,
                basket=basket,
                hold_id=hold_id,
                buyer=lambda _: buyer,
                return_url="/orders/{code}?key={key}",
                now=now,
            )
        if placed.payment_id:
            self._pay(placed.payment_id)

    def _pay(self, payment_id: UUID) -> None:
        with self.database.writing() as db:
            amount = db.scalar(text("SELECT amount FROM payments WHERE id = :id"), {"id": payment_id}) or 0
            event = GatewayEvent(
                id=f"demo-{payment_id}",
                kind="session.paid",
                subject=f"demo-{payment_id}",
                reference=str(payment_id),
                amount=amount,
                payload={"demo": True},
            )
            charges.record_webhook(db, event)

    def _sale_tomorrow(self, wish: dict[str, Any]) -> None:
        place = self._next(wish)
        tomorrow = clock.local(self.now, place.zone).replace(tzinfo=None) + timedelta(days=1)
        opens = clock.instant(
            tomorrow.replace(hour=wish["hour"], minute=0, second=0, microsecond=0), place.zone
        )
        later = timedelta(
            weeks=max(0, -(-(opens - place.starts_at + timedelta(days=3)) // timedelta(weeks=1)))
        )
        self._write("UPDATE event_dates SET on_sale_at = :opens WHERE id = :id", opens=opens, id=place.id)
        self._move(place, later)

    def _past(self, wish: dict[str, Any]) -> None:
        """A date that has been: sold before, some came, moved back by whole weeks."""
        place = self._next(wish)
        self._sell(place, wish["tickets"])
        back = timedelta(weeks=-(-(place.starts_at - self.now + timedelta(days=2)) // timedelta(weeks=1)))
        self._move(place, -back)
        with self.database.writing() as db:
            secrets = db.scalars(
                text("SELECT secret FROM tickets WHERE date_id = :date ORDER BY id LIMIT :came"),
                {"date": place.id, "came": wish["came"]},
            ).all()
            organizer = db.scalars(
                text("SELECT organizer_id FROM events WHERE id = :id"), {"id": place.event_id}
            ).one()
            gate = Gate(organizer, place.id, "Gate 1", "demo", SYSTEM)
            for number, secret in enumerate(secrets):
                at = place.starts_at - back - timedelta(minutes=20 - number)
                check_in(db, gate, typed=secret, nonce=f"demo-{secret}", now=at)

    def _move(self, place: Any, by: timedelta) -> None:
        """By whole weeks on the wall clock of the place, whatever summer time does in between."""
        self._write(
            "UPDATE event_dates SET starts_at = (starts_at AT TIME ZONE zone + :by) AT TIME ZONE zone,"
            " ends_at = (ends_at AT TIME ZONE zone + :by) AT TIME ZONE zone,"
            " doors_at = (doors_at AT TIME ZONE zone + :by) AT TIME ZONE zone WHERE id = :id",
            by=by,
            id=place.id,
        )

    def _questions(self, db: Session, wish: dict[str, Any]) -> None:
        place = self._next(wish)
        for position, asked in enumerate(wish["asked"]):
            db.add(
                Question(
                    id=identity("question", place.slug, str(position)),
                    event_id=place.event_id,
                    label=asked["label"],
                    hint=asked.get("hint", ""),
                    kind=asked["kind"],
                    options=asked.get("options", []),
                    required=asked["required"],
                    position=position,
                )
            )

    def _ways(self, wishes: dict[str, Any]) -> None:
        steps, addon, chosen = (self._next(wishes[name]) for name in ("steps", "addon", "chosen"))
        with self.database.writing() as db:
            ways.in_steps(db, steps, wishes["steps"])
            ways.with_addon(db, addon, wishes["addon"])
            ways.as_guests_choose(db, chosen, wishes["chosen"])
            ways.batch(db, wishes["batch"])
        self._sell(steps, wishes["steps"]["tickets"])

    def _hidden(self, db: Session, wish: dict[str, Any]) -> None:
        place = self._next(wish)
        db.add(
            TicketType(
                id=identity("type", str(place.id), wish["name"]),
                date_id=place.id,
                pool_id=place.pool_id,
                name=wish["name"],
                description="For who knows the word.",
                price=wish["price"] * 10 ** money.digits(place.currency),
                max_per_order=2,
                hidden=True,
                position=9,
            )
        )
        organizer = db.scalars(
            text("SELECT organizer_id FROM events WHERE id = :id"), {"id": place.event_id}
        ).one()
        db.add(
            Voucher(
                id=identity("voucher", wish["code"]),
                organizer_id=organizer,
                event_id=place.event_id,
                code=wish["code"],
                kind="none",
                reveals=True,
            )
        )


def _vouchers(db: Session, wishes: list[dict[str, Any]]) -> None:
    for wish in wishes:
        db.add(
            Voucher(
                id=identity("voucher", wish["code"]),
                organizer_id=identity("organizer", wish["organizer"]),
                code=wish["code"],
                kind=wish["kind"],
                value=wish["value"],
            )
        )
