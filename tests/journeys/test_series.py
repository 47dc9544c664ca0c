"""Staff make a season of one evening: a series, one date left out, this and following, a copy, a calendar."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_staff import _has_scripts, _open_house, said, staff

__all__ = ["staff"]

pytestmark = pytest.mark.browser

TODAY = date.today()  # noqa: DTZ011  # a season of some year ahead
FIRST = date(TODAY.year + 1, 3, 1) + timedelta(days=(1 - date(TODAY.year + 1, 3, 1).weekday()) % 7)


def test_a_season_of_tuesdays(staff: Page) -> None:
    title = f"Kelp Forest {'one' if _has_scripts(staff) else 'two'}"
    slug = _open_house(staff, f"House of {title}")
    _venue(staff, slug)
    event = _event(staff, slug, title)
    _series(staff, event)
    _leave_out(staff, event, FIRST + timedelta(weeks=1))
    _this_and_following(staff, event, FIRST + timedelta(weeks=4))
    _copy(staff, event, FIRST + timedelta(weeks=26))
    _calendar(staff, slug, title)


def _venue(page: Page, slug: str) -> None:
    page.goto(f"/staff/{slug}/venues")
    form = page.locator("form", has=page.get_by_role("button", name="Save the venue"))
    facts = (("Name", "Kelp Hall"), ("City", "Oslo"), ("Country, two letters", "NO"))
    for label, value in (*facts, ("Time zone", "Europe/Oslo")):
        form.get_by_role("textbox", name=label, exact=True).fill(value)
    form.get_by_role("button").click()
    said(page, "The venue is saved")


def _event(page: Page, slug: str, title: str) -> str:
    page.goto(f"/staff/{slug}/events/new")
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("combobox", name="Kind").select_option("talk")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def _readings(page: Page, event: str) -> list[str]:
    """When the event's dates begin, as its page shows them."""
    page.goto(event)
    links = page.get_by_role("link", name=re.compile(r", \d\d:\d\d$"))
    return [text.strip() for text in links.all_inner_texts()]


def _said(day: date, time: str) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}, {time}"


def _series(page: Page, event: str) -> None:
    page.goto(event)
    page.get_by_role("link", name="Add many dates").click()
    page.get_by_label("First day").fill(FIRST.isoformat())
    page.get_by_label("Or so many dates").fill("8")
    page.get_by_label("Begins").fill("20:00")
    page.get_by_label("Ends", exact=True).fill("22:00")
    page.get_by_label("Places").fill("40")
    page.get_by_label(re.compile("^Price")).fill("25")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Every Tuesday at 20:00, 8 dates")
    assert "number=8" in page.url
    page.get_by_role("checkbox", name=re.compile(f"^{FIRST + timedelta(weeks=2):%a %-d %B}")).uncheck()
    page.get_by_label(re.compile("^Price")).fill("30")
    page.get_by_role("button", name="Make the ticked dates").click()
    said(page, "7 dates are made")
    weeks = [FIRST + timedelta(weeks=n) for n in range(8) if n != 2]
    assert _readings(page, event) == [_said(day, "20:00") for day in weeks]
    page.get_by_role("link", name=_said(FIRST, "20:00")).click()
    expect(page.get_by_text(re.compile("^Ticket, .*30"))).to_be_visible()


def _leave_out(page: Page, event: str, day: date) -> None:
    _open(page, event, day)
    page.get_by_text("Leave this date out").click()
    page.get_by_role("button", name="Leave it out").click()
    said(page, "The date is left out")
    expect(page.get_by_role("link", name=_said(day, "20:00"))).to_have_count(0)


def _this_and_following(page: Page, event: str, day: date) -> None:
    _open(page, event, day)
    page.get_by_role("link", name="Change this and following").click()
    page.get_by_label("Begins").fill("19:00")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("begins 19:00 instead of 20:00")).to_have_count(4)
    page.get_by_role("button", name="Change the series").click()
    said(page, "4 dates changed")
    early = [FIRST + timedelta(weeks=n) for n in (0, 3)]
    late = [FIRST + timedelta(weeks=n) for n in (4, 5, 6, 7)]
    assert _readings(page, event) == [
        *(_said(one, "20:00") for one in early),
        *(_said(one, "19:00") for one in late),
    ]


def _open(page: Page, event: str, day: date) -> None:
    """The date's page with what it belongs to, which comes by itself or behind a link."""
    page.goto(event)
    page.get_by_role("link", name=_said(day, "20:00")).click()
    expect(page.get_by_role("heading", name="When and where")).to_be_visible()
    if not _has_scripts(page):
        page.get_by_role("link", name="Its series").click()


def _copy(page: Page, event: str, first: date) -> None:
    page.goto(event)
    page.get_by_role("link", name="Copy this event").click()
    page.get_by_label("Day of its first date").fill(first.isoformat())
    page.get_by_role("button", name="Show where they go").click()
    expect(page.get_by_role("cell", name=_said(first, "20:00"), exact=True)).to_be_visible()
    page.get_by_role("button", name="Make the copy").click()
    said(page, "The copy is made")
    assert page.url != event
    readings = _readings(page, page.url)
    assert [reading[-5:] for reading in readings] == ["20:00", "20:00", "19:00", "19:00", "19:00", "19:00"]


def _calendar(page: Page, slug: str, title: str) -> None:
    page.goto(f"/staff/{slug}")
    page.get_by_role("link", name="Calendar").click()
    page.get_by_label("Go to").fill(FIRST.isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{FIRST:%B %Y}")
    expect(page.get_by_role("link", name=title)).not_to_have_count(0)
    page.get_by_role("link", name="Week").click()
    expect(page.get_by_role("link", name=title)).to_have_count(1)
    assert "view=week" in page.url
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
