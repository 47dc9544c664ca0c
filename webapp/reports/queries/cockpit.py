"""A sale, second by second: what has to be counted anew is little, and is counted once for all who look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.core.ids import id_at
from webapp.core.reach import EVERYTHING, filled
from webapp.reports.rules import pace
from webapp.reports.rules.cockpit import Cockpit, DateFigures, Minute
from webapp.waitingroom.line import Line
from webapp.waitingroom.queries.staff import rooms_of_house
from webapp.waitingroom.sights import figures

MINUTES = 60
MOST_DATES = 40
# "A second" is the mean of so many: single seconds jump.
SECONDS = 10
# Everything is counted from the beginning again so often: what was refunded meanwhile.
AGAIN = timedelta(seconds=20)
# Clocks of the processes that make ids may differ by so much.
SKEW = timedelta(seconds=5)


Happened = tuple[int, int, int, int]
NOTHING: Happened = (0, 0, 0, 0)
Rates = dict[tuple[str, UUID], float]


@dataclass
class Memory:
    """What one who counts remembers of an organizer from one look to the next.

    `totals` are (sold, places, revenue) by date of the tickets made before `counted_at`; `minutes` what
    happened (holds, orders, places, revenue) by date and minute, known until `known_at`.
    """

    counted_at: datetime | None = None
    totals: dict[UUID, tuple[int, int, int]] = field(default_factory=dict)
    conversion: dict[UUID, int | None] = field(default_factory=dict)
    known_at: datetime | None = None
    minutes: dict[tuple[UUID, datetime], Happened] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    """What was counted by date: (sold, places, revenue), holds and orders a second, (waiting, inside)."""

    totals: Mapping[UUID, tuple[int, int, int]]
    rates: Rates
    queues: Mapping[UUID, tuple[int, int]]


# Those that people hold places of, then the next.
DATES = text(
    filled(
        """
    SELECT d.id AS date_id, d.event_id, e.slug, e.title, d.status, d.starts_at, d.zone, v.name AS venue,
           p.capacity, p.taken
    FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
        FROM pools WHERE date_id = d.id AND NOT is_extra
    ) p
    WHERE e.organizer_id = :organizer AND CASE WHEN CAST(:date AS uuid) IS NULL
        THEN {out} AND d.status IN ('on_sale', 'paused') AND d.ends_at > :now
        ELSE d.id = :date END
    ORDER BY d.id = ANY(CAST(:busy AS uuid[])) DESC, d.starts_at, d.id LIMIT :most
""",
        out=OUT,
    )
)

# Whoever parks has a ticket already: add-ons bring money and take no place of the house.
TOTALS_OF = """
    SELECT t.date_id, count(*) FILTER (WHERE NOT p.is_extra)::int AS sold,
           coalesce(sum(1 + cardinality(t.also_pools)) FILTER (WHERE NOT p.is_extra), 0)::int AS places,
           coalesce(sum(t.price), 0)::bigint AS revenue
    FROM tickets t JOIN pools p ON p.id = t.pool_id
    WHERE {of} AND t.date_id = ANY(:dates) AND t.state <> 'void' GROUP BY t.date_id
"""
TOTALS = text(TOTALS_OF.format(of="t.id < :until"))
TOTALS_SINCE = text(TOTALS_OF.format(of="t.id >= :first"))

# Ids are made in order of time, so that the newest tickets and holds are one piece of an index.
SOLD = text("""
    SELECT t.date_id, date_trunc('minute', t.created_at) AS at, count(DISTINCT t.order_id)::int AS orders,
           count(*) FILTER (WHERE NOT p.is_extra)::int AS places, sum(t.price)::bigint AS revenue,
           count(DISTINCT t.order_id) FILTER (WHERE t.created_at > :lately)::int AS lately
    FROM tickets t JOIN pools p ON p.id = t.pool_id
    WHERE t.id >= :first AND t.date_id = ANY(:dates) AND t.created_at >= :since GROUP BY 1, 2
