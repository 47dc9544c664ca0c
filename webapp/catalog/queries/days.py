"""Days as they are where a date takes place, in SQL that can still use the index of instants."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

LOCAL_START = "(d.starts_at AT TIME ZONE d.zone)"
LOCAL_END = "(d.ends_at AT TIME ZONE d.zone)"

# The farthest that a clock on earth is away from UTC, with an hour to spare.
FARTHEST = timedelta(hours=15)

# Begins today there, or began and still goes on; `d.ends_at > :now` stands beside it.
TODAY = (
    "(d.starts_at < CAST(:now AS timestamptz) + interval '39 hours'"
    f" AND {LOCAL_START}::date <= (CAST(:now AS timestamptz) AT TIME ZONE d.zone)::date)"
)


def between(name: str, first: date, after: date, values: dict[str, Any]) -> str:
    """The condition that something of a date lies on the days from `first` until before `after` there.

    Adds its values under `name`; the outer bounds let PostgreSQL look only at dates nearby.
    """
    start, end = datetime.combine(first, time()), datetime.combine(after, time())
    values[f"{name}_start"], values[f"{name}_end"] = start, end
    values[f"{name}_from"] = start.replace(tzinfo=UTC) - FARTHEST
    values[f"{name}_until"] = end.replace(tzinfo=UTC) + FARTHEST
    return (
        f"(d.ends_at > :{name}_from AND d.starts_at < :{name}_until"
        f" AND {LOCAL_END} > :{name}_start AND {LOCAL_START} < :{name}_end)"
    )


def weekend_days(today: date) -> tuple[date, date]:
    """The coming Saturday, or today when it is the weekend, and the Monday after."""
    ahead = 5 - today.weekday()
    saturday = today + timedelta(days=max(ahead, 0))
    return saturday, today + timedelta(days=7 - today.weekday())


def month_of(text: str) -> date | None:
    """The first day of a month such as `2026-12`; None for anything else."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else None
