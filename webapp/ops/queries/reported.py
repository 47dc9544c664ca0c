"""What must hold of the reports: they show the ledger, all of it, and the tickets that there are."""

from webapp.ops.queries.invariant import Invariant
from webapp.reports.queries.money import LINES, MOVES, PARTS

_LINES = LINES.replace("{scope:o.organizer_id}", "true")

MONEY = Invariant(
    name="the sales report shows every entry of the ledger to the last cent",
    counted="SELECT count(*) FROM ledger_entries",
    broken=f"""
        WITH {_LINES}, {PARTS}
        SELECT format('ledger entry %s is %s %s, the report shows %s',
                      n.id, n.amount, n.currency, coalesce(p.amount::text, 'nothing'))
        FROM ledger_entries n
        LEFT JOIN (SELECT entry_id, sum(part) AS amount FROM parts GROUP BY entry_id) p ON p.entry_id = n.id
        WHERE p.amount IS DISTINCT FROM n.amount
    """,  # noqa: S608  # words of ours
)

TICKETS = Invariant(
    name="tickets sold less those given back in the sales report are those that open a door",
    counted="SELECT count(*) FROM order_lines",
    broken=f"""
        WITH {_LINES}, {PARTS}, {MOVES}
        SELECT format('order %s: the report shows %s of %s sold, %s are live', m.code, m.left, m.sold, t.live)
        FROM (SELECT order_id, code, sum(sold) AS sold, sum(sold - returned) AS left
              FROM moves GROUP BY order_id, code) m
        CROSS JOIN LATERAL (
            SELECT count(*) AS live FROM tickets WHERE order_id = m.order_id AND state <> 'void'
        ) t
        WHERE m.left <> t.live
    """,  # noqa: S608
)

INVARIANTS: tuple[Invariant, ...] = (MONEY, TICKETS)
