"""How money may move: pure decisions on plain values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from webapp.core.errors import Conflict

# What the provider tells, and the states of a payment in which it changes something. Money that arrived
# always counts, also after we gave the payment up; nothing takes a success back.
_CHANGES: dict[str, frozenset[str]] = {
    "succeeded": frozenset({"created", "pending", "failed", "cancelled"}),
    "failed": frozenset({"created", "pending"}),
    "cancelled": frozenset({"created", "pending"}),
}

# What people take and give back by hand; all else goes through the gateway.
OVER_COUNTER = ("cash", "terminal")

# What the provider says about its payment page, and what that makes of our payment.
STATE_TOLD = {"paid": "succeeded", "declined": "failed", "cancelled": "cancelled", "expired": "cancelled"}

# The provider is asked when it has been silent for a minute, then ever less often.
SILENT_AFTER = timedelta(seconds=60)
LONGEST_SILENCE = timedelta(hours=1)


def changes_payment(state: str, told: str) -> bool:
    """False for what is repeated, out of order or too late to matter."""
    return state in _CHANGES[told]


def changes_refund(state: str, told: str) -> bool:
    """A refund that failed may still succeed, one that succeeded stays."""
    return state == "requested" or (state == "failed" and told == "succeeded")


def spread(amount: int, left: Iterable[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """Which payment gives back how much of `amount`: each what it has left, in the given order.

    Raises Conflict when there is less than that.
    """
    parts: list[tuple[UUID, int]] = []
    for payment_id, available in left:
        part = min(amount, available)
        if part > 0:
            parts.append((payment_id, part))
            amount -= part
    if amount > 0:
        raise Conflict("So much was not paid, or it has gone back already.", title="Nothing was refunded")
    return parts


def next_question(created_at: datetime, asked_at: datetime | None) -> datetime:
    """When to ask the provider how an open payment stands: the pauses grow with its age."""
    if asked_at is None:
        return created_at + SILENT_AFTER
    return asked_at + max(SILENT_AFTER, min((asked_at - created_at) / 2, LONGEST_SILENCE))
