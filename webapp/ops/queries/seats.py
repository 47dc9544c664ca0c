"""What must hold at any moment about reserved seats: who has which, and how many that are."""

from webapp.ops.queries.invariant import Invariant

HELD = Invariant(
    name="every place held where seats are reserved has its seat",
    counted="SELECT count(*) FROM seat_claims WHERE hold_line_id IS NOT NULL",
    broken="""
        SELECT format('hold %s: %s places of pool %s, %s seats',
                      l.hold_id, l.quantity - l.returned, l.pool_id, c.seats)
        FROM hold_lines l JOIN holds h ON h.id = l.hold_id
        CROSS JOIN LATERAL (SELECT count(*) AS seats FROM seat_claims WHERE hold_line_id = l.id) c
        WHERE h.state = 'active' AND c.seats <> l.quantity - l.returned AND EXISTS (
            SELECT FROM pools p JOIN pool_levels v ON v.pool_id = coalesce(p.parent_id, p.id)
            WHERE p.id = l.pool_id)
        UNION ALL
        SELECT format('hold %s is %s and has seat %s', h.id, h.state, c.seat_id)
        FROM seat_claims c JOIN hold_lines l ON l.id = c.hold_line_id JOIN holds h ON h.id = l.hold_id
        WHERE h.state <> 'active'
    """,
)

TICKETS = Invariant(
    name="every live ticket where seats are reserved has its seat, and no other ticket has one",
    counted="SELECT count(*) FROM seat_claims WHERE ticket_id IS NOT NULL",
    broken="""
        SELECT format('ticket %s (%s) is for seat %s, its claim is for seat %s',
                      t.id, t.state, coalesce(t.seat_id::text, 'none'), coalesce(c.seat_id::text, 'none'))
        FROM tickets t LEFT JOIN seat_claims c ON c.ticket_id = t.id
        WHERE t.state <> 'void' AND (
                (t.seat_id, t.date_id) IS DISTINCT FROM (c.seat_id, coalesce(c.date_id, t.date_id))
                OR t.seat_id IS NULL AND EXISTS (
                    SELECT FROM pools p JOIN pool_levels v ON v.pool_id = coalesce(p.parent_id, p.id)
                    WHERE p.id = t.pool_id))
           OR t.state = 'void' AND c.seat_id IS NOT NULL
    """,
)

PLANS = Invariant(
    name="every claimed seat is in its date's plan, and was sold from the pool of its price level",
    counted="SELECT count(*) FROM seat_claims",
    broken="""
        SELECT format('seat %s of date %s: the plan is %s, the seat is in plan %s',
                      c.seat_id, c.date_id, coalesce(d.plan_id::text, 'none'), s.plan_id)
        FROM seat_claims c JOIN seats s ON s.id = c.seat_id JOIN event_dates d ON d.id = c.date_id
        WHERE d.plan_id IS DISTINCT FROM s.plan_id
        UNION ALL
        SELECT format('seat %s of date %s was taken from pool %s, its level is sold from pool %s',
                      c.seat_id, c.date_id, o.id, coalesce(p.pool_id::text, 'none'))
        FROM seat_claims c JOIN seats s ON s.id = c.seat_id
        LEFT JOIN pool_levels p ON p.date_id = c.date_id AND p.level_id = s.level_id
        LEFT JOIN hold_lines l ON l.id = c.hold_line_id LEFT JOIN tickets t ON t.id = c.ticket_id
        LEFT JOIN pools o ON o.id = coalesce(l.pool_id, t.pool_id)
        WHERE c.block_id IS NULL AND coalesce(o.parent_id, o.id) IS DISTINCT FROM p.pool_id
    """,
)

POOLS = Invariant(
    name="a pool of seats has as many places as seats that are not held back, and as many taken as claimed",
    counted="SELECT count(DISTINCT pool_id) FROM pool_levels",
    broken="""
        WITH seats_of AS (
            SELECT l.pool_id, sum(n.seats) AS seats FROM pool_levels l
            JOIN (SELECT level_id, count(*) AS seats FROM seats GROUP BY level_id) n USING (level_id)
            GROUP BY l.pool_id
        ), claimed AS (
            SELECT l.pool_id, count(c.block_id) AS blocked,
                   count(*) FILTER (WHERE c.block_id IS NULL) AS taken
            FROM seat_claims c JOIN seats s ON s.id = c.seat_id
            JOIN pool_levels l ON l.date_id = c.date_id AND l.level_id = s.level_id
            GROUP BY l.pool_id
        ), counted AS (
            SELECT coalesce(parent_id, id) AS id, sum(capacity) AS capacity, sum(taken) AS taken
            FROM pools GROUP BY coalesce(parent_id, id)
        )
        SELECT format('pool %s: %s places, %s taken; %s seats, %s held back, %s claimed', p.id, p.capacity,
                      p.taken, s.seats, coalesce(c.blocked, 0), coalesce(c.taken, 0))
        FROM counted p JOIN seats_of s ON s.pool_id = p.id LEFT JOIN claimed c ON c.pool_id = p.id
        WHERE p.capacity <> s.seats - coalesce(c.blocked, 0) OR p.taken <> coalesce(c.taken, 0)
    """,
)

INVARIANTS = (HELD, TICKETS, PLANS, POOLS)
