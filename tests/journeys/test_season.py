"""The first evening of a newcomer: files come in, and one of their events sells its seats all spring."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.house import House
from tests.factories.sources import real
from tests.journeys.test_designer import _add, buy_two_of_row_b
from tests.journeys.test_imports import FOSDEM, OUTLOOK, TORONTO, _choose, _confirm, _wait, staff
from tests.journeys.test_staff import said

__all__ = ["staff"]
pytestmark = pytest.mark.browser

HOUSE = "Auditorium 16"
EVENT = "Team Meeting"
TODAY = date.today()  # noqa: DTZ011  # a spring ahead
FIRST = date(TODAY.year + 1, 3, 1) + timedelta(days=(1 - date(TODAY.year + 1, 3, 1).weekday()) % 7)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(6)]


def test_a_newcomer_puts_an_imported_event_on_sale_as_a_series_with_seats(
    staff: Page, browser: Browser, house: House
) -> None:
    for file in (TORONTO, FOSDEM, OUTLOOK):
        real(*file)
    base = staff.url.removesuffix("/imports")
    title = _season(staff)
    event = _imported_event(staff, base)
    _renamed(staff, title)
    _drawn(staff, base)
    _series(staff, event)
    _seats_for(staff, event, WEEKS[0])
    _all_on_sale(staff, event)
    staff.get_by_role("button", name="Publish").click()
    expect(staff.get_by_role("link", name="Look at its page")).to_be_visible()

    _buys(browser, house, title)
    staff.goto(event)
    expect(staff.get_by_role("row", name=re.compile(re.escape(_short(WEEKS[3]))))).to_contain_text("2")
    for week in (WEEKS[0], WEEKS[5]):
        expect(staff.get_by_role("row", name=re.compile(re.escape(_short(week))))).to_contain_text("on sale")


def _season(page: Page) -> str:
    """Everything comes in, with one zone set right; the title that the sold event is to have."""
    imports = page.url
    _choose(page, TORONTO)
    _confirm(page)
    page.goto(imports)
    _choose(page, FOSDEM)
    page.get_by_role("combobox", name="Zone of times that have none").fill("Europe/Brussels")
    page.get_by_role("button", name="Read it again").click()
    _wait(page, page.get_by_role("button", name=re.compile("^Import ")))
    expect(page.get_by_text("have no date yet")).to_have_count(0)
    _confirm(page)
    page.goto(imports)
    _choose(page, OUTLOOK)
    expect(page.get_by_role("cell", name=re.compile("12:00 .America.New_York"))).to_be_visible()
    _confirm(page)
    return f"{EVENT} {'one' if page.locator('html.js').count() else 'two'}"


def _imported_event(page: Page, base: str) -> str:
    """From the report of the import to the page of the event."""
    page.get_by_role("link", name=EVENT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EVENT)
    return page.url


def _renamed(page: Page, title: str) -> None:
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def _drawn(page: Page, base: str) -> None:
    """A plan of the house that the file named."""
    page.goto(f"{base}/plans")
    form = page.locator("form", has=page.get_by_role("button", name="Begin to draw"))
    form.get_by_role("textbox", name="Name of the plan").fill("Auditorium, seated")
    house = form.get_by_role("combobox", name="Venue")
    house.select_option(label=house.locator("option", has_text=HOUSE).first.inner_text())
    form.get_by_role("button").click()
    _add(page, "Stalls", rows=4, seats=10)
    _add(page, "Circle", rows=2, seats=12)
    page.get_by_role("button", name="Make the plan").click()
    said(page, "Auditorium, seated is ready")


def _series(page: Page, event: str) -> None:
    page.goto(event)
    page.get_by_role("link", name="Add many dates").click()
    page.get_by_label("First day").fill(FIRST.isoformat())
    page.get_by_label("Or so many dates").fill(str(len(WEEKS)))
    house = page.get_by_role("combobox", name="Venue")
    house.select_option(label=house.locator("option", has_text=HOUSE).first.inner_text())
    page.get_by_label("Begins").fill("20:00")
    page.get_by_label("Ends", exact=True).fill("22:00")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Every Tuesday at 20:00, 6 dates")
    page.get_by_role("button", name="Make the ticked dates").click()
    said(page, "6 dates are made")


def _seats_for(page: Page, event: str, day: date) -> None:
    page.goto(event)
    page.get_by_role("link", name=_long(day)).click()
    page.get_by_role("link", name="Seats", exact=True).click()
    page.get_by_role("textbox", name=re.compile("^Price of Stalls")).fill("30")
    page.get_by_role("textbox", name=re.compile("^Price of Circle")).fill("20")
    page.get_by_role("button", name="Give the date this plan").click()
    said(page, "The date has its seats")


def _all_on_sale(page: Page, event: str) -> None:
    """The other dates sell what the first one sells, and all of them are on sale, by one form."""
    page.goto(event)
    page.get_by_role("link", name="Change many dates").click()
    like = page.get_by_role("combobox", name="Sell what this date sells")
    like.select_option(label=f"{_long(WEEKS[0])}, {HOUSE}")
    page.get_by_role("combobox", name="State").select_option("On sale")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text(re.compile("on sale; sells what .* sells: Stalls, Circle"))).to_have_count(
        len(WEEKS) - 1
    )
    page.get_by_role("button", name="Change the ticked dates").click()
    said(page, f"{len(WEEKS)} dates changed")


def _buys(browser: Browser, house: House, title: str) -> None:
    """A guest with a phone takes two seats of the fourth evening."""
    guest = browser.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, java_script_enabled=False
    ).new_page()
    guest.goto(f"/search?q={title.replace(' ', '+')}")
    guest.locator("main a[href^='/events/']").filter(has_text=title).first.click()
    guest.locator(".dates a").filter(has_text=f"{WEEKS[3]:%a} {WEEKS[3].day} {WEEKS[3]:%B}").click()
    guest.get_by_role("link", name="Choose seats", exact=True).first.click()
    buy_two_of_row_b(guest)


def _short(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def _long(day: date) -> str:
    return f"{_short(day)}, 20:00"
