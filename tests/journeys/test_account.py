"""Somebody makes an account, keeps it safe, and leaves."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD, a_person
from webapp.accounts.queries import people
from webapp.accounts.service import links
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.ids import secret

pytestmark = pytest.mark.browser


def mailed(database: Database, settings: Settings, purpose: links.Purpose, email: str, new: str = "") -> str:
    """The link that stands in the mail."""
    with database.reading() as db:
        person = people.find_person(db, email)
    assert person is not None
    token = links.token(settings.secret_key, purpose, person, clock.now(), email=new)
    page = {"verify": "verify", "reset": "reset", "change-email": "email"}[purpose.name]
    return f"/account/{page}/{token}"


def said(page: Page, words: str) -> None:
    expect(page.locator("#notices")).to_contain_text(words)


def test_from_signing_up_to_leaving(page: Page, database: Database, settings: Settings) -> None:
    email, new = f"amara-{secret().lower()}@example.org", f"amara-{secret().lower()}@example.org"

    page.goto("/account/sign-up")
    page.get_by_role("textbox", name="Name").fill("Amara Okafor")
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")

    page.goto(mailed(database, settings, links.VERIFY, email))
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm and sign in").click()
    said(page, "Your address is confirmed")

    page.goto("/account/security")
    page.get_by_role("textbox", name="New e-mail").fill(new)
    page.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Change my e-mail").click()
    said(page, "Look into the new mailbox")
    page.goto(mailed(database, settings, links.CHANGE_EMAIL, email, new))
    page.get_by_role("button", name="Write to me here").click()
    said(page, f"From now on we write to {new}.")

    page.goto("/account/delete")
    page.get_by_role("textbox", name="Type").fill(new)
    page.get_by_role("button", name="Delete my account").click()
    said(page, "Your account is deleted")


def test_signing_in_again_after_forgetting_the_password(
    page: Page, database: Database, settings: Settings
) -> None:
    amara = a_person(database)
    page.goto("/account/devices")
    page.get_by_role("textbox", name="E-mail").fill(amara.email)
    page.get_by_role("textbox", name="Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not fit")
    expect(page.get_by_role("textbox", name="E-mail")).to_have_value(amara.email)

    page.get_by_role("link", name="Forgotten password").click()
    page.get_by_role("textbox", name="E-mail").fill(amara.email)
    page.get_by_role("button", name="Send me the link").click()
    page.goto(mailed(database, settings, links.RESET, amara.email))
    page.get_by_role("textbox", name="New password").fill("a new sentence about tents")
    page.get_by_role("button", name="Set the new password").click()

    said(page, "You are signed in here, and nowhere else.")
    expect(page.locator(".devices li")).to_have_count(1)
