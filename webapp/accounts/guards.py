"""Who is asking, and whether they may: the one line above every view."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from webapp.accounts import queries, rules
from webapp.accounts.queries import Account
from webapp.accounts.service import signing_in
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.errors import Forbidden, NotFound
from webapp.web import current
from webapp.web.notices import tell

View = Callable[..., Any]


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """What Flask-Login carries: the account and the token of this device's sign-in record."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        return self.token


@dataclass(frozen=True)
class Team:
    """The organizer whose page this is, and who acts for it."""

    organizer_id: UUID
    slug: str
    name: str
    currency: str
    role: str
    actor: Actor

    def may(self, action: str) -> bool:
        return rules.is_allowed(self.role, action)


def register(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the sign-in record is the protection: it can be revoked
    # Not by init_app(): its handlers look at the session in every answer, and so would make every public
    # page vary by cookie.
    app.jinja_env.globals["account"] = account
    app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks for it

    @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login ships no types
    def load(token: str) -> SignedIn | None:
        now = clock.now()
        with current.database().reading() as db:
            account = queries.find_signed_in(db, token, now)
        if account is None:
            return None
        if account.seen_at <= now - rules.SEEN_EVERY:
            with current.database().writing() as db:
                signing_in.touch(db, account.sign_in_id, now)
            # The cookie lasts as long as the record does: counted from the last visit.
            session.modified = True
        return SignedIn(account, token)


def enter(token: str, *, keep: bool) -> Account:
    """Sign this browser in with a new sign-in record; `keep` outlives the browser's window."""
    session.clear()
    with current.database().reading() as db:
        person = queries.find_signed_in(db, token, clock.now())
    if person is None:
        raise NotFound("This device was signed out again before it came in. Sign in once more.")
    session.permanent = keep
    login_user(SignedIn(person, token))
    return person


def leave() -> None:
    """Forget who this browser was; the sign-in record is revoked by its service."""
    logout_user()
    session.clear()


def device() -> rules.Device:
    """What this browser says it is, and where it comes from."""
    name = rules.device_name(request.headers.get("User-Agent", ""))
    return rules.Device(name, request.remote_addr or "")


def account() -> Account | None:
    """The signed-in account, or None for a guest."""
    return cast(SignedIn, current_user).account if current_user.is_authenticated else None


def open_to_all(view: View) -> View:
    """Anyone may ask; what is shown is the same for all, or opened by a secret in the address or a cookie."""
    view.guard = "all"  # type: ignore[attr-defined]  # read by the test that every route has a guard
    return view


def signed_in(view: View) -> View:
    """Only with an account; the view gets it as its first argument."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = account()
        return view(person, *args, **kwargs) if person else ask_to_sign_in()

    guarded.guard = "signed-in"  # type: ignore[attr-defined]
    return guarded


def operator(view: View) -> View:
    """Only the platform's operators; for everyone else the page does not exist."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = account()
        if person is None:
            return ask_to_sign_in()
        if not person.is_operator:
            raise NotFound("There is no such page.")
        return view(person, *args, **kwargs)

    guarded.guard = "operator"  # type: ignore[attr-defined]
    return guarded


def may(action: str) -> Callable[[View], View]:
    """Only members of the organizer in the address whose role allows `action`; the view gets their `Team`.

    A stranger is told that the page does not exist, a member that their role is not enough.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, organizer: str, **kwargs: Any) -> Any:
            person = account()
            if person is None:
                return ask_to_sign_in()
            team = _team(person, organizer)
            rules.require_allowed(team.role, action)
            g.team = team
            return view(team, *args, **kwargs)

        guarded.guard = action  # type: ignore[attr-defined]
        return guarded

    return guard


def require_verified(person: Account) -> None:
    if not person.is_verified:
        raise Forbidden("Confirm your e-mail address first: the link is in the mail we sent you.")


def ask_to_sign_in() -> Response:
    tell("Sign in to go on", kind="info")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return cast(Response, redirect(url_for("accounts.sign_in", next=wanted), 303))


def _team(person: Account, organizer: str) -> Team:
    membership = next((m for m in person.memberships if m.slug == organizer), None)
    if membership is None:
        raise NotFound("There is no such page.")
    return Team(
        organizer_id=membership.organizer_id,
        slug=membership.slug,
        name=membership.name,
        currency=membership.currency,
        role=membership.role,
        actor=Actor("staff", person.name, person.id),
    )
