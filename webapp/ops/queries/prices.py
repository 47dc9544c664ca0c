"""What orders say they cost, and how many were sold at each price step."""

from webapp.ops.queries.invariant import Invariant

STEPS = Invariant(
    name="tickets at a price step = those promised in active holds + live ones, and no more than it is for",
    counted="SELECT count(*) FROM price_steps",
    broken="""
        SELECT format('step %s: %s taken of %s, %s promised, %s in live tickets',
                      s.id, s.taken, coalesce(s.most::text, 'any'), p.promised, t.live)
        FROM price_steps s
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(q.quantity), 0) AS promised
            FROM hold_line_steps q JOIN hold_lines l ON l.id = q.hold_line_id JOIN holds h ON h.id = l.hold_id
            WHERE q.step_id = s.id AND h.state = 'active'
        ) p
        CROSS JOIN LATERAL (
            SELECT count(*) AS live FROM tickets WHERE step_id = s.id AND state <> 'void'
        ) t
        WHERE s.taken <> p.promised + t.live OR s.taken > s.most
    """,
)

SUMS = Invariant(
    name="an order costs what its tickets, its fee and its donation cost",
    counted="SELECT count(*) FROM orders WHERE state IN ('paid', 'part_refunded', 'refunded')",
    broken="""
        SELECT format('order %s: tickets of %s, %s - %s + fee %s + donation %s = %s', o.code, t.price,
                      o.subtotal, o.discount, o.fee, o.donation, o.total)
        FROM orders o
        CROSS JOIN LATERAL (SELECT coalesce(sum(price), 0) AS price FROM tickets WHERE order_id = o.id) t
        WHERE o.state IN ('paid', 'part_refunded', 'refunded')
          AND (t.price <> o.subtotal - o.discount OR o.total <> t.price + o.fee + o.donation)
    """,
)

INVARIANTS: tuple[Invariant, ...] = (STEPS, SUMS)
