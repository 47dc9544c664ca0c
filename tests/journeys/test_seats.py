"""A guest books two seats beside each other: by finger on the map, by keys alone, and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.factories.house import House
from tests.factories.seating import Hall, SeatedSale, a_seated_sale
from tests.factories.seating import hold as hold_seats
from webapp.core import clock

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
# What the clock tells arrives within a second or two; a busy machine is given more.
SOON = 15_000


@pytest.fixture
def seated(house: House) -> SeatedSale:
    hall = Hall(sections=("Stalls", "Circle"), rows=6, seats=16, gangways=(8,))
    return a_seated_sale(house.database, hall)


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.url, viewport=PHONE, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def open_map(page: Page, seated: SeatedSale) -> None:
    page.goto(f"/events/{seated.slug}/seats?date={seated.date_id}")
    page.wait_for_selector("[data-seat-map][data-ready]", state="attached")


def seat(page: Page, seated: SeatedSale, name: str) -> Locator:
    return page.locator(f"#s{seated.ordinal(name)}")


def pay(page: Page) -> None:
    """From the basket to the tickets."""
    page.get_by_role("link", name="On to your details").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Amara Okafor")
    page.get_by_role("textbox", name="E-mail").fill("amara@example.org")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.get_by_role("button", name="Pay", exact=True).click()


def expect_tickets(page: Page, *seats: str) -> None:
    """Two tickets that name their seats."""
    expect(page.locator("[data-order-state=paid]")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Open 2 tickets").click()
    for number, name in enumerate(seats):
        expect(page.locator(".stub").nth(number)).to_contain_text(name)


def test_by_finger_on_the_map(phone: Page, seated: SeatedSale) -> None:
    open_map(phone, seated)
    first, second = (seat(phone, seated, f"Stalls C {number}") for number in (3, 4))
    # From far the seats are too small for a finger: the first tap comes nearer.
    first.tap()
    expect(phone.locator("#your-seats")).to_contain_text("Nothing is chosen yet")
    first.tap()
    expect(first).to_have_attribute("href", "#s-mine")
    second.tap()
    expect(phone.locator("#seats-bar")).to_contain_text("Stalls C 3, Stalls C 4")
    phone.locator("#seats-bar").get_by_role("button", name="Hold both seats").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your basket")
    pay(phone)
    expect_tickets(phone, "Stalls, row C, seat 3", "Stalls, row C, seat 4")


NAME = "(at => at.ariaLabel || at.innerText || at.name || '')(document.activeElement)"


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on something of this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if re.search(what, page.evaluate(NAME)):
            return
    raise AssertionError(f"Sixty times Tab did not reach {what}.")


def test_by_keys_alone(browser: Browser, house: House, seated: SeatedSale) -> None:
    context = browser.new_context(base_url=house.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    open_map(page, seated)
    tab_to(page, "^Stalls, row A, seat 1,")
    for key in ("ArrowDown", "ArrowRight", "Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#your-seats")).to_contain_text("Stalls B 3")
    tab_to(page, "^Hold both seats$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")
    tab_to(page, "^On to your details$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Your basket")
    tab_to(page, "^name$")
    page.keyboard.type("Amara Okafor")
    page.keyboard.press("Tab")
    page.keyboard.type("amara@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pay", exact=True)).to_be_visible()
    tab_to(page, "^Pay$")
    page.keyboard.press("Enter")
    expect_tickets(page, "Stalls, row B, seat 2", "Stalls, row B, seat 3")
    context.close()


def test_the_names_of_many_sections_do_not_cover_each_other(phone: Page, house: House) -> None:
    names = [f"Section {number}" for number in range(1, 13)]
    many = a_seated_sale(house.database, Hall(sections=names, rows=4, seats=46, abreast=6))
    open_map(phone, many)
    boxes = phone.locator(".seat-names > *").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).visibility === 'visible')"
        ".map(one => one.getBoundingClientRect())"
        ".map(({left, right, top, bottom}) => [left, right, top, bottom])"
    )
    assert 1 < len(boxes) < len(names)
    for at, one in enumerate(boxes):
        for two in boxes[at + 1 :]:
            assert one[0] > two[1] or one[1] < two[0] or one[2] > two[3] or one[3] < two[2]


def test_without_scripts(browser: Browser, house: House, seated: SeatedSale) -> None:
    context = browser.new_context(base_url=house.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/events/{seated.slug}")
    page.get_by_role("link", name="Choose seats", exact=True).first.click()
    page.get_by_text(re.compile("96 free.*rows A to F")).last.click()
    page.get_by_role("link", name="Rows and seats of Circle").click()
    for number in (5, 6):
        page.get_by_label(re.compile(f"^Row D, seat {number},")).and_(page.locator("input")).check()
    page.get_by_role("button", name="Take the ticked seats").click()
    expect(page.locator("#your-seats")).to_contain_text("Side by side.")
    page.locator("#your-seats").get_by_role("button", name="Hold both seats").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")
    pay(page)
    expect_tickets(page, "Circle, row D, seat 5", "Circle, row D, seat 6")
    context.close()


def test_the_map_of_a_section_is_complete_without_scripts(
    browser: Browser, house: House, seated: SeatedSale
) -> None:
    context = browser.new_context(base_url=house.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/events/{seated.slug}/seats/{seated.sections[0]}?date={seated.date_id}")
    page.get_by_role("link", name=re.compile("^Row A, seat 1,")).click()
    expect(page.locator("#your-seats")).to_contain_text("Stalls A 1")
    context.close()


def test_a_seat_turns_for_everybody_who_looks(
    browser: Browser, house: House, phone: Page, seated: SeatedSale
) -> None:
    open_map(phone, seated)
    phone.locator("[data-live-words][data-state=live]").wait_for()
    other = browser.new_context(base_url=house.url, java_script_enabled=False).new_page()
    other.goto(f"/events/{seated.slug}/seats?date={seated.date_id}&seat={seated.ordinal('Stalls A 2')}")
    other.locator("#your-seats").get_by_role("button", name="Hold this seat").click()
    expect(seat(phone, seated, "Stalls A 2")).to_have_attribute("href", "#s-taken", timeout=SOON)
    other.get_by_role("button", name="Give these back").click()
    expect(seat(phone, seated, "Stalls A 2")).to_have_attribute("href", "#l1", timeout=SOON)
    other.context.close()


def test_who_chose_a_seat_is_told_that_it_went_to_somebody_else(
    house: House, phone: Page, seated: SeatedSale
) -> None:
    open_map(phone, seated)
    phone.locator("[data-live-words][data-state=live]").wait_for()
    seat(phone, seated, "Stalls A 2").tap()
    seat(phone, seated, "Stalls A 2").tap()
    expect(phone.locator("#your-seats")).to_contain_text("Stalls A 2")
    hold_seats(house.database, seated, "Stalls A 2", now=clock.now())
    house.app.extensions["marquee"].live.date_changed(str(seated.date_id))
    alert = phone.get_by_role("alert")
    expect(alert).to_contain_text("Stalls, row A, seat 2 was just taken", timeout=SOON)


def test_when_both_press_the_loser_sees_which_and_takes_the_nearest(
    house: House, phone: Page, seated: SeatedSale
) -> None:
    def silence(route: Route) -> None:
        route.abort()

    # Nothing is heard of the other guest before the button is pressed.
    phone.route("**/live/**", silence)
    phone.route("**/seats/changes**", silence)
    open_map(phone, seated)
    for name in ("Stalls C 3", "Stalls C 3", "Stalls C 4"):
        seat(phone, seated, name).tap()
    expect(phone.locator("#your-seats")).to_contain_text("Stalls C 4")
    hold_seats(house.database, seated, "Stalls C 4", now=clock.now())
    phone.locator("#seats-bar").get_by_role("button", name="Hold both seats").tap()
    expect(phone.get_by_role("alert")).to_contain_text("Stalls, row C, seat 4 was just taken")
    expect(seat(phone, seated, "Stalls C 4")).not_to_have_attribute("href", "#s-mine")
    phone.get_by_role("button", name=re.compile("^Take Stalls C")).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your basket")
