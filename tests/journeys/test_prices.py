"""An early-bird ticket with parking and a donation, bought by a code of a batch, and refunded."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale
from tests.factories.house import House
from tests.journeys.test_booking import OWNER, check_out, expect_paid
from webapp.catalog.models import Event
from webapp.core.ids import secret
from webapp.core.money import shown
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser

FULL, EARLY, PARKING, DONATION = 4500, 3500, 800, 1000


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with scripts")


@pytest.fixture
def staff(scripts: bool, browser: Browser, house: House) -> Iterator[Page]:
    opened = browser.new_context(base_url=house.url, java_script_enabled=scripts)
    page = opened.new_page()
    page.goto("/staff")
    page.get_by_role("textbox", name="E-mail").fill(OWNER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    opened.close()


@pytest.fixture
def guest(scripts: bool, browser: Browser, house: House) -> Iterator[Page]:
    opened = browser.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    yield opened.new_page()
    opened.close()


def test_an_early_bird_with_parking_and_a_donation_by_a_code(staff: Page, guest: Page, house: House) -> None:
    with house.database.reading() as db:
        asked = text("SELECT id, currency, fee_bp, fee_fixed FROM organizers WHERE slug = 'night-circuit'")
        organizer = db.execute(asked).one()
    kinds = (Kind(FULL, name="Standing"), Kind(PARKING, pool=1, name="Parking"))
    sale = a_sale(house.database, places=(20, 5), kinds=kinds, organizer_id=organizer.id)
    title = f"Lamps {secret()}"
    with house.database.writing() as db:
        db.get_one(Event, sale.event_id).title = title
    money = [shown(amount, organizer.currency) for amount in (EARLY, FULL, DONATION)]
    _set_prices(staff, sale)
    code = _make_codes(staff, title)

    order = _buy(guest, sale, code, *money)

    staff.goto(f"/staff/night-circuit/orders/{order}")
    expect(staff.get_by_role("cell", name=f"{title}, Standing")).to_have_count(2)
    expect(staff.get_by_role("cell", name=f"{title}, Parking")).to_have_count(1)
    for box in staff.get_by_role("checkbox", name="Refund the ticket").all():
        box.check()
    staff.get_by_text("Refund the chosen tickets", exact=True).click()
    staff.get_by_role("textbox", name=f"Type {order}").fill(order)
    staff.get_by_role("button", name="Refund them").click()
    expect(staff.locator("#notices")).to_contain_text("Refund sent")
    guest.reload()
    expect(guest.locator("[data-order-state=refunded]")).to_be_visible()
    # 2 early birds and parking at half price, the fee of three tickets, and the donation as it was given.
    total = (2 * EARLY + PARKING) // 2
    fee = (total * organizer.fee_bp + 5000) // 10_000 + 3 * organizer.fee_fixed
    expect(guest.get_by_role("heading", name="Refunded")).to_be_visible()
    expect(guest.locator("#state")).to_contain_text(shown(total + fee + DONATION, organizer.currency))


def _set_prices(page: Page, sale: Sale) -> None:
    """The first two cost less; parking goes only with a ticket; a donation is asked for."""
    page.goto(f"/staff/night-circuit/types/{sale.types[0]}")
    page.get_by_role("textbox", name="Price").fill("35")
    page.get_by_role("spinbutton", name="For the first so many tickets").fill("2")
    page.get_by_role("button", name="Add the step").click()
    expect(page.locator("#notices")).to_contain_text("The price step is saved")
    page.goto(f"/staff/night-circuit/types/{sale.types[1]}")
    page.get_by_role("checkbox", name="This is an add-on").check()
    page.get_by_role("spinbutton", name="At most so many for each ticket").fill("1")
    page.get_by_role("button", name="Save how it is sold").click()
    expect(page.locator("#notices")).to_contain_text("Saved")
    page.goto(f"/staff/night-circuit/events/{sale.event_id}")
    page.get_by_role("textbox", name="What it is for").fill("For the youth orchestra")
    page.get_by_role("button", name="Save the donation").click()
    expect(page.locator("#notices")).to_contain_text("Guests are asked for a donation")


def _make_codes(page: Page, title: str) -> str:
    """A batch for this event; one of its codes, from the list."""
    page.goto("/staff/night-circuit/vouchers")
    page.get_by_text("Make a batch of codes").click()
    form = page.locator("form", has=page.get_by_role("button", name="Make the codes"))
    form.get_by_role("textbox", name="All begin with").fill(f"LAMP{secret()[:6]}")
    form.get_by_role("textbox", name="How much").fill("50")
    form.get_by_role("combobox", name="For", exact=True).fill(title)
    form.get_by_role("spinbutton", name="How many codes").fill("30")
    form.get_by_role("button", name="Make the codes").click()
    expect(page.get_by_text("0 of 30 codes used, 30 to be used.")).to_be_visible()
    address = page.get_by_role("link", name="All codes as CSV").get_attribute("href")
    assert address
    listed = csv.DictReader(io.StringIO(page.context.request.get(address).body().decode("utf-8-sig")))
    return next(listed)["code"]


def _buy(page: Page, sale: Sale, code: str, early: str, full: str, donation: str) -> str:
    """Three sentences on the way: what is left at this price, what does not go together, what it comes to."""
    page.goto(f"/events/{sale.slug}")
    expect(page.locator("#tickets")).to_contain_text(early)
    expect(page.locator("#tickets")).to_contain_text(f"2 left at this price, then {full}.")
    page.get_by_role("spinbutton", name="Standing").fill("2")
    page.get_by_role("button", name="Hold these tickets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")
    page.get_by_role("spinbutton", name="Parking").fill("1")
    page.get_by_role("button", name="On to your details").click()
    page.get_by_role("textbox", name="Voucher").fill(code)
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text(f"Voucher {code}")).to_be_visible()
    page.get_by_role("textbox", name="Donation").fill("10")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".sums")).to_contain_text(donation)
    page.goto("/basket")
    check_out(page)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect_paid(page)
    found = re.search(r"/orders/([A-Z0-9-]+)", page.url)
    assert found
    return found.group(1)
