"""Who may do what: one table that pages and tests read."""

from webapp.core.errors import Forbidden

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


def is_allowed(role: str, action: str) -> bool:
    return role in MAY[action]


def require_allowed(role: str, action: str) -> None:
    if not is_allowed(role, action):
        allowed = " or ".join(sorted(MAY[action]))
        raise Forbidden(f"Your role here is {role}. This needs {allowed}; ask the owner to change your role.")
