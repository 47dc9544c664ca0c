"""Bells and fragments over Redis pub/sub. Nothing here is kept, and nothing fails when Redis is away."""

import json
from collections.abc import Collection, Iterator

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_PREFIX = "live:"
_CHANGED_DATES = "live:changed-dates"
_CHANGED_ORDERS = "live:changed-orders"
_SIGHTS = "live:sights"


class Live:
    """Sends rendered fragments to whoever looks at a channel, such as `order:<id>` or `date:<id>`."""

    def __init__(self, redis_url: str) -> None:
        self.redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)

    def publish(self, channel: str, event: str, html: str) -> None:
        """Send one message; `event` is the name that the page's `sse-swap` waits for."""
        try:
            self.redis.publish(_PREFIX + channel, json.dumps({"event": event, "html": html}))
        except RedisError as error:
            log.warning("live.unsent", channel=channel, error=str(error))

    def date_changed(self, date_id: str) -> None:
        """Ring the bell for a date whose places changed; the clock redraws it twice a second at most."""
        try:
            self.redis.sadd(_CHANGED_DATES, date_id)
        except RedisError as error:
            log.warning("live.unsent", date=date_id, error=str(error))

    def orders_changed(self, order_ids: Collection[str]) -> None:
        """Ring the bell for orders whose pages look different now."""
        try:
            self.redis.sadd(_CHANGED_ORDERS, *order_ids)
        except RedisError as error:
            log.warning("live.unsent", orders=len(order_ids), error=str(error))

    def changed_dates(self) -> list[str]:
        """Take all bells that rang since the last call; raises `RedisError`."""
        return self._taken(_CHANGED_DATES)

    def changed_orders(self) -> list[str]:
        """Take all bells of orders that rang since the last call; raises `RedisError`."""
        return self._taken(_CHANGED_ORDERS)

    def look_at(self, sight: str, now: float) -> None:
        """Somebody looks at this from now on for a while: it is worth counting."""
        try:
            self.redis.zadd(_SIGHTS, {sight: now})
        except RedisError as error:
            log.warning("live.unsent", sight=sight, error=str(error))

    def sights(self, now: float, *, within: float) -> list[str]:
        """What somebody looked at within so many seconds; raises `RedisError`."""
        with self.redis.pipeline() as pipe:
            pipe.zremrangebyscore(_SIGHTS, "-inf", now - within)
            pipe.zrange(_SIGHTS, 0, -1)
            _, members = pipe.execute()
        return [member.decode() for member in members]

    def keep(self, sight: str, value: bytes, *, seconds: int) -> None:
        """What was counted for all who look, for those who ask instead of being told; raises `RedisError`."""
        self.redis.set(f"{_SIGHTS}:{sight}", value, ex=seconds)

    def kept(self, sight: str) -> bytes | None:
        """What was counted last, unless it is too old or Redis is away."""
        try:
            found = self.redis.get(f"{_SIGHTS}:{sight}")
        except RedisError:
            return None
        return found if isinstance(found, bytes) else None

    def is_watched(self) -> bool:
        """Whether any process listens for messages, which it does once a page of it is open."""
        return bool(self.redis.pubsub_numpat())

    def _taken(self, bells: str) -> list[str]:
        with self.redis.pipeline() as pipe:
            pipe.smembers(bells)
            pipe.delete(bells)
            members, _ = pipe.execute()
        return sorted(member.decode() for member in members)

    def messages(self, poll_seconds: float = 1.0) -> Iterator[tuple[str, str, str] | None]:
        """Everything published, as (channel, event, html); None when nothing came for `poll_seconds`.

        Raises `redis.exceptions.RedisError` when the connection is lost.
        """
        subscription = self.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        try:
            subscription.psubscribe(_PREFIX + "*")
            while True:
                message = subscription.get_message(timeout=poll_seconds)
                if message is None:
                    yield None
                    continue
                body = json.loads(message["data"])
                yield message["channel"].decode().removeprefix(_PREFIX), body["event"], body["html"]
        finally:
            subscription.close()

    def is_reachable(self) -> bool:
        try:
            return bool(self.redis.ping())
        except RedisError:
            return False
