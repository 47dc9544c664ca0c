"""When a saved report is due: by the local clock, through summer time."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from webapp.core import clock

CADENCES = ("never", "daily", "weekly", "monthly")


@dataclass(frozen=True)
class Cadence:
    """`weekday` counts from Monday as 1; `day` of the month is its last one where it is shorter."""

    cadence: str
    weekday: int
    day: int
    at: time
    zone: str

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after `moment` at which it is due, in UTC; None when it is never."""
        if self.cadence == "never":
            return None
        day = clock.local(moment, self.zone).date()
        # Two months and a day have every day that any cadence waits for.
        for n in range(63):
            one = day + timedelta(days=n)
            if self._is_on(one) and (due := self._instant(one)) > moment:
                return due
        return None  # pragma: no cover  # every cadence comes back within two months

    def said(self) -> str:
        """`Every Monday at 07:00`."""
        names = {
            "never": "Not mailed",
            "daily": f"Every day at {self.at:%H:%M}",
            "weekly": f"Every {calendar.day_name[self.weekday - 1]} at {self.at:%H:%M}",
            "monthly": f"On day {self.day} of every month at {self.at:%H:%M}",
        }
        return names[self.cadence]

    def _is_on(self, day: date) -> bool:
        if self.cadence == "weekly":
            return day.isoweekday() == self.weekday
        if self.cadence == "monthly":
            return day.day == min(self.day, calendar.monthrange(day.year, day.month)[1])
        return True

    def _instant(self, day: date) -> datetime:
        reading = datetime.combine(day, self.at)
        try:
            return clock.instant(reading, self.zone)
        except ValueError:
            # The clocks are put forward over it: an hour later there is such a time.
            return clock.instant(reading + timedelta(hours=1), self.zone)
