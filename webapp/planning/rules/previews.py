"""What a pattern would make, day by day, before anything is made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from webapp.planning.rules.clocks import Span, span
from webapp.planning.rules.repeating import Day
from webapp.planning.rules.sentences import Pattern


@dataclass(frozen=True)
class Busy:
    """A date that is there already at the same venue."""

    id: UUID
    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Line:
    """One day: its times, why it is left out (empty: it is not), and who else has the venue then."""

    day: date
    span: Span
    left_out: str
    clashes: tuple[Busy, ...]
    is_there: bool
    is_past: bool

    @property
    def is_made(self) -> bool:
        """Whether it is made unless somebody says otherwise."""
        return not (self.left_out or self.is_there or self.is_past)


def previewed(
    days: Sequence[Day], pattern: Pattern, zone: str, *, event_id: UUID, busy: Collection[Busy], now: datetime
) -> list[Line]:
    return [_line(day, span(day.day, pattern.times, zone), event_id, busy, now) for day in days]


def _line(day: Day, times: Span, event_id: UUID, busy: Collection[Busy], now: datetime) -> Line:
    clashes = [one for one in busy if one.meets(times.starts_at, times.ends_at)]
    own = [one for one in clashes if one.event_id == event_id and one.starts_at == times.starts_at]
    return Line(
        day=day.day,
        span=times,
        left_out=day.left_out,
        clashes=tuple(one for one in clashes if one not in own),
        is_there=bool(own),
        is_past=times.starts_at <= now,
    )
