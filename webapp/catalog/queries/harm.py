"""What cancelling and deleting does to whom, counted before it is done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.programme import DateEdit
from webapp.catalog.queries.vouchers import VoucherRow
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.harm import Harm

FIRST_ACTS = "The tickets become void; the money goes back by itself, and every buyer gets a mail."
AT_THE_COUNTER = (
    "{orders} bought at the counter: that money waits under Tills and refunds until it is paid out, and who"
    " gave no address gets no mail."
)

OF = """
    SELECT e.title, min(d.starts_at) AS starts_at, min(d.zone) AS zone, count(DISTINCT d.id)::int AS dates,
           count(DISTINCT t.order_id)::int AS orders, count(t.id)::int AS tickets,
           count(DISTINCT o.id) FILTER (WHERE o.channel = 'counter')::int AS counter,
           count(DISTINCT o.id) FILTER (WHERE o.buyer_email <> '')::int AS mails,
           (SELECT count(*) FROM waitlist_entries w WHERE w.event_id = e.id AND w.state = 'waiting')::int
               AS waiting
    FROM events e LEFT JOIN event_dates d ON d.event_id = e.id AND d.status <> 'cancelled'
    LEFT JOIN tickets t ON t.date_id = d.id AND t.state <> 'void' LEFT JOIN orders o ON o.id = t.order_id
    WHERE {which} GROUP BY e.id
"""
OF_EVENT = text(OF.format(which="e.id = :id"))
OF_DATE = text(OF.format(which="d.id = :id"))

# As `booking.service.cancellation` sends it: an order that keeps no ticket gets back all that is left,
# fee and donation too; another the price of its tickets and their share of the fee.
MONEY = text("""
    SELECT coalesce(sum(CASE WHEN b.here = b.live THEN o.total - o.refunded
               ELSE least(b.price + o.fee * b.here / b.bought, o.total - o.refunded) END), 0)::bigint
    FROM (
        SELECT order_id, count(*) AS bought, count(*) FILTER (WHERE state <> 'void') AS live,
               count(*) FILTER (WHERE is_here) AS here, sum(price) FILTER (WHERE is_here) AS price
        FROM (
            SELECT t.order_id, t.state, t.price, t.state <> 'void' AND t.date_id IN (
                SELECT id FROM event_dates WHERE :id IN (id, event_id) AND status <> 'cancelled') AS is_here
            FROM tickets t WHERE t.order_id IN (
                SELECT i.order_id FROM tickets i JOIN event_dates d ON d.id = i.date_id
                WHERE :id IN (d.id, d.event_id))
        ) each GROUP BY order_id
    ) b JOIN orders o ON o.id = b.order_id WHERE b.here > 0
""")


def of_event(db: Session, event_id: UUID) -> Harm:
    """Cancelling an event with all its dates."""
    row = db.execute(OF_EVENT, {"id": event_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such event here.")
    dates = "Its date is" if row.dates == 1 else f"All its {row.dates} dates are"
    return Harm(
        title=f"Cancel {row.title}?",
        name=row.title,
        effects=(f"{dates} cancelled for good, and the event stays visible as cancelled.", *_told(row)),
        orders=row.orders,
        tickets=row.tickets,
        money=db.scalar(MONEY, {"id": event_id}) or 0,
        mails=row.mails + row.waiting,
    )


def of_date(db: Session, date_id: UUID) -> Harm:
    """Cancelling one date; who waits for the event waits on, for its other dates."""
    row = db.execute(OF_DATE, {"id": date_id}).one_or_none()
    if row is None:
        # Cancelled already: nothing is left to be done.
        return Harm(title="Cancel this date?", name="")
    return Harm(
        title=f"Cancel {row.title} on {_day(row.starts_at, row.zone)}?",
        name=row.title,
        effects=_told(row),
        orders=row.orders,
        tickets=row.tickets,
        money=db.scalar(MONEY, {"id": date_id}) or 0,
        mails=row.mails,
    )


def of_draft(title: str, dates: int) -> Harm:
    """Deleting a draft, which no guest has seen."""
    with_it = {0: "", 1: " Its date goes with it."}.get(dates, f" Its {dates} dates go with it.")
    return Harm(
        title=f"Delete {title}?",
        name=title,
        effects=(f"No guest has seen it.{with_it}",),
        undo="It lies in the bin for 30 days and can be taken out.",
    )


def of_question(label: str) -> Harm:
    """Asking a question no more."""
    return Harm(
        title=f"Ask “{label}” no more?",
        name=label,
        effects=("Answers that were given stay with their tickets.",),
        undo="Ask it again as a new question; answers given until now stay under the old one.",
    )


OF_TYPE = text("""
    SELECT t.id, t.name,
           (SELECT coalesce(sum(l.quantity), 0) FROM hold_lines l JOIN holds h ON h.id = l.hold_id
            WHERE l.ticket_type_id = t.id AND h.state = 'active' AND h.expires_at > now())::int AS held,
           (SELECT count(*) FROM tickets k WHERE k.ticket_type_id = t.id AND k.state <> 'void')::int AS sold
    FROM ticket_types t WHERE t.id = ANY(:ids)
""")


def of_type(name: str, held: int, sold: int) -> Harm:
    """Selling a ticket type no more."""
    return Harm(
        title=f"Withdraw {name}?",
        name=name,
        effects=(
            f"Nobody can choose it any more. {held} in baskets can still be paid for.",
            f"{sold} that are sold stay valid.",
        ),
        undo="It can be offered again at any time.",
    )


def on_date(db: Session, date: DateEdit) -> dict[str, Any]:
    """Every step on a date's page that takes something away: of the date, its types, its kept places."""
    rows = db.execute(OF_TYPE, {"ids": [kind["id"] for kind in date.types]})
    kept = [(one.id, of_reserve(one.pool, one.code, one.capacity - one.taken)) for one in date.reserves]
    return {
        "cancelling": of_date(db, date.id),
        "withdrawing": {row.id: of_type(row.name, row.held, row.sold) for row in rows},
        "releasing": dict(kept),
    }


def of_reserve(pool: str, code: str, left: int) -> Harm:
    """Giving what is kept for a code to everybody."""
    places = "1 place is" if left == 1 else f"{left} places are"
    return Harm(
        title=f"Release what is kept of {pool} for {code}?",
        name=code,
        effects=(f"{places} on sale for everybody at once; who took some keeps them.",),
        undo="Keep places for the code again, as far as they are free then.",
    )


def of_step(price: str) -> Harm:
    """Taking a price step away, which only one that nobody bought at lets happen."""
    return Harm(
        title=f"Remove the step of {price}?",
        name=price,
        effects=("From now on the next step counts. One that tickets were sold or held at stays.",),
        undo="Add it again.",
    )


def of_voucher(voucher: VoucherRow) -> Harm:
    """Letting nobody use a code any more, or all those of a batch that nobody used."""
    what = f"any of the {voucher.unused:,} that were not used" if voucher.is_batch else "it"
    return Harm(
        title=f"Withdraw {voucher.code}?",
        name=voucher.code,
        effects=(f"Nobody can use {what} from now on, not in a basket either.", "Orders keep theirs."),
    )


def _told(row: object) -> tuple[str, ...]:
    if not getattr(row, "orders", 0):
        return ("Nobody has bought a ticket.",)
    counter: int = getattr(row, "counter", 0)
    if not counter:
        return (FIRST_ACTS,)
    orders = "1 order was" if counter == 1 else f"{counter} orders were"
    return FIRST_ACTS, AT_THE_COUNTER.format(orders=orders)


def _day(instant: datetime, zone: str) -> str:
    local = clock.local(instant, zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
