"""Showing that it is really them: after the password, by a passkey alone, and asked again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import passwords
from webapp.accounts.events import FactorChanged
from webapp.accounts.models import AuthenticatorApp, Passkey, RecoveryCode, SignIn, SpentChallenge
from webapp.accounts.queries import factors as held_factors
from webapp.accounts.queries import people
from webapp.accounts.queries.factors import Half
from webapp.accounts.queries.people import Account
from webapp.accounts.rules import Device
from webapp.accounts.service import codes, factors, passkeys, signing_in, telling
from webapp.accounts.service.passkeys import Site
from webapp.core.audit import Actor
from webapp.core.db import Database, Session
from webapp.core.errors import Gone, Invalid, NotFound
from webapp.core.ids import fingerprint
from webapp.core.outbox import record
from webapp.core.sealing import unseal


@dataclass(frozen=True)
class Proof:
    """What somebody gave: a typed code, or a passkey's answer with the `state` of its question."""

    code: str = ""
    credential: str = ""
    state: str = ""


@dataclass(frozen=True)
class Checker:
    """How answers are checked here."""

    secret_key: str
    site: Site


def finish(db: Session, checker: Checker, half: Half, proof: Proof, *, device: Device, now: datetime) -> None:
    """The second step: from now on the device is signed in."""
    means = prove(db, checker, half.user_id, proof, name=half.name, device=device, now=now)
    done = db.scalar(
        update(SignIn)
        .where(SignIn.id == half.sign_in_id, SignIn.factor_due, SignIn.revoked_at.is_(None))
        .values(factor_due=False, means=means, proved_at=now, seen_at=now)
        .execution_options(synchronize_session=False)
        .returning(SignIn.id)
    )
    if done is None:
        raise Gone("This device was signed out meanwhile. Sign in once more.", title="Begin once more")


def sign_in_by_passkey(db: Session, checker: Checker, proof: Proof, *, device: Device, now: datetime) -> str:
    """A passkey is both: something one has, and what unlocks it. The token of this device's record."""
    user_id = _proved_by_passkey(db, checker, proof, now)
    person = people.find_person_by_id(db, user_id)
    if person is None:
        raise passkeys.misfit()
    return signing_in.open_device(db, person, device, means="passkey")


def confirm(
    database: Database, checker: Checker, person: Account, proof: Proof, *, password: str, now: datetime
) -> None:
    """Asked again before something that matters: by the second factor, without one by the password."""
    if not person.has_factor:
        with database.reading() as db:
            stored = people.person(db, person.id).password_hash
        if not passwords.fits(stored, password):
            raise Invalid(
                "Nothing was changed.",
                fields={"password": "This is not your password."},
                title="That did not fit",
            )
    with database.writing() as db:
        if person.has_factor:
            device = Device("", "")
            prove(db, checker, person.id, proof, name=person.name, device=device, now=now)
        note_proved(db, person.sign_in_id, now)


def note_proved(db: Session, sign_in_id: UUID, now: datetime) -> None:
    db.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(proved_at=now)
        .execution_options(synchronize_session=False)
    )


def prove(
    db: Session, checker: Checker, user_id: UUID, proof: Proof, *, name: str, device: Device, now: datetime
) -> str:
    """By which means somebody showed that it is them; refused when what they gave does not fit."""
    if proof.credential:
        if _proved_by_passkey(db, checker, proof, now) != user_id:
            raise passkeys.misfit()
        return "passkey"
    if codes.is_of_app(proof.code):
        _use_app(db, checker, user_id, proof.code, now)
        return "app"
    _use_recovery(db, user_id, proof.code, Actor("guest", name, user_id, device.name), now)
    return "recovery"


def spend(db: Session, challenge: str) -> None:
    """One answer for one question: whoever overheard it comes too late."""
    kept = SpentChallenge.spent_at < func.now() - timedelta(hours=1)
    db.execute(delete(SpentChallenge).where(kept))
    first = db.scalar(
        insert(SpentChallenge)
        .values(challenge_hash=fingerprint(challenge))
        .on_conflict_do_nothing()
        .returning(SpentChallenge.challenge_hash)
    )
    if first is None:
        raise Invalid("It was used already. Press the button once more.", title="That was sent twice")


def _use_app(db: Session, checker: Checker, user_id: UUID, typed: str, now: datetime) -> None:
    app = db.get(AuthenticatorApp, user_id)
    secret = unseal(checker.secret_key, factors.APP, app.sealed) if app else None
    step = codes.step_of(secret, typed, now) if secret else None
    taken = None
    if step is not None:
        # In one statement, so that a code that two send at once opens once.
        taken = db.scalar(
            update(AuthenticatorApp)
            .where(AuthenticatorApp.user_id == user_id, AuthenticatorApp.last_step < step)
            .values(last_step=step)
            .execution_options(synchronize_session=False)
            .returning(AuthenticatorApp.user_id)
        )
    if taken is None:
        raise _wrong("Type the code that the app shows now; each one works once.")


def _use_recovery(db: Session, user_id: UUID, typed: str, actor: Actor, now: datetime) -> None:
    used = db.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == codes.recovery_hash(user_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(RecoveryCode.id)
    )
    if used is None:
        raise _wrong("It is not one of your recovery codes, or was used before.")
    record(db, FactorChanged(user_id, "code_used"))
    left = held_factors.held(db, user_id).codes_left
    before, after = {"recovery_codes": left + 1}, {"recovery_codes": left}
    telling.of_account(db, actor, user_id, factors.HISTORY["code_used"], before=before, after=after)


def _proved_by_passkey(db: Session, checker: Checker, proof: Proof, now: datetime) -> UUID:
    """Whose passkey signed."""
    challenge = passkeys.sign_challenge(checker.secret_key, proof.state)
    spend(db, challenge)
    try:
        known = held_factors.passkey(db, passkeys.credential_id(proof.credential))
    except NotFound as error:
        raise passkeys.misfit() from error
    signed = passkeys.signed(
        checker.site, proof.credential, challenge, public_key=known.public_key, sign_count=known.sign_count
    )
    db.execute(
        update(Passkey)
        .where(Passkey.id == known.id)
        .values(sign_count=signed.new_sign_count, used_at=now)
        .execution_options(synchronize_session=False)
    )
    return known.user_id


def _wrong(sentence: str) -> Invalid:
    return Invalid("Nothing was opened.", fields={"code": sentence}, title="That did not fit")
