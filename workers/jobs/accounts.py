"""Mails about accounts. Their links are signed here, so that no secret lies in the outbox."""

from typing import Any
from uuid import UUID

from webapp.accounts.queries import houses, people
from webapp.accounts.queries.people import Person
from webapp.accounts.rules import INVITED_WORDS
from webapp.accounts.service import links
from workers.context import Context, Effect
from workers.mail.compose import compose
from workers.mail.send import send

# What happened to a second factor, as its owner is told: headline and sentence.
FACTOR_CHANGES = {
    "app_on": (
        "Your codes are on",
        "From now on signing in asks for a code from your app after the password.",
    ),
    "app_new": ("Your codes come from another app", "The codes of the app before do not work any more."),
    "app_off": ("Your codes are off", "Signing in does not ask for a code from your app any more."),
    "passkey_on": ("A passkey was added", "Whoever has it can sign in to your account with it alone."),
    "passkey_off": ("A passkey was taken away", "It does not open your account any more."),
    "codes_made": ("You have new recovery codes", "Those that you had before do not work any more."),
    "code_used": (
        "A recovery code was used",
        "It took the place of your second factor, and does not work again.",
    ),
    "reset": (
        "Your second factor was taken away",
        "Your codes, passkeys and recovery codes do not work any more, and every device is signed out.",
    ),
}


def mail_confirm_address(context: Context, *, user_id: UUID) -> Effect | None:
    """A repeat that comes when the address is confirmed already says nothing."""
    person = _person(context, user_id)
    if person is None or person.is_verified:
        return None
    link = _link(context, links.VERIFY, person)
    return _mail(context, "verify_email", person, link=link, works_for=links.VERIFY.lasts_words)


def mail_new_password(context: Context, *, user_id: UUID) -> Effect | None:
    person = _person(context, user_id)
    if person is None:
        return None
    link = _link(context, links.RESET, person)
    return _mail(context, "password_forgotten", person, link=link, works_for=links.RESET.lasts_words)


def mail_address_taken(context: Context, *, user_id: UUID) -> Effect | None:
    """Only the owner learns that somebody tried to use the address."""
    person = _person(context, user_id)
    if person is None:
        return None
    return _mail(context, "address_taken", person, link=context.address("/account/forgotten"))


def mail_password_changed(context: Context, *, user_id: UUID) -> Effect | None:
    person = _person(context, user_id)
    if person is None:
        return None
    return _mail(context, "password_changed", person, link=context.address("/account/forgotten"))


def mail_factor_changed(context: Context, *, user_id: UUID, change: str) -> Effect | None:
    person = _person(context, user_id)
    if person is None:
        return None
    title, text = FACTOR_CHANGES[change]
    link = context.address("/account/forgotten")
    return _mail(context, "factor_changed", person, link=link, title=title, text=text)


def mail_confirm_new_address(context: Context, *, user_id: UUID, email: str) -> Effect | None:
    person = _person(context, user_id)
    if person is None:
        return None
    link = _link(context, links.CHANGE_EMAIL, person, email=email)
    works_for = links.CHANGE_EMAIL.lasts_words
    return _mail(context, "new_email", person, to=email, link=link, works_for=works_for, new_email=email)


def mail_address_changed(context: Context, *, user_id: UUID, old_email: str) -> Effect | None:
    """The old address is told, in case it was not its owner who changed it."""
    person = _person(context, user_id)
    if person is None:
        return None
    link = context.address("/account/forgotten")
    return _mail(context, "email_changed", person, to=old_email, link=link, new_email=person.email)


def mail_invitation(context: Context, *, invitation_id: UUID) -> Effect | None:
    """Nothing is written about one that was accepted or withdrawn meanwhile."""
    with context.database.reading() as db:
        invited = houses.find_open(db, invitation_id, context.now())
    if invited is None:
        return None
    token = links.invitation_token(context.settings.secret_key, invitation_id)
    link = context.address(f"/account/invitation/{token}")
    told: dict[str, Any] = {"invited": invited, "link": link, "works_for": INVITED_WORDS}
    message = compose(context, "team_invited", ("", invited.email), category="", **told)
    return send(context, message, kind="team_invited", reference=invitation_id)


def _person(context: Context, user_id: UUID) -> Person | None:
    with context.database.reading() as db:
        return people.find_person_by_id(db, user_id)


def _link(context: Context, purpose: links.Purpose, person: Person, *, email: str = "") -> str:
    token = links.token(context.settings.secret_key, purpose, person, context.now(), email=email)
    page = {"verify": "verify", "reset": "reset", "change-email": "email"}[purpose.name]
    return context.address(f"/account/{page}/{token}")


def _mail(context: Context, kind: str, person: Person, *, to: str = "", **values: Any) -> Effect:
    address = to or person.email
    message = compose(
        context, kind, (person.name, address), category="", name=person.name, email=address, **values
    )
    return send(context, message, kind=kind, reference=person.id)
