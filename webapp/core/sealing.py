"""Small secrets, sealed: kept in a row or given to a form, and opened by nobody without SECRET_KEY."""

import base64
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret_key: str, purpose: str, text: str) -> str:
    """Encrypted and signed; what was sealed for one purpose opens for no other."""
    return _box(secret_key, purpose).encrypt(text.encode()).decode()


def unseal(secret_key: str, purpose: str, sealed: str, *, lasts: timedelta | None = None) -> str | None:
    """The text, or None: made by somebody else, for something else, with another key, or too long ago."""
    try:
        seconds = int(lasts.total_seconds()) if lasts else None
        return _box(secret_key, purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeError):
        return None


def _box(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"marquee {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
