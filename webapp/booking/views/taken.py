"""Which seats of a date are taken, asked for at most twice a second, and what changed since."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from webapp.core.bits import Marked


@dataclass
class _Date:
    """`states` are the last ones by their version, the newest at the end."""

    states: "OrderedDict[str, Marked]" = field(default_factory=OrderedDict)
    asked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


class TakenSeats:
    """The last states of the dates that were looked at. A page tells which it knows and gets the difference.

    Nothing here is a promise: what is shown free may be gone, and the claim in the database decides.
    """

    def __init__(self, *, fresh_for: float = 0.5, most_dates: int = 200, most_states: int = 120) -> None:
        self._fresh_for = fresh_for
        self._most_dates = most_dates
        self._most_states = most_states
        self._dates: OrderedDict[UUID, _Date] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, date_id: UUID, ask: Callable[[], frozenset[int]], *, seen: str = "") -> Marked:
        """The seats that are taken now; `ask` is called when what is known is older than half a second.

        Who has `seen` a version that is not known here may be ahead of it, so for them it is asked at once.
        """
        with self._lock:
            date = self._dates.setdefault(date_id, _Date())
            self._dates.move_to_end(date_id)
            while len(self._dates) > self._most_dates:
                self._dates.popitem(last=False)
        # One thread asks what everybody wants to know; the others wait for it.
        with date.lock:
            is_behind = bool(seen) and seen not in date.states
            if is_behind or time.monotonic() - date.asked_at > self._fresh_for:
                self._note(date, Marked(ask()))
            return next(reversed(date.states.values()))

    def known(self, date_id: UUID, version: str) -> Marked | None:
        """An earlier state, if it is not forgotten."""
        date = self._dates.get(date_id)
        return date.states.get(version) if date else None

    def _note(self, date: _Date, state: Marked) -> None:
        date.states[state.version] = state
        date.states.move_to_end(state.version)
        while len(date.states) > self._most_states:
            date.states.popitem(last=False)
        date.asked_at = time.monotonic()
