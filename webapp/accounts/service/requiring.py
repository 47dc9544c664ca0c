"""Teams that ask for a second factor, and letting somebody back in who lost theirs."""

from uuid import UUID

from webapp.accounts import rules
from webapp.accounts.models import Organizer, User
from webapp.accounts.queries import factors as held_factors
from webapp.accounts.queries import houses
from webapp.accounts.queries.people import Account
from webapp.accounts.service import factors
from webapp.core.audit import Actor, note
from webapp.core.db import Session
from webapp.core.errors import NotFound


def require_factor(db: Session, actor: Actor, owner: Account, organizer_id: UUID, *, required: bool) -> None:
    """Ask everybody of the team for a second factor, or no longer; twice is once."""
    if required:
        rules.require_own_factor(has_factor=owner.has_factor)
    row = db.get_one(Organizer, organizer_id, with_for_update=True)
    if row.second_factor_required == required:
        return
    before, after = {"second_factor_required": not required}, {"second_factor_required": required}
    row.second_factor_required = required
    action = "Second factor required" if required else "Second factor no longer required"
    subject = ("organizer", organizer_id)
    note(db, actor, action, subject, organizer_id=organizer_id, before=before, after=after)
    db.flush()


def reset(db: Session, actor: Actor, organizer_id: UUID, user_id: UUID) -> str:
    """Take all factors of somebody of the team away; gives their name.

    An owner may where that opens nothing beyond the houses that are theirs, too.
    """
    if not houses.works_for(db, organizer_id, user_id):
        raise NotFound("This person is not in the team.")
    person = db.get_one(User, user_id)
    beyond = set(held_factors.houses_of(db, user_id)) - held_factors.owned_by(db, actor.id)
    rules.require_resettable(
        is_self=user_id == actor.id, is_operator=person.is_operator, opens_more=bool(beyond)
    )
    factors.drop_all(db, actor, user_id)
    return person.name
