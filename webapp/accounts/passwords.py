"""Password hashes: argon2id with 19 MiB and two passes, which OWASP names as the least. 20 ms each."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.core.errors import Unavailable
from webapp.core.ids import secret

# So many at a time in one process: a rush of sign-ins takes neither all memory nor all processors.
AT_ONCE = 2
LONGEST_WAIT_SECONDS = 5

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    with _turn():
        return _hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether it is the password; without a stored hash it takes as long to say no."""
    with _turn():
        try:
            _hasher.verify(stored or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was made with lesser effort than today's."""
    return _hasher.check_needs_rehash(stored)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise Unavailable(
            "Very many people are signing in. Nothing is lost; try again in a moment.", retry_after=5
        )
    try:
        yield
    finally:
        _turns.release()


@cache
def _nobodys() -> str:
    return _hasher.hash(secret())
