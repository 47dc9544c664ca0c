"""Which days a report is about: named as people say them, or from one day to another."""

from collections.abc import Mapping
from datetime import date, timedelta

PERIODS: Mapping[str, str] = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last-7": "Last 7 days",
    "last-30": "Last 30 days",
    "this-month": "This month",
    "last-month": "Last month",
    "this-year": "This year",
    "all": "All days",
    "days": "From, until",
}

Days = tuple[date | None, date | None]


def days(period: str, today: date, since: date | None = None, until: date | None = None) -> Days:
    """The first and the last day of a period, both included; None where it is open.

    The last days are whole ones, so they end yesterday: a report that is mailed at noon says the same
    when it is looked at in the evening.
    """
    yesterday, month = today - timedelta(days=1), today.replace(day=1)
    named: dict[str, Days] = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "last-7": (today - timedelta(days=7), yesterday),
        "last-30": (today - timedelta(days=30), yesterday),
        "this-month": (month, today),
        "last-month": ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        "this-year": (today.replace(month=1, day=1), today),
        "all": (None, None),
    }
    return named.get(period, (since, until))
