"""An invitation that somebody opens, and a form that two changed."""

from sqlalchemy import select

from tests.factories.house import House
from webapp.accounts.models import Organizer
from webapp.accounts.service import invitations, links
from webapp.core import clock
from webapp.core.audit import Actor

# A form that was opened before somebody else changed its name.
CLASH = (
    ("name", "Night Circus"),
    ("email", "hello@night-circuit.example"),
    ("was", '{"name": "Night Fair"}'),
)


def invitation(house: House) -> str:
    """What somebody without an account opens."""
    with house.database.writing() as db:
        organizer_id = db.scalars(select(Organizer.id).where(Organizer.slug == "night-circuit")).one()
        asked = invitations.invite(
            db,
            Actor("staff", "Alice Adams"),
            organizer_id,
            email="nora@example.org",
            role="door",
            event_ids=[],
            now=clock.now(),
        )
    return f"/account/invitation/{links.invitation_token(house.settings.secret_key, asked)}"
