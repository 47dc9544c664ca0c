"""A form of ours that another site sends is refused before anything looks at it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.security.scene import Scene
from tests.security.table import rows
from tests.security.test_every_url import address

# What programs call: it looks at no cookie, so there is nothing to forge.
FOR_PROGRAMS = {"/webhooks/sandbox", "/webhooks/mail", "/news/<news_key>"}
FORMS = sorted({rule for method, rule in rows() if method == "POST"} - FOR_PROGRAMS)

REFUSED = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour under the same domain": {"Sec-Fetch-Site": "same-site"},
    "a browser without fetch metadata, from elsewhere": {"Origin": "https://evil.example"},
    "an old browser, from elsewhere": {"Referer": "https://evil.example/localhost"},
    "a page without origin": {"Origin": "null"},
    "another port of this host": {"Origin": "http://localhost:8001"},
}
LET_IN = {
    "this site": {"Sec-Fetch-Site": "same-origin"},
    "the person, by address bar": {"Sec-Fetch-Site": "none"},
    "a browser without fetch metadata": {"Origin": "http://localhost"},
    "an old browser": {"Referer": "http://localhost/account/sign-up"},
}


def plain(app: Flask) -> FlaskClient:
    """A client that sends nothing by itself."""
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize("rule", FORMS)
def test_every_form_is_refused_from_another_site(app: Flask, lasting: Scene, rule: str) -> None:
    answer = plain(app).post(address(rule, lasting.values), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "This form was sent from another site" in answer.text
    assert "Not for this account" not in answer.text


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_what_does_not_come_from_here_is_refused(app: Flask, headers: dict[str, str]) -> None:
    assert plain(app).post("/account/sign-up", headers=headers).status_code == 403


def test_what_does_not_say_where_it_comes_from_is_refused(app: Flask) -> None:
    assert plain(app).post("/account/sign-up").status_code == 403


@pytest.mark.parametrize("headers", LET_IN.values(), ids=LET_IN)
def test_what_comes_from_here_is_read(app: Flask, headers: dict[str, str]) -> None:
    assert plain(app).post("/account/sign-up", headers=headers).status_code == 422


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_other_method_slips_through(app: Flask, method: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert plain(app).open("/account", method=method, headers=headers).status_code in (403, 405)


def test_a_link_from_another_site_opens_a_page(app: Flask) -> None:
    assert plain(app).get("/account/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_webhook_needs_no_origin_and_gets_nowhere_without_a_signature(app: Flask) -> None:
    assert plain(app).post("/webhooks/sandbox", data=b"{}").status_code == 400
