"""How often somebody may ask, and how much they may send. Counted in Redis, in memory when Redis is away."""

import time
from ipaddress import ip_address, ip_network

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from webapp.config import Settings
from webapp.core.errors import TooMany
from webapp.web.problems import refused

SIGN_IN = "10 per minute; 60 per hour"
# Codes of six figures are guessed by trying: at this pace for centuries.
FACTOR = "6 per minute; 20 per hour; 60 per day"
SEARCH = "120 per minute"
HOLD = "40 per minute"
# People behind one router or one operator's address share it, so it is wide; robots at home run against it.
JOIN = "300 per minute"
CODES = "15 per minute"
MAILS = "5 per minute; 20 per hour"
# A whole team is invited in an evening; nobody else is written to by that way.
INVITATIONS = "10 per minute; 60 per hour"

# Only pictures are larger; a body of fields is read at once, so it is bounded before.
MOST_FIELD_BYTES = 500_000


limiter = Limiter(get_remote_address)
limit = limiter.limit


def network() -> str:
    """The visitor's network: whoever has one address has many more of it."""
    address = ip_address(get_remote_address())
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))


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
    # Not on_breach: Flask-Limiter takes what is raised there for a lost storage, and lets the request in.
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.before_request(_bound_fields)


def _bound_fields() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_FIELD_BYTES


def _too_many(_: Exception) -> Response:
    breached = limiter.current_limit
    seconds = max(1, int(breached.reset_at - time.time()) + 1) if breached else 60
    return refused(TooMany(f"In {seconds} seconds it goes on; nothing is lost.", retry_after=seconds))
