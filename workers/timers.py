"""What happens by the time of day and not by an event; run by the one clock that leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from workers.context import Context


@dataclass(frozen=True)
class Timer:
    """`run` is called every `every_seconds`, and again after it failed."""

    run: Callable[[Context], None]
    every_seconds: float

    @property
    def name(self) -> str:
        return self.run.__name__


KEPT_DAYS = 30

_TIDYING = (
    # What was done is history after a month; what failed for good stays until somebody has looked.
    """
    DELETE FROM outbox b WHERE b.sent_at < now() - :kept
    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.outbox_id = b.id AND d.done_at IS NULL)
    """,
    "DELETE FROM sign_ins WHERE revoked_at < now() - :kept OR seen_at < now() - :kept * 3",
    "DELETE FROM heartbeats WHERE at < now() - interval '1 day'",
)


def tidy(context: Context) -> None:
    """Forget what nobody asks for any more."""
    for statement in _TIDYING:
        with context.database.writing() as db:
            db.execute(text(statement), {"kept": timedelta(days=KEPT_DAYS)})


TIMERS: tuple[Timer, ...] = (Timer(tidy, every_seconds=3600),)