""")
HELD = text("""
    SELECT p.date_id, date_trunc('minute', h.created_at) AS at, count(DISTINCT h.id)::int AS holds,
           count(DISTINCT h.id) FILTER (WHERE h.created_at > :lately)::int AS lately
    FROM holds h JOIN hold_lines l ON l.hold_id = h.id JOIN pools p ON p.id = l.pool_id
    WHERE h.id >= :first AND h.organizer_id = :organizer AND h.created_at >= :since GROUP BY 1, 2
""")

# Baskets of the last hour that have ended, one way or the other.
CONVERSION = text("""
    SELECT p.date_id, count(DISTINCT h.id) FILTER (WHERE h.state = 'converted')::int AS bought,
           count(DISTINCT h.id)::int AS ended
    FROM holds h JOIN hold_lines l ON l.hold_id = h.id JOIN pools p ON p.id = l.pool_id
    WHERE h.id >= :first AND h.organizer_id = :organizer AND (h.state <> 'active' OR h.expires_at <= :now)
    GROUP BY 1
""")

PAYMENTS = text("""
    SELECT count(*) FILTER (WHERE v.kind = 'session.declined')::int AS declined,
           count(*) FILTER (WHERE v.kind = 'session.paid')::int AS paid
    FROM payment_events v JOIN payments p ON p.id = v.payment_id JOIN orders o ON o.id = p.reference
    WHERE v.id >= :first AND o.organizer_id = :organizer
