"""From the outbox to the queues, whatever happens to Redis or to the relay in between."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy import text

from tests.workers.lamps import ROUTING, LampLit, LampPassed
from webapp.booking.events import OrderChanged
from webapp.core import outbox
from webapp.core.db import Database
from workers import relay as relay_module
from workers import routing
from workers.relay import Relay


def light(database: Database, *names: str) -> None:
    with database.writing() as db:
        for name in names:
            outbox.record(db, LampLit(name))


def waiting(redis: Redis, queue: str = "urgent") -> list[str]:
    return [name.decode() for name in redis.lrange(f"rq:queue:{queue}", 0, -1)]


def deliveries(database: Database) -> list[tuple[str, str]]:
    with database.reading() as db:
        return [tuple(row) for row in db.execute(text("SELECT job, queue FROM deliveries ORDER BY job"))]


def test_an_event_becomes_a_delivery_of_each_of_its_jobs(database: Database, relay: Relay) -> None:
    light(database, "red")

    relay.round()

    assert deliveries(database) == [("glow", "default"), ("write_down", "urgent")]


def test_an_event_from_which_nothing_follows_is_passed_over_once(database: Database, relay: Relay) -> None:
    with database.writing() as db:
        outbox.record(db, LampPassed("grey"))

    assert (relay.round(), relay.round()) == (1, 0)
    assert deliveries(database) == []


def test_an_order_that_changed_is_told_once_and_leaves_no_delivery(database: Database, redis: Redis) -> None:
    order_id = uuid4()
    with database.writing() as db:
        outbox.record(db, OrderChanged(order_id))
        outbox.record(db, OrderChanged(order_id))
    told: list[str] = []

    Relay(database.writing, redis, routing.ROUTING, ring=told.extend).round()

    assert told == [str(order_id)]
    assert deliveries(database) == []


def test_a_change_that_is_rolled_back_is_never_told(database: Database, relay: Relay) -> None:
    with database.writing() as db:
        outbox.record(db, LampLit("red"))
        db.rollback()

    assert relay.round() == 0


def test_what_was_sent_is_not_sent_again(database: Database, relay: Relay, redis: Redis) -> None:
    light(database, "red")

    relay.round()
    relay.round()

    assert len(waiting(redis)) == 1


def test_the_name_in_redis_says_which_attempt_of_which_delivery(
    database: Database, relay: Relay, redis: Redis
) -> None:
    light(database, "red")

    relay.round()

    with database.reading() as db:
        mine: UUID = db.execute(text("SELECT id FROM deliveries WHERE job = 'write_down'")).scalar_one()
    assert waiting(redis) == [f"outbox-{mine}-1"]


def test_an_empty_redis_is_filled_again_at_once(database: Database, relay: Relay, redis: Redis) -> None:
    light(database, "red", "green", "blue")
    relay.round()
    before = waiting(redis)
    redis.flushdb()

    relay.round()

    assert sorted(waiting(redis)) == sorted(before)


def test_a_relay_that_died_after_its_claim_loses_nothing(
    database: Database, redis: Redis, relay: Relay
) -> None:
    light(database, "red")
    relay.round()
    redis.delete("rq:queue:urgent")  # as if it died before it told Redis

    Relay(database.writing, redis, ROUTING).round()

    assert len(waiting(redis)) == 1


def test_a_relay_that_died_after_telling_redis_makes_a_copy_of_the_same_name(
    database: Database, redis: Redis, relay: Relay
) -> None:
    light(database, "red")
    relay.round()

    Relay(database.writing, redis, ROUTING).round()

    assert len(waiting(redis)) == 2
    assert len(set(waiting(redis))) == 1


def test_what_was_sent_and_never_begun_is_sent_again(database: Database, redis: Redis) -> None:
    hasty = Relay(database.writing, redis, ROUTING, lost_after=timedelta(0))
    light(database, "red")
    hasty.round()
    redis.delete("rq:queue:urgent")

    hasty.round()

    assert len(waiting(redis)) == 1


def test_a_job_whose_worker_died_every_time_is_a_dead_letter(database: Database, redis: Redis) -> None:
    light(database, "red")
    relay = Relay(database.writing, redis, ROUTING)
    relay.round()
    with database.writing() as db:
        db.execute(text("UPDATE deliveries SET attempts = 5, started_at = now(), due_at = now()"))
        redis.flushdb()

    relay.round()

    with database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM deliveries WHERE dead_at IS NOT NULL")) == 2
    assert waiting(redis) == []


def test_only_so_many_wait_in_redis_that_none_grows_old_there(
    database: Database, relay: Relay, redis: Redis
) -> None:
    light(database, *(f"lamp {number}" for number in range(relay_module.MOST_WAITING + 50)))

    for _ in range(3):
        relay.round()

    assert len(waiting(redis)) == relay_module.MOST_WAITING


def test_without_redis_nothing_is_claimed_and_nothing_lost(
    database: Database, redis: Redis, tmp_path: Path
) -> None:
    light(database, "red")
    away = Redis(unix_socket_path=str(tmp_path / "nobody"))
    with pytest.raises(RedisAway):
        Relay(database.writing, away, ROUTING).round()

    Relay(database.writing, redis, ROUTING).round()

    assert len(waiting(redis)) == 1
