"""What an address asks of a report; what cannot be understood is left out."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.booking.rules import CHANNELS
from webapp.reports.rules.periods import PERIODS
from webapp.reports.rules.sheets import Sheet, Wanted


def wanted(sheet: Sheet, args: Mapping[str, str], *, by: str = "") -> Wanted:
    """`by` is how it is grouped when the address does not say."""
    asked_by, page = args.get("by", ""), args.get("page", "1")
    grouped = asked_by if asked_by in sheet.views else by or sheet.first
    since, until = _day(args.get("since", "")), _day(args.get("until", ""))
    period = args.get("period", "")
    # Who types days and leaves the period as it `was` means the days.
    if period not in PERIODS or (period == args.get("was") and (since or until)):
        period = "days" if since or until else sheet.period
    sort, channel = args.get("sort", ""), args.get("channel", "")
    return Wanted(
        sheet=sheet.key,
        by=grouped,
        period=period,
        since=since if period == "days" else None,
        until=until if period == "days" else None,
        event_id=_id(args.get("event", "")),
        channel=channel if channel in dict(CHANNELS) and sheet.by_channel else "",
        sort=sort if sheet.views[grouped].sorts(sort) else sheet.views[grouped].sort,
        page=int(page) if page.isascii() and page.isdecimal() and 0 < int(page[:9]) < 100_000 else 1,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
