"""Who may do what, and what counts as a password, a device, an address of ours."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from webapp.core.errors import Conflict, Forbidden, Gone, Invalid
from webapp.core.reach import Reach

ROLES = ("owner", "manager", "box_office", "finance", "door", "read_only")
# Each but the owner's may be given for a single event, too.
EVENT_ROLES = ROLES[1:]


def role_name(role: str) -> str:
    """`box office`, `read-only`: as people say it."""
    return {"box_office": "box office", "read_only": "read-only"}.get(role, role)


@dataclass(frozen=True)
class Right:
    """What can be done, in words that go on from "may", and who may.

    A right to the `whole` is about all that an organizer does, so a role for single events never gives it.
    """

    words: str
    roles: frozenset[str]
    whole: bool


def _whole(words: str, *roles: str) -> Right:
    return Right(words, frozenset(roles), whole=True)


def _event(words: str, *roles: str) -> Right:
    return Right(words, frozenset(roles), whole=False)


# What each role may do for its organizer, or for its event. A page, a guard, a button and a test ask here and
# nowhere else; the page "What each role may do" is drawn from it.
MAY: dict[str, Right] = {
    "organizer.edit": _whole("change the organizer and its fees", "owner"),
    "team.edit": _whole("invite people, give and take roles", "owner"),
    "audit.view": _event("read the history", "owner", "manager", "finance", "read_only"),
    "event.view": _event("look at events and their dates", *ROLES),
    "event.add": _whole("make new events", "owner", "manager"),
    "event.edit": _event("change events, dates, places and prices; publish", "owner", "manager"),
    "event.cancel": _event("cancel dates and events", "owner", "manager"),
    "venue.edit": _whole("change venues", "owner", "manager"),
    "plan.edit": _whole("draw seat plans", "owner", "manager"),
    "voucher.edit": _whole("make and change vouchers", "owner", "manager"),
    "import.edit": _whole("import a programme, and undo it", "owner", "manager"),
    "order.view": _event(
        "look at orders and guests", "owner", "manager", "box_office", "finance", "read_only"
    ),
    "order.resend": _event("send tickets again", "owner", "manager", "box_office"),
    "order.approve": _event("approve orders before they are paid", "owner", "manager"),
    "order.refund": _event("give money back", "owner", "finance"),
    "sale.view": _event("watch the sale", "owner", "manager", "box_office", "finance", "read_only"),
    "sale.counter": _event("sell at the counter", "owner", "manager", "box_office"),
    "report.view": _event("read and export reports", "owner", "manager", "finance", "read_only"),
    "message.view": _whole("read what was written to guests", "owner", "manager", "finance", "read_only"),
    "message.send": _whole("write to guests", "owner", "manager"),
    "door.scan": _event("let guests in", "owner", "manager", "box_office", "door"),
}

# How long the link in an invitation works.
INVITED, INVITED_WORDS = timedelta(days=14), "two weeks"

# A device that nobody has used for so long is signed out.
IDLE = timedelta(days=90)
# How exactly we know when a device was last used.
SEEN_EVERY = timedelta(minutes=10)

# How long a password that fitted waits for the second factor.
FACTOR_WAITS = timedelta(minutes=10)
# So long after somebody showed that it is them, they may change what keeps their account safe.
PROVED = timedelta(minutes=15)
# How each means of signing in is called.
MEANS = {
    "password": "password",
    "app": "password and a code",
    "passkey": "a passkey",
    "recovery": "password and a recovery code",
}

LEAST_PASSWORD = 10

# What an organizer may sell in.
# fmt: off
CURRENCIES = (
    "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HUF", "INR",
    "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "USD", "ZAR",
)
# fmt: on


@dataclass(frozen=True)
class Device:
    """Where somebody signs in from."""

    name: str
    address: str


@dataclass(frozen=True)
class Roles:
    """What somebody is for an organizer, and what else for single events: there that alone decides."""

    everywhere: str | None
    at: Mapping[UUID, str]

    def role_at(self, event_id: UUID) -> str | None:
        return self.at.get(event_id, self.everywhere)

    def reach(self, action: str) -> Reach:
        """The events at which they may."""
        may = frozenset(event for event, role in self.at.items() if is_allowed(role, action))
        if is_allowed(self.everywhere, action):
            return Reach(but=frozenset(self.at) - may)
        return Reach(only=may)

    def allow(self, action: str) -> bool:
        """Whether they may anywhere."""
        if is_allowed(self.everywhere, action):
            return True
        return not MAY[action].whole and bool(self.reach(action).only)

    def words(self) -> str:
        """`manager`, `door for 2 events`, `finance; manager for 1 event`."""
        given = [role_name(self.everywhere)] if self.everywhere else []
        numbers = [(role, list(self.at.values()).count(role)) for role in EVENT_ROLES]
        given += [f"{role_name(role)} for {n} event{'s' if n > 1 else ''}" for role, n in numbers if n]
        return "; ".join(given)


def is_allowed(role: str | None, action: str) -> bool:
    return role in MAY[action].roles


def require_allowed(role: str | None, action: str, *, where: str = "here") -> None:
    if is_allowed(role, action):
        return
    allowed = " or ".join(role_name(one) for one in ROLES if one in MAY[action].roles)
    yours = f"Your role {where} is {role_name(role)}." if role else "Your role counts for single events only."
    raise Forbidden(f"{yours} This needs {allowed}; ask the owner to change your role.")


def require_everything(reach: Reach) -> None:
    """Whether a page that tells of all events at once may be shown."""
    if not reach.is_all:
        raise Forbidden(
            "This page tells of all events at once, and your role lets you see some of them."
            " Open one of yours; what you may do stands there."
        )


def require_givable(role: str, event_ids: Collection[UUID]) -> None:
    """Whether a role can be given for these events, or, without any, for everything."""
    if event_ids and role not in EVENT_ROLES:
        raise Invalid(
            "We kept what you typed.",
            fields={"role": "An owner owns everything. Choose another role, or no events."},
        )


def require_open(expires_at: datetime, withdrawn_at: datetime | None, now: datetime) -> None:
    """Whether an invitation can still be accepted."""
    if withdrawn_at:
        raise Gone("It was withdrawn. If that was a mistake, ask for a new one.", title=CLOSED)
    if expires_at <= now:
        raise Gone(f"It worked for {INVITED_WORDS}. Ask for a new one.", title=CLOSED)


CLOSED = "This invitation is not open any more"


def require_strong(password: str, email: str) -> str:
    """The password, or `ValueError` with a sentence; length is what counts (NIST SP 800-63B)."""
    if len(password) < LEAST_PASSWORD:
        raise ValueError(f"Use at least {LEAST_PASSWORD} characters. A sentence is good.")
    if email and password.casefold() in (email.casefold(), email.casefold().partition("@")[0]):
        raise ValueError("This is your e-mail address. Choose something that nobody can guess from it.")
    if len(set(password)) < 4:
        raise ValueError("This repeats too few characters. A sentence is good.")
    return password


def require_owner_left(owners_left: int) -> None:
    if owners_left < 1:
        raise Conflict("An organizer always has an owner. Make somebody else an owner first.")


def require_dispensable(organizers: Collection[str]) -> None:
    """Whether an account may go: not while an organizer has no other owner."""
    if organizers:
        names = " and ".join(sorted(organizers))
        raise Conflict(
            f"You are the only owner of {names}. Make somebody else an owner there, then delete your account."
        )


def require_own_factor(*, has_factor: bool) -> None:
    """Whether an owner may ask the team for a second factor."""
    if not has_factor:
        raise Conflict(
            "You have no second factor yourself, and would be kept out with the others. Set one up first.",
            title="Begin with yourself",
        )


def require_spare_factor(factors_left: int, demanding: Collection[str]) -> None:
    """Whether a factor may go: not the last one while a team asks for it."""
    if demanding and factors_left < 1:
        names = " and ".join(sorted(demanding))
        raise Conflict(
            f"{names} asks its team for a second factor, and this is your only one."
            " Add another one first, then take this away."
        )


def require_resettable(*, is_self: bool, is_operator: bool, opens_more: bool) -> None:
    """Whether an owner may take somebody's factors away: only where it weakens nobody else's house."""
    if is_self:
        raise Conflict("This is your own. Change it in your account, under Security.")
    if is_operator or opens_more:
        why = "runs the platform" if is_operator else "also works for an organizer that is not yours"
        raise Forbidden(
            f"This person {why}, so a reset would open more than your house. An operator can do it."
        )


def own_path(wanted: str | None) -> str | None:
    """A path of this site to go on to, or None for anything that could lead elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if "\\" in wanted or not wanted.isprintable() or urlsplit(wanted).netloc:
        return None
    return wanted


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("HeadlessChrome", "Chromium"),
    ("Chromium", "Chromium"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """`Firefox on Linux`, as far as the browser says who it is."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"


def device_icon(name: str) -> str:
    """The sprite's icon for a device of that name."""
    if name.endswith(("iPhone", "iPad", "Android")):
        return "smartphone"
    return "monitor" if name.endswith(("macOS", "Windows")) else "laptop"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if re.search(rf"\b{mark}", user_agent)), "")
