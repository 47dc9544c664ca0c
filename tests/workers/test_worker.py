"""Real worker and clock processes, killed and stopped, with Redis emptied under them."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import text

from local import ports
from local import redis as local_redis
from tests.workers.conftest import eventually, lamps
from tests.workers.lamps import LampBroken, LampLit
from webapp.core import outbox
from webapp.core.db import Database
from workers.relay import Relay

pytestmark = pytest.mark.slow

Start = Callable[..., "subprocess.Popen[bytes]"]


def light(database: Database, *events: LampLit | LampBroken) -> None:
    with database.writing() as db:
        for event in events:
            outbox.record(db, event)


def alive(database: Database) -> list[str]:
    with database.reading() as db:
        return sorted(db.scalars(text("SELECT detail->>'role' FROM heartbeats WHERE kind <> 'circuit'")))


@pytest.fixture(autouse=True)
def nobody_was_here(database: Database) -> None:
    with database.writing() as db:
        db.execute(text("DELETE FROM heartbeats"))


def test_everything_arrives_once_although_redis_is_emptied_in_the_middle(
    database: Database, redis: Redis, start: Start
) -> None:
    start("clock")
    start("worker", "urgent")
    names = [f"lamp {number:03}" for number in range(300)]
    light(database, *(LampLit(name) for name in names))

    for share in (50, 150, 250):
        eventually(lambda share=share: len(lamps(database)) >= share)
        redis.flushdb()

    eventually(lambda: len(lamps(database)) >= len(names))
    assert lamps(database) == names


def test_a_job_whose_worker_is_killed_is_done_by_the_next(
    database: Database, redis: Redis, start: Start
) -> None:
    redis.set("kill:blue", "1")
    redis.set("allowed:blue", "1")
    start("clock")
    first = start("worker", "urgent")
    light(database, LampBroken("blue"))
    eventually(lambda: first.poll() is not None)
    assert first.returncode == -signal.SIGKILL

    start("worker", "urgent")

    eventually(lambda: lamps(database) == ["blue"], seconds=40)


def test_a_worker_told_to_end_finishes_the_job_in_hand_and_leaves_the_next(
    database: Database, redis: Redis, relay: Relay, start: Start
) -> None:
    redis.mset({"allowed:blue": "1", "allowed:green": "1", "seconds:blue": "1", "seconds:green": "1"})
    worker = start("worker", "urgent")
    for lamp in ("blue", "green"):
        light(database, LampBroken(lamp))
        relay.round()
    eventually(lambda: redis.exists("tried:blue") == 1)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert lamps(database) == ["blue"]
    assert redis.exists("tried:green") == 0


def test_a_job_that_takes_too_long_is_stopped_and_tried_again(
    database: Database, redis: Redis, relay: Relay, start: Start
) -> None:
    redis.mset({"allowed:blue": "1", "seconds:blue": "60"})
    start("worker", "urgent")
    light(database, LampBroken("blue"))
    relay.round()

    def error() -> str | None:
        with database.reading() as db:
            return db.scalar(text("SELECT error FROM deliveries"))

    eventually(lambda: error() is not None)
    assert "JobTimeoutException" in (error() or "")


def test_each_queue_has_a_process_of_its_own_and_a_dead_one_is_replaced(
    database: Database, redis: Redis, start: Start
) -> None:
    family = start("worker", "urgent", "default")
    eventually(lambda: alive(database) == ["worker default", "worker urgent"])
    redis.set("kill:blue", "1")
    start("clock")
    light(database, LampBroken("blue"))
    eventually(lambda: redis.exists("kill:blue") == 0)

    light(database, LampLit("red"))

    eventually(lambda: lamps(database) == ["red"])
    family.terminate()
    assert family.wait(10) == 0


def test_the_children_end_when_their_parent_is_killed(database: Database, redis: Redis, start: Start) -> None:
    family = start("worker", "urgent", "default")
    eventually(lambda: len(alive(database)) == 2)

    family.kill()

    eventually(lambda: alive(database) == [])


def test_who_ends_in_order_leaves_no_sign_of_life(database: Database, redis: Redis, start: Start) -> None:
    clock = start("clock")
    eventually(lambda: alive(database) == ["clock"])

    clock.terminate()

    assert clock.wait(10) == 0
    assert alive(database) == []


def test_of_two_clocks_one_leads_and_the_other_takes_over(
    database: Database, redis: Redis, start: Start
) -> None:
    clocks = [start("clock"), start("clock")]
    start("worker", "urgent")
    light(database, LampLit("red"))
    eventually(lambda: lamps(database) == ["red"])

    clocks[0].kill()
    light(database, LampLit("green"))
    eventually(lambda: lamps(database) == ["green", "red"])
    clocks[1].kill()
    start("clock")
    light(database, LampLit("blue"))

    eventually(lambda: lamps(database) == ["blue", "green", "red"])


def test_while_redis_is_away_everybody_waits_and_then_goes_on(
    database: Database, environment: dict[str, str], start: Start, tmp_path: Path
) -> None:
    server = local_redis.prepare(tmp_path, ports.any_free(), durable=False)
    server.start()
    local_redis.wait(server)
    environment["REDIS_URL"] = server.url + "0"
    clock, worker = start("clock"), start("worker", "urgent")
    light(database, LampLit("red"))
    eventually(lambda: lamps(database) == ["red"])

    server.stop()
    light(database, LampLit("green"))
    time.sleep(3)
    assert (clock.poll(), worker.poll()) == (None, None)
    server.start()
    local_redis.wait(server)

    eventually(lambda: lamps(database) == ["green", "red"], seconds=30)
    for process in (clock, worker):
        process.terminate()
    assert [process.wait(10) for process in (clock, worker)] == [0, 0]
    server.stop()


def test_everything_arrives_once_although_postgresql_drops_every_connection(
    database: Database, redis: Redis, start: Start
) -> None:
    clock, worker = start("clock"), start("worker", "urgent")
    names = [f"lamp {number:03}" for number in range(150)]
    light(database, *(LampLit(name) for name in names))

    for share in (30, 90):
        eventually(lambda share=share: len(lamps(database)) >= share)
        with database.writing() as db:
            db.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    eventually(lambda: len(lamps(database)) >= len(names), seconds=60)
    assert lamps(database) == names
    assert (clock.poll(), worker.poll()) == (None, None)
