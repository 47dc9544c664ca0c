"""Staff write to guests: written, looked at, tried, sent, watched, and read in the mailbox."""

from playwright.sync_api import Page, expect

from tests.factories.booking import a_sale
from tests.factories.house import House
from tests.factories.messages import a_buyer
from tests.journeys.test_staff import said, staff
from webapp.catalog.models import Event
from webapp.core.ids import secret
from webapp.demo.season import identity

__all__ = ["staff"]

SLUG = "night-circuit"


def test_a_message_from_the_first_word_to_the_guests_mailbox(staff: Page, house: House) -> None:
    sale = a_sale(house.database, organizer_id=identity("organizer", SLUG))
    guests = [a_buyer(house.database, sale, email=f"mia-{secret().lower()}@example.org") for _ in range(2)]
    subject, title = f"The lamps {secret()}", f"Night {secret()}"
    with house.database.writing() as db:
        db.get_one(Event, sale.event_id).title = title

    _write(staff, title, subject)
    expect(staff.get_by_role("heading", name="As Amara Okafor reads it")).to_be_visible()
    expect(staff.get_by_role("article")).to_contain_text("Hello Amara Okafor, see you in Harbour Hall")
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")
    address = staff.url

    staff.get_by_role("button", name="Send me a test").click()
    said(staff, "A test mail is on its way to you")
    _arrives(staff, f"Test: {subject}")

    staff.goto(address)
    staff.get_by_text("Send it now").click()
    staff.get_by_role("button", name="Send it to 2 guests").click()
    said(staff, "It goes out to 2 now")
    _is_sent(staff, address)
    for guest in guests:
        expect(staff.get_by_text(guest)).to_be_visible()
    assert _arrives(staff, subject) == 2


def _write(page: Page, title: str, subject: str) -> None:
    page.goto(f"/staff/{SLUG}/messages")
    page.get_by_role("link", name="New message").first.click()
    page.get_by_role("combobox", name="Event").fill(title)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("textbox", name="Subject").fill(subject)
    text = page.get_by_role("textbox", name="Text")
    text.fill("Hello {nane}, see you in {place}")
    page.get_by_role("button", name="Keep and look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("{nane} is no field. Did you mean {name}?")
    text.fill("Hello {name}, see you in {place}")
    page.get_by_role("button", name="Keep and look at it").click()
    said(page, "The message is kept")


def _is_sent(page: Page, address: str) -> None:
    """The page counts by itself, or when it is opened again."""
    for _ in range(40):
        if page.get_by_text("Done on").count():
            return
        page.wait_for_timeout(500)
        page.goto(address)
    raise AssertionError("It was not sent within twenty seconds.")


def _arrives(page: Page, subject: str) -> int:
    for _ in range(40):
        page.goto("/dev/mail/")
        if found := page.get_by_role("link", name=subject, exact=True).count():
            return found
        page.wait_for_timeout(500)
    raise AssertionError("No such mail came within twenty seconds.")
