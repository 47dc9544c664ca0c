"""Staff draw a hall, give it to a date and put it on sale; a guest buys a seat of it."""

import re
import secrets

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.factories.house import House
from tests.journeys.test_seats import expect_tickets, pay
from tests.journeys.test_staff import _has_scripts, _make_event, _make_venue, _open_house, said, staff

__all__ = ["staff"]
pytestmark = pytest.mark.browser


def test_from_an_empty_sheet_to_a_sold_seat(staff: Page, browser: Browser, house: House) -> None:
    title = f"Drawn Night {secrets.token_hex(3)}"
    slug = _open_house(staff, f"House of {title}")
    _make_venue(staff, slug)
    event = _make_event(staff, slug, title)
    _draw(staff, slug)
    date = _give_it_to_the_date(staff, event)

    guest = browser.new_context(base_url=house.url, java_script_enabled=False).new_page()
    guest.goto(f"/search?q={title.replace(' ', '+')}")
    guest.locator("main a[href^='/events/']").filter(has_text=title).first.click()
    guest.get_by_role("link", name="Choose seats", exact=True).first.click()
    buy_two_of_row_b(guest)
    staff.goto(f"{date}/seats")
    expect(staff.get_by_text("It stays while seats of it are sold")).to_be_visible()


def buy_two_of_row_b(guest: Page) -> None:
    """From the choice of seats of a hall of forty in the stalls to two tickets in hand."""
    guest.get_by_text(re.compile("40 free.*rows A to D")).last.click()
    guest.get_by_role("link", name="Rows and seats of Stalls").click()
    for number in (3, 4):
        guest.get_by_label(re.compile(f"^Row B, seat {number},")).and_(guest.locator("input")).check()
    guest.get_by_role("button", name="Take the ticked seats").click()
    guest.locator("#your-seats").get_by_role("button", name="Hold both seats").click()
    pay(guest)
    expect_tickets(guest, "Stalls, row B, seat 3", "Stalls, row B, seat 4")
    guest.context.close()


def _draw(page: Page, slug: str) -> None:
    """Two sections by formula, one of them moved and bent, a slip taken back, and made a plan."""
    page.goto(f"/staff/{slug}/plans")
    form = page.locator("form", has=page.get_by_role("button", name="Begin to draw"))
    form.get_by_role("textbox", name="Name of the plan").fill("Lantern Hall, seated")
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lantern Hall, seated")
    _add(page, "Stalls", rows=4, seats=10)
    _add(page, "Circle", rows=2, seats=12)
    page.get_by_role("button", name="Delete Circle").click()
    expect(page.locator(".draw-parts li")).to_have_count(1)
    page.get_by_role("button", name="Take back: Deleted Circle").click()
    expect(page.locator(".draw-parts li")).to_have_count(2)
    page.locator(".draw-parts").get_by_role("link", name=re.compile("^Circle")).click()
    page.get_by_role("button", name="Bend more Circle").click()
    expect(page.get_by_role("textbox", name="Bend, degrees")).to_have_value("5")
    page.get_by_role("button", name="down Circle").click()
    expect(page.get_by_role("button", name="Take back: Moved Circle")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Make the plan").click()
    said(page, "Lantern Hall, seated is ready")


def _add(page: Page, name: str, *, rows: int, seats: int) -> None:
    add = page.get_by_role("link", name="Add a section")
    if add.count():
        add.click()
    expect(page.get_by_role("heading", name="Add a section")).to_be_visible()
    for label, value in (("Name", name), ("Price level", name), ("Rows", rows), ("Seats in a row", seats)):
        page.locator("#formula").get_by_role("textbox", name=label, exact=True).fill(str(value))
    page.get_by_role("button", name="Add the section").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def _give_it_to_the_date(page: Page, event: str) -> str:
    page.goto(event)
    page.get_by_role("link", name=re.compile("20[0-9]{2}")).first.click()
    date = page.url
    page.goto(f"{date}/seats")
    page.get_by_role("textbox", name="Price of Stalls, JPY").fill("3000")
    page.get_by_role("textbox", name="Price of Circle, JPY").fill("2000")
    page.get_by_role("button", name="Give the date this plan").click()
    said(page, "The date has its seats")
    page.goto(date)
    page.get_by_role("button", name="Put on sale").click()
    said(page, "It is on sale")
    page.goto(event)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("link", name="Look at its page")).to_be_visible()
    return date


