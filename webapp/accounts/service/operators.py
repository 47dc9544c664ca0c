"""Who runs the platform. Only somebody with the machine's own shell decides it, so no page does."""

from webapp.accounts.models import User
from webapp.accounts.queries import people
from webapp.accounts.service import factors
from webapp.core.audit import SYSTEM, note
from webapp.core.db import Session
from webapp.core.errors import NotFound


def set_operator(db: Session, email: str, *, is_operator: bool) -> str:
    """Let the account with this address run the platform, or no longer; gives the person's name."""
    person = people.find_person(db, email)
    if person is None or not person.is_verified:
        raise NotFound("Nobody with this address has a confirmed account.")
    user = db.get_one(User, person.id)
    if user.is_operator != is_operator:
        user.is_operator = is_operator
        said = "Made an operator" if is_operator else "No operator any more"
        before, after = {"operator": not is_operator}, {"operator": is_operator}
        note(db, SYSTEM, said, ("account", person.id), before=before, after=after)
        db.flush()
    return person.name


def reset_second_factor(db: Session, email: str) -> str:
    """Somebody who lost everything signs in by the password again; gives the person's name."""
    person = people.find_person(db, email)
    if person is None:
        raise NotFound("Nobody with this address has an account.")
    factors.drop_all(db, SYSTEM, person.id)
    return person.name
