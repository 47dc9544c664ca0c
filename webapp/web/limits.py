"""How often somebody may ask, and how much they may send. Counted in Redis, in memory when Redis is away."""

import time

from flask import Flask, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from webapp.config import Settings
from webapp.core.errors import TooMany

SIGN_IN = "10 per minute; 60 per hour"
SEARCH = "120 per minute"
HOLD = "40 per minute"
CODES = "15 per minute"
MAILS = "5 per minute; 20 per hour"

# Only pictures are larger; a body of fields is read at once, so it is bounded before.
MOST_FIELD_BYTES = 500_000


def _too_many(limit: RequestLimit) -> None:
    seconds = max(1, int(limit.reset_at - time.time()) + 1)
    raise TooMany(f"In {seconds} seconds it goes on; nothing is lost.", retry_after=seconds)


limiter = Limiter(get_remote_address, on_breach=_too_many)
limit = limiter.limit


def register(app: Flask, settings: Settings) -> None:
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.redis_url,
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 1, "socket_connect_timeout": 1},
        RATELIMIT_STRATEGY="sliding-window-counter",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_ENABLED=settings.limits,
        RATELIMIT_KEY_PREFIX="limit",
    )
    limiter.init_app(app)
    app.before_request(_bound_fields)


def _bound_fields() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_FIELD_BYTES
