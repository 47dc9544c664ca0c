"""All that needs a person of an organizer, from every source that its reader may act on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach
from webapp.reports.models import TodoAside
from webapp.reports.queries.todos import desk, imports, money, programme, slow, waiting
from webapp.reports.rules.todos import Aside, Todo, is_aside

Source = Callable[[Session, UUID, Reach, datetime], list[Todo]]

# Each with what one must be allowed for its to-dos; in the order in which they are shown.
SOURCES: tuple[tuple[str, Source], ...] = (
    ("order.refund", money.review),
    ("order.refund", money.refunds),
    ("order.view", money.silent_payments),
    ("order.approve", desk.requests),
    ("sale.counter", desk.payouts),
    ("sale.counter", desk.old_tills),
    ("event.edit", programme.clashes),
    ("import.edit", imports.doubtful_imports),
    ("event.edit", programme.roomless),
    ("event.edit", programme.drafts),
    ("event.edit", programme.unsold),
    ("event.edit", waiting.bigger_halls),
    ("event.edit", slow.slow_dates),
)

ASIDES = select(TodoAside)

DEAD = text("""
    SELECT count(*)::int AS number, (array_agg(job ORDER BY dead_at DESC))[1] AS job
    FROM deliveries WHERE dead_at IS NOT NULL
""")


@dataclass(frozen=True)
class Todos:
    """What is to be done now, and what somebody put aside, each with until when and why."""

    now: list[Todo]
    aside: list[tuple[Todo, Aside]]


def todos(
    db: Session,
    organizer_id: UUID,
    now: datetime,
    today: date,
    *,
    reach_of: Callable[[str], Reach | None],
    is_operator: bool = False,
) -> Todos:
    """Nobody is shown what they may not do; what concerns the whole platform is its operators'."""
    found = [
        todo
        for action, source in SOURCES
        if (reach := reach_of(action))
        for todo in source(db, organizer_id, reach, now)
    ]
    found += dead_letters(db) if is_operator else []
    rows = db.scalars(ASIDES.where(TodoAside.organizer_id == organizer_id, TodoAside.until > today))
    asides = {row.key: Aside(row.key, row.until, row.number, row.note, row.made_by) for row in rows}
    return Todos(
        now=[todo for todo in found if not is_aside(todo, asides.get(todo.key), today)],
        aside=[(todo, asides[todo.key]) for todo in found if is_aside(todo, asides.get(todo.key), today)],
    )


def dead_letters(db: Session) -> list[Todo]:
    """Work that was given up after the last try."""
    row = db.execute(DEAD).one()
    if not row.number:
        return []
    return [
        Todo(
            key="dead-letters",
            kind="bad",
            number=row.number,
            what="Job was given up" if row.number == 1 else "Jobs were given up",
            why=f"The last is “{row.job.replace('_', ' ')}”. It is tried again by hand once it can succeed.",
            link="Read",
            path="/staff/background",
            action="operator",
            away=True,
        )
    ]
