"""An evening at the box office: a till, a sale in cash, the guest list, the door, and the count."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, a_voucher
from tests.factories.house import House
from tests.journeys.test_booking import OWNER
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(params=["with scripts", "without scripts"])
def seller(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    """Somebody at a tablet."""
    opened = browser.new_context(
        base_url=house.url,
        viewport={"width": 1024, "height": 768},
        java_script_enabled=request.param == "with scripts",
    )
    page = opened.new_page()
    page.goto("/staff")
    page.get_by_role("textbox", name="E-mail").fill(OWNER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    opened.close()


@pytest.fixture
def sale(house: House) -> Sale:
    with house.database.reading() as db:
        organizer = db.scalar(text("SELECT id FROM organizers WHERE slug = 'night-circuit'"))
    kinds = (Kind(2400, name="Adult"), Kind(1050, name="Child"))
    return a_sale(house.database, kinds=kinds, organizer_id=organizer)


def test_an_evening_at_the_box_office(seller: Page, sale: Sale) -> None:
    counter, date = "/staff/night-circuit/counter", f"/staff/night-circuit/dates/{sale.date_id}"
    seller.goto(counter)
    seller.get_by_role("textbox", name="In the drawer now").fill("50")
    seller.get_by_role("button", name="Open the till").click()
    _sell(seller, f"{counter}/{sale.date_id}")
    _let_a_guest_in(seller, f"{date}/guests", f"/staff/night-circuit/door/{sale.date_id}")

    seller.goto(counter)
    seller.get_by_role("link", name="Count and close it").click()
    seller.get_by_role("textbox", name="Counted in the drawer").fill("108.50")
    seller.get_by_role("button", name="Close the till").click()
    expect(seller.get_by_text("it fits")).to_be_visible()


def _sell(page: Page, address: str) -> None:
    """Two adults and a child, for a note of a hundred; the page fits the tablet."""
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    if page.locator("html.js").count():
        for key in "112":
            page.keyboard.press(key)
        expect(page.locator("[data-picker-sum]")).to_have_text("3 tickets, CA$58.50")
    else:
        page.get_by_role("spinbutton", name="Adult").fill("2")
        page.get_by_role("spinbutton", name="Child").fill("1")
    page.get_by_role("button", name="To the till").click()
    expect(page.get_by_role("heading", name="CA$58.50")).to_be_visible()
    page.get_by_role("textbox", name="E-mail, to send the tickets").fill("ida@example.org")
    page.get_by_role("button", name=re.compile(r"^CA\$100\.00")).click()
    expect(page.get_by_role("heading", name="CA$41.50 change")).to_be_visible()
    expect(page.get_by_text("on their way to ida@example.org")).to_be_visible()
    tickets = page.get_by_role("link", name="Tickets to print").get_attribute("href")
    assert tickets
    assert page.request.get(tickets).body().startswith(b"%PDF")


def _let_a_guest_in(page: Page, guests: str, door: str) -> None:
    page.goto(guests)
    page.get_by_role("textbox", name="One guest to a line").fill("Ana Silva +1, press")
    page.get_by_role("button", name="Put them on the list").click()
    expect(page.get_by_role("cell", name="Ana Silva +1")).to_be_visible()
    page.goto(door)
    page.get_by_role("textbox", name="Ticket, order code or name").fill("silva")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Ana Silva, Adult (guest list, press)").click()
    expect(page.get_by_role("heading", name="Come in")).to_be_visible()


SEATED = """
    SELECT g.slug, d.id FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN organizers g ON g.id = e.organizer_id
    WHERE d.plan_id IS NOT NULL AND d.status = 'on_sale' AND d.starts_at > now() ORDER BY d.starts_at LIMIT 1
"""


def test_seats_that_a_customer_points_at_are_found_on_the_map(seller: Page, house: House) -> None:
    with house.database.reading() as db:
        slug, date_id = db.execute(text(SEATED)).one()
    counter = f"/staff/{slug}/counter"
    seller.goto(counter)
    if seller.get_by_role("button", name="Open the till").count():
        seller.get_by_role("button", name="Open the till").click()
    seller.goto(f"{counter}/{date_id}")
    seller.locator(".seat-block").last.focus()
    seller.keyboard.press("Enter")
    expect(seller.get_by_role("button", name="To the till")).to_be_visible()
    if seller.locator("html.js").count():
        for number in (0, 1):
            seller.locator("[data-pick]").nth(number).click()
        expect(seller.locator("input[name=seat]:checked")).to_have_count(2)
        expect(seller.locator("[data-pick] use[href='#s-mine']")).to_have_count(2)
    else:
        for number in (0, 1):
            seller.locator("input[name=seat]:enabled").nth(number).check()
    seller.get_by_role("button", name="To the till").click()
    seller.get_by_role("button", name=re.compile("^Exact")).click()
    expect(seller.get_by_role("link", name="Tickets to print")).to_be_visible()


def test_a_code_and_the_number_of_a_slip_are_entered_by_keys(seller: Page, house: House, sale: Sale) -> None:
    code = a_voucher(house.database, sale, "percent", 5000)
    counter = "/staff/night-circuit/counter"
    seller.goto(counter)
    if seller.get_by_role("button", name="Open the till").count():
        seller.get_by_role("button", name="Open the till").click()
    seller.goto(f"{counter}/{sale.date_id}")
    seller.get_by_role("spinbutton", name="Adult").fill("1")
    seller.get_by_role("button", name="To the till").click()

    seller.get_by_role("textbox", name="Name, if they give one").fill("Ida Berg")
    seller.get_by_role("textbox", name="Voucher").fill(code.lower())
    seller.keyboard.press("Enter")
    expect(seller.get_by_role("heading", name="CA$12.00")).to_be_visible()
    expect(seller.get_by_role("textbox", name="Name, if they give one")).to_have_value("Ida Berg")

    seller.get_by_role("link", name="Add more tickets").click()
    expect(seller.get_by_text("1 ticket in hand")).to_be_visible()
    seller.get_by_role("spinbutton", name="Child").fill("1")
    seller.get_by_role("button", name="To the till").click()
    expect(seller.get_by_role("heading", name="CA$17.25")).to_be_visible()
    seller.get_by_role("textbox", name="Number on the slip").fill("T7 0042")
    if seller.locator("html.js").count():
        seller.keyboard.press("Enter")
    else:
        seller.get_by_role("button", name="Paid by card").click()
    expect(seller.get_by_role("link", name="Tickets to print")).to_be_visible()
    with house.database.reading() as db:
        total = db.scalar(text("SELECT total FROM orders WHERE channel = 'counter' ORDER BY id DESC LIMIT 1"))
    assert total == 1725
