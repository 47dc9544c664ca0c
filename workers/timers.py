"""What happens by the time of day and not by an event; run by the one clock that leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import text

from webapp.booking.service import claims
from webapp.catalog.service import drafts, reserves
from webapp.catalog.service.words import rebuild_words
from webapp.core.audit import SYSTEM
from webapp.core.errors import Refusal
from webapp.messages.service import sending
from webapp.payments import queries
from webapp.payments.gateway import GatewayAway
from webapp.payments.service import charges
from webapp.reports.service import saving
from webapp.waitinglist.queries import line
from webapp.waitinglist.service import ending, offers
from workers.context import Context
from workers.jobs.booking import redraw_order, refund_everybody
from workers.jobs.catalog import redraw_date
from workers.jobs.cockpit import redraw_cockpits
from workers.jobs.importing import forget_imports, ring_feeds
from workers.jobs.seats import redraw_seats
from workers.jobs.waitingroom import tend_rooms, tidy_rooms

log = structlog.get_logger()

SWEPT_AT_ONCE = 200
ASKED_AT_ONCE = 50
KEPT = timedelta(days=30)

_FORGOTTEN = (
    # What was done is history after a month; what failed for good stays until somebody has looked.
    """
    DELETE FROM outbox b WHERE b.sent_at < now() - :kept
    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.outbox_id = b.id AND d.done_at IS NULL)
    """,
    "DELETE FROM sign_ins WHERE revoked_at < now() - :kept OR seen_at < now() - 3 * :kept",
    # Files of baskets that never became an order.
    "DELETE FROM papers WHERE reference IS NULL AND made_at < now() - :kept",
    "DELETE FROM heartbeats WHERE at < now() - interval '1 day'",
)

_CANCELLED_WITH_TICKETS = """
    SELECT DISTINCT t.date_id FROM tickets t JOIN event_dates d ON d.id = t.date_id
    WHERE d.status = 'cancelled' AND t.state <> 'void' AND d.ends_at > now() - interval '7 days'
"""


@dataclass(frozen=True)
class Timer:
    """`run` is called every `every_seconds`, and again after it failed."""

    run: Callable[[Context], None]
    every_seconds: float

    @property
    def name(self) -> str:
        return self.run.__name__


def sweep_holds(context: Context) -> None:
    """Take back what was held or kept until now. Nobody waits for it: time has freed it, this only tidies."""
    now = context.now()
    with context.database.reading() as db:
        changed = claims.dates_to_reclaim(db, now)
    swept = SWEPT_AT_ONCE
    while swept == SWEPT_AT_ONCE:
        with context.database.writing() as db:
            swept = claims.reclaim(db, now, most=SWEPT_AT_ONCE)
    with context.database.writing() as db:
        changed |= reserves.take_back(db, now)
    for date_id in changed:
        context.live.date_changed(str(date_id))


def serve_waiting_lists(context: Context) -> None:
    """Offer what is free to whoever waits for it, whatever became of the bell; tell whose offer ran out."""
    now = context.now()
    with context.database.writing() as db:
        ending.settle_offers(db, now)
    with context.database.reading() as db:
        rooms = line.rooms(db, now)
    for pool_id in rooms:
        for date_id in offers.offer_all(context.database, pool_id, now):
            context.live.date_changed(str(date_id))


def close_waiting_lists(context: Context) -> None:
    """Nobody waits for what is over, and no address that was not confirmed is kept."""
    ending.close_lists(context.database, context.now())
    with context.database.writing() as db:
        ending.forget_unconfirmed(db, context.now())


def ask_about_payments(context: Context) -> None:
    """Ask the provider how those payments stand of which it has said nothing for a while."""
    with context.database.reading() as db:
        silent = queries.due_questions(db, context.now(), most=ASKED_AT_ONCE)
    for payment_id in silent:
        try:
            charges.ask_provider(context.database, context.gateway, payment_id)
        except GatewayAway:
            return
        except Refusal as refusal:
            log.warning("payment.unasked", payment=str(payment_id), error=refusal.sentence)


def redraw_dates(context: Context) -> None:
    """Each date whose places changed is drawn twice a second at most, so that pages show it within one."""
    try:
        changed = context.live.changed_dates()
    except RedisError:
        # Open pages ask by themselves until Redis is back.
        return
    for date_id in changed:
        redraw_seats(context, UUID(date_id))
        redraw_date(context, UUID(date_id))


def redraw_orders(context: Context) -> None:
    """Orders that changed are drawn for the pages that show them; for nobody when nobody looks."""
    try:
        changed = context.live.changed_orders()
        if not changed or not context.live.is_watched():
            return
    except RedisError:
        return
    for order_id in changed:
        redraw_order(context, order_id=UUID(order_id))


def send_messages(context: Context) -> None:
    """Begin the messages whose time has come, and look after those on their way."""
    with context.database.writing() as db:
        sending.start_due(db, context.now())
    with context.database.writing() as db:
        sending.tend(db, context.now())


def mail_reports(context: Context) -> None:
    """Let the reports be mailed whose time has come."""
    with context.database.writing() as db:
        saving.mail_due(db, context.now())


def refund_cancelled_dates(context: Context) -> None:
    """Who paid while a date was being cancelled is refunded as well."""
    with context.database.reading() as db:
        dates = list(db.scalars(text(_CANCELLED_WITH_TICKETS)))
    for date_id in dates:
        try:
            refund_everybody(context, date_id, SYSTEM)
        except Refusal as refusal:
            log.error("date.unrefunded", date=str(date_id), error=refusal.sentence)


def publish_drafts(context: Context) -> None:
    """Write down which drafts time has published; guests have seen them from that moment."""
    with context.database.writing() as db:
        drafts.publish_due(db)


def learn_words(context: Context) -> None:
    """Let search suggest from the words that are on now."""
    with context.database.writing() as db:
        rebuild_words(db)


def tidy(context: Context) -> None:
    """Forget what nobody asks for any more."""
    for statement in _FORGOTTEN:
        with context.database.writing() as db:
            db.execute(text(statement), {"kept": KEPT})
    with context.database.writing() as db:
        drafts.empty_bin(db, context.now())


TIMERS: tuple[Timer, ...] = (
    Timer(redraw_orders, every_seconds=0.25),
    Timer(redraw_dates, every_seconds=0.5),
    Timer(redraw_cockpits, every_seconds=1),
    Timer(tend_rooms, every_seconds=1),
    Timer(serve_waiting_lists, every_seconds=1),
    Timer(sweep_holds, every_seconds=5),
    Timer(close_waiting_lists, every_seconds=15),
    Timer(ask_about_payments, every_seconds=5),
    Timer(publish_drafts, every_seconds=15),
    Timer(send_messages, every_seconds=2),
    Timer(mail_reports, every_seconds=15),
    Timer(refund_cancelled_dates, every_seconds=60),
    Timer(ring_feeds, every_seconds=60),
    Timer(learn_words, every_seconds=600),
    Timer(tidy, every_seconds=3600),
    Timer(forget_imports, every_seconds=3600),
    Timer(tidy_rooms, every_seconds=3600),
)
