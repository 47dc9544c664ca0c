"""Whether a message of another program is signed by who shares a secret with us, and lately."""

import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    """A webhook that its sender did not sign, or not lately."""


def require_signed(secret: str, header: str, body: bytes) -> None:
    """`header` is `t=<Unix seconds>,v1=<HMAC-SHA256 of "<t>." and the body, in hex>`; else BadSignature."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isdecimal() and len(at) < 16) or abs(time.time() - int(at)) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is missing or too old.")
    wanted = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(wanted.encode(), parts.get("v1", "").encode()):
        raise BadSignature("The signature does not belong to this body.")