""")


def look(
    db: Session,
    line: Line,
    organizer_id: UUID,
    now: datetime,
    memory: Memory,
    *,
    date_id: UUID | None = None,
) -> Cockpit:
    """How everything stands that is on sale, or one date whether it is or not, in seven small statements.

    `memory` is kept by who looks.
    """
    since = _since(now, memory)
    rates = _held(db, organizer_id, since, now, memory)
    busy = list({date for date, _ in memory.minutes})
    values = {"organizer": organizer_id, "now": now, "date": date_id, "busy": busy, "most": MOST_DATES}
    rows = sorted(db.execute(DATES, values).all(), key=lambda row: (row.starts_at, row.date_id))
    dates = [row.date_id for row in rows]
    if memory.totals.keys() != set(dates):
        # What another date did in the hour is not known yet.
        memory.counted_at, since = None, _oldest(now)
    rates |= _sold(db, dates, since, now, memory)
    _count_again(db, organizer_id, dates, now, memory)
    counts = Counts(
        totals=_totals(db, dates, memory), rates=rates, queues=_queues(db, line, organizer_id, now)
    )
    lately = {"organizer": organizer_id, "first": id_at(now - timedelta(minutes=15))}
    paid = db.execute(PAYMENTS, lately).one()
    memory.known_at = now
    return Cockpit(
        at=now,
        dates=tuple(_date(row, counts, now, memory) for row in rows),
        declined=paid.declined,
        paid=paid.paid,
    )


def _count_again(
    db: Session, organizer_id: UUID, dates: Sequence[UUID], now: datetime, memory: Memory
) -> None:
    """Everything that was sold, when it was counted too long ago or for other dates."""
    if memory.counted_at and now - memory.counted_at < AGAIN:
        return
    memory.counted_at = now - SKEW
    found = db.execute(TOTALS, {"dates": list(dates), "until": id_at(memory.counted_at)})
    memory.totals = dict.fromkeys(dates, (0, 0, 0)) | {
        row.date_id: (row.sold, row.places, row.revenue) for row in found
    }
    values = {"organizer": organizer_id, "first": id_at(now - timedelta(minutes=MINUTES)), "now": now}
    memory.conversion = {
        row.date_id: pace.percent(row.bought, row.ended) for row in db.execute(CONVERSION, values)
    }


def _totals(db: Session, dates: Sequence[UUID], memory: Memory) -> Mapping[UUID, tuple[int, int, int]]:
    """(sold, places, revenue) of each date until now."""
    totals = dict(memory.totals)
    if memory.counted_at:
        values = {"dates": list(dates), "first": id_at(memory.counted_at)}
        for row in db.execute(TOTALS_SINCE, values):
            sold, places, revenue = totals.get(row.date_id, (0, 0, 0))
            totals[row.date_id] = (sold + row.sold, places + row.places, revenue + row.revenue)
    return totals


def _since(now: datetime, memory: Memory) -> datetime:
    """The minute from which it is not known what happened: the last two are looked at anew."""
    oldest = _oldest(now)
    since = max(_minute(memory.known_at) - timedelta(minutes=1), oldest) if memory.known_at else oldest
    memory.minutes = {key: one for key, one in memory.minutes.items() if key[1] >= oldest}
    return since


def _held(db: Session, organizer_id: UUID, since: datetime, now: datetime, memory: Memory) -> Rates:
    """Bring the holds of all dates up to now."""
    rates: Rates = {}
    for row in db.execute(HELD, {"organizer": organizer_id, **_bounds(since, now)}):
        _, *sold = memory.minutes.get((row.date_id, row.at), NOTHING)
        memory.minutes[row.date_id, row.at] = (row.holds, *sold)
        rates["holds", row.date_id] = rates.get(("holds", row.date_id), 0) + row.lately / SECONDS
    return rates


def _sold(db: Session, dates: Sequence[UUID], since: datetime, now: datetime, memory: Memory) -> Rates:
    """Bring what was sold of these dates up to now."""
    rates: Rates = {}
    for row in db.execute(SOLD, {"dates": list(dates), **_bounds(since, now)}):
        holds, *_ = memory.minutes.get((row.date_id, row.at), NOTHING)
        memory.minutes[row.date_id, row.at] = (holds, row.orders, row.places, row.revenue)
        rates["orders", row.date_id] = rates.get(("orders", row.date_id), 0) + row.lately / SECONDS
    return rates


def _bounds(since: datetime, now: datetime) -> dict[str, Any]:
    return {"since": since, "first": id_at(since - SKEW), "lately": now - timedelta(seconds=SECONDS)}


def _queues(db: Session, line: Line, organizer_id: UUID, now: datetime) -> Mapping[UUID, tuple[int, int]]:
    """(waiting, inside) by the date, or the event, that a room in force is before."""
    queues = {}
    for room in rooms_of_house(db, organizer_id, EVERYTHING, now):
        if room.in_force_since and (said := figures(room, line, now)):
            queues[room.date_id or room.event_id] = (said.waiting, said.inside)
    return queues


def _date(row: Any, counts: Counts, now: datetime, memory: Memory) -> DateFigures:
    sold, places, revenue = counts.totals[row.date_id]
    ats = [_oldest(now) + timedelta(minutes=n) for n in range(MINUTES)]
    queue = counts.queues.get(row.date_id) or counts.queues.get(row.event_id)
    return DateFigures(
        date_id=row.date_id,
        event_id=row.event_id,
        slug=row.slug,
        title=row.title,
        status=row.status,
        starts_at=row.starts_at,
        zone=row.zone,
        venue=row.venue,
        capacity=row.capacity,
        sold=sold,
        held=max(row.taken - places, 0),
        left=row.capacity - row.taken,
        revenue=revenue,
        holds_a_second=counts.rates.get(("holds", row.date_id), 0),
        orders_a_second=counts.rates.get(("orders", row.date_id), 0),
        minutes=tuple(Minute(at, *memory.minutes.get((row.date_id, at), NOTHING)) for at in ats),
        conversion=memory.conversion.get(row.date_id),
        waiting=queue[0] if queue else None,
        inside=queue[1] if queue else None,
    )


def _oldest(now: datetime) -> datetime:
    return _minute(now) - timedelta(minutes=MINUTES - 1)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
