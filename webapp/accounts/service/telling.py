"""What becomes of somebody's account: in the history of each house they work for, and in one of their own."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from webapp.accounts.queries import factors as held_factors
from webapp.core.audit import Actor, note
from webapp.core.db import Session

# The history outlives the account, so a line of nobody's house names nobody.
PERSONAL = {"name", "email"}
OLDER, NEWER = "an older one", "a newer one"

Values = dict[str, Any]


def of_account(
    db: Session, actor: Actor, user_id: UUID, action: str, *, before: Values, after: Values
) -> None:
    """Add the lines; never a secret: of those it says that one took another's place."""
    for organizer_id in held_factors.houses_of(db, user_id):
        about = ("member", user_id)
        note(db, actor, action, about, organizer_id=organizer_id, before=before, after=after)
    own = replace(actor, name="You") if actor.id == user_id else actor
    unnamed = _unnamed(before, OLDER), _unnamed(after, NEWER)
    note(db, own, action, ("account", user_id), before=unnamed[0], after=unnamed[1])


def of_password(db: Session, actor: Actor, user_id: UUID, action: str) -> None:
    of_account(db, actor, user_id, action, before={"password": OLDER}, after={"password": NEWER})


def holder(db: Session, user_id: UUID, name: str, device: str) -> Actor:
    """Who holds the link that came to their mailbox, and need not be signed in."""
    return Actor("staff" if held_factors.houses_of(db, user_id) else "guest", name, user_id, device)


def _unnamed(values: Values, instead: str) -> Values:
    return {name: instead if name in PERSONAL else value for name, value in values.items()}
