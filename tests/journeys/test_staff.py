"""Staff open a house, sell, look, and cancel; with scripts and without."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.house import House
from tests.journeys.test_booking import OWNER, check_out, expect_paid
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(params=["with scripts", "without scripts"])
def staff(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
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
    yield page
    opened.close()


def said(page: Page, words: str) -> None:
    expect(page.locator("#notices")).to_contain_text(words)


def test_from_a_new_house_to_a_cancelled_date(staff: Page, browser: Browser, house: House) -> None:
    title = f"Lantern Walk {'one' if _has_scripts(staff) else 'two'}"
    slug = _open_house(staff, f"House of {title}")
    _make_venue(staff, slug)
    event = _make_event(staff, slug, title)
    date = _sell(staff, event)
    guest = browser.new_context(base_url=house.url).new_page()
    code = _buy(guest, title)

    staff.goto(f"/staff/{slug}/orders/{code}")
    expect(staff.get_by_role("cell", name="Amara Okafor", exact=True)).to_have_count(2)
    staff.goto(f"/staff/{slug}/sale/{date.rsplit('/', 1)[1]}")
    expect(staff.get_by_text("of 20 places")).to_be_visible()

    staff.goto(date)
    staff.get_by_text("Cancel this date").click()
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")
    staff.get_by_role("textbox", name=f"Type {title}").fill(title)
    staff.get_by_role("button", name="Cancel the date").click()
    said(staff, "The date is cancelled")
    _refunded(staff, date)
    guest.reload()
    expect(guest.locator("[data-order-state=refunded]")).to_be_visible()
    guest.context.close()


def _has_scripts(page: Page) -> bool:
    return page.locator("html.js").count() == 1


def _open_house(page: Page, name: str) -> str:
    page.goto("/staff/new")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="E-mail for guests").fill("hello@lantern.example")
    page.get_by_role("combobox", name="Currency").select_option("JPY")
    page.get_by_role("button", name="Make the organizer").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = re.search(r"/staff/(house-of-[^/]+)", page.url)
    assert found, page.url
    return found.group(1)


def _make_venue(page: Page, slug: str) -> None:
    page.goto(f"/staff/{slug}/venues")
    form = page.locator("form", has=page.get_by_role("button", name="Save the venue"))
    facts = (
        ("Name", "Lantern Hall"),
        ("City", "Kyoto"),
        ("Country, two letters", "JP"),
        ("Time zone", "Asia/No"),
    )
    for label, value in facts:
        form.get_by_role("textbox", name=label, exact=True).fill(value)
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("Zone:")
    form.get_by_role("textbox", name="Time zone").fill("Asia/Tokyo")
    form.get_by_role("button").click()
    said(page, "The venue is saved")


def _make_event(page: Page, slug: str, title: str) -> str:
    page.goto(f"/staff/{slug}/events/new")
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("combobox", name="Kind").select_option("family")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    event = page.url
    begins = datetime.now().replace(minute=0) + timedelta(days=40)  # noqa: DTZ005  # a clock reading at the venue
    page.get_by_label("Begins").fill(begins.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Ends").fill((begins + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Add the date").click()
    said(page, "The date is added")
    return event


def _sell(page: Page, event: str) -> str:
    """A pool, a type whose currency has no smaller part, a question; published, and on sale."""
    page.goto(event)
    page.get_by_role("link", name=re.compile("20[0-9]{2}")).first.click()
    date = page.url
    page.get_by_role("textbox", name="Name").fill("Walkers")
    page.get_by_role("spinbutton", name="Capacity").fill("20")
    page.get_by_role("button", name="Add the pool").click()
    said(page, "The pool is saved")
    page.get_by_role("textbox", name="Name").fill("One lantern")
    page.get_by_role("textbox", name="Price, JPY").fill("1200")
    page.get_by_role("button", name="Save this type").click()
    said(page, "The ticket type is saved")
    page.get_by_text("One lantern, ¥1,200").click()
    expect(page.get_by_role("textbox", name="Price, JPY").first).to_have_value("1200")
    page.get_by_role("button", name="Put on sale").click()
    said(page, "It is on sale")
    page.goto(event)
    page.get_by_text("Ask something").click()
    page.get_by_role("textbox", name="Question").fill("Which colour?")
    page.get_by_role("button", name="Ask it", exact=True).click()
    said(page, "The question is saved")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("link", name="Look at its page")).to_be_visible()
    return date


def _buy(page: Page, title: str) -> str:
    page.goto(f"/search?q={title.replace(' ', '+')}")
    page.locator("main a[href^='/events/']").filter(has_text=title).first.click()
    page.locator("input[name^=qty-]").first.fill("2")
    page.get_by_role("button", name="Hold these tickets").click()
    check_out(page, email="hana@example.org")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect_paid(page)
    found = re.search(r"/orders/([A-Z0-9-]+)", page.url)
    assert found
    return found.group(1)


def _refunded(page: Page, date: str) -> None:
    done = page.get_by_text("Everybody was refunded: 2 tickets.")
    if _has_scripts(page):
        expect(done).to_be_visible(timeout=15_000)
        return
    for _ in range(30):
        page.goto(date)
        if done.count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("Nobody was refunded within fifteen seconds.")
