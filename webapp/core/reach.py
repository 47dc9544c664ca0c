"""Which events somebody may see in a list: all of them, only these, or all but these."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Reach:
    """`only` is None for everything; what is in `but` is left out."""

    only: frozenset[UUID] | None = None
    but: frozenset[UUID] = frozenset()

    @property
    def is_all(self) -> bool:
        return self.only is None and not self.but

    def values(self) -> dict[str, Any]:
        """What a statement with `within(…)` in it is given."""
        return {"only": None if self.only is None else sorted(self.only), "but": sorted(self.but)}


EVERYTHING = Reach()


def within(event_id: str) -> str:
    """The condition on a column with an event's id."""
    return (
        f"((CAST(:only AS uuid[]) IS NULL OR {event_id} = ANY(CAST(:only AS uuid[])))"
        f" AND {event_id} <> ALL(CAST(:but AS uuid[])))"
    )


# Who sees everything, which is nearly everybody, is not made to wait for the rows to be asked.
_ALL = "(CAST(:only AS uuid[]) IS NULL AND cardinality(CAST(:but AS uuid[])) = 0)"


def filled(statement: str, **conditions: str) -> str:
    """A statement with conditions of ours in the places that it names."""
    return statement.format(**conditions)


def all_or(condition: str) -> str:
    """The condition, for who may not see everything."""
    return f"({_ALL} OR {condition})"


def date_within(date_id: str) -> str:
    """The condition on a column with a date's id."""
    return all_or(f"EXISTS (SELECT FROM event_dates xd WHERE xd.id = {date_id} AND {within('xd.event_id')})")


def order_within(order_id: str) -> str:
    """The condition on a column with an order's id: none of its dates is out of reach."""
    return all_or(
        "NOT EXISTS (SELECT FROM order_lines xl JOIN event_dates xd ON xd.id = xl.date_id"
        f" WHERE xl.order_id = {order_id} AND NOT {within('xd.event_id')})"
    )
