"""What must hold of the waiting list, its offers, and the tickets that guests give back."""

from webapp.ops.queries.invariant import Invariant
from webapp.waitinglist.queries.line import ON_SALE

# Offers follow within a second; what lies idle for so long was forgotten.
GRACE = "interval '30 seconds'"

_SIDE_BY_SIDE = """
    SELECT format('entry %s waits since %s for %s of %s, where %s are free and %s given back',
                  w.entry_id, w.joined_at, w.least, t.name, p.free, r.places)
    FROM waitlist_wishes w JOIN ticket_types t ON t.id = w.ticket_type_id
    JOIN event_dates d ON d.id = t.date_id JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT min(q.capacity - q.taken + x.places) AS free, max(q.freed_at) AS freed_at
        FROM pools q CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.quantity - l.returned), 0) AS places
            FROM holds h JOIN hold_lines l ON l.hold_id = h.id
            WHERE h.state = 'active' AND h.expires_at < now() - {grace}
              AND q.id = ANY(l.pool_id || l.also_pools)
        ) x
        WHERE q.id = ANY(t.pool_id || t.also_pools)
    ) p
    CROSS JOIN LATERAL (
        SELECT count(*) AS places FROM ticket_returns r JOIN tickets i ON i.id = r.ticket_id
        LEFT JOIN hold_lines l ON l.id = r.hold_line_id LEFT JOIN holds h ON h.id = l.hold_id
        WHERE r.state = 'open' AND r.pool_id = t.pool_id AND i.state = 'valid'
          AND i.also_pools = t.also_pools AND r.created_at < now() - {grace}
          AND (h.id IS NULL OR h.expires_at < now() - {grace})
    ) r
    WHERE w.joined_at < now() - {grace} AND coalesce(p.freed_at < now() - {grace}, true)
      AND {on_sale} AND w.least <= least(p.free + r.places, t.max_per_order)
"""

SIDE_BY_SIDE = Invariant(
    name="free places and an entry that they fit never lie side by side for half a minute",
    counted="SELECT count(*) FROM waitlist_wishes",
    broken=_SIDE_BY_SIDE.format(grace=GRACE, on_sale=ON_SALE.replace(":now", "now()")),
)

LINE = Invariant(
    name="an entry stands in the line exactly while it waits, and its pools know",
    counted="SELECT count(*) FROM waitlist_entries",
    broken="""
        SELECT format('entry %s is %s and has %s wishes', n.id, n.state, w.wishes)
        FROM waitlist_entries n
        CROSS JOIN LATERAL (SELECT count(*) AS wishes FROM waitlist_wishes WHERE entry_id = n.id) w
        WHERE (n.state = 'waiting') <> (w.wishes > 0)
        UNION ALL
        SELECT format('pool %s is told that %s are awaited, the line says %s',
                      p.id, coalesce(p.awaited, 0), coalesce(w.least, 0))
        FROM pools p LEFT JOIN (SELECT pool_id, min(least) AS least FROM waitlist_wishes GROUP BY pool_id) w
             ON w.pool_id = p.id
        WHERE p.awaited IS DISTINCT FROM w.least
    """,
)

OFFERS = Invariant(
    name="an offer is a hold of what it says, and nobody else's",
    counted="SELECT count(*) FROM waitlist_offers",
    broken="""
        SELECT format('offer %s of %s, its hold has %s in its basket', o.id, o.quantity, l.places)
        FROM waitlist_offers o JOIN holds h ON h.id = o.hold_id AND h.basket = 'offer ' || h.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(quantity), 0) AS places FROM hold_lines
            WHERE hold_id = h.id AND ticket_type_id = o.ticket_type_id
        ) l
        WHERE o.quantity <> l.places
        UNION ALL
        SELECT format('entry %s is %s, its offer is held until %s', n.id, n.state, h.expires_at)
        FROM waitlist_offers o JOIN waitlist_entries n ON n.id = o.entry_id JOIN holds h ON h.id = o.hold_id
        WHERE h.state = 'active' AND h.expires_at > now() AND h.basket NOT LIKE 'order %'
          AND n.state NOT IN ('offered', 'taken')
        UNION ALL
        SELECT format('hold %s is offered and nobody it is offered to', h.id)
        FROM holds h LEFT JOIN waitlist_offers o ON o.hold_id = h.id
        WHERE h.state = 'active' AND h.basket LIKE 'offer %' AND o.id IS NULL
    """,
)

RETURNS = Invariant(
    name="tickets that are given back agree with the offers made of them, and are void once sold",
    counted="SELECT count(*) FROM ticket_returns",
    broken="""
        SELECT format('hold line %s has %s tickets of others, %s are bound to it', l.id, l.returned, r.bound)
        FROM hold_lines l JOIN holds h ON h.id = l.hold_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS bound FROM ticket_returns WHERE hold_line_id = l.id AND state = 'open'
        ) r
        WHERE h.state = 'active' AND h.expires_at > now() AND l.returned <> r.bound
        UNION ALL
        SELECT format('return %s is %s, its ticket %s is %s', r.id, r.state, i.id, i.state)
        FROM ticket_returns r JOIN tickets i ON i.id = r.ticket_id
        WHERE (r.state = 'sold' AND i.state <> 'void') OR (r.state = 'open' AND i.state = 'void')
        UNION ALL
        SELECT format('return %s is sold and no order has it', r.id)
        FROM ticket_returns r LEFT JOIN hold_lines l ON l.id = r.hold_line_id
        LEFT JOIN holds h ON h.id = l.hold_id
        WHERE r.state = 'sold' AND h.state IS DISTINCT FROM 'converted'
    """,
)

INVARIANTS: tuple[Invariant, ...] = (SIDE_BY_SIDE, LINE, OFFERS, RETURNS)
