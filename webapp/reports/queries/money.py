"""Where every entry of the ledger belongs: split to the last cent over what was bought with it.

A payment is split over the lines of its order, and a refund over the lines whose tickets became void with it,
each by what its tickets cost; so fees, and their return, follow the prices. Parts are told from running sums,
so those of one entry add up to it however they are rounded: `verify` looks at that (`ops.queries.reported`).
"""

from webapp.booking.rules import CHANNELS

# Every line that was ordered, with where it belongs. {scope} narrows it to an organizer.
LINES = """
    lines AS (
        SELECT i.id AS line_id, i.order_id, i.position, i.quantity,
               i.quantity::bigint * i.unit_price AS worth, o.code, o.paid_at, o.currency, o.fee,
               o.buyer_name, o.organizer_id, o.channel,
               d.id AS date_id, d.starts_at, d.zone, e.id AS event_id, e.title AS event, y.name AS type
        FROM orders o JOIN order_lines i ON i.order_id = o.id JOIN event_dates d ON d.id = i.date_id
        JOIN events e ON e.id = d.event_id JOIN ticket_types y ON y.id = i.ticket_type_id
        WHERE {scope:o.organizer_id}
    )
"""

# How an order came, in words; `channel` is told by the rows around it.
_SAID = " ".join(f"WHEN '{kept}' THEN '{said}'" for kept, said in CHANNELS)
CHANNEL_SAID = f"CASE channel {_SAID} END"

# A refund and the tickets it is for are written in one transaction, and so at one time.
PARTS = """
    entries AS (
        SELECT n.id AS entry_id, n.at, n.kind, n.amount::bigint AS amount, i.*,
               coalesce(v.tickets, 0) AS void, coalesce(v.worth, 0) AS void_worth
        FROM ledger_entries n JOIN lines i ON i.order_id = n.reference
        LEFT JOIN refunds r ON r.id = n.refund_id
        LEFT JOIN LATERAL (
            SELECT count(*) AS tickets, sum(t.price)::bigint AS worth FROM tickets t
            WHERE r.id IS NOT NULL AND t.order_line_id = i.line_id AND t.voided_at = r.created_at
        ) v ON true
    ),
    weighed AS (
        SELECT *, CASE WHEN sum(void_worth) OVER entry > 0 THEN void_worth ELSE worth END AS weight
        FROM entries WINDOW entry AS (PARTITION BY entry_id)
    ),
    running AS (
        SELECT *, (sum(weight) OVER entry)::bigint AS whole, (sum(weight) OVER so_far)::bigint AS reached,
               count(*) OVER entry AS of, row_number() OVER so_far AS nth
        FROM weighed
        WINDOW entry AS (PARTITION BY entry_id), so_far AS (PARTITION BY entry_id ORDER BY position, line_id)
    ),
    parts AS (
        SELECT *,
               CASE WHEN whole > 0 THEN amount * reached / whole - amount * (reached - weight) / whole
                    ELSE amount * nth / of - amount * (nth - 1) / of END AS part,
               CASE WHEN kind <> 'payment' OR at <> paid_at THEN 0
                    WHEN whole > 0 THEN fee * reached / whole - fee * (reached - weight) / whole
                    ELSE fee * nth / of - fee * (nth - 1) / of END AS fee_part
        FROM running
    )
"""

LINE = (
    "line_id, order_id, position, quantity, worth, code, paid_at, currency, fee, buyer_name, organizer_id,"
    " channel, date_id, starts_at, zone, event_id, event, type"
)

# Tickets count on the day they were sold or given back, money on the day it came or left.
MOVES = """
    back AS (
        SELECT order_line_id, voided_at, count(*) AS tickets FROM tickets
        WHERE voided_at IS NOT NULL GROUP BY order_line_id, voided_at
    ),
    moves AS (
        SELECT LINE, paid_at AS at, quantity AS sold, 0 AS returned, 0 AS taken, 0 AS fees, 0 AS refunded
        FROM lines WHERE paid_at IS NOT NULL
        UNION ALL
        SELECT LINE, voided_at, 0, tickets, 0, 0, 0 FROM lines JOIN back ON order_line_id = line_id
        UNION ALL
        SELECT LINE, at, 0, 0, CASE kind WHEN 'payment' THEN part ELSE 0 END, fee_part,
               CASE kind WHEN 'refund' THEN part ELSE 0 END
        FROM parts
    )
""".replace("LINE", LINE)
