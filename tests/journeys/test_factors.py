"""Codes from an app with scripts and without; a passkey in a device that the browser plays."""

import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.factories.accounts import PASSWORD, a_member, a_person, an_organizer
from tests.factories.factors import code_at
from webapp.accounts.models import AuthenticatorApp, Organizer
from webapp.accounts.queries.people import Person
from webapp.core.db import Database

pytestmark = pytest.mark.browser

FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}


def fill_in(page: Page, person: Person) -> None:
    page.get_by_role("textbox", name="E-mail").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def forget_step(database: Database, person: Person) -> None:
    """As if the code of this half minute had not been used to set the app up."""
    with database.writing() as db:
        db.get_one(AuthenticatorApp, person.id).last_step = 0


def required(database: Database, house: Organizer) -> None:
    with database.writing() as db:
        db.get_one(Organizer, house.id).second_factor_required = True


def test_from_the_teams_wish_to_a_lost_phone(page: Page, database: Database) -> None:
    house = an_organizer(database)
    bob = a_member(database, house, "manager")
    required(database, house)

    page.goto(f"/staff/{house.slug}/orders")
    fill_in(page, bob)
    expect(page.locator("#notices")).to_contain_text("Harbour Hall asks its team for a second factor")
    page.get_by_role("link", name="Set up an app").click()
    assert fits(page)
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Turn codes on").click()
    expect(page.get_by_role("alert")).to_contain_text("Your codes are not on yet.")
    page.get_by_role("textbox", name="Code").fill(code_at(secret))
    page.get_by_role("button", name="Turn codes on").click()
    codes = page.locator(".recovery li").all_inner_texts()
    assert len(codes) == 10
    assert fits(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="On to the staff pages").click()
    expect(page.get_by_role("navigation", name="Staff")).to_contain_text("Harbour Hall")

    _sign_in_again(page, database, bob, secret)
    _lost(page, bob, codes)


def _sign_in_again(page: Page, database: Database, bob: Person, secret: str) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Sign out on this device").click()
    forget_step(database, bob)
    page.goto("/account/devices")
    fill_in(page, bob)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more thing, Bob Berg")
    assert fits(page)
    page.get_by_role("textbox", name="Code").fill(code_at(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".devices")).to_contain_text("with password and a code")


def _lost(page: Page, bob: Person, codes: list[str]) -> None:
    """The phone is gone: a recovery code opens, once; then another phone is set up."""
    page.goto("/account")
    page.get_by_role("button", name="Sign out on this device").click()
    page.goto("/account/factors")
    fill_in(page, bob)
    page.get_by_role("textbox", name="Code").fill(codes[3].lower())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main")).to_contain_text("9 are unused.")
    page.get_by_role("link", name="Move to another phone").click()
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code_at(secret))
    page.get_by_role("button", name="Turn codes on").click()
    expect(page.locator("#notices")).to_contain_text("Codes from your app are on")


@pytest.fixture
def named(browser: Browser, make: Callable[..., Flask]) -> Iterator[Page]:
    """A window at a name, as passkeys want it, in front of a device that holds them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    server = make_server("127.0.0.1", port, make(base_url=address), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    kind |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_passkey_signs_in_alone_and_after_the_password(named: Page, database: Database) -> None:
    page, amara = named, a_person(database)
    page.goto("/account/factors")
    fill_in(page, amara)
    page.get_by_role("textbox", name="Its name").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".devices")).to_contain_text("My laptop")

    page.goto("/account")
    page.get_by_role("button", name="Sign out on this device").click()
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile("/orders$"))
    page.goto("/account/devices")
    expect(page.locator(".devices")).to_contain_text("with a passkey")

    page.goto("/account")
    page.get_by_role("button", name="Sign out on this device").click()
    again = page.request.post(sent.value.url, data=sent.value.post_data_buffer, headers=FORM)
    assert again.status == 422
    assert "It was used already" in again.text()

    page.goto("/account/devices")
    fill_in(page, amara)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.locator(".devices")).to_contain_text("with a passkey")

    page.goto("/account/factors")
    page.get_by_role("button", name="Take away the passkey My laptop").click()
    expect(page.locator("#notices")).to_contain_text("opens nothing here any more")


def test_a_passkey_of_somebody_else_is_no_second_factor(named: Page, database: Database) -> None:
    page, amara, charlie = named, a_person(database), a_person(database, "Charlie Strange")
    page.goto("/account/factors")
    fill_in(page, amara)
    page.get_by_role("textbox", name="Its name").fill("Mine")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    page.goto("/account")
    page.get_by_role("button", name="Sign out on this device").click()
    _gives_app(database, charlie)

    page.goto("/account/devices")
    fill_in(page, charlie)
    page.evaluate(_SEND, "/account/sign-in/second")

    expect(page.get_by_role("alert").first).to_contain_text("does not open the account here")


# What somebody who knows our pages does: take the answer of one's own passkey to another's second step.
_SEND = """async (where) => {
  const { options, state } = await (await fetch("/account/sign-in/passkey")).json();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
  const form = Object.assign(document.createElement("form"), { method: "post", action: where });
  for (const [name, value] of Object.entries({ state, credential }))
    form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}"""


def _gives_app(database: Database, person: Person) -> None:
    with database.writing() as db:
        db.add(AuthenticatorApp(user_id=person.id, sealed="nothing", last_step=0))
