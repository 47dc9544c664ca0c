"""The smallest real runs that lean on one guard each: many at once, or the same thing twice."""

from functools import partial

from sqlalchemy import text

from tests.chaos.house import House
from tests.factories import booking, seating
from webapp.booking.service import cancellation, checkout, holds
from webapp.catalog.service import tickets
from webapp.checkin import service as door
from webapp.checkin.service import Gate
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.ids import secret
from webapp.payments.service import charges, refunds
from workers.relay import Relay
from workers.routing import ROUTING


def sell_out(house: House) -> None:
    """More people than places, each with the whole way from the hold to the tickets."""
    sale = booking.a_sale(house.database, places=(20,))

    def buy(_: int) -> None:
        booking.pay(house.database, booking.placed(house.database, sale, 1, now=clock.now()).payment_id)

    house.at_once(buy, 50)


def click_twice(house: House) -> None:
    """One basket, one button, many clicks at once."""
    basket, sale = secret(), booking.a_sale(house.database, places=(100,))
    held = booking.hold(house.database, sale, 2, basket=basket, now=clock.now())
    house.at_once(lambda _: booking.order(house.database, held, basket=basket, now=clock.now()))


def press_again(house: House) -> None:
    """The same order asks for its money again."""
    made = booking.placed(house.database, booking.a_sale(house.database), 3, now=clock.now())

    def ask(_: int) -> None:
        with house.database.writing() as db:
            charges.request(
                db,
                reference=made.order_id,
                amount=7200,
                currency="EUR",
                description="",
                email="amara@example.org",
                return_url="/",
                expires_at=clock.now(),
                key=f"order-{made.order_id}-1",
            )

    house.at_once(ask, 6)


def hear_twice(house: House) -> None:
    """The provider's word comes again and again, once more under the same name."""
    made = booking.placed(house.database, booking.a_sale(house.database), 3, now=clock.now())
    house.at_once(lambda _: booking.pay(house.database, made.payment_id, name=f"evt_{made.code}"), 6)


def hear_in_other_words(house: House) -> None:
    """The same payment is told by a webhook, and again by the answer to our own question."""
    made = booking.placed(house.database, booking.a_sale(house.database), 3, now=clock.now())
    house.at_once(lambda n: booking.pay(house.database, made.payment_id, name=f"evt_{made.code}_{n}"), 6)


def pay_twice(house: House) -> None:
    """The payment page was open in two tabs, and both were paid."""
    made = booking.placed(house.database, booking.a_sale(house.database), 3, now=clock.now())
    with house.database.writing() as db:
        second = checkout.pay_again(
            db, order_id=made.order_id, return_url=booking.RETURN, attempt=2, now=clock.now()
        )
    for payment in (made.payment_id, second):
        house.try_(partial(booking.pay, house.database, payment))


def pay_too_late(house: House) -> None:
    """The time was over, somebody else has the places, and then the money comes."""
    sale, now = booking.a_sale(house.database, places=(3,)), clock.now()
    late = booking.placed(house.database, sale, 3, now=now)
    booking.run_out(house.database, now)
    booking.pay(house.database, booking.placed(house.database, sale, 3, now=now).payment_id)
    house.try_(partial(booking.pay, house.database, late.payment_id))


def cancel_what_was_paid(house: House) -> None:
    """The money came, and another tab that is still open turns back."""
    order = house.paid()
    house.at_once(lambda _: booking.cancel(house.database, order.order_id), 2)


def give_up_what_was_paid(house: House) -> None:
    """What asks to give up open payments comes after the money."""
    order = house.paid()

    def give_up() -> None:
        with house.database.writing() as db:
            charges.cancel_open(db, order.order_id)

    house.try_(give_up)


def refund_and_hear_twice(house: House) -> None:
    """A refund arrives, and the provider says so again and again."""
    order = house.paid()
    _refund(house, order, 3)
    refund = house.id_of(
        "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.reference = :id", order
    )

    def told() -> None:
        with house.database.writing() as db:
            refunds.record(db, refund, "succeeded", f"re_{refund}")

    for _ in range(3):
        house.try_(told)


def refund_beyond(house: House) -> None:
    """Two of three tickets went back, and then all of the money is asked for."""
    order = house.paid()
    _refund(house, order, 2)
    house.try_(lambda: _ask_back(house, order, 7200, "all of it"))


