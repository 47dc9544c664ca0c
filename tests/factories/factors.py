"""Somebody's second factor, set up on the pages as people do it."""

import re
from datetime import datetime, timedelta

import pyotp
from flask.testing import FlaskClient

from webapp.core import clock


def code_at(secret: str, moment: datetime | None = None) -> str:
    """What the app shows."""
    return pyotp.TOTP(secret).at(moment or clock.now())


def drawn(page: str) -> tuple[str, str]:
    """The secret and the draft that the page of an app carries."""
    secret = re.search(r'class="factor-secret">([^<]+)<', page)
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert secret
    assert draft
    return secret[1].replace(" ", ""), draft[1]


def with_app(browser: FlaskClient) -> tuple[str, list[str]]:
    """Set an app up; gives its secret and the recovery codes that are shown.

    With the code of the half minute before, so that the code of now was not used yet.
    """
    secret, draft = drawn(browser.get("/account/factors/app").text)
    form = {"draft": draft, "code": code_at(secret, clock.now() - timedelta(seconds=30))}
    page = browser.post("/account/factors/app", data=form)
    assert page.status_code == 200, page.text
    return secret, recovery_codes(page.text)


def recovery_codes(page: str) -> list[str]:
    return re.findall(r"<li>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})</li>", page)
