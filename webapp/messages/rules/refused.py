"""What a mail server's no means: for the address, for this mail, and for whether it may be tried again."""

from dataclasses import dataclass
from datetime import timedelta

MOST_ATTEMPTS = 4
# How long a mail waits after so many temporary refusals.
PAUSES = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=1))
# A worker that has had a mail in hand for so long is dead: no conversation with a server takes as long.
LOST_AFTER = timedelta(minutes=2)

MAILBOX_FULL = 552


@dataclass(frozen=True)
class No:
    """A server's refusal: `code` of SMTP, and its words; `of_address` when it refused the recipient."""

    code: int
    words: str
    of_address: bool

    @property
    def is_final(self) -> bool:
        return self.code >= 500

    @property
    def is_hard_bounce(self) -> bool:
        """The address is wrong for good, and not only full or unwilling just now."""
        return self.of_address and self.is_final and self.code != MAILBOX_FULL

    @property
    def said(self) -> str:
        return f"The mail server said {self.code}: {self.words}"[:300]


def pause(attempts: int) -> timedelta | None:
    """How long to wait before the next attempt, or None when there is none."""
    return PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None
