"""The ticket types of a date as its page shows them: what each costs now, what is left, how it is sold."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.catalog import rules
from webapp.catalog.rules import Step, Window
from webapp.core.text import one_line


class SoldDate(Protocol):
    """What its types need of a date."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def on_sale_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def zone(self) -> str: ...


@dataclass(frozen=True)
class TypeRow:
    """A ticket type of the chosen date; `opens` and `closes` bound its sale, None is unbounded.

    One that `is_seated` is bought by choosing a seat on the map; what `is_asked_for` needs a yes.
    `step_text` says what becomes of its price, `ways` how it is sold besides, each a sentence. With a `floor`
    guests choose the price. `steps` are the prices that come before `own_price`, as `3500:2 4000:`, each with
    how many are left at it.
    """

    id: UUID
    name: str
    description: str
    price: int
    least: int
    most: int
    per_buyer: int | None
    left: int
    left_text: str
    left_level: str
    closed_text: str
    is_seated: bool
    is_asked_for: bool
    opens: datetime | None
    closes: datetime | None
    is_addon: bool
    floor: int | None
    step_text: str
    step_ends: tuple[datetime, ...]
    own_price: int
    steps: str
    group_from: int | None
    group_price: int | None
    ways: tuple[str, ...]


TYPES = text("""
    SELECT t.id, t.name, t.description, t.price, t.min_per_order AS least,
           least(t.max_per_order, t.max_per_buyer) AS most, t.max_per_buyer AS per_buyer,
           t.sale_starts_at, t.sale_ends_at, p.capacity, p.taken,
           EXISTS (SELECT FROM pool_levels l WHERE l.pool_id = ANY(t.pool_id || t.also_pools)) AS is_seated,
           t.approval <> 'none' AS is_asked_for,
           t.price_floor, t.group_from, t.group_price, t.is_addon, t.addon_most, t.addon_required,
           (SELECT json_agg(json_build_array(s.price, s.most - s.taken, extract(epoch FROM s.ends_at))
                            ORDER BY s.position, s.id)
            FROM price_steps s WHERE s.ticket_type_id = t.id) AS steps
    FROM ticket_types t
    CROSS JOIN LATERAL (  -- of several pools, the one with the fewest places left
        SELECT capacity, taken FROM (  -- of a pool and what a code keeps of it, the one with more
            SELECT DISTINCT ON (coalesce(parent_id, id)) capacity, f.taken
            FROM pools CROSS JOIN LATERAL (
                SELECT CASE WHEN awaited <= capacity - taken THEN capacity ELSE taken END AS taken
            ) f
            WHERE date_id = :date AND coalesce(parent_id, id) = ANY(t.pool_id || t.also_pools)
              AND (parent_id IS NULL OR voucher_id = ANY(CAST(:vouchers AS uuid[])) AND released_at IS NULL)
            ORDER BY coalesce(parent_id, id), capacity - f.taken DESC
        ) most ORDER BY capacity - taken LIMIT 1
    ) p
    WHERE t.date_id = :date AND NOT t.withdrawn AND (NOT t.hidden OR :revealed
      AND (CAST(:type_ids AS uuid[]) = '{}' OR t.id = ANY(:type_ids))
      AND (CAST(:date_ids AS uuid[]) = '{}' OR t.date_id = ANY(:date_ids)))
    ORDER BY t.is_addon, t.position, t.id
""")

CODE = text("""
    SELECT ARRAY[v.id, v.batch_id] AS vouchers, v.reveals AS revealed, v.date_ids, v.type_ids
    FROM vouchers v JOIN events e ON e.organizer_id = v.organizer_id
    WHERE e.id = :event AND upper(v.code) = upper(:code)
      AND (v.event_id IS NULL OR v.event_id = e.id) AND NOT v.is_batch AND v.withdrawn_at IS NULL
      AND (v.starts_at IS NULL OR v.starts_at <= :now) AND (v.ends_at IS NULL OR v.ends_at > :now)
      AND (v.max_uses IS NULL OR v.used < v.max_uses)
""")


def date_types(
    db: Session, event_id: UUID, date: SoldDate, currency: str, now: datetime, *, code: str = ""
) -> list[TypeRow]:
    """All that is sold on a date, add-ons last; a code may reveal hidden types and the places kept for it."""
    shown: dict[str, Any] = {"vouchers": [], "revealed": False, "date_ids": [], "type_ids": []}
    code = one_line(code)
    if code and (found := db.execute(CODE, {"event": event_id, "code": code, "now": now}).one_or_none()):
        shown = dict(found._mapping)
    rows = db.execute(TYPES, {"date": date.id, **shown})
    return [_type(one._mapping, date, currency, now) for one in rows]


def _type(row: Any, date: SoldDate, currency: str, now: datetime) -> TypeRow:
    opens = max(filter(None, (date.on_sale_at, row["sale_starts_at"])), default=None)
    closed = rules.closed_text(Window(date.status, opens, row["sale_ends_at"], date.ends_at, date.zone), now)
    left = row["capacity"] - row["taken"]
    text, level = rules.availability(left, row["capacity"])
    if not closed and left < row["least"]:
        closed = rules.SOLD_OUT
    steps = [_step(step, left) for step in row["steps"] or ()]
    step, after = rules.step_in_force(steps, now), rules.price_after(steps, row["price"], now)
    return TypeRow(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        price=step.price if step else row["price"],
        least=row["least"],
        most=max(min(row["most"], left), 0),
        per_buyer=row["per_buyer"],
        left=left,
        left_text="" if closed else text,
        left_level="none" if closed else level,
        closed_text=closed,
        is_seated=row["is_seated"],
        is_asked_for=row["is_asked_for"],
        opens=opens,
        closes=row["sale_ends_at"],
        is_addon=row["is_addon"],
        floor=row["price_floor"],
        step_text=rules.step_text(step, after or 0, currency, date.zone) if step else "",
        step_ends=tuple(step.ends_at for step in steps if step.ends_at),
        own_price=row["price"],
        steps=" ".join(f"{one.price}:{one.left or ''}" for one in steps if one.is_open(now)),
        group_from=row["group_from"],
        group_price=row["group_price"],
        ways=rules.ways(row, currency),
    )


def _step(row: list[Any], places: int) -> Step:
    """No more is left at a price than there are places; what is full stays full."""
    price, left, ends_at = row
    if left is not None and left > places > 0:
        left = places
    return Step(price, left, datetime.fromtimestamp(ends_at, UTC) if ends_at else None)