def refund_again(house: House) -> None:
    """The button that sends a part back is pressed twice."""
    order = house.paid()
    _refund(house, order, 1)
    with house.database.reading() as db:
        key = db.scalars(
            text(
                "SELECT r.idempotency_key FROM refunds r JOIN payments p ON p.id = r.payment_id"
                " WHERE p.reference = :id"
            ),
            {"id": order.order_id},
        ).one()
    house.try_(lambda: _ask_back(house, order, 2400, key.rsplit(":", 1)[0]))


def _refund(house: House, order: booking.Placed, count: int) -> None:
    with house.database.writing() as db:
        chosen = db.scalars(
            text("SELECT id FROM tickets WHERE order_id = :id ORDER BY id LIMIT :count"),
            {"id": order.order_id, "count": count},
        ).all()
        cancellation.refund(db, order_id=order.order_id, ticket_ids=chosen, reason="Rain", by=SYSTEM)


def _ask_back(house: House, order: booking.Placed, amount: int, key: str) -> None:
    with house.database.writing() as db:
        refunds.request(db, reference=order.order_id, amount=amount, reason="Rain", key=key)


def share_a_code(house: House) -> None:
    """Everybody has the code that only five may use."""
    sale = booking.a_sale(house.database, places=(100,))
    code = booking.a_voucher(house.database, sale, max_uses=5)
    now = clock.now()
    baskets = [secret() for _ in range(12)]
    held = [booking.hold(house.database, sale, 1, basket=b, code=code, now=now) for b in baskets]
    house.at_once(lambda n: booking.order(house.database, held[n], basket=baskets[n], now=now), 12)


def give_back_twice(house: House) -> None:
    """A basket is emptied by two clicks, while others have places of the same pool."""
    basket, sale = secret(), booking.a_sale(house.database)
    booking.placed(house.database, sale, 4, now=clock.now())
    held = booking.hold(house.database, sale, 2, basket=basket, now=clock.now())

    def release(_: int) -> None:
        with house.database.writing() as db:
            holds.release(db, basket=basket, hold_id=held)

    house.at_once(release, 2)


def come_in_twice(house: House) -> None:
    """One ticket, photographed, at six gates."""
    order = house.paid(1)
    with house.database.reading() as db:
        row = db.execute(
            text(
                "SELECT t.secret, t.date_id, o.organizer_id FROM tickets t JOIN orders o ON o.id = t.order_id"
                " WHERE o.id = :id"
            ),
            {"id": order.order_id},
        ).one()

    def scan(number: int) -> None:
        gate = Gate(row.organizer_id, row.date_id, f"Gate {number}", "test", SYSTEM)
        with house.database.writing() as db:
            door.check_in(db, gate, typed=row.secret, nonce=f"{order.code}-{number}", now=clock.now())

    house.at_once(scan, 6)


def relay_twice(house: House) -> None:
    """Two relays believe that they lead."""
    house.paid()
    relays = [Relay(house.database.writing, house.redis, ROUTING) for _ in range(2)]
    house.at_once(lambda n: relays[n].expand(), 2)


def want_the_same_seats(house: House) -> None:
    """Everybody wants the two seats in the middle of the first row, and buys what they get."""
    seated, now = seating.a_seated_sale(house.database), clock.now()

    def buy(_: int) -> None:
        seating.bought(house.database, seated, "A 5", "A 6", now=now)

    house.at_once(buy, 12)


def make_smaller(house: House) -> None:
    """Staff make the hall smaller while it is sold."""
    sale = booking.a_sale(house.database, places=(60,))

    def buy(_: int) -> None:
        booking.pay(house.database, booking.placed(house.database, sale, 2, now=clock.now()).payment_id)

    def change(number: int) -> None:
        with house.database.writing() as db:
            tickets.change_pool(
                db,
                organizer_id=sale.organizer_id,
                pool_id=sale.pools[0],
                name="Hall",
                capacity=10 + number,
                by=SYSTEM,
            )

    house.at_once(buy, 10)
    house.at_once(lambda number: change(number) if number % 2 else buy(number), 8)


def correct_the_ledger(house: House) -> None:
    """A hand that means well."""
    house.paid()
    house.run("UPDATE ledger_entries SET amount = amount - 1")


def tidy_the_words(house: House) -> None:
    house.paid()
    house.run("DELETE FROM payment_events")


def tidy_the_history(house: House) -> None:
    house.paid()
    house.run("DELETE FROM audit_entries")


def tidy_the_door(house: House) -> None:
    come_in_twice(house)
    house.run("DELETE FROM check_ins")
