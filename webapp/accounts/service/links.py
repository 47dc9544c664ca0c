"""Links that come by mail: signed, good for a while, and good once, because they name what they change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from webapp.accounts.queries.people import Person
from webapp.core.errors import Gone
from webapp.core.ids import fingerprint


@dataclass(frozen=True)
class Purpose:
    """What a link is for; one link cannot be used for another purpose."""

    name: str
    lasts: timedelta
    lasts_words: str


VERIFY = Purpose("verify", timedelta(days=2), "two days")
RESET = Purpose("reset", timedelta(hours=1), "an hour")
CHANGE_EMAIL = Purpose("change-email", timedelta(days=1), "a day")


@dataclass(frozen=True)
class Link:
    user_id: UUID
    mark: str
    email: str

    def is_current(self, person: Person) -> bool:
        """Whether address and password are still those that it was made for."""
        return self.mark == _mark(person)


def token(secret_key: str, purpose: Purpose, person: Person, now: datetime, *, email: str = "") -> str:
    """What stands in the address; `email` is the new one when it is about to change."""
    until = int((now + purpose.lasts).timestamp())
    said = [str(person.id), until, _mark(person), email]
    return str(_signer(secret_key, purpose).dumps(said))


def read(secret_key: str, purpose: Purpose, given: str, now: datetime) -> Link:
    """What a link says; `Gone` when it is too old or was not made by us."""
    try:
        user_id, until, mark, email = _signer(secret_key, purpose).loads(given)
    except (BadData, ValueError, TypeError):
        raise Gone(
            "This link is not complete. Copy it whole from the mail, or ask for a new one.", title=OVER
        ) from None
    if now.timestamp() >= until:
        raise Gone(f"It worked for {purpose.lasts_words}. Ask for a new one.", title=OVER)
    return Link(UUID(user_id), mark, email)


def invitation_token(secret_key: str, invitation_id: UUID) -> str:
    """What stands in an invitation's address; whether it is still open says its row."""
    return str(URLSafeSerializer(secret_key, salt=INVITATION).dumps(str(invitation_id)))


def read_invitation(secret_key: str, given: str) -> UUID:
    try:
        return UUID(URLSafeSerializer(secret_key, salt=INVITATION).loads(given))
    except (BadData, ValueError, TypeError, AttributeError):
        raise Gone(
            "This link is not complete. Copy it whole from the mail, or ask for a new one.", title=OVER
        ) from None


INVITATION = "invitation-link"
OVER = "This link does not work any more"


def used() -> Gone:
    return Gone("It was used already, or a newer mail took its place. Ask for a new one.", title=OVER)


def _mark(person: Person) -> str:
    return fingerprint(f"{person.id} {person.email} {person.password_hash}")[:20]


def _signer(secret_key: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=f"account-link-{purpose.name}")
