"""Codes that somebody types: those of an authenticator app (RFC 6238), and those for a lost one."""

import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp

from webapp.core.errors import Gone
from webapp.core.ids import ALPHABET, fingerprint
from webapp.core.sealing import seal, unseal

STEP_SECONDS = 30
# Clocks differ: the code before and the one after count, too.
NEAR = (0, -1, 1)
RECOVERY_CODES = 10
# A page that shows a new secret may be left open so long.
DRAFT_LASTS, DRAFT_LASTS_WORDS = timedelta(minutes=30), "half an hour"


@dataclass(frozen=True)
class Draft:
    """What a page shows and becomes true when its form comes back: a secret for the app, recovery codes."""

    secret: str
    codes: tuple[str, ...]


def draft() -> Draft:
    return Draft(pyotp.random_base32(), tuple(_recovery_code() for _ in range(RECOVERY_CODES)))


def sealed_draft(secret_key: str, user_id: UUID, drafted: Draft) -> str:
    """For a field of the form, so that sending it twice is sending it once."""
    return seal(secret_key, _purpose(user_id), json.dumps([drafted.secret, drafted.codes]))


def read_draft(secret_key: str, user_id: UUID, sealed: str) -> Draft:
    opened = unseal(secret_key, _purpose(user_id), sealed, lasts=DRAFT_LASTS)
    if opened is None:
        raise Gone(
            f"A page with a new secret works for {DRAFT_LASTS_WORDS}. Open it again and begin anew.",
            title="This page is too old",
        )
    secret, codes = json.loads(opened)
    return Draft(secret, tuple(codes))


def address(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Marquee")


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Which step's code was typed, or None for a wrong one. The caller takes no step twice."""
    digits, current = re.sub(r"\s", "", typed), int(now.timestamp()) // STEP_SECONDS
    made = pyotp.HOTP(secret)
    for step in (current + near for near in NEAR):
        if hmac.compare_digest(made.at(step).encode(), digits.encode()):
            return step
    return None


def recovery_hash(user_id: UUID, typed: str) -> str:
    """What is kept of a recovery code, however it was typed. 77 random bits need no slow hash."""
    return fingerprint(f"{user_id} {re.sub('[^A-Z0-9]', '', typed.upper())}")


def is_of_app(typed: str) -> bool:
    """Whether it has the form of an app's code and not of a recovery code."""
    return re.sub(r"\s", "", typed).isdecimal()


def _recovery_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _purpose(user_id: UUID) -> str:
    return f"second factor draft {user_id}"
