"""Who may do what, and what counts as a password, a device, an address of ours."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from webapp.core.errors import Conflict, Forbidden

ROLES = ("owner", "manager", "finance", "door")

# What each role may do for its organizer. A page, a button and a test ask here and nowhere else.
MAY: dict[str, frozenset[str]] = {
    "organizer.edit": frozenset({"owner"}),
    "team.edit": frozenset({"owner"}),
    "event.view": frozenset({"owner", "manager", "finance", "door"}),
    "event.edit": frozenset({"owner", "manager"}),
    "event.cancel": frozenset({"owner", "manager"}),
    "order.view": frozenset({"owner", "manager", "finance"}),
    "order.resend": frozenset({"owner", "manager"}),
    "order.refund": frozenset({"owner", "finance"}),
    "sale.view": frozenset({"owner", "manager", "finance"}),
    "audit.view": frozenset({"owner", "manager", "finance"}),
    "door.scan": frozenset({"owner", "manager", "door"}),
}

# A device that nobody has used for so long is signed out.
IDLE = timedelta(days=90)
# How exactly we know when a device was last used.
SEEN_EVERY = timedelta(minutes=10)

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


def is_allowed(role: str, action: str) -> bool:
    return role in MAY[action]


def require_allowed(role: str, action: str) -> None:
    if not is_allowed(role, action):
        allowed = " or ".join(sorted(MAY[action]))
        raise Forbidden(f"Your role here is {role}. This needs {allowed}; ask the owner to change your role.")


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
