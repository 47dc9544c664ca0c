"""What every job is given: the parts of the house that work without a request."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import UUID

from jinja2 import Environment
from pybreaker import CircuitBreaker
from redis import Redis

from webapp.config import Settings
from webapp.consequences import AT_ONCE
from webapp.core import clock, logs, outbox
from webapp.core.db import Database, Session
from webapp.core.live import Live
from webapp.core.media import Media
from webapp.payments.gateway import Gateway, SandboxGateway
from workers.templates import make_templates

# What a job changes in our own database: it runs in one transaction with the mark that the job is done.
Effect = Callable[[Session], None]
JobFunction = Callable[..., Effect | None]


@dataclass(frozen=True)
class Context:
    """`delivery_id` names what is being done: whatever leaves the house carries it, so a repeat is known."""

    settings: Settings
    database: Database
    redis: Redis
    gateway: Gateway
    live: Live
    media: Media
    smtp: CircuitBreaker
    templates: Environment
    delivery_id: UUID | None = None

    def now(self) -> datetime:
        return clock.now()

    def address(self, path: str) -> str:
        """The full address of a page of ours."""
        return self.settings.base_url + path

    def render(self, template: str, **values: Any) -> str:
        return self.templates.get_template(template).render(values)

    def of(self, delivery_id: UUID) -> "Context":
        return replace(self, delivery_id=delivery_id)


def make_context(settings: Settings) -> Context:
    """The parts of one process; made after a fork, never before."""
    logs.configure(as_json=settings.environment == "production")
    outbox.install(AT_ONCE)
    return Context(
        settings=settings,
        database=Database(settings.database_url, pool_size=4),
        redis=Redis.from_url(settings.redis_url),
        gateway=SandboxGateway(settings.gateway_url, settings.gateway_key, settings.gateway_webhook_secret),
        live=Live(settings.redis_url),
        media=Media(settings.media_dir),
        # Five failures in a row: for half a minute nobody waits for a server that does not answer.
        # That one guest's address is refused says nothing about the server.
        smtp=CircuitBreaker(fail_max=5, reset_timeout=30, exclude=[SMTPRecipientsRefused], name="smtp"),
        templates=make_templates(settings),
    )
