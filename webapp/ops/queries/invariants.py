"""What must hold at any moment, whatever crashed: each rule as one query that names what breaks it.

All are read in one snapshot (REPEATABLE READ), so a sale that goes on meanwhile breaks none of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.ops.queries import desk, once, prices, reported, rooms, seats, waiting
from webapp.ops.queries.invariant import Invariant


@dataclass(frozen=True)
class Finding:
    name: str
    looked_at: int
    broken: int
    examples: tuple[str, ...]


PLACES = Invariant(
    name="places taken = places in active holds + live tickets",
    counted="SELECT count(*) FROM pools",
    broken="""
        WITH held AS (
            SELECT pool, sum(l.quantity - l.returned) AS places
            FROM holds h JOIN hold_lines l ON l.hold_id = h.id,
                 unnest(l.pool_id || l.also_pools) AS pool
            WHERE h.state = 'active' GROUP BY pool
        ), live AS (
            SELECT pool, count(*) AS places FROM tickets, unnest(pool_id || also_pools) AS pool
            WHERE state <> 'void' GROUP BY pool
        )
        SELECT format('pool %s: %s taken, %s held, %s in live tickets',
                      p.id, p.taken, coalesce(h.places, 0), coalesce(t.places, 0))
        FROM pools p LEFT JOIN held h ON h.pool = p.id LEFT JOIN live t ON t.pool = p.id
        WHERE p.taken <> coalesce(h.places, 0) + coalesce(t.places, 0)
    """,
)

CAPACITY = Invariant(
    name="no pool has more places taken than it has",
    counted="SELECT count(*) FROM pools",
    broken="""
        SELECT format('pool %s: %s live tickets for %s places', p.id, count(t.id), p.capacity)
        FROM pools p JOIN tickets t ON p.id = ANY(t.pool_id || t.also_pools) AND t.state <> 'void'
        GROUP BY p.id HAVING count(t.id) > p.capacity
    """,
)

MONEY = Invariant(
    name="money in = orders paid - refunds",
    counted="SELECT count(*) FROM orders WHERE state <> 'needs_review'",
    broken="""
        SELECT format('order %s (%s): %s received, %s sent back or on its way, %s should remain',
                      o.code, o.state, m.received, m.returned, e.kept)
        FROM orders o
        CROSS JOIN LATERAL (
            SELECT coalesce((SELECT sum(l.amount) FROM ledger_entries l
                             WHERE l.reference = o.id AND l.kind = 'payment'), 0) AS received,
                   coalesce((SELECT sum(r.amount) FROM refunds r JOIN payments p ON p.id = r.payment_id
                             WHERE p.reference = o.id), 0) AS returned
        ) m
        CROSS JOIN LATERAL (
            SELECT CASE WHEN o.state IN ('paid', 'part_refunded', 'refunded') THEN o.total - o.refunded
                        ELSE 0 END AS kept
        ) e
        WHERE o.state <> 'needs_review' AND m.received - m.returned <> e.kept
    """,
)

LEDGER = Invariant(
    name="the ledger has every payment and refund once, and nothing else",
    counted="SELECT count(*) FROM ledger_entries",
    broken="""
        SELECT format('payment %s: succeeded with %s, ledger says %s', p.id, p.amount, coalesce(l.amount, 0))
        FROM payments p
        FULL JOIN (
            SELECT payment_id, sum(amount) AS amount FROM ledger_entries WHERE kind = 'payment'
            GROUP BY payment_id
        ) l ON l.payment_id = p.id
        WHERE (p.state = 'succeeded' OR l.amount IS NOT NULL)
          AND (p.state <> 'succeeded' OR l.amount IS DISTINCT FROM p.amount)
        UNION ALL
        SELECT format('refund %s: %s with %s, ledger says %s',
                      r.id, r.state, r.amount, coalesce(-l.amount, 0))
        FROM refunds r
        FULL JOIN (
            SELECT refund_id, sum(amount) AS amount FROM ledger_entries WHERE kind = 'refund'
            GROUP BY refund_id
        ) l ON l.refund_id = r.id
        WHERE (r.state = 'succeeded' OR l.amount IS NOT NULL)
          AND (r.state IS DISTINCT FROM 'succeeded' OR -l.amount IS DISTINCT FROM r.amount)
    """,
)

REFUNDS = Invariant(
    name="no more is refunded than was paid",
    counted="SELECT count(*) FROM refunds",
    broken="""
        SELECT format('payment %s: %s refunded of %s', p.id, sum(r.amount), p.amount)
        FROM payments p JOIN refunds r ON r.payment_id = p.id
        GROUP BY p.id HAVING sum(r.amount) > p.amount OR p.state <> 'succeeded'
    """,
)

TICKETS = Invariant(
    name="every paid order has its tickets",
    counted="SELECT count(*) FROM orders WHERE state IN ('paid', 'part_refunded', 'refunded')",
    broken="""
        SELECT format('order %s (%s): %s tickets for %s places', o.code, o.state, t.made, l.bought)
        FROM orders o
        CROSS JOIN LATERAL (SELECT count(*) AS made FROM tickets t WHERE t.order_id = o.id) t
        CROSS JOIN LATERAL (SELECT sum(l.quantity) AS bought FROM order_lines l WHERE l.order_id = o.id) l
        WHERE o.state IN ('paid', 'part_refunded', 'refunded') AND t.made IS DISTINCT FROM l.bought
    """,
)

LIVE_TICKETS = Invariant(
    name="every live ticket belongs to an order that is paid",
    counted="SELECT count(*) FROM tickets WHERE state <> 'void'",
    broken="""
        SELECT format('ticket %s is %s, its order %s is %s', t.id, t.state, o.code, o.state)
        FROM tickets t JOIN orders o ON o.id = t.order_id
        WHERE t.state <> 'void' AND o.state NOT IN ('paid', 'part_refunded', 'needs_review')
    """,
)

HOLDS = Invariant(
    name="a hold is converted when its order is paid, and active only while somebody may still pay",
    counted="SELECT count(*) FROM orders",
    broken="""
        SELECT format('order %s is %s, its hold is %s', o.code, o.state, h.state)
        FROM orders o JOIN holds h ON h.id = o.hold_id
        WHERE (h.state = 'active' AND o.state <> 'awaiting_payment')
           OR (h.state = 'released' AND o.state = 'awaiting_payment')
           OR (h.state = 'converted' AND o.state IN ('awaiting_payment', 'expired', 'auto_refunded'))
        UNION ALL
        SELECT format('hold %s is converted and has no order', h.id)
        FROM holds h LEFT JOIN orders o ON o.hold_id = h.id
        WHERE h.state = 'converted' AND o.id IS NULL
    """,
)

TOLD = Invariant(
    name="every paid order was told to the outbox",
    counted="SELECT count(*) FROM orders WHERE paid_at > now() - interval '29 days'",
    broken="""
        SELECT format('order %s was paid at %s and no OrderPaid was written', o.code, o.paid_at)
        FROM orders o
        WHERE o.paid_at > now() - interval '29 days'
          AND NOT EXISTS (SELECT FROM rehearsals r WHERE r.copy_organizer_id = o.organizer_id)
          AND NOT EXISTS (
              SELECT FROM outbox b WHERE b.topic = 'OrderPaid' AND b.payload->>'order_id' = o.id::text
          )
    """,
)

MAILED = Invariant(
    name="no order is lost between outbox and mail",
    counted="SELECT count(*) FROM outbox WHERE topic = 'OrderPaid' AND sent_at IS NOT NULL",
    broken="""
        SELECT format('order event %s was expanded and has no mail job', b.id)
        FROM outbox b
        WHERE b.topic = 'OrderPaid' AND b.sent_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM deliveries d WHERE d.outbox_id = b.id AND d.job = 'mail_tickets')
        UNION ALL
        SELECT format('mail job %s is done and no mail was written down', d.id)
        FROM deliveries d
        JOIN outbox b ON b.id = d.outbox_id
        JOIN orders o ON o.id = (b.payload->>'order_id')::uuid
        WHERE b.topic = 'OrderPaid' AND d.job = 'mail_tickets' AND o.buyer_email <> ''
          AND d.done_at IS NOT NULL AND d.error IS NULL  -- one that was dropped by hand keeps its error
          AND NOT EXISTS (SELECT FROM sent_mails s WHERE s.reference = o.id AND s.kind = 'order_paid')
    """,
)

VOUCHERS = Invariant(
    name="vouchers were used as often as orders say",
    counted="SELECT count(*) FROM vouchers",
    broken="""
        SELECT format('voucher %s: used %s times of %s, %s orders have it',
                      v.code, v.used, coalesce(v.max_uses::text, 'any'), o.orders)
        FROM vouchers v
        CROSS JOIN LATERAL (
            SELECT count(*) AS orders FROM orders o
            WHERE o.voucher_id = v.id AND o.state NOT IN ('expired', 'cancelled', 'auto_refunded')
        ) o
        WHERE v.used <> o.orders OR v.used > v.max_uses
    """,
)

DOOR = Invariant(
    name="a ticket is used exactly when one more entry than undo was written down for it",
    counted="SELECT count(*) FROM tickets",
    broken="""
        SELECT format('ticket %s is %s, with %s entries and %s of them taken back',
                      t.id, t.state, c.entries, c.undone)
        FROM tickets t
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE kind = 'entry') AS entries,
                   count(*) FILTER (WHERE kind = 'undo') AS undone
            FROM check_ins WHERE ticket_id = t.id
        ) c
        WHERE CASE t.state WHEN 'used' THEN c.entries - c.undone <> 1
                           WHEN 'valid' THEN c.entries <> c.undone
                           ELSE c.entries - c.undone NOT IN (0, 1) END
    """,
)

INVARIANTS: tuple[Invariant, ...] = (
    PLACES,
    CAPACITY,
    MONEY,
    LEDGER,
    REFUNDS,
    TICKETS,
    LIVE_TICKETS,
    HOLDS,
    TOLD,
    MAILED,
    VOUCHERS,
    DOOR,
    *once.INVARIANTS,
    *prices.INVARIANTS,
    *seats.INVARIANTS,
    *waiting.INVARIANTS,
    *rooms.INVARIANTS,
    *reported.INVARIANTS,
    *desk.INVARIANTS,
)

EXAMPLES = 5


def sweep(db: Session) -> Iterator[Finding]:
    """Check everything in one snapshot; `db` must have no transaction yet."""
    db.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    for invariant in INVARIANTS:
        broken = [str(row) for row in db.scalars(text(invariant.broken))]
        yield Finding(
            name=invariant.name,
            looked_at=db.scalar(text(invariant.counted)) or 0,
            broken=len(broken),
            examples=tuple(broken[:EXAMPLES]),
        )
