"""The line of people before a sale, in Redis: who waits in which order, who is inside.

One script answers each look in one round trip. It also lets people in, at the dialled pace and never more
than may shop at once: whoever looks moves the line, so no process has to tick. All web processes and the
clock run the same script, and Redis runs one at a time. The keys belong to one draw of one room.

Nothing here must survive. Who waits carries a signed joining and is put back at their place by their next
look; who has a pass is put back inside by their next step.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from webapp.core.ids import fingerprint
from webapp.waitingroom import rules
from webapp.waitingroom.rules import Pace

State = Literal["none", "waiting", "inside", "over"]

RECENT_MINUTES = 6
# A Redis that did not answer is not asked again for so long: nobody waits for it.
REST_SECONDS = 1.0
# A rush is more than so many seconds' worth of holds, so that one busy second is none.
COUNTED_SECONDS = 3
SPENT_SECONDS = 900

LOOK = """
local waiting, inside, over, door, minutes = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now, me, place, fresh = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4] == '1'
local open, pace, most = ARGV[5] == '1', tonumber(ARGV[6]), tonumber(ARGV[7])
local come_in, gather, recent = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local state, ahead, until_when = 'none', -1, ''

-- Only an emptied Redis has no door while somebody waits; then all gather first.
local at = tonumber(redis.call('HGET', door, 'at'))
if not at then
  if me == '' then return {state, ahead, 0, 0, 0, '', '', {}} end
  at = fresh and now or now + gather
  redis.call('HSET', door, 'at', at, 'tokens', fresh and 1 or 0)
end

local late = redis.call('ZRANGEBYSCORE', inside, '-inf', now, 'LIMIT', 0, 500)
if #late > 0 then
  redis.call('ZREM', inside, unpack(late))
  redis.call('SADD', over, unpack(late))
end

local crowd = redis.call('ZCARD', waiting)
local was_empty = crowd == 0
if me ~= '' then
  local pass = redis.call('ZSCORE', inside, me)
  if pass then
    state, until_when = 'inside', pass
  elseif redis.call('SISMEMBER', over, me) == 1 then
    state = 'over'
  else
    state = 'waiting'
    if place == '' then
      local last = tonumber(redis.call('HGET', door, 'last')) or 0
      place = string.format('%.6f', math.max(now, last + 0.000001))
      redis.call('HSET', door, 'last', place)
    end
    crowd = crowd + redis.call('ZADD', waiting, 'NX', place, me)
  end
end

