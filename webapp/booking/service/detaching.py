"""A plan is taken off a date again, as long as nobody has a seat of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.booking.queries import seats as seating
from webapp.booking.service import claims
from webapp.catalog.service import editing
from webapp.core.audit import Actor
from webapp.core.errors import Conflict
from webapp.seating.models import SeatPlan

IN_USE = text("""
    SELECT count(ticket_id)::int AS sold, count(hold_line_id)::int AS held, count(block_id)::int AS blocked,
           (SELECT coalesce(sum(capacity), 0)::int FROM pools WHERE parent_id = ANY(:pools)) AS kept
    FROM seat_claims WHERE date_id = :date
""")

LEVELS_OFF = text("DELETE FROM pool_levels WHERE date_id = :date")

TYPES = text("SELECT id FROM ticket_types WHERE pool_id || also_pools && CAST(:pools AS uuid[]) ORDER BY id")
DROP_TYPE = text("DELETE FROM ticket_types WHERE id = :id RETURNING id")
WITHDRAW = text("UPDATE ticket_types SET withdrawn = true WHERE id = :id")

DROP_POOL = text("""
    DELETE FROM pools WHERE id = :id
    AND NOT EXISTS (SELECT FROM ticket_types WHERE pool_id || also_pools @> ARRAY[CAST(:id AS uuid)])
    RETURNING id
""")
CLOSE_POOL = text("UPDATE pools SET capacity = 0 WHERE id = :id")


def detach(db: Session, *, organizer_id: UUID, date_id: UUID, by: Actor, now: datetime) -> None:
    """Let the date be sold by places again; twice is once. Refused while somebody has a seat of it.

    Its pools and ticket types go with it. Those that an order tells of stay, empty and withdrawn.
    """
    event, date = editing.own_date(db, organizer_id, date_id)
    if date.plan_id is None:
        return
    pools = sorted({level.pool_id for level in seating.seated_date(db, date_id).levels})
    while claims.reclaim(db, now, pools=pools):
        pass
    claims.lock(db, pools)
    _require_unused(db, date_id, pools)
    name = db.get_one(SeatPlan, date.plan_id).name
    date.plan_id = None
    db.flush()
    db.execute(LEVELS_OFF, {"date": date_id})
    for ticket_type in db.scalars(TYPES, {"pools": pools}).all():
        _drop(db, ticket_type, DROP_TYPE, WITHDRAW)
    for pool in pools:
        _drop(db, pool, DROP_POOL, CLOSE_POOL)
    editing.wrote(db, event, by, "Seat plan taken off", before={"plan": name}, after={"plan": None})


def _require_unused(db: Session, date_id: UUID, pools: Sequence[UUID]) -> None:
    """The pools are locked, so nobody takes a seat meanwhile."""
    used = db.execute(IN_USE, {"date": date_id, "pools": pools}).one()
    said = {
        "sold": used.sold,
        "in baskets": used.held,
        "held back": used.blocked,
        "kept for codes": used.kept,
    }
    if any(said.values()):
        counted = ", ".join(f"{number:,} {what}" for what, number in said.items() if number)
        raise Conflict(
            f"Seats of it: {counted}. Release what is held back or kept, wait for baskets, and refund or"
            " cancel what is sold before.",
            title="The plan stays",
        )


def _drop(db: Session, row: UUID, drop: TextClause, otherwise: TextClause) -> None:
    """Delete what nothing refers to; else leave it for what does."""
    try:
        with db.begin_nested():
            is_gone = db.scalar(drop, {"id": row}) is not None
    except IntegrityError:
        is_gone = False
    if not is_gone:
        db.execute(otherwise, {"id": row})
