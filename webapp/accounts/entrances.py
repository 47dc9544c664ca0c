"""Letting a browser in: wholly, or half while the second factor is waited for; and out again."""

from flask import session
from flask_login import UserMixin, login_user, logout_user

from webapp.accounts.queries import factors, people
from webapp.accounts.queries.factors import Half
from webapp.accounts.queries.people import Account
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.web import current

# Where the session keeps a device that waits for the second factor.
HALF = "half"


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """What Flask-Login carries: the account and the token of this device's sign-in record."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        return self.token


def enter(token: str, *, keep: bool) -> Account | None:
    """Sign this browser in with a new sign-in record; `keep` outlives the browser's window.

    None when the second factor is asked for first: the session remembers that it waits.
    """
    leave()
    with current.database().reading() as db:
        person = people.find_signed_in(db, token, clock.now())
        waiting = None if person else factors.find_half(db, token, clock.now())
    if waiting:
        session[HALF] = {"token": token, "keep": keep, "user": str(waiting.user_id)}
        return None
    if person is None:
        raise NotFound("This device was signed out again before it came in. Sign in once more.")
    session.permanent = keep
    login_user(SignedIn(person, token))
    return person


def half() -> Half | None:
    """Who waits on this browser for the second factor."""
    if HALF not in session:
        return None
    with current.database().reading() as db:
        waiting = factors.find_half(db, session[HALF]["token"], clock.now())
    if waiting is None:
        del session[HALF]
    return waiting


def enter_wholly() -> None:
    """The second factor came: what waited is signed in."""
    waited = session[HALF]
    enter(waited["token"], keep=waited["keep"])


def leave() -> None:
    """Forget who this browser was; the sign-in record is revoked by its service."""
    logout_user()
    session.clear()
