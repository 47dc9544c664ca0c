"""Clocks that calendars read times from: a known zone, one that only the file defines, or none."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Turns readings into moments and back. A reading that is skipped in spring is the one an hour later."""

    @property
    def name(self) -> str | None:
        """What the zone is called, None for a clock in no zone."""

    def moment(self, reading: datetime, *, second: bool = False) -> datetime:
        """The moment of a reading; of two in autumn the first, unless the `second` is asked for."""

    def shown(self, moment: datetime) -> datetime:
        """A moment, told by this clock."""


@dataclass(frozen=True)
class Floating:
    """A clock in no zone: a time is the same reading wherever one is."""

    name: None = None

    def moment(self, reading: datetime, *, second: bool = False) -> datetime:  # noqa: ARG002
        return reading

    def shown(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=None)


@dataclass(frozen=True)
class Named:
    """A zone that the world knows."""

    zone: ZoneInfo

    @property
    def name(self) -> str:
        return self.zone.key

    def moment(self, reading: datetime, *, second: bool = False) -> datetime:
        # By way of UTC, so that a reading that does not exist becomes one that does.
        return reading.replace(tzinfo=self.zone, fold=int(second)).astimezone(UTC).astimezone(self.zone)

    def shown(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


@dataclass(frozen=True)
class Change:
    """When a zone goes from one offset to another; the moment in UTC, without saying so."""

    at: datetime
    before: timedelta
    after: timedelta


class Written:
    """A zone as a VTIMEZONE defines it. Moments have a plain offset, which needs no definition later."""

    def __init__(self, name: str, changes: list[Change]) -> None:
        self.name = name
        self._changes = sorted(changes, key=lambda change: change.at)
        self._at = [change.at for change in self._changes]
        self._first = [change.at + max(change.before, change.after) for change in self._changes]
        self._second = [change.at + min(change.before, change.after) for change in self._changes]

    def moment(self, reading: datetime, *, second: bool = False) -> datetime:
        offset = self.offset(reading, second=second)
        return self.shown((reading - offset).replace(tzinfo=UTC))

    def shown(self, moment: datetime) -> datetime:
        return moment.astimezone(timezone(self._offset_at(moment.astimezone(UTC))))

    def offset(self, reading: datetime, *, second: bool = False) -> timedelta:
        """How far a reading is from UTC."""
        return self._after(bisect_right(self._second if second else self._first, reading))

    def _offset_at(self, moment: datetime) -> timedelta:
        return self._after(bisect_right(self._at, moment.replace(tzinfo=None)))

    def _after(self, passed: int) -> timedelta:
        return self._changes[passed - 1].after if passed else self._changes[0].before


def reading(moment: datetime) -> datetime:
    """What the clock of a moment shows, as a plain reading."""
    return moment.replace(tzinfo=None, fold=0)


FLOATING = Floating()
IN_UTC = Named(ZoneInfo("UTC"))
