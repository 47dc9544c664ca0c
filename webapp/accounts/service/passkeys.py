"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is true. Nothing is kept here."""

import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from webapp.accounts.queries.people import Account
from webapp.core.errors import Invalid
from webapp.core.ids import secret
from webapp.core.sealing import seal, unseal

# From the press of the button to the answer; people look for a key in their pockets.
LASTS = timedelta(minutes=5)
# What a strange answer makes the parsers say.
STRANGE = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, EOFError, RecursionError)
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """Whose passkeys they are: a name without port, and the address of the pages that may ask for them."""

    id: str
    origin: str


def site(base_url: str) -> Site:
    """Browsers want a name, so on a developer's machine passkeys are those of `localhost`."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    name = "localhost" if host in ("127.0.0.1", "::1") else host
    port = f":{parts.port}" if parts.port else ""
    return Site(name, f"{parts.scheme}://{name}{port}")


def asked_to_make(secret_key: str, at: Site, person: Account, known: list[bytes]) -> dict[str, object]:
    """For the browser: make a passkey for this person. `state` comes back with the answer."""
    challenge = secret()
    options = webauthn.generate_registration_options(
        rp_id=at.id,
        rp_name="Marquee",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return _said(webauthn.options_to_json(options), seal(secret_key, f"new passkey {person.id}", challenge))


def asked_to_sign(secret_key: str, at: Site) -> dict[str, object]:
    """For the browser: sign with any passkey of this site; which one, the person chooses."""
    challenge = secret()
    options = webauthn.generate_authentication_options(
        rp_id=at.id, challenge=challenge.encode(), user_verification=VERIFIED
    )
    return _said(webauthn.options_to_json(options), seal(secret_key, "passkey", challenge))


def new_challenge(secret_key: str, user_id: UUID, state: str) -> str:
    return _challenge(unseal(secret_key, f"new passkey {user_id}", state, lasts=LASTS))


def sign_challenge(secret_key: str, state: str) -> str:
    return _challenge(unseal(secret_key, "passkey", state, lasts=LASTS))


def made(at: Site, credential: str, challenge: str) -> VerifiedRegistration:
    """The new passkey that the browser tells of."""
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=at.id,
            expected_origin=at.origin,
            require_user_verification=True,
        )
    except STRANGE as error:
        raise misfit() from error


def credential_id(credential: str) -> bytes:
    """Which passkey somebody says to have."""
    try:
        return base64url_to_bytes(json.loads(credential)["rawId"])
    except STRANGE as error:
        raise misfit() from error


def signed(
    at: Site, credential: str, challenge: str, *, public_key: bytes, sign_count: int
) -> VerifiedAuthentication:
    """Whether that passkey signed this challenge, on our page, with its owner before it."""
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=at.id,
            expected_origin=at.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except STRANGE as error:
        raise misfit() from error


def misfit() -> Invalid:
    return Invalid(
        "This passkey does not open the account here. Try once more, or use another way.",
        title="That did not fit",
    )


def _said(options: str, state: str) -> dict[str, object]:
    return {"options": json.loads(options), "state": state}


def _challenge(opened: str | None) -> str:
    if opened is None:
        raise Invalid("It took longer than five minutes. Press the button once more.", title="Too late")
    return opened
