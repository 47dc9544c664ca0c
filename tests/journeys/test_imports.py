"""A newcomer brings a season in from the staff page, sets a zone right, and takes one file back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.house import House
from tests.factories.outside import outside
from tests.factories.sources import SHARED, real
from tests.journeys.test_booking import OWNER
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser

TORONTO = ("events-toronto-festivals", "toronto-festivals-events.jsonld")
FOSDEM = ("schedule-fosdem-2024", "fosdem-2024.xml")
OUTLOOK = ("ics-outlook-2010", "outlook-2010-meeting.ics")
SOON = 60_000  # a worker reads and writes a thousand events meanwhile


@pytest.fixture(params=["with scripts", "without scripts"])
def staff(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    """An owner in a house of their own, empty yet."""
    opened = browser.new_context(
        base_url=house.url,
        viewport={"width": 1440, "height": 900},
        java_script_enabled=request.param == "with scripts",
    )
    page = opened.new_page()
    page.goto("/staff")
    page.get_by_role("textbox", name="E-mail").fill(OWNER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/staff/new")
    page.get_by_role("textbox", name="Name").fill(f"Season {request.param}")
    page.get_by_role("textbox", name="E-mail for guests").fill("hello@season.example")
    page.get_by_role("button", name="Make the organizer").click()
    page.get_by_role("link", name="Imports").click()
    yield page
    opened.close()


def test_a_newcomer_brings_a_season_in_and_takes_a_file_back(staff: Page) -> None:
    imports = _choose(staff, TORONTO)
    _confirm(staff)
    expect(staff.get_by_text("came as drafts")).to_be_visible()

    staff.goto(imports)
    _choose(staff, FOSDEM)
    expect(staff.get_by_text("have no date yet")).to_be_visible()
    staff.get_by_role("combobox", name="Zone of times that have none").fill("Brussels time")
    staff.get_by_role("button", name="Read it again").click()
    expect(staff.get_by_role("alert").first).to_contain_text("Europe/Berlin")
    staff.get_by_role("combobox", name="Zone of times that have none").fill("Europe/Brussels")
    staff.get_by_role("button", name="Read it again").click()
    _wait(staff, staff.get_by_role("button", name=re.compile("^Import ")))
    expect(staff.get_by_text("have no date yet")).to_have_count(0)
    _confirm(staff)

    staff.goto(imports)
    _choose(staff, OUTLOOK)
    _confirm(staff)
    staff.get_by_text("Undo this import").click()
    staff.get_by_role("button", name="Undo it").click()
    expect(staff.get_by_text("This import was undone")).to_be_visible()
    staff.goto(imports)
    expect(staff.get_by_role("row", name=re.compile("undone"))).to_have_count(1)
    expect(staff.get_by_role("row", name=re.compile("toronto"))).to_have_count(1)


def test_an_address_becomes_a_feed_that_can_be_paused_and_forgotten(staff: Page) -> None:
    calendar = real(*OUTLOOK)
    with outside() as world:
        staff.get_by_role("textbox", name="Or paste a public address").fill(
            world.put("/season.ics", calendar)
        )
        staff.get_by_role("button", name="Look what is in it").click()
        imports = staff.url.partition("/files/")[0]
        keep = staff.get_by_role("button", name="Show me its changes")
        _wait(staff, keep)
        keep.click()
        expect(staff.locator("#notices")).to_contain_text("It is a feed now")

        staff.goto(imports)
        staff.get_by_role("button", name=re.compile("^Pause")).click()
        expect(staff.locator(".feeds tbody tr").filter(has_text="paused")).to_be_visible()
        staff.get_by_role("button", name=re.compile("^Resume")).click()
        _wait(staff, staff.get_by_role("link", name="Look at it"))
        staff.get_by_text("Forget", exact=True).click()
        expect(staff.get_by_text("Events that it brought stay.")).to_be_visible()
        staff.get_by_role("button", name="Forget it").click()
        expect(staff.get_by_role("heading", name="Feeds")).to_have_count(0)


def _choose(page: Page, file: tuple[str, str]) -> str:
    """Bring a file and wait for its preview; the address of the page of imports."""
    real(*file)
    imports = page.url
    page.get_by_label("Drop a file here").set_input_files(SHARED / file[0] / file[1])
    page.get_by_role("button", name="Look what is in it").click()
    _wait(page, page.get_by_role("button", name=re.compile("^Import ")))
    return imports


def _confirm(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Import ")).click()
    _wait(page, page.get_by_role("heading", name="Take it back"))


def _wait(page: Page, thing: object) -> None:
    """Without scripts a page looks again by itself only where the browser refreshes it."""
    if page.locator("html.js").count():
        expect(thing).to_be_visible(timeout=SOON)  # type: ignore[call-overload]
        return
    for _ in range(SOON // 500):
        if thing.count():  # type: ignore[attr-defined]
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("It did not come in time.")
