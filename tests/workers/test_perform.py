"""Once is enough: what becomes of one delivery."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import text

from tests.workers.conftest import lamps
from tests.workers.lamps import ROUTING, LampBroken, LampLit
from webapp.core import outbox
from webapp.core.db import Database
from webapp.core.outbox import Delivery
from workers import perform
from workers.context import Context
from workers.relay import Relay
from workers.routing import Job, Routing

WRITE_DOWN = ROUTING.jobs_after("LampLit")[0]
REPAIR = ROUTING.jobs_after("LampBroken")[0]


def sent(database: Database, relay: Relay, event: LampLit | LampBroken) -> UUID:
    """A delivery of the event's first job, as a worker finds it."""
    with database.writing() as db:
        outbox.record(db, event)
    relay.round()
    with database.reading() as db:
        return db.execute(
            text("SELECT id FROM deliveries WHERE job = :job"),
            {"job": ROUTING.jobs_after(event.topic)[0].name},
        ).scalar_one()


def again(database: Database, delivery_id: UUID) -> None:
    """Its back-off is over and the relay has sent it."""
    with database.writing() as db:
        db.execute(
            text("UPDATE deliveries SET sent_at = now(), due_at = now() WHERE id = :id"), {"id": delivery_id}
        )


def delivery(database: Database, delivery_id: UUID) -> Delivery:
    with database.reading() as db:
        return db.get_one(Delivery, delivery_id)


def test_the_effect_and_the_done_mark_are_written_together(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampLit("red"))

    assert perform.run(context, WRITE_DOWN, mine) == "done"

    assert lamps(database) == ["red"]
    assert delivery(database, mine).done_at is not None


def test_a_second_copy_of_a_done_job_does_nothing(
    database: Database, context: Context, relay: Relay, redis: Redis
) -> None:
    mine = sent(database, relay, LampLit("red"))
    perform.run(context, WRITE_DOWN, mine)

    assert perform.run(context, WRITE_DOWN, mine) == "skipped"

    assert lamps(database) == ["red"]
    assert redis.get("outside:red") == b"1"


def test_a_copy_is_left_alone_while_another_worker_has_it_in_hand(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampLit("red"))
    inner: list[str] = []

    def meanwhile(context: Context, *, lamp: str) -> None:
        inner.append(perform.run(context, WRITE_DOWN, mine))

    perform.run(context, Job(meanwhile, "urgent", timeout=10, attempts=5), mine)

    assert inner == ["skipped"]


def test_a_job_that_only_another_release_knows_waits_for_it(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampLit("red"))
    perform.install(context, Routing({}))

    perform.perform(str(mine), "write_down")

    left = delivery(database, mine)
    assert (left.attempts, left.done_at, left.dead_at, left.sent_at) == (1, None, None, None)
    assert "This release knows no job of this name" in (left.error or "")


def test_what_does_not_exist_is_skipped(database: Database, context: Context) -> None:
    assert perform.run(context, WRITE_DOWN, uuid4()) == "skipped"


def test_a_job_that_fails_and_then_succeeds_leaves_one_effect_and_no_error(
    database: Database, context: Context, relay: Relay, redis: Redis
) -> None:
    mine = sent(database, relay, LampBroken("blue"))
    assert perform.run(context, REPAIR, mine) == "failed"
    redis.set("allowed:blue", "1")
    again(database, mine)

    assert perform.run(context, REPAIR, mine) == "done"

    assert lamps(database) == ["blue"]
    assert delivery(database, mine).error is None


def test_a_failure_is_kept_with_its_reason_and_sent_again_later(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampBroken("blue"))

    perform.run(context, REPAIR, mine)

    left = delivery(database, mine)
    assert (left.attempts, left.sent_at, left.started_at) == (1, None, None)
    assert left.error is not None
    assert left.error.endswith("RuntimeError: blue is still broken\n")


def test_a_failing_effect_leaves_neither_effect_nor_done_mark(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampLit("red"))

    def breaks(context: Context, *, lamp: str) -> object:
        def effect(db: outbox.Session) -> None:
            db.execute(text("INSERT INTO lamps (name) VALUES (:lamp)"), {"lamp": lamp})
            db.execute(text("SELECT 1 / 0"))

        return effect

    assert perform.run(context, Job(breaks, "urgent", timeout=10, attempts=5), mine) == "failed"  # type: ignore[arg-type]

    assert lamps(database) == []
    assert delivery(database, mine).done_at is None


def test_after_its_last_attempt_a_job_is_a_dead_letter(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampBroken("blue"))

    for _ in range(REPAIR.attempts):
        again(database, mine)
        perform.run(context, REPAIR, mine)

    left = delivery(database, mine)
    assert left.dead_at is not None
    assert left.attempts == 3


def test_a_dead_letter_that_is_retried_has_all_its_attempts_again(
    database: Database, context: Context, relay: Relay, redis: Redis
) -> None:
    mine = sent(database, relay, LampBroken("blue"))
    for _ in range(REPAIR.attempts):
        again(database, mine)
        perform.run(context, REPAIR, mine)
    redis.set("allowed:blue", "1")

    with database.writing() as db:
        outbox.retry_delivery(db, mine, context.now())
    relay.round()

    assert perform.run(context, REPAIR, mine) == "done"
    assert lamps(database) == ["blue"]


def test_a_dead_letter_that_is_dropped_is_never_sent_again(
    database: Database, context: Context, relay: Relay
) -> None:
    mine = sent(database, relay, LampBroken("blue"))
    for _ in range(REPAIR.attempts):
        again(database, mine)
        perform.run(context, REPAIR, mine)

    with database.writing() as db:
        outbox.drop_delivery(db, mine, context.now())

    assert relay.round() == 0
    assert perform.run(context, REPAIR, mine) == "skipped"


@pytest.mark.parametrize(("attempts", "bound"), [(1, 2), (2, 4), (5, 32), (15, 3600), (500, 3600)])
def test_the_pause_before_another_attempt_is_anywhere_below_a_bound_that_doubles(
    attempts: int, bound: int
) -> None:
    pauses = [perform.pause(attempts) for _ in range(300)]

    assert timedelta(0) <= min(pauses) < timedelta(seconds=bound * 0.2)
    assert timedelta(seconds=bound * 0.8) < max(pauses) <= timedelta(seconds=bound)
