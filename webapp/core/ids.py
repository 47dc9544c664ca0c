"""Identifiers: time-ordered UUIDs for rows, short codes for people, secrets for links."""

import hashlib
import secrets
import time
from uuid import UUID

# No 0/O, 1/I/L, U/V: a code is read aloud at the door and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value &= ~(0xF000 << 64) & ~(0xC000 << 48)
    return UUID(int=value | 0x7000 << 64 | 0x8000 << 48)


def order_code() -> str:
    """Eight letters and digits in two groups, such as `M7K4-QX2P`: 39 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def secret() -> str:
    """128 random bits, safe in an address: whoever holds it may do what it stands for."""
    return secrets.token_urlsafe(16)


def fingerprint(token: str) -> str:
    """SHA-256 of a secret, in hex: what the database keeps, so that a copy of it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
