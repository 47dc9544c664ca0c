"""Vouchers, answers and tickets: each on a line of its own, answers also counted."""

from webapp.reports.queries.money import CHANNEL_SAID
from webapp.reports.rules.sheets import Column, Sheet, View

EVENT, STARTS = Column("event", "Event"), Column("starts", "Date", "moment")
TYPE, HOLDER = Column("type", "Ticket type"), Column("holder", "Holder")
QUESTION, ANSWER = Column("question", "Question"), Column("answer", "Answer")
TIMES = Column("times", "Times", "count", summed=True)
CODE, TICKETS = Column("code", "Order", "code"), Column("tickets", "Tickets", "count", summed=True)

# An order's days are those of the first date it is for.
VOUCHERS = """
    SELECT v.code AS voucher, coalesce(e.title, 'every event') AS event,
           CASE v.kind WHEN 'percent' THEN trim_scale(v.value / 100.0) || ' percent off'
                       WHEN 'amount' THEN 'an amount off' WHEN 'price' THEN 'a fixed price'
                       WHEN 'none' THEN CASE WHEN v.reveals THEN 'shows hidden types' ELSE 'keeps places' END
           END AS gives,
           v.max_uses AS most, count(o.id) AS orders, coalesce(sum(o.tickets), 0)::bigint AS tickets,
           coalesce(sum(o.discount), 0)::bigint AS discount,
           coalesce(sum(o.total - o.refunded), 0)::bigint AS net, g.currency
    FROM vouchers v JOIN organizers g ON g.id = v.organizer_id LEFT JOIN events e ON e.id = v.event_id
    LEFT JOIN LATERAL (
        SELECT o.*, l.tickets FROM orders o
        JOIN LATERAL (
            SELECT sum(i.quantity) AS tickets, (array_agg(d.zone ORDER BY i.position))[1] AS zone
            FROM order_lines i JOIN event_dates d ON d.id = i.date_id WHERE i.order_id = o.id
        ) l ON true
        WHERE o.voucher_id = v.id AND o.paid_at IS NOT NULL AND {days:o.paid_at:l.zone}
          AND {channel:o.channel}
    ) o ON true
    WHERE {scope:v.organizer_id} AND {event:v.event_id}
    GROUP BY v.id, e.title, g.currency
"""

# What was said of each ticket, and once for an order, whose day is that of its first date of the event.
ANSWERS = """
    WITH given AS (
        SELECT e.id AS event_id, e.title AS event, d.starts_at, d.zone, o.code, t.holder_name AS holder,
               y.name AS type, a.question, a.answer
        FROM tickets t JOIN event_dates d ON d.id = t.date_id
        JOIN events e ON e.id = d.event_id AND e.status <> 'rehearsal' JOIN orders o ON o.id = t.order_id
        JOIN ticket_types y ON y.id = t.ticket_type_id
        JOIN LATERAL jsonb_each_text(t.answers) AS a(question, answer) ON a.answer <> ''
        WHERE t.state <> 'void' AND {{scope:e.organizer_id}} AND {{days:d.starts_at}} AND {{event:e.id}}
        UNION ALL
        SELECT e.id, e.title, d.starts_at, d.zone, o.code, o.buyer_name, 'the whole order', a.question,
               a.answer
        FROM orders o JOIN LATERAL jsonb_each_text(o.answers) AS a(question, answer) ON a.answer <> ''
        LEFT JOIN questions q ON q.id::text = a.question
        JOIN LATERAL (
            SELECT d.* FROM tickets t JOIN event_dates d ON d.id = t.date_id
            WHERE t.order_id = o.id AND t.state <> 'void' AND d.event_id = coalesce(q.event_id, d.event_id)
            ORDER BY d.starts_at, d.id LIMIT 1
        ) d ON true
        JOIN events e ON e.id = d.event_id AND e.status <> 'rehearsal'
        WHERE o.answers <> '{{}}' AND {{scope:o.organizer_id}} AND {{days:d.starts_at}} AND {{event:e.id}}
    )
    SELECT {columns} FROM given g LEFT JOIN questions q ON q.id::text = g.question {rest}
"""
ASKED = "coalesce(q.label, 'a question that is asked no more') AS question"
# A file is kept as `id/name`, several of a list on lines (`core.answers.answer_text`).
READ = """
    CASE q.kind WHEN 'file' THEN substr(g.answer, strpos(g.answer, '/') + 1)
                WHEN 'many' THEN replace(g.answer, chr(10), ', ') ELSE g.answer END AS answer
"""
# Each of several is counted; of files only that there is one, since no two are called the same.
ONE_BY_ONE = """
    CROSS JOIN LATERAL unnest(CASE q.kind WHEN 'many' THEN string_to_array(g.answer, chr(10))
        WHEN 'file' THEN ARRAY['a file'] ELSE ARRAY[g.answer] END) AS one(answer)
    GROUP BY g.event_id, g.event, q.id, q.label, one.answer
"""
NUMBER = "CASE WHEN q.kind = 'number' THEN g.answer::numeric END"

