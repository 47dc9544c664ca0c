"""A house takes somebody in for one event, and two of its staff edit that event at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.factories.accounts import PASSWORD, a_member
from tests.factories.programme import Made, a_name, an_event
from webapp.accounts.models import Invitation
from webapp.accounts.service import links
from webapp.config import Settings
from webapp.core.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture(params=["with scripts", "without scripts"])
def windows(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[tuple[Page, Page]]:
    """The owner's window at a desk, and the one on the phone of somebody who is invited."""
    scripts = request.param == "with scripts"
    desk = browser.new_context(
        base_url=address, viewport={"width": 1440, "height": 900}, java_script_enabled=scripts
    )
    phone = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    yield desk.new_page(), phone.new_page()
    desk.close()
    phone.close()


def said(page: Page, words: str) -> None:
    expect(page.locator("#notices")).to_contain_text(words)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_an_invitation_to_two_who_edit_one_event(
    windows: tuple[Page, Page], database: Database, settings: Settings
) -> None:
    owner, guest = windows
    event = an_event(database, title="Lantern Walk")
    other = an_event(database, title="Krampus Ball", organizer=event.organizer)
    alice = a_member(database, event.organizer, "owner", "Alice Adams")
    staff, email = f"/staff/{event.organizer.slug}", f"mona-{a_name()}@example.org"
    owner.goto(f"{staff}/team")
    owner.get_by_role("textbox", name="E-mail").fill(alice.email)
    owner.get_by_role("textbox", name="Password").fill(PASSWORD)
    owner.get_by_role("button", name="Sign in").click()

    _invite(owner, email)
    guest.goto(_mailed(database, settings, email))
    _accept(guest)
    _narrow(guest, staff, event, other)
    _clash(owner, guest, f"{staff}/events/{event.id}")

    owner.goto(f"{staff}/audit?q=Torch")
    table = owner.get_by_role("table")
    expect(table).to_contain_text("Title: Walk of Lamps → Torch Walk")
    expect(table).to_contain_text("Mona Mori")


def _invite(owner: Page, email: str) -> None:
    owner.get_by_role("textbox", name="E-mail").fill(email)
    owner.get_by_label("Role", exact=True).select_option("manager")
    owner.get_by_text("Only for some events").click()
    owner.get_by_label("Events").select_option(label="Lantern Walk")
    owner.get_by_role("button", name="Send the invitation").click()
    said(owner, f"{email} is invited")
    expect(owner.get_by_role("group", name="Invitations")).to_contain_text("manager of Lantern Walk")


def _mailed(database: Database, settings: Settings, email: str) -> str:
    """The link that stands in the mail."""
    with database.reading() as db:
        found = db.scalars(select(Invitation.id).where(Invitation.email == email)).one()
    return f"/account/invitation/{links.invitation_token(settings.secret_key, found)}"


def _accept(guest: Page) -> None:
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Join")
    assert fits(guest)
    guest.get_by_role("textbox", name="Name").fill("Mona Mori")
    guest.get_by_role("textbox", name="Password").fill(PASSWORD)
    guest.get_by_role("button", name="Make an account and join").click()
    said(guest, "As manager of Lantern Walk.")


def _narrow(guest: Page, staff: str, event: Made, other: Made) -> None:
    """One event is all there is."""
    guest.goto(f"{staff}/events")
    expect(guest.get_by_role("link", name="Lantern Walk")).to_be_visible()
    expect(guest.get_by_role("link", name="Krampus Ball")).to_have_count(0)
    answer = guest.goto(f"{staff}/events/{other.id}")
    assert answer
    assert answer.status == 404
    guest.goto(f"{staff}/roles")
    expect(guest.get_by_role("table")).to_contain_text("publish")


def _clash(owner: Page, guest: Page, page: str) -> None:
    """Both change the title; one of them is asked."""
    owner.goto(page)
    guest.goto(page)
    owner.get_by_role("textbox", name="Title").fill("Walk of Lamps")
    owner.get_by_role("button", name="Save the facts").click()
    said(owner, "Saved")

    guest.get_by_role("textbox", name="Title").fill("Torch Walk")
    guest.get_by_role("textbox", name="One sentence").fill("Forty torches.")
    guest.get_by_role("button", name="Save the facts").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Two of you changed this")
    for words in ("Lantern Walk", "Walk of Lamps", "Torch Walk"):
        expect(guest.get_by_role("group", name="Title")).to_contain_text(words)
    assert fits(guest)
    guest.get_by_role("radio", name="Torch Walk").check()
    guest.get_by_role("button", name="Save what I chose").click()
    said(guest, "Saved")
    expect(guest.get_by_role("textbox", name="Title")).to_have_value("Torch Walk")
    expect(guest.get_by_role("textbox", name="One sentence")).to_have_value("Forty torches.")
