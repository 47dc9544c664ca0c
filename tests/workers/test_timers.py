"""What the clock does by the time of day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from redis import Redis
from sqlalchemy import text

from tests.factories.sandbox import running_sandbox
from tests.factories.sold import sold_order
from tests.workers.lamps import LampLit
from webapp.accounts.models import SignIn, User
from webapp.core import outbox
from webapp.core.db import Database
from webapp.core.live import Live
from webapp.ops.models import Heartbeat
from webapp.payments.service import charges
from workers import timers
from workers.context import Context
from workers.relay import Relay


def test_what_expired_is_taken_back(database: Database, context: Context) -> None:
    with database.writing() as db:
        order = sold_order(db, context.now() - timedelta(hours=1), state="awaiting_payment")
        date_id = order.lines[0].date_id

    timers.sweep_holds(context)

    with database.reading() as db:
        state = db.execute(
            text("SELECT o.state, h.state FROM orders o JOIN holds h ON h.id = o.hold_id WHERE o.id = :id"),
            {"id": order.id},
        ).one()
    assert tuple(state) == ("expired", "released")
    assert str(date_id) in context.live.changed_dates()


def test_the_provider_is_asked_about_a_payment_of_which_it_says_nothing(
    database: Database, context: Context, empty_database_url: str
) -> None:
    with running_sandbox(empty_database_url, "http://127.0.0.1:9/") as sandbox:
        gateway = sandbox.gateway()
        with database.writing() as db:
            order = sold_order(db, context.now(), state="awaiting_payment")
            payment = charges.request(
                db,
                reference=order.id,
                amount=order.total,
                currency="EUR",
                description="Two tickets",
                email=order.buyer_email,
                return_url="http://box.office.test/",
                expires_at=context.now() + timedelta(minutes=10),
                key=str(uuid4()),
            )
        sandbox.act(charges.open_session(database, gateway, payment), "pay")
        with database.writing() as db:
            db.execute(text("UPDATE payments SET created_at = created_at - interval '61 seconds'"))

        timers.ask_about_payments(replace(context, gateway=gateway))

    with database.reading() as db:
        assert db.scalar(text("SELECT state FROM payments WHERE id = :id"), {"id": payment}) == "succeeded"
        assert db.scalar(text("SELECT state FROM orders WHERE id = :id"), {"id": order.id}) == "paid"


def test_who_still_has_tickets_for_a_cancelled_date_is_refunded(database: Database, context: Context) -> None:
    with database.writing() as db:
        order = sold_order(db, context.now(), price=0)
        db.execute(
            text(
                "UPDATE event_dates SET status = 'cancelled'"
                " WHERE id IN (SELECT date_id FROM tickets WHERE order_id = :id)"
            ),
            {"id": order.id},
        )

    timers.refund_cancelled_dates(context)

    with database.reading() as db:
        assert db.scalar(text("SELECT state FROM orders WHERE id = :id"), {"id": order.id}) == "refunded"
        states = db.scalars(text("SELECT DISTINCT state FROM tickets WHERE order_id = :id"), {"id": order.id})
        assert list(states) == ["void"]
        told = text("SELECT topic FROM outbox WHERE payload->>'order_id' = :id")
        assert db.scalar(told, {"id": str(order.id)}) == "OrderRefunded"


def test_a_date_that_changed_often_is_drawn_once_for_all_who_look(
    database: Database, context: Context, redis: Redis
) -> None:
    with database.writing() as db:
        order = sold_order(db, context.now())
        date_id = db.execute(
            text("SELECT date_id FROM tickets WHERE order_id = :id LIMIT 1"), {"id": order.id}
        ).scalar_one()
    messages = context.live.messages(poll_seconds=0.2)
    assert next(messages) is None
    for _ in range(3):
        context.live.date_changed(str(date_id))

    timers.redraw_dates(context)

    sent = [message for message in (next(messages) for _ in range(3)) if message]
    messages.close()
    assert [(channel, event) for channel, event, _ in sent] == [(f"date:{date_id}", "availability")]
    assert "98 left" in sent[0][2]


def test_an_order_that_changed_is_drawn_once_for_all_who_look(
    database: Database, context: Context, redis: Redis
) -> None:
    with database.writing() as db:
        order = sold_order(db, context.now())
    messages = context.live.messages(poll_seconds=0.2)
    assert next(messages) is None
    for _ in range(2):
        context.live.orders_changed([str(order.id)])

    timers.redraw_orders(context)

    sent = [message for message in (next(messages) for _ in range(3)) if message]
    messages.close()
    assert [(channel, event) for channel, event, _ in sent] == [(f"order:{order.id}", "state")]


def test_without_redis_the_clock_draws_nothing_and_goes_on(
    database: Database, context: Context, tmp_path: Path
) -> None:
    lonely = replace(context, live=Live(f"unix://{tmp_path}/nobody"))

    timers.redraw_dates(lonely)
    timers.redraw_orders(lonely)

    lonely.live.redis.close()


def test_search_learns_the_words_of_the_programme(database: Database, context: Context) -> None:
    with database.writing() as db:
        sold_order(db, context.now())
        db.execute(text("UPDATE events SET words = 'night of the lampions'"))

    timers.learn_words(context)

    with database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM words WHERE word = 'lampions'")) == 1


def test_a_month_later_only_what_failed_for_good_is_remembered(
    database: Database, context: Context, relay: Relay, redis: Redis
) -> None:
    with database.writing() as db:
        for lamp in ("done", "dead"):
            outbox.record(db, LampLit(lamp))
    relay.round()
    with database.writing() as db:
        db.execute(text("UPDATE outbox SET sent_at = now() - interval '31 days'"))
        db.execute(
            text(
                "UPDATE deliveries SET done_at = now() WHERE outbox_id IN"
                " (SELECT id FROM outbox WHERE payload->>'lamp' = 'done')"
            )
        )

    timers.tidy(context)

    with database.reading() as db:
        assert list(db.scalars(text("SELECT payload->>'lamp' FROM outbox"))) == ["dead"]


def test_a_month_later_a_device_that_was_signed_out_is_forgotten(
    database: Database, context: Context
) -> None:
    long_ago = context.now() - timedelta(days=31)
    with database.writing() as db:
        user = User(email=f"{uuid4()}@example.org", name="Amara", password_hash="x")
        user.sign_ins = [
            SignIn(token_hash=str(uuid4()), device="Old", address="::1", revoked_at=long_ago),
            SignIn(token_hash=str(uuid4()), device="New", address="::1", seen_at=long_ago),
        ]
        db.add(user)

    timers.tidy(context)

    with database.reading() as db:
        devices = db.scalars(text("SELECT device FROM sign_ins WHERE user_id = :id"), {"id": user.id})
        assert list(devices) == ["New"]


def test_a_process_that_died_long_ago_is_forgotten(database: Database, context: Context) -> None:
    with database.writing() as db:
        db.add(Heartbeat(name="gone", kind="worker", at=context.now() - timedelta(days=2)))

    timers.tidy(context)

    with database.reading() as db:
        assert db.get(Heartbeat, "gone") is None
