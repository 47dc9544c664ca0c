"""What must hold at the counter and on guest lists."""

from webapp.ops.queries.invariant import Invariant

TILLS = Invariant(
    name="tills have every payment and refund over the counter once, as the ledger has it",
    counted="SELECT count(*) FROM payments WHERE provider IN ('cash', 'terminal')",
    broken="""
        SELECT format('payment %s (%s): %s in the ledger, %s in a till', p.id, p.provider, l.amount, t.amount)
        FROM payments p
        LEFT JOIN ledger_entries l ON l.payment_id = p.id AND l.kind = 'payment'
        LEFT JOIN till_entries t ON t.payment_id = p.id
             AND t.kind = CASE p.provider WHEN 'cash' THEN 'cash' ELSE 'card' END
             AND t.order_id = p.reference
        WHERE p.provider IN ('cash', 'terminal')
          AND (l.amount IS DISTINCT FROM t.amount OR t.amount IS DISTINCT FROM p.amount)
        UNION ALL
        SELECT format('refund %s: %s in the ledger, %s in a till', r.id, l.amount, t.amount)
        FROM refunds r JOIN payments p ON p.id = r.payment_id
        LEFT JOIN ledger_entries l ON l.refund_id = r.id
        LEFT JOIN till_entries t ON t.refund_id = r.id
        WHERE p.provider IN ('cash', 'terminal') AND l.amount IS DISTINCT FROM t.amount
    """,
)

DRAWERS = Invariant(
    name="a closed till expects its float and the cash of its entries, and nothing came after",
    counted="SELECT count(*) FROM tills WHERE closed_at IS NOT NULL",
    broken="""
        SELECT format('till %s of %s: %s expected at its closing, %s in its entries',
                      t.id, t.name, t.expected, t.start_amount + e.drawer)
        FROM tills t CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('cash', 'cash_refund', 'moved')), 0) AS drawer
            FROM till_entries WHERE till_id = t.id
        ) e
        WHERE t.closed_at IS NOT NULL AND t.expected <> t.start_amount + e.drawer
    """,
)

SOLD_THERE = Invariant(
    name="every order of the counter stands in one till",
    counted="SELECT count(*) FROM orders WHERE channel = 'counter'",
    broken="""
        SELECT format('order %s was sold at the counter and stands in %s tills', o.code, t.times)
        FROM orders o CROSS JOIN LATERAL (
            SELECT count(*) AS times FROM till_entries
            WHERE order_id = o.id AND kind IN ('cash', 'card', 'comp')
        ) t
        WHERE o.channel = 'counter' AND t.times <> 1
    """,
)

GUESTS = Invariant(
    name="who is on a guest list has a ticket for each person, and who was taken off has none",
    counted="SELECT count(*) FROM guest_entries",
    broken="""
        SELECT format('%s and %s more: %s live tickets', g.name, g.more, t.live)
        FROM guest_entries g CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state <> 'void') AS live, count(*) AS made
            FROM tickets WHERE order_id = g.order_id
        ) t JOIN orders o ON o.id = g.order_id
        WHERE (g.removed_at IS NULL AND (t.made < g.more + 1 OR t.live > g.more + 1))
           OR (g.removed_at IS NOT NULL AND t.live > 0)
           OR o.channel <> 'guest_list' OR o.total <> 0
    """,
)

REQUESTS = Invariant(
    name="an approved request is an order, and an open one that keeps places has its hold",
    counted="SELECT count(*) FROM ticket_requests",
    broken="""
        SELECT format('request %s is %s, its hold is %s', r.id, r.state, h.state)
        FROM ticket_requests r JOIN holds h ON h.id = r.hold_id
        WHERE (r.state = 'asked' AND h.state = 'converted')
           OR (r.state IN ('declined', 'withdrawn') AND h.state <> 'released')
        UNION ALL
        SELECT format('request %s is approved for %s tickets, order %s has %s', r.id, r.quantity, o.code, l.n)
        FROM ticket_requests r JOIN orders o ON o.id = r.order_id
        CROSS JOIN LATERAL (
            SELECT sum(quantity) AS n FROM order_lines
            WHERE order_id = o.id AND ticket_type_id = r.ticket_type_id
        ) l
        WHERE r.state = 'approved' AND l.n <> r.quantity
    """,
)

INVARIANTS = (TILLS, DRAWERS, SOLD_THERE, GUESTS, REQUESTS)
