"""What every answer says to the browser about what it may do."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import PASSWORD
from tests.security.scene import Scene
from tests.security.table import rows
from tests.security.test_every_url import address

# Each page as somebody who gets it.
SEES = {"guest": 1, "alice": 3, "olive": 7}
PAGES = [
    (rule, role)
    for (method, rule), (_, statuses) in rows().items()
    for role, column in SEES.items()
    if method == "GET" and statuses[column] == 200
]
SAID_ALWAYS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
SAID_BY_PAGES = SAID_ALWAYS | {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(header: str) -> dict[str, str]:
    """Directive -> what it allows."""
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


@pytest.mark.parametrize(("rule", "role"), PAGES)
def test_every_page_is_strict(lasting: Scene, rule: str, role: str) -> None:
    answer = lasting.browser(role).get(address(rule, lasting.values))

    assert {name: answer.headers.get(name) for name in SAID_ALWAYS} == SAID_ALWAYS
    if answer.mimetype != "text/html":
        return
    assert {name: answer.headers.get(name) for name in SAID_BY_PAGES} == SAID_BY_PAGES
    allowed = policy(answer.headers["Content-Security-Policy"])
    assert "unsafe" not in str(allowed)
    assert (allowed["default-src"], allowed["base-uri"], allowed["frame-ancestors"]) == ("'none'",) * 3
    assert re.fullmatch(r"'nonce-[\w-]{20,}' 'strict-dynamic'", allowed["script-src"])
    assert allowed["style-src"] == "'self'"
    camera = "camera=(self)" if "data-door" in answer.text else "camera=()"
    assert answer.headers["Permissions-Policy"].startswith(camera)


@pytest.mark.parametrize(("rule", "role"), PAGES)
def test_every_page_keeps_to_its_own_policy(lasting: Scene, rule: str, role: str) -> None:
    answer = lasting.browser(role).get(address(rule, lasting.values))
    if answer.mimetype != "text/html":
        return
    nonce = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[0]
    scripts = [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "ld+json" not in tag]

    assert [tag for tag in scripts if f'nonce="{nonce}"' not in tag or "integrity=" not in tag] == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", answer.text) == []
    assert re.findall(r'(?:src|srcset)="(?:https?:)?//', answer.text) == []


def test_a_nonce_is_used_once(client: FlaskClient) -> None:
    nonces = {client.get("/account/sign-in").headers["Content-Security-Policy"] for _ in range(3)}

    assert len(nonces) == 3


@pytest.mark.parametrize("path", ["/nowhere", "/account/reset/made-up", "/orders/AAAA-AAAA"])
def test_a_no_is_as_strict_as_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code >= 400
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert {name: answer.headers.get(name) for name in SAID_BY_PAGES} == SAID_BY_PAGES


def test_personal_pages_are_kept_by_nobody(lasting: Scene) -> None:
    assert lasting.browser("alice").get("/account").headers["Cache-Control"] == "private, no-store"


def test_behind_https_browsers_are_told_to_stay_there(make: Callable[..., Flask]) -> None:
    browser = make(base_url="https://localhost").test_client()

    assert "max-age=63072000" in browser.get("/account/sign-in").headers["Strict-Transport-Security"]


def test_without_https_nobody_is_locked_out(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/account/sign-in").headers


@pytest.mark.parametrize(
    ("base_url", "name", "flags"),
    [
        ("http://localhost", "session", {"HttpOnly", "Path=/", "SameSite=Lax"}),
        ("https://localhost", "__Host-session", {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}),
    ],
)
def test_cookies_are_ours_alone(
    make: Callable[..., Flask], lasting: Scene, base_url: str, name: str, flags: set[str]
) -> None:
    browser = make(base_url=base_url).test_client()
    form = {"email": lasting.people["bob"].email, "password": PASSWORD}

    answer = browser.post("/account/sign-in", data=form, base_url=base_url)

    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "session=" in one]
    said = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{name}=")
    assert said == flags


def test_kept_signed_in_lasts_for_months_and_else_until_the_browser_closes(
    make: Callable[..., Flask], lasting: Scene
) -> None:
    form = {"email": lasting.people["bob"].email, "password": PASSWORD, "keep": "yes"}

    answer = make().test_client().post("/account/sign-in", data=form)

    assert any("Expires=" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_every_cookie_is_bound_to_this_host_and_unreadable_for_scripts(
    make: Callable[..., Flask], lasting: Scene
) -> None:
    browser = make(base_url="https://localhost").test_client()
    form = {"event": lasting.values["event_id"], f"qty-{lasting.values['type_id']}": "1"}

    held = browser.post("/basket/hold", data=form, base_url="https://localhost")
    told = browser.post("/account/sign-out", base_url="https://localhost")

    cookies = [*held.headers.getlist("Set-Cookie"), *told.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"__Host-basket", "__Host-notice"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "Domain=" not in cookie