local shoppers = redis.call('ZCARD', inside)
if at <= now then
  if open then
    -- What was missed because nobody looked is made up for, a minute's worth at most.
    local tokens = tonumber(redis.call('HGET', door, 'tokens')) + (now - at) * pace
    tokens = math.min(tokens, was_empty and 1 or math.max(1, pace * 60))
    local n = math.min(math.floor(tokens + 1e-9), most - shoppers, crowd, 1000)
    if n > 0 then
      local first, given = redis.call('ZPOPMIN', waiting, n), {}
      for i = 1, #first, 2 do
        given[#given + 1] = now + come_in
        given[#given + 1] = first[i]
        if first[i] == me then state, until_when = 'inside', now + come_in end
      end
      redis.call('ZADD', inside, unpack(given))
      redis.call('HINCRBY', door, 'admitted', n)
      redis.call('HINCRBY', minutes, math.floor(now / 60), n)
      crowd, shoppers, tokens = crowd - n, shoppers + n, tokens - n
    end
    if n > 0 or was_empty then redis.call('HSET', door, 'at', now, 'tokens', tokens) end
  elseif now - at >= 1 then
    redis.call('HSET', door, 'at', now)
  end
end

if state == 'waiting' then ahead = redis.call('ZRANK', waiting, me) end
local this, names = math.floor(now / 60), {}
for i = 0, recent - 1 do names[#names + 1] = this - i end
local counts = redis.call('HMGET', minutes, unpack(names))
for i = 1, recent do counts[i] = tonumber(counts[i]) or 0 end
local admitted = tonumber(redis.call('HGET', door, 'admitted')) or 0
return {state, ahead, crowd, shoppers, admitted, tostring(until_when), tostring(place), counts}
"""

# One's own and another device: more baskets are no one visitor.
MOST_BASKETS = 2

# Somebody goes in, or goes on shopping: their time begins again. With `must` only who is inside already,
# and only that adds a basket. -1: in too many baskets; 0: not inside; 1: for the first time; 2: again.
STEP = """
local inside, waiting, over, entered, baskets, many = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local me, until_when, basket, now, must = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
if redis.call('SISMEMBER', over, me) == 1 then return 0 end
local pass = tonumber(redis.call('ZSCORE', inside, me))
if must and (not pass or pass <= now) then return 0 end
if redis.call('HGET', baskets, basket) ~= me then
  local had = tonumber(redis.call('HGET', many, me)) or 0
  if not must and had > 0 then return 0 end
  if had >= tonumber(ARGV[6]) then return -1 end
  redis.call('HINCRBY', many, me, 1)
  redis.call('HSET', baskets, basket, me)
end
redis.call('ZREM', waiting, me)
redis.call('ZADD', inside, until_when, me)
return redis.call('SADD', entered, me) == 1 and 1 or 2
"""

END = """
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
"""

BOUGHT = """
for _, basket in ipairs(ARGV) do
  local who = redis.call('HGET', KEYS[1], basket)
  if who then
    redis.call('HDEL', KEYS[1], basket)
    redis.call('ZREM', KEYS[2], who)
    redis.call('SADD', KEYS[3], who)
  end
end
"""

PARTS = ("waiting", "inside", "over", "door", "minutes", "entered", "baskets", "many")


class TooManyBaskets(Exception):
    """The place was used to shop with on as many devices as may."""


class LineAway(Exception):
    """Redis does not answer: who waits keeps waiting, who has a pass goes on."""


@dataclass(frozen=True)
class Member:
    """Somebody in line; `place` is None for who comes after the start and has none yet."""

    join_id: UUID
    place: float | None


@dataclass(frozen=True)
class Look:
    """What somebody sees in line. `ahead` is -1 for who does not wait; `until` is when a pass ends."""

    state: State
    ahead: int
    waiting: int
    inside: int
    admitted: int
    until: float
    place: float
    recent: Sequence[int]


class Line:
    """All lines of all rooms; raises LineAway when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._look = redis.register_script(LOOK)
        self._step = redis.register_script(STEP)
        self._end = redis.register_script(END)
        self._bought = redis.register_script(BOUGHT)
        self._away_until = 0.0

    def look(self, draw_id: UUID, pace: Pace, now: datetime, member: Member | None = None) -> Look:
        """Stand in line still, and see how it goes; without a joining only look, and move the line."""
        return self._looked(draw_id, pace, now, member)

    def join(self, draw_id: UUID, pace: Pace, now: datetime, *, join_id: UUID, place: float | None) -> Look:
        """Stand in line for the first time; without a drawn place behind everybody."""
        return self._looked(draw_id, pace, now, Member(join_id, place), is_fresh=True)

    def _looked(
        self, draw_id: UUID, pace: Pace, now: datetime, member: Member | None, *, is_fresh: bool = False
    ) -> Look:
        place = member.place if member else None
        said = self._ask(
            self._look,
            _keys(draw_id, "waiting", "inside", "over", "door", "minutes"),
            [
                repr(now.timestamp()),
                str(member.join_id) if member else "",
                "" if place is None else repr(place),
                # An empty Redis is no sign that it was emptied when somebody is the first to come.
                int(is_fresh),
                int(pace.is_open),
                repr(pace.per_minute / 60),
                pace.most_inside,
                rules.COME_IN.total_seconds(),
                rules.GATHER.total_seconds(),
                RECENT_MINUTES,
            ],
        )
        state, ahead, waiting, inside, admitted, until, stands, recent = said
        return Look(
            state.decode(), ahead, waiting, inside, admitted, float(until or 0), float(stands or 0), recent
        )

    def enter(self, draw_id: UUID, join_id: UUID, basket: str, now: datetime) -> tuple[bool, bool]:
        """Go in when it is one's turn; whether one may, and whether it is the first time."""
        said = self._stepped(draw_id, join_id, basket, now, must=True)
        if said < 0:
            raise TooManyBaskets
        return said > 0, said == 1

    def renew(self, draw_id: UUID, join_id: UUID, basket: str, now: datetime) -> bool:
        """Go on shopping with a pass that is good; False when given up, used to buy, or of another basket."""
        return self._stepped(draw_id, join_id, basket, now, must=False) > 0

    def end(self, draw_id: UUID, join_id: UUID) -> None:
        """Leave, from the line or from the sale; the place goes to the next one."""
        self._ask(self._end, _keys(draw_id, "waiting", "inside", "over"), [str(join_id)])

    def end_of_baskets(self, draw_id: UUID, baskets: Sequence[str]) -> None:
        """Whoever shopped with one of these has bought, and makes room."""
        if baskets:
            self._ask(self._bought, _keys(draw_id, "baskets", "inside", "over"), list(baskets))

    def count_hold(self, room_id: UUID, now: datetime) -> float:
        """One more hold is tried in a sale whose room is on its guard; how many a second it were lately."""
        second = int(now.timestamp())
        names = [f"room:{{{room_id.hex}}}:holds:{second - ago}" for ago in range(COUNTED_SECONDS)]

        def ask() -> Any:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.incr(names[0])
                pipe.expire(names[0], 10)
                pipe.mget(names)
                return pipe.execute()

        *_, counts = self._guarded(ask)
        return sum(int(count or 0) for count in counts) / COUNTED_SECONDS

    def spend(self, draw_id: UUID, word: str) -> bool:
        """True for the first who comes with this word."""
        [key] = _keys(draw_id, "spent")
        name = f"{key}:{fingerprint(word)}"
        return bool(self._guarded(lambda: self._redis.set(name, 1, nx=True, ex=SPENT_SECONDS)))

    def forget(self, draw_ids: Sequence[UUID]) -> None:
        """Empty the lines of draws that are over."""
        keys = [key for draw_id in draw_ids for key in _keys(draw_id, *PARTS)]
        if keys:
            self._guarded(lambda: self._redis.unlink(*keys))

    def _stepped(self, draw_id: UUID, join_id: UUID, basket: str, now: datetime, *, must: bool) -> int:
        until = (now + rules.SHOP).timestamp()
        return int(
            self._ask(
                self._step,
                _keys(draw_id, "inside", "waiting", "over", "entered", "baskets", "many"),
                [str(join_id), repr(until), basket, repr(now.timestamp()), int(must), MOST_BASKETS],
            )
        )

    def _ask(self, script: Any, keys: list[str], arguments: list[Any]) -> Any:
        return self._guarded(lambda: script(keys=keys, args=arguments))

    def _guarded(self, ask: Callable[[], Any]) -> Any:
        if time.monotonic() < self._away_until:
            raise LineAway
        try:
            return ask()
        except RedisError as error:
            self._away_until = time.monotonic() + REST_SECONDS
            raise LineAway from error


def _keys(draw_id: UUID, *parts: str) -> list[str]:
    # The braces keep all keys of a draw on one node of a cluster.
    return [f"room:{{{draw_id.hex}}}:{part}" for part in parts]
