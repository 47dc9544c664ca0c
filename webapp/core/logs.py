"""How processes write their log: JSON lines in production; elsewhere what needs a look; never a secret.

Tracebacks carry no values of variables: among them are passwords just typed, and our own keys. Nor do they
carry the rows that PostgreSQL quotes when it refuses one.
"""

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_QUOTED_ROW = re.compile(r"^DETAIL:.*?(?=^\[SQL|^\(Background|\Z)", re.DOTALL | re.MULTILINE)


def configure(*, as_json: bool) -> None:
    """Called once when a process starts."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        _without_quoted_rows,
    ]
    if as_json:
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        structlog.configure(processors=[stamp, *shared, structlog.processors.JSONRenderer()])
        return
    # The supervisor writes the time before each line, and its window is small.
    readable = structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    quiet = structlog.make_filtering_bound_logger("warning")
    structlog.configure(processors=[*shared, readable], wrapper_class=quiet)


def _without_quoted_rows(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in ("exception", "error"):
        if isinstance(said.get(name), str):
            said[name] = _QUOTED_ROW.sub("", said[name])
    return said
