"""Where the small runs happen: a database of their own, and what many people do there at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID

from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories import booking
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.errors import Refusal

THREADS = 24


@dataclass(frozen=True)
class House:
    """A database of its own, for as many connections as threads, and a Redis."""

    database: Database
    redis: Redis

    def try_(self, act: Callable[[], object]) -> None:
        """Whoever is refused, by a rule or by PostgreSQL, goes away; what stays behind is what counts."""
        try:
            act()
        except (Refusal, IntegrityError):
            return

    def at_once(self, act: Callable[[int], object], times: int = THREADS) -> None:
        """As nearly at the same moment as threads can: nobody begins before everybody is there."""
        crowd = min(times, THREADS)
        with ThreadPoolExecutor(crowd, initializer=Barrier(crowd).wait) as threads:
            list(threads.map(lambda number: self.try_(lambda: act(number)), range(times)))

    def paid(self, quantity: int = 3) -> booking.Placed:
        """A paid order of a date with enough room."""
        made = booking.placed(self.database, booking.a_sale(self.database), quantity, now=clock.now())
        booking.pay(self.database, made.payment_id)
        return made

    def run(self, statement: str, **values: object) -> None:
        def ran() -> None:
            with self.database.writing() as db:
                db.execute(text(statement), values)

        self.try_(ran)

    def id_of(self, query: str, order: booking.Placed) -> UUID:
        with self.database.reading() as db:
            found: UUID = db.scalars(text(query), {"id": order.order_id}).one()
        return found
