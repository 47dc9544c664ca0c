"""The calendar, series, many dates at once and a copy, and what their forms answer."""

from dataclasses import dataclass
from uuid import UUID

from tests.factories.house import House
from tests.factories.series import a_series
from webapp.core.ids import uuid7

Form = tuple[tuple[str, str], ...]

# The last Sundays of 2027's months, through a change of the clocks that 02:30 does not get over.
LAST_SUNDAYS = (
    "every=month&which=-1&weekdays=6&first=2027-01-01&until=2027-12-31&begins=02:30&ends=04:00&holidays=yes"
)

# Tuesdays that become Mondays, and one more.
MONDAYS: Form = (
    ("every", "week"),
    ("weekdays", "0"),
    ("first", "2027-03-01"),
    ("until", "2027-03-30"),
    ("begins", "19:00"),
    ("ends", "21:00"),
)


@dataclass(frozen=True)
class Planning:
    """`pages` by name; `answers` are (name, path, status, form), as a form's answer is a page of its own."""

    pages: dict[str, str]
    answers: tuple[tuple[str, str, int, Form], ...]


def planning(house: House, event_id: UUID, date_id: UUID, venue_id: UUID) -> Planning:
    """Of an event with this date, which guests have, and a series that is made for it here."""
    series = a_series(house.database, event_id)
    event = f"/events/{event_id}"
    pages = {
        "calendar": "/calendar",
        "calendar-week": "/calendar?view=week",
        "calendar-list": "/calendar?view=list",
        "calendar-none": "/calendar?view=list&day=1990-01-01",
        "calendar-series": "/calendar?day=2027-03-01",
        "series": f"{event}/series",
        "series-new": f"{event}/series/new",
        "series-preview": f"{event}/series/new?id={uuid7()}&{LAST_SUNDAYS}&venue_id={venue_id}",
        "series-wrong": f"{event}/series/new?first=2027-13-01",
        "series-change": f"/series/{series}?since=2027-03-09",
        "date-series": f"/dates/{date_id}/series",
        "dates-change": f"{event}/dates/change",
        "clone": f"{event}/clone",
    }
    # A date that guests have, a quarter of an hour later.
    later = (("date", str(date_id)), ("begins", "21:15"))
    again = (("id", str(uuid7())), ("title", "Again"), ("first", "2027-09-01"), ("date", str(date_id)))
    nameless = (("id", str(uuid7())), ("name", ""))
    answers = (
        ("dates-asked", f"{event}/dates/change", 200, later),
        ("dates-refused", f"{event}/dates/change", 422, (*later, ("go", "change"))),
        ("date-pool-refused", f"/dates/{date_id}/pools", 422, (*nameless, ("capacity", "-1"))),
        ("date-type-refused", f"/dates/{date_id}/types", 422, (*nameless, ("price", "much"))),
        ("event-question-refused", f"{event}/questions", 422, (*nameless, ("kind", "choice"))),
        ("clone-asked", f"{event}/clone", 200, again),
        ("series-asked", f"/series/{series}", 200, (*MONDAYS, ("venue_id", str(venue_id)))),
    )
    return Planning(pages, answers)
