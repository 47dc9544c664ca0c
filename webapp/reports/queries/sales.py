"""Sales, grouped; and each piece of money on its own line."""

from webapp.reports.queries.money import CHANNEL_SAID, LINES, MOVES, PARTS
from webapp.reports.rules.sheets import Column, Sheet, View

FIGURES = (
    Column("sold", "Tickets sold", "count", summed=True),
    Column("returned", "Given back", "count", summed=True),
    Column("taken", "Taken", "money", summed=True),
    Column("fees", "Fees in it", "money", summed=True),
    Column("refunded", "Refunded", "money", summed=True),
    Column("net", "Left", "money", summed=True),
)

GROUPED = """
    WITH {lines}, {parts}, {moves}
    SELECT {columns}, sum(sold)::bigint AS sold, sum(returned)::bigint AS returned,
           sum(taken)::bigint AS taken, sum(fees)::bigint AS fees, sum(refunded)::bigint AS refunded,
           sum(taken + refunded)::bigint AS net, m.currency
    FROM moves m {join}
    WHERE {{days:at}} AND {{event:event_id}} AND {{channel:channel}}
    GROUP BY {groups}, m.currency
"""

EACH = """
    WITH {lines}, {parts}
    SELECT at AT TIME ZONE zone AS at, code, event, starts_at AT TIME ZONE zone AS starts, type,
           {channel} AS channel, kind,
           CASE WHEN kind = 'refund' THEN -void WHEN at = paid_at THEN quantity ELSE 0 END AS tickets,
           part AS amount, currency
    FROM parts WHERE {{days:at}} AND {{event:event_id}} AND {{channel:channel}}
"""


def _grouped(name: str, shown: tuple[Column, ...], sort: str, chart: str, **parts: str) -> View:
    given = {"join": "", **parts}
    sql = GROUPED.format(lines=LINES, parts=PARTS, moves=MOVES, **given)
    return View(name, (*shown, *FIGURES), sql, sort, (chart, "net"))


EVENT = Column("event", "Event")

SALES = Sheet(
    "sales",
    "Sales",
    "Tickets on the day they were sold or given back, money on the day it came or left. Days are those of"
    " each event’s own time zone. What is left agrees with the ledger to the last cent.",
    {
        "event": _grouped("Event", (EVENT,), "-net", "event", columns="event", groups="event_id, event"),
        "date": _grouped(
            "Date",
            (Column("starts", "Date", "moment"), EVENT),
            "starts",
            "starts",
            columns="starts_at AT TIME ZONE zone AS starts, event",
            groups="date_id, starts_at, zone, event",
        ),
        "type": _grouped(
            "Ticket type",
            (EVENT, Column("type", "Ticket type")),
            "-net",
            "type",
            columns="event, type",
            groups="event_id, event, type",
        ),
        "day": _grouped(
            "Day",
            (Column("day", "Day", "day"),),
            "day",
            "day",
            columns="(at AT TIME ZONE zone)::date AS day",
            groups="1",
        ),
        "channel": _grouped(
            "Channel",
            (Column("channel", "Channel"),),
            "-net",
            "channel",
            columns=f"{CHANNEL_SAID} AS channel",
            groups="m.channel",
        ),
        "organizer": _grouped(
            "Organizer",
            (Column("organizer", "Organizer"),),
            "-net",
            "organizer",
            columns="g.name AS organizer",
            groups="g.id, g.name",
            join="JOIN organizers g ON g.id = m.organizer_id",
        ),
    },
    by_channel=True,
)

MONEY = Sheet(
    "money",
    "Money, line by line",
    "Every entry of the ledger, split over the tickets it was paid or refunded for. Days and times are those"
    " of each event’s own time zone.",
    {
        "each": View(
            "Each",
            (
                Column("at", "When", "moment"),
                Column("code", "Order", "code"),
                EVENT,
                Column("starts", "Date", "moment"),
                Column("type", "Ticket type"),
                Column("channel", "Channel"),
                Column("kind", "What"),
                Column("tickets", "Tickets", "count", summed=True),
                Column("amount", "Amount", "money", summed=True),
            ),
            EACH.format(lines=LINES, parts=PARTS, channel=CHANNEL_SAID),
            "-at",
        )
    },
    by_channel=True,
)
