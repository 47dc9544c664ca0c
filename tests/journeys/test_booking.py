"""A guest books: from the event's page to the ticket in hand, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.factories.house import House
from tests.pages.states import events
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser
OWNER = "alice@example.org"


@pytest.fixture(scope="module")
def stages(house: House) -> dict[str, dict[str, str]]:
    return events(house, "open", "free")


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=house.url, viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


@pytest.fixture(params=["with scripts", "without scripts"])
def guest(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    opened = browser.new_context(
        base_url=house.url,
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param == "with scripts",
    )
    page = opened.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "responded with a status" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    yield page
    opened.close()
    assert complaints == []


def hold(page: Page, at: dict[str, str], quantity: int = 2) -> None:
    """From the event's page into the basket."""
    page.goto(f"/events/{at['slug']}?date={at['date_id']}")
    page.locator("input[name^=qty-]").first.fill(str(quantity))
    page.get_by_role("button", name="Hold these tickets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")


def check_out(page: Page, email: str = "amara@example.org") -> None:
    page.get_by_role("button", name="On to your details").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Amara Okafor")
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_role("button", name=re.compile("^(Pay|Book these)")).click()


def expect_paid(page: Page) -> None:
    expect(page.locator("[data-order-state=paid]")).to_be_visible(timeout=15_000)


def test_from_finding_an_event_to_the_ticket_in_hand(
    guest: Page, house: House, stages: dict[str, dict[str, str]]
) -> None:
    guest.goto("/")
    # Late at night nothing of today is left, and the next day comes first.
    expect(guest.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\w+ in \w+"))
    hold(guest, stages["open"])
    check_out(guest, email="amara.example.org")
    expect(guest.get_by_role("alert")).to_contain_text("We kept everything you typed.")
    expect(guest.get_by_role("textbox", name="Name", exact=True)).to_have_value("Amara Okafor")
    guest.get_by_role("textbox", name="E-mail").fill("amara@example.org")
    guest.get_by_role("button", name=re.compile("^Pay")).click()
    guest.get_by_role("button", name="Pay", exact=True).click()
    expect_paid(guest)

    pdf = guest.get_by_role("link", name="PDF").get_attribute("href")
    assert pdf
    assert guest.context.request.get(pdf).body().startswith(b"%PDF")
    code = re.search(r"/orders/([A-Z0-9-]+)", guest.url)
    assert code
    guest.get_by_role("link", name="Open 2 tickets").click()
    expect(guest.locator(".stub")).to_have_count(2)
    _expect_mail(guest, code.group(1))


def _expect_mail(page: Page, code: str) -> None:
    """Reads every letter once, since other guests of the same house get theirs meanwhile."""
    seen: set[str] = set()
    for _ in range(40):
        page.goto("/dev/mail/")
        letters = page.get_by_role("link", name=re.compile("^Your tickets for")).all()
        for address in {letter.get_attribute("href") or "" for letter in letters} - seen:
            seen.add(address)
            page.goto(address)
            if code in page.content():
                return
        page.wait_for_timeout(250)
    raise AssertionError(f"No mail about {code} within ten seconds.")


def test_a_declined_card_and_then_another(guest: Page, stages: dict[str, dict[str, str]]) -> None:
    hold(guest, stages["open"])
    check_out(guest)
    guest.get_by_role("button", name="Let the bank decline").click()
    guest.get_by_role("button", name="Pay", exact=True).click()
    expect_paid(guest)


def test_a_free_order_needs_no_payment(guest: Page, stages: dict[str, dict[str, str]]) -> None:
    hold(guest, stages["free"], 1)
    check_out(guest)
    expect_paid(guest)
    guest.get_by_role("button", name="Give these tickets back").click()
    expect(guest.locator("[data-order-state=cancelled], [data-order-state=refunded]")).to_be_visible()


def test_a_voucher_makes_it_cheaper(context: BrowserContext, stages: dict[str, dict[str, str]]) -> None:
    page = context.new_page()
    assert stages["open"]["organizer"] == "night-circuit"
    hold(page, stages["open"])
    page.get_by_role("button", name="On to your details").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Amara Okafor")
    page.get_by_role("textbox", name="Voucher").fill("NO-SUCH")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("alert")).to_contain_text("The code NO-SUCH is not known here.")
    page.get_by_role("textbox", name="Voucher").fill("night10")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Voucher NIGHT10")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Amara Okafor")


def test_the_basket_goes_along_to_another_device(
    browser: Browser, house: House, context: BrowserContext, stages: dict[str, dict[str, str]]
) -> None:
    page = context.new_page()
    hold(page, stages["open"])
    page.get_by_role("link", name="Take it to another device").click()
    link = page.locator("a.code").get_attribute("href")
    assert link

    phone = browser.new_context(base_url=house.url)
    there = phone.new_page()
    there.goto(link)
    there.get_by_role("button", name="Go on here").click()
    expect(there.get_by_role("button", name="On to your details")).to_be_visible()
    phone.close()


def test_a_ticket_opens_the_door_once(
    context: BrowserContext, browser: Browser, house: House, stages: dict[str, dict[str, str]]
) -> None:
    page = context.new_page()
    hold(page, stages["open"], 1)
    check_out(page)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect_paid(page)
    secret = (page.locator("a[href^='/tickets/']").first.get_attribute("href") or "").rsplit("/", 1)[1]

    staff = browser.new_context(base_url=house.url, viewport={"width": 390, "height": 844})
    door = staff.new_page()
    door.goto(f"/staff/night-circuit/door/{stages['open']['date_id']}")
    door.get_by_role("textbox", name="E-mail").fill(OWNER)
    door.get_by_role("textbox", name="Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    for answer in ("valid", "used"):
        door.get_by_role("textbox", name="Ticket, order code or name").fill(secret)
        door.get_by_role("button", name="Check", exact=True).click()
        expect(door.locator(f"[data-answer={answer}]")).to_be_visible()
    door.get_by_role("button", name="Take back").click()
    expect(door.locator("[data-answer=ready], [data-answer=undone]")).to_be_visible()
    staff.close()