@pytest.fixture
def board(staff: Page, house: House) -> Page:
    """One of the demo season's drawings with scripts, and a section chosen."""
    staff.goto("/staff")
    if not _has_scripts(staff):
        pytest.skip("Keys and dragging are what the script adds.")
    slug = _open_house(staff, "House of Keys")
    _make_venue(staff, slug)
    staff.goto(f"/staff/{slug}/plans")
    form = staff.locator("form", has=staff.get_by_role("button", name="Begin to draw"))
    form.get_by_role("textbox", name="Name of the plan").fill("Keys")
    form.get_by_role("button").click()
    _add(staff, "Stalls", rows=4, seats=10)
    return staff


def test_a_section_is_moved_by_keys_and_by_dragging_and_keeps_the_focus(board: Page) -> None:
    across = board.get_by_role("textbox", name="Place across, cm")
    down = board.get_by_role("textbox", name="Place down, cm")
    before = (int(across.input_value()), int(down.input_value()))
    part = board.locator("[data-part].draw-part")
    part.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        board.keyboard.press(key)
    expect(down).to_have_value(str(before[1] + 100))
    expect(across).to_have_value(str(before[0] + 20))
    expect(part).to_be_focused()

    _drag(board, part, 60)
    expect(across).not_to_have_value(str(before[0] + 20))
    board.keyboard.press("Control+z")
    expect(across).to_have_value(str(before[0] + 20))


def test_stage_and_labels_are_moved_by_keys_and_by_dragging(board: Page) -> None:
    across = board.get_by_role("textbox", name="Middle across")
    down = board.get_by_role("textbox", name="Middle down")
    before = (int(across.input_value()), int(down.input_value()))
    stage = board.locator("[data-thing=stage]")
    stage.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp"):
        board.keyboard.press(key)
    expect(across).to_have_value(str(before[0] - 10))
    expect(down).to_have_value(str(before[1] - 100))
    expect(stage).to_be_focused()

    board.get_by_role("textbox", name="Label", exact=True).last.fill("Bar")
    board.get_by_role("button", name="Add the label").click()
    place = board.get_by_role("form", name="Label Bar").get_by_role("textbox", name="Across, cm")
    expect(place).to_have_value("0")
    _drag(board, board.locator("[data-thing=label-0]"), 60)
    expect(place).not_to_have_value("0")
    board.locator("[data-thing=label-0]").focus()
    board.keyboard.press("Delete")
    expect(board.locator("[data-thing=label-0]")).to_have_count(0)
    # The section that was looked at is looked at still.
    expect(board.get_by_role("heading", name="Stalls", exact=True)).to_be_visible()


def test_a_half_typed_formula_outlives_other_steps(board: Page) -> None:
    seats = board.get_by_role("textbox", name="Seats in a row")
    seats.fill("14, 16, …")
    board.get_by_role("combobox", name="Numbers from").select_option("right")
    board.get_by_role("button", name="down Stalls").click()
    expect(board.get_by_role("button", name="Take back: Moved Stalls")).to_be_visible()
    expect(seats).to_have_value("14, 16, …")
    expect(board.get_by_role("combobox", name="Numbers from")).to_have_value("right")

    board.get_by_role("button", name="Change Stalls").click()
    expect(board.locator(".draw-parts li")).to_contain_text("68 seats")
    expect(seats).to_have_value("14, 16, 18, 20")


def test_who_drags_what_another_has_just_moved_is_told_and_goes_on_from_there(board: Page) -> None:
    other = board.context.new_page()
    other.goto(board.url)
    other.get_by_role("button", name="down Stalls").click()
    expect(other.get_by_role("button", name="Take back: Moved Stalls")).to_be_visible()
    down = other.get_by_role("textbox", name="Place down, cm").input_value()

    part = board.locator("[data-part].draw-part")
    _drag(board, part, 60)

    expect(board.get_by_role("alert")).to_contain_text("Your step was not done")
    expect(board.get_by_role("textbox", name="Place down, cm")).to_have_value(down)
    expect(part).not_to_have_attribute("transform", re.compile("."))
    across = board.get_by_role("textbox", name="Place across, cm").input_value()
    _drag(board, part, 60)
    expect(board.get_by_role("textbox", name="Place across, cm")).not_to_have_value(across)
    other.close()


# Ten pictures later: on a busy machine a smooth scroll has few in a second.
FRAMES = """async () => {
    for (let n = 0; n < 10; n++) await new Promise(requestAnimationFrame)
}"""


def _drag(page: Page, part: Locator, by: int) -> None:
    """From where it has come to rest: a notice above it, and the focus that goes there, move it once more."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    part.scroll_into_view_if_needed()
    box = None
    while box is None or box != part.bounding_box():
        box = part.bounding_box()
        page.evaluate(FRAMES)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=4)
    page.mouse.up()
