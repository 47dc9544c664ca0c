"""Dates that sell slowly, against the time that is left and dates like them that have been."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog.queries.out import OUT
from webapp.core.reach import Reach, filled, within
from webapp.reports.rules.todos import POINTS, Expected, Todo, expected, is_slow

AHEAD = timedelta(days=POINTS[-1])
# A sale that has just begun says nothing yet.
YOUNG = timedelta(days=3)
# So many dates are worth a line each; the rest follow when these are done.
MOST = 5

SELLING = text(
    filled(
        """
    SELECT d.id, e.title, e.category, d.starts_at, d.zone, p.capacity, p.taken
    FROM event_dates d JOIN events e ON e.id = d.event_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(taken), 0)::int AS taken
        FROM pools WHERE date_id = d.id AND NOT is_extra
    ) p
    WHERE e.organizer_id = :organizer AND {out} AND d.status = 'on_sale' AND {reach}
      AND d.starts_at BETWEEN :now AND :ahead
      AND coalesce(d.on_sale_at, e.published_at, e.created_at) < :young
      AND p.capacity > 0
    ORDER BY d.starts_at, d.id LIMIT 200
""",
        out=OUT,
        reach=within("e.id"),
    )
)

# The last dates of each kind, and what was sold of them at each point; {counts} are those.
CURVES = """
    SELECT b.category, p.capacity, s.* FROM (
        SELECT d.id, d.starts_at, e.category,
               row_number() OVER (PARTITION BY e.category ORDER BY d.starts_at DESC) AS turn
        FROM event_dates d JOIN events e ON e.id = d.event_id
        WHERE e.organizer_id = :organizer AND e.status = 'published' AND d.status <> 'cancelled'
          AND d.starts_at BETWEEN CAST(:now AS timestamptz) - interval '2 years' AND :now
    ) b
    CROSS JOIN LATERAL (
        SELECT sum(capacity)::int AS capacity FROM pools WHERE date_id = b.id AND NOT is_extra
    ) p
    CROSS JOIN LATERAL (
        SELECT {counts} FROM tickets t JOIN pools q ON q.id = t.pool_id AND NOT q.is_extra
        WHERE t.date_id = b.id AND t.state <> 'void') s
    WHERE b.turn <= 8 AND p.capacity > 0
"""
SOLD_BY = "count(*) FILTER (WHERE t.created_at <= b.starts_at - interval '{days} days')::int"


def slow_dates(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:
    """The soonest dates of which less than half is sold of what is usual so long before."""
    values = {"organizer": organizer_id, "now": now}
    selling = db.execute(
        SELLING, {**values, **reach.values(), "ahead": now + AHEAD, "young": now - YOUNG}
    ).all()
    if not selling:
        return []
    curves = _curves(db, values)
    found = []
    for row in selling:
        days = max((row.starts_at - now).days, 1)
        percent = 100 * row.taken // row.capacity
        usual = expected(days, _like(curves, row.category))
        if is_slow(percent, usual):
            found.append(_todo(row, days, percent, usual))
    return found[:MOST]


def _curves(db: Session, values: dict[str, Any]) -> dict[str, list[list[int]]]:
    """By kind, the percentage that was sold at each point of each of its last dates."""
    counts = ", ".join(SOLD_BY.format(days=days) for days in POINTS)
    curves: dict[str, list[list[int]]] = {}
    for category, capacity, *sold in db.execute(text(CURVES.format(counts=counts)), values):
        curves.setdefault(category, []).append([100 * one // capacity for one in sold])
    return curves


def _like(curves: dict[str, list[list[int]]], category: str) -> Sequence[Sequence[int]]:
    return curves.get(category, [])


def _todo(row: Any, days: int, percent: int, usual: Expected) -> Todo:
    left = "1 day" if days == 1 else f"{days} days"
    if usual.dates:
        like = (
            f"Half of your last {usual.dates} dates of this kind had sold {usual.percent}% or more by then."
        )
    else:
        like = f"By custom it is {usual.percent}% by then; fewer than three dates of this kind have been."
    return Todo(
        key=f"slow:{row.id}",
        kind="warn",
        number=percent,
        unit="%",
        what=f"{row.title} sells slowly",
        why=f"{row.taken:,} of {row.capacity:,} places taken, with {left} to go. {like}",
        link="Look at it",
        path=f"/dates/{row.id}",
        action="event.edit",
    )
