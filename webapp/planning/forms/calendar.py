"""What a calendar's address says; what cannot be read is as if it were not there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from webapp.planning.queries.calendar import Asked
from webapp.planning.rules.calendars import View

VIEWS: tuple[View, ...] = ("month", "week", "list")


@dataclass(frozen=True)
class Look:
    """How the calendar is looked at."""

    day: date
    view: View = "month"
    venue_id: UUID | None = None
    clashes: bool = False

    def asked(self) -> Asked:
        return Asked(self.venue_id, self.clashes)

    def query(self, *, day: date | None = None, view: View | None = None) -> str:
        """The address of this look, on another day or in another form."""
        other = replace(self, day=day or self.day, view=view or self.view)
        said: list[tuple[str, str]] = [("view", other.view), ("day", other.day.isoformat())]
        if other.venue_id:
            said.append(("venue", str(other.venue_id)))
        if other.clashes:
            said.append(("clashes", "yes"))
        return "?" + urlencode(said)


def look(args: Mapping[str, str], today: date) -> Look:
    view: View | Literal[""] = next((one for one in VIEWS if one == args.get("view")), "")
    return Look(
        day=_day(args.get("day", ""), today),
        view=view or "month",
        venue_id=_id(args.get("venue", "")),
        clashes=args.get("clashes") == "yes",
    )


def _day(typed: str, today: date) -> date:
    """Far from the ends of time, so that a month before and after is a day, too."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if 1970 <= day.year <= 2200 else today


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
