"""Identifiers: time-ordered UUIDs for rows, short codes for people, secrets for links."""

import hashlib
import re
import secrets
import time
from datetime import datetime
from uuid import UUID

# No 0/O, 1/I/L, U/V: a code is read aloud at the door and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562, method 3): Unix milliseconds, 12 bits of their fraction, 62 random bits.

    With the fraction, what one process makes one after the other also sorts so.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))


def id_at(moment: datetime) -> UUID:
    """The smallest id that could have been made at `moment`: a bound for ids that were made since."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def order_code() -> str:
    """Eight letters and digits in two groups, such as `M7K4-QX2P`: 39 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def typed_order_code(typed: str) -> str:
    """The code as it is kept, however it was typed: `m7k4 qx2p` is `M7K4-QX2P`."""
    letters = re.sub("[^A-Z0-9]", "", typed.upper())
    return f"{letters[:4]}-{letters[4:]}"


def secret() -> str:
    """128 random bits, safe in an address: whoever holds it may do what it stands for."""
    return secrets.token_urlsafe(16)


def fingerprint(token: str) -> str:
    """SHA-256 of a secret, in hex: what the database keeps, so that a copy of it opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
