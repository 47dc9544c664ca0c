"""Who asks: the basket's cookie, the account, the key in the address."""

import hashlib
import hmac
from uuid import UUID

from flask import Response, request

from webapp.accounts.guards import account
from webapp.booking.queries.buyers import Known
from webapp.booking.queries.orders import Visitor
from webapp.core.ids import fingerprint, secret
from webapp.web import cookies, current

COOKIE = "basket"
WEEK = 7 * 24 * 3600
# nginx's `$request_id`.
LENGTH_OF_ID = 32


def basket() -> str:
    """The fingerprint of this browser's basket; empty when it has none."""
    token = cookies.read(COOKIE)
    return fingerprint(token) if token else ""


def new_token() -> str:
    """The basket's secret, a new one for who has none."""
    return cookies.read(COOKIE) or _of_this_request() or secret()


def _of_this_request() -> str:
    """A form that the ingress sends to a second copy has the same id, and so opens the same basket.

    Only the ingress may name requests; a visitor who could would name somebody else's basket.
    """
    settings, name = current.settings(), request.headers.get("X-Request-Id", "")
    if not settings.trusted_proxies or len(name) != LENGTH_OF_ID:
        return ""
    return hmac.new(settings.secret_key.encode(), f"basket {name}".encode(), hashlib.sha256).hexdigest()


def keep(response: Response, token: str) -> Response:
    cookies.write(response, COOKIE, token, max_age=WEEK)
    return response


def visitor() -> Visitor:
    person = account()
    return Visitor(
        basket=basket(),
        user_id=person.id if person else None,
        email=person.email if person and person.is_verified else "",
        key=request.args.get("key", ""),
    )


def known() -> Known | None:
    """By what earlier orders are found, of who is signed in."""
    person = account()
    return Known(person.email, person.id) if person else None


def user_id() -> UUID | None:
    person = account()
    return person.id if person else None
