"""How processes write their log: one line of JSON in production, readable lines elsewhere, never a secret.

Tracebacks carry no values of variables: among them are passwords just typed, and our own keys.
"""

import sys

import structlog


def configure(*, as_json: bool) -> None:
    """Called once when a process starts."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    readable = structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    machine = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(processors=[*shared, *(machine if as_json else [readable])])
