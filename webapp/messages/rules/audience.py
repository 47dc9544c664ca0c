"""Who a message is for, as it was chosen and as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

Who = Literal["guests", "waiting", "orders"]
Door = Literal["any", "came", "missing"]

# The states of orders that may be written to; the first ones are what is chosen when nothing is said.
STATES: Mapping[str, str] = {
    "paid": "paid",
    "part_refunded": "partly refunded",
    "awaiting_payment": "waiting for their payment",
    "refunded": "refunded",
    "cancelled": "cancelled",
    "needs_review": "to be reviewed",
}
LIVE = ("paid", "part_refunded")


@dataclass(frozen=True)
class Audience:
    """`guests` of an event or of one of its dates, who is `waiting` for it, or chosen `orders` by codes.

    `types` are names of ticket types, none for all of them.
    """

    who: Who = "guests"
    event_id: UUID | None = None
    date_id: UUID | None = None
    types: Sequence[str] = ()
    states: Sequence[str] = LIVE
    door: Door = "any"
    codes: Sequence[str] = ()

    def kept(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Audience":
        values = dict(kept)
        for name in ("event_id", "date_id"):
            values[name] = UUID(values[name]) if values.get(name) else None
        for name in ("types", "states", "codes"):
            values[name] = tuple(values.get(name) or ())
        return cls(**values)

    def said(self, event: str, date: str) -> str:
        """The audience in words; `date` is empty for every date."""
        if self.who == "orders":
            return f"The buyers of {len(self.codes)} chosen orders"
        at = f"{event}, {date}" if date else event
        of_types = f" with {' or '.join(self.types)}" if self.types else ""
        if self.who == "waiting":
            return f"Who waits for {at}{of_types.replace(' with ', ', for ')}"
        states = " or ".join(STATES[state] for state in self.states)
        door = {"any": "", "came": ", who were checked in", "missing": ", who were not checked in"}[self.door]
        return f"Buyers for {at}{of_types}, whose order is {states}{door}"


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
