"""Who is asking, and whether they may: the one line above every view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user

from webapp.accounts import rules
from webapp.accounts.entrances import HALF, SignedIn
from webapp.accounts.queries import people
from webapp.accounts.queries.people import Account
from webapp.accounts.service import signing_in
from webapp.core import clock
from webapp.core.audit import Actor
from webapp.core.errors import Forbidden, NotFound
from webapp.core.reach import EVERYTHING, Reach
from webapp.web import current
from webapp.web.notices import tell
from webapp.web.page import go

View = Callable[..., Any]


@dataclass(frozen=True)
class Team:
    """The organizer whose page this is, and who acts for it.

    `zone` is that of its house's clock. `events` are those that the address names; `reach` are those that a
    page of many may tell of.
    """

    organizer_id: UUID
    slug: str
    name: str
    currency: str
    zone: str
    roles: rules.Roles
    actor: Actor
    events: frozenset[UUID] = frozenset()
    reach: Reach = EVERYTHING
    demands_factor: bool = False

    @property
    def role(self) -> str:
        """What they are here, in words."""
        here = {self.roles.role_at(event) for event in self.events}
        if len(here) != 1:
            return self.roles.words()
        return rules.role_name(here.pop() or "")

    def may(self, action: str) -> bool:
        """Whether they may at what this page is about; for a page of many, at some of it."""
        if rules.MAY[action].whole or not self.events:
            return self.roles.allow(action)
        return all(self.may_at(action, event) for event in self.events)

    def may_at(self, action: str, event_id: UUID) -> bool:
        return rules.is_allowed(self.roles.role_at(event_id), action)

    def require_at(self, action: str, event_id: UUID) -> None:
        """For a form that names the event: whether they may there."""
        rules.require_allowed(self.roles.role_at(event_id), action, where="at this event")

    def may_anywhere(self, action: str) -> bool:
        """Whether the navigation leads there."""
        return self.roles.allow(action)

    def reach_of(self, action: str) -> Reach | None:
        """Where they may do this; None where they may do it nowhere."""
        if not self.roles.allow(action):
            return None
        return EVERYTHING if rules.MAY[action].whole else self.roles.reach(action)


def register(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the sign-in record is the protection: it can be revoked
    # Not by init_app(): its handlers look at the session in every answer, and so would make every public
    # page vary by cookie.
    app.jinja_env.globals["account"] = account
    app.jinja_env.filters["role"] = rules.role_name
    app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks for it

    @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login ships no types
    def load(token: str) -> SignedIn | None:
        now = clock.now()
        with current.database().reading() as db:
            account = people.find_signed_in(db, token, now)
        if account is None:
            return None
        if account.seen_at <= now - rules.SEEN_EVERY:
            with current.database().writing() as db:
                signing_in.touch(db, account.sign_in_id, now)
            # The cookie lasts as long as the record does: counted from the last visit.
            session.modified = True
        return SignedIn(account, token)


def named_person() -> str:
    """Whose codes are tried here, so that trying is slowed down wherever it is done from."""
    person = account()
    who = person.id if person else session.get(HALF, {}).get("user", "")
    return f"factor:{who}"


def device() -> rules.Device:
    """What this browser says it is, and where it comes from."""
    name = rules.device_name(request.headers.get("User-Agent", ""))
    return rules.Device(name, request.remote_addr or "")


def actor_of(person: Account) -> Actor:
    """Somebody who changes their own account."""
    return Actor("staff" if person.is_staff else "guest", person.name, person.id, device().name)


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


def proved(view: View) -> View:
    """Below `signed_in`: only for who showed lately that it is them; everybody else is asked first."""

    @wraps(view)
    def guarded(person: Account, *args: Any, **kwargs: Any) -> Any:
        if person.is_proved(clock.now()):
            return view(person, *args, **kwargs)
        wanted = request.path if request.method == "GET" else url_for("factors.factors")
        return go(url_for("proving.confirm", next=wanted))

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


def may(action: str, *, narrowed: bool = False) -> Callable[[View], View]:
    """Only members of the organizer in the address whose role allows `action`; the view gets their `Team`.

    A stranger is told that the page does not exist, a member that their role is not enough. Where the
    address names an event, a date, an order …, the role at that event counts. A page of many is `narrowed`
    when its view shows nothing beyond `team.reach`; any other is closed to who may not see all of it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, organizer: str, **kwargs: Any) -> Any:
            person = account()
            if person is None:
                return ask_to_sign_in()
            team = _team(person, organizer, kwargs)
            _require(team, action, named=kwargs, narrowed=narrowed)
            if team.demands_factor and not person.has_factor:
                return ask_for_factor(team)
            g.team = team = replace(team, reach=_reach(team, action))
            return view(team, *args, **kwargs)

        guarded.guard = action  # type: ignore[attr-defined]
        guarded.narrowed = narrowed  # type: ignore[attr-defined]
        return guarded

    return guard


def require_verified(person: Account) -> None:
    if not person.is_verified:
        raise Forbidden("Confirm your e-mail address first: the link is in the mail we sent you.")


def ask_to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if HALF in session:
        return cast(Response, redirect(url_for("proving.second", next=wanted), 303))
    tell("Sign in to go on", kind="info")
    return cast(Response, redirect(url_for("accounts.sign_in", next=wanted), 303))


def ask_for_factor(team: Team) -> Response:
    """Before any page of a team that requires a second factor: why, and where to get one."""
    tell(
        f"{team.name} asks its team for a second factor",
        "So that a password that somebody else learned opens nothing. Set one up here; then go on to the"
        " staff pages.",
        kind="info",
    )
    return go(url_for("factors.factors"))


def _team(person: Account, organizer: str, named: Mapping[str, Any]) -> Team:
    membership = next((m for m in person.memberships if m.slug == organizer), None)
    if membership is None:
        raise NotFound("There is no such page.")
    events: frozenset[UUID] = frozenset()
    if membership.roles.at:
        with current.database().reading() as db:
            events = people.events_of(db, named)
    return Team(
        organizer_id=membership.organizer_id,
        slug=membership.slug,
        name=membership.name,
        currency=membership.currency,
        zone=membership.zone,
        roles=membership.roles,
        actor=Actor("staff", person.name, person.id, device().name),
        events=events,
        demands_factor=membership.second_factor_required,
    )


def _require(team: Team, action: str, *, named: Mapping[str, Any], narrowed: bool) -> None:
    """Refuse who may not do this here; where they have no role at all, there is no such page."""
    roles = team.roles
    if not roles.at or rules.MAY[action].whole:
        rules.require_allowed(roles.everywhere, action)
    elif team.events:
        for role in {roles.role_at(event) for event in team.events}:
            if role is None:
                raise NotFound("There is no such page.")
            rules.require_allowed(role, action, where="at this event")
    elif roles.everywhere is None and people.EVENTS_OF.keys() & named.keys():
        raise NotFound("There is no such page.")
    elif not roles.allow(action):
        rules.require_allowed(roles.everywhere, action)
    elif not narrowed:
        rules.require_everything(roles.reach(action))


def _reach(team: Team, action: str) -> Reach:
    return EVERYTHING if rules.MAY[action].whole else team.roles.reach(action)
