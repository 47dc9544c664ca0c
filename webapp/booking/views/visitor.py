"""Who asks: the basket's cookie, the account, the key in the address."""

from uuid import UUID

from flask import Response, request

from webapp.accounts.guards import account
from webapp.booking.queries.buyers import Known
from webapp.booking.queries.orders import Visitor
from webapp.core.ids import fingerprint, secret
from webapp.web import cookies

COOKIE = "basket"
WEEK = 7 * 24 * 3600


def basket() -> str:
    """The fingerprint of this browser's basket; empty when it has none."""
    token = cookies.read(COOKIE)
    return fingerprint(token) if token else ""


def new_token() -> str:
    """The basket's secret, a new one for who has none."""
    return cookies.read(COOKIE) or secret()


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