EVERY = """
    SELECT o.code, o.paid_at AT TIME ZONE d.zone AS bought, e.title AS event,
           d.starts_at AT TIME ZONE d.zone AS starts, y.name AS type, t.holder_name AS holder,
           o.buyer_name AS buyer, o.buyer_email AS email, SAID AS channel, t.state,
           t.used_at AT TIME ZONE d.zone AS used, t.price, o.currency
    FROM tickets t JOIN orders o ON o.id = t.order_id JOIN event_dates d ON d.id = t.date_id
    JOIN events e ON e.id = d.event_id AND e.status <> 'rehearsal'
    JOIN ticket_types y ON y.id = t.ticket_type_id
    WHERE {scope:o.organizer_id} AND {days:o.paid_at:d.zone} AND {event:e.id} AND {channel:o.channel}
""".replace("SAID", CHANNEL_SAID)

VOUCHER_LIST = Sheet(
    "vouchers",
    "Vouchers",
    "What each code was used for in paid orders. Days are those of the time zone of the order’s first date.",
    {
        "code": View(
            "Code",
            (
                Column("voucher", "Code", "code"),
                Column("gives", "What it does"),
                Column("event", "For"),
                Column("orders", "Orders", "count", summed=True),
                Column("most", "At most", "count"),
                TICKETS,
                Column("discount", "Discount", "money", summed=True),
                Column("net", "Taken less refunds", "money", summed=True),
            ),
            VOUCHERS,
            "-orders",
            ("voucher", "orders"),
        )
    },
    period="all",
    days_of="Days of the orders",
    by_channel=True,
)

ANSWER_LIST = Sheet(
    "answers",
    "Answers",
    "What guests answered, for tickets that were not given back and once for whole orders. Days are those of"
    " the dates, in each event’s own time zone.",
    {
        "counted": View(
            "Counted",
            (EVENT, QUESTION, ANSWER, TIMES),
            ANSWERS.format(
                columns=f"g.event, {ASKED}, one.answer, count(*) AS times",
                rest=ONE_BY_ONE,
            ),
            "event",
            ("answer", "times"),
        ),
        "numbers": View(
            "Numbers added up",
            (
                *(EVENT, QUESTION, TIMES),
                Column("sum", "Sum", "number"),
                Column("mean", "Mean", "number"),
                Column("least", "Least", "number"),
                Column("most", "Most", "number"),
            ),
            ANSWERS.format(
                columns=f"g.event, {ASKED}, count(*) AS times, trim_scale(sum({NUMBER})) AS sum,"
                f" trim_scale(round(avg({NUMBER}), 2)) AS mean, trim_scale(min({NUMBER})) AS least,"
                f" trim_scale(max({NUMBER})) AS most",
                rest="WHERE q.kind = 'number' GROUP BY g.event_id, g.event, q.id",
            ),
            "event",
        ),
        "each": View(
            "Each",
            (EVENT, STARTS, CODE, HOLDER, TYPE, QUESTION, ANSWER),
            ANSWERS.format(
                columns="g.event, g.starts_at AT TIME ZONE g.zone AS starts, g.code, g.holder, g.type,"
                f" {ASKED}, {READ}",
                rest="",
            ),
            "event",
        ),
    },
    period="all",
    days_of="Days of the dates",
)

TICKET_LIST = Sheet(
    "tickets",
    "Tickets",
    "Every ticket that was sold, by the day of its sale. Days and times are those of each event’s own"
    " time zone.",
    {
        "each": View(
            "Each",
            (
                CODE,
                Column("bought", "Sold", "moment"),
                EVENT,
                STARTS,
                TYPE,
                HOLDER,
                Column("buyer", "Buyer"),
                Column("email", "E-mail"),
                Column("channel", "Channel"),
                Column("state", "State"),
                Column("used", "Checked in", "moment"),
                Column("price", "Price", "money", summed=True),
            ),
            EVERY,
            "-bought",
        )
    },
    days_of="Days of the sale",
    by_channel=True,
)
