"""What somebody has beside the password: added, used up and taken away. Each change is told by mail."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from webauthn.registration.verify_registration_response import VerifiedRegistration

from webapp.accounts import rules
from webapp.accounts.events import FactorChanged
from webapp.accounts.models import AuthenticatorApp, Passkey, RecoveryCode, User
from webapp.accounts.queries import factors as held_factors
from webapp.accounts.queries.people import Account
from webapp.accounts.service import codes, passkeys, signing_in, telling
from webapp.accounts.service.codes import Draft
from webapp.core.audit import Actor
from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.core.outbox import record
from webapp.core.sealing import seal, unseal

APP = "authenticator app"

# What happened, as the history says it.
HISTORY = {
    "app_on": "Authenticator app set up",
    "app_new": "Authenticator app replaced",
    "app_off": "Authenticator app taken away",
    "passkey_on": "Passkey added",
    "passkey_off": "Passkey taken away",
    "codes_made": "New recovery codes made",
    "code_used": "Recovery code used",
    "reset": "Second factor reset",
}


def add_app(db: Session, actor: Actor, person: Account, *, draft: Draft, step: int, secret_key: str) -> bool:
    """Let codes come from the app that has the drafted secret, instead of one before.

    Whether the drafted recovery codes are now theirs: they are with somebody's first factor.
    """
    before = _locked_app(db, person.id)
    if before is None or _opened(secret_key, before) != draft.secret:
        values = {"sealed": seal(secret_key, APP, draft.secret), "last_step": step}
        db.execute(
            insert(AuthenticatorApp)
            .values(user_id=person.id, **values)
            .on_conflict_do_update(
                index_elements=[AuthenticatorApp.user_id], set_={**values, "created_at": func.now()}
            )
        )
        was, now = ("on", "on, on another phone") if before else ("off", "on")
        change, told = "app_new" if before else "app_on", {"authenticator_app": now}
        _told(db, actor, person.id, change, before={"authenticator_app": was}, after=told)
        signing_in.sign_out_others(db, person.id, keep=person.sign_in_id)
    return _first_codes(db, person.id, draft.codes)


def drop_app(db: Session, actor: Actor, person: Account) -> None:
    """No codes from an app any more; dropping twice is dropping."""
    app = _locked_app(db, person.id)
    if app is None:
        return
    db.delete(app)
    db.flush()
    _require_spare(db, person)
    before, after = {"authenticator_app": "on"}, {"authenticator_app": "off"}
    _told(db, actor, person.id, "app_off", before=before, after=after)


def add_passkey(
    db: Session, actor: Actor, person: Account, *, made: VerifiedRegistration, name: str, draft: Draft
) -> bool:
    """One more passkey; the same twice is one. Whether the drafted recovery codes are now theirs."""
    _lock(db, person.id)
    added = db.scalar(
        insert(Passkey)
        .values(
            id=uuid7(),
            user_id=person.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name,
        )
        .on_conflict_do_nothing(index_elements=[Passkey.credential_id])
        .returning(Passkey.id)
    )
    if added:
        _told(db, actor, person.id, "passkey_on", before={"passkey": None}, after={"passkey": name})
        signing_in.sign_out_others(db, person.id, keep=person.sign_in_id)
    elif made.credential_id not in held_factors.credentials(db, person.id):
        raise passkeys.misfit()
    return _first_codes(db, person.id, draft.codes)


def drop_passkey(db: Session, actor: Actor, person: Account, passkey_id: UUID) -> None:
    """Take one away; of somebody else's nothing is changed or told."""
    _lock(db, person.id)
    name = db.scalar(
        delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == person.id).returning(Passkey.name)
    )
    if name is None:
        return
    _require_spare(db, person)
    _told(db, actor, person.id, "passkey_off", before={"passkey": name}, after={"passkey": None})


def renew_codes(db: Session, actor: Actor, user_id: UUID, draft: Draft) -> None:
    """The drafted recovery codes instead of all before; the same draft twice is once."""
    _lock(db, user_id)
    if _has_codes(db, user_id, draft.codes):
        return
    left = held_factors.held(db, user_id).codes_left
    _keep_codes(db, user_id, draft.codes)
    before, after = {"recovery_codes": left}, {"recovery_codes": len(draft.codes)}
    _told(db, actor, user_id, "codes_made", before=before, after=after)


def drop_all(db: Session, actor: Actor, user_id: UUID) -> None:
    """Somebody lost everything: from now on the password alone signs in, and nobody is signed in."""
    held = held_factors.held(db, user_id)
    forget(db, user_id)
    signing_in.sign_out_others(db, user_id, keep=None)
    before: dict[str, Any] = {"authenticator_app": "on" if held.app_since else "off"}
    before |= {"passkeys": [one.name for one in held.passkeys], "recovery_codes": held.codes_left}
    after: dict[str, Any] = {"authenticator_app": "off", "passkeys": [], "recovery_codes": 0}
    _told(db, actor, user_id, "reset", before=before, after=after)


def forget(db: Session, user_id: UUID) -> None:
    for table in (AuthenticatorApp, Passkey, RecoveryCode):
        db.execute(delete(table).where(table.user_id == user_id))


def _told(
    db: Session,
    actor: Actor,
    user_id: UUID,
    change: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    record(db, FactorChanged(user_id, change))
    telling.of_account(db, actor, user_id, HISTORY[change], before=before, after=after)
    db.flush()


def _lock(db: Session, user_id: UUID) -> None:
    """Changes come one after the other, and none while somebody signs in."""
    db.scalar(select(User.id).where(User.id == user_id).with_for_update())


def _locked_app(db: Session, user_id: UUID) -> AuthenticatorApp | None:
    _lock(db, user_id)
    return db.get(AuthenticatorApp, user_id)


def _opened(secret_key: str, app: AuthenticatorApp) -> str | None:
    return unseal(secret_key, APP, app.sealed)


def _require_spare(db: Session, person: Account) -> None:
    left = held_factors.held(db, person.id).count
    rules.require_spare_factor(left, person.demanding)
    if left == 0:
        # Without a factor there is nothing that they stand for.
        db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == person.id))


def _first_codes(db: Session, user_id: UUID, drafted: tuple[str, ...]) -> bool:
    if db.scalar(select(RecoveryCode.id).where(RecoveryCode.user_id == user_id).limit(1)) is None:
        _keep_codes(db, user_id, drafted)
        return True
    return _has_codes(db, user_id, drafted)


def _has_codes(db: Session, user_id: UUID, drafted: tuple[str, ...]) -> bool:
    known = select(RecoveryCode.id).where(RecoveryCode.code_hash == codes.recovery_hash(user_id, drafted[0]))
    return db.scalar(known) is not None


def _keep_codes(db: Session, user_id: UUID, drafted: tuple[str, ...]) -> None:
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    for code in drafted:
        db.add(RecoveryCode(user_id=user_id, code_hash=codes.recovery_hash(user_id, code)))
    db.flush()
