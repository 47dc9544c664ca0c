"""A source read within bounds: in a process of its own, of so much memory and time, and of so many events.

Readers use other people's parsers on other people's files. What goes wrong there ends this process only.
"""

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from webapp.importing.readers import cleaning, sniffing
from webapp.importing.rules import settled
from webapp.importing.rules.found import Asked, Column, Reading, Refused, Remark
from webapp.importing.rules.settled import Limits

MEMORY = 512 * 1024 * 1024
SECONDS = 60
MOST_EVENTS = 20_000
MOST_DATES = 100_000
MOST_TEXT = 40_000_000
OUT_OF_TIME = signal.SIGXCPU  # what the system ends a process with that has used its time

# What crosses to the other process: a reading, or the parts of a refusal.
Answer = Reading | tuple[str, str, tuple[Remark, ...], tuple[Column, ...]]


def answer(connection: Connection, content: bytes, asked: Asked, limits: Limits) -> None:
    """Read, and send what came out; the whole life of the process."""
    bind()
    sys.stdout = sys.stderr  # what a parser prints is no part of a report
    try:
        said: Answer = read(content, asked, limits)
    except Refused as refusal:
        said = refusal.code, refusal.message, refusal.remarks, refusal.columns
    except MemoryError:
        said = too_much()
    except RecursionError:
        said = "nested-too-deep", "It is nested deeper than any list of events is. Export it again.", (), ()
    except Exception as problem:  # noqa: BLE001  # a slip of a parser refuses this file only
        kind = type(problem).__name__
        said = "unreadable", f"It cannot be read: {kind} ({str(problem)[:200]}). Export it again.", (), ()
    connection.send(said)
    connection.close()


def read(content: bytes, asked: Asked, limits: Limits) -> Reading:
    """What a source says, each event once and inside the window."""
    module: Any = import_module(f"webapp.importing.readers.{sniffing.form(content)}")
    reading = settled.settled(module.read(content, asked), limits)
    _require_few(reading)
    return replace(reading, remarks=(*reading.remarks, *_about_bytes(content)))


def _about_bytes(content: bytes) -> Iterator[Remark]:
    """What is said of bytes that no text has."""
    if lines := cleaning.zero_bytes(content):
        where = f"line {lines[0]}" if len(lines) == 1 else f"line {lines[0]} and {len(lines) - 1} more"
        message = "A zero byte stands here, which no text has; it was passed over. Look at what is beside it."
        yield Remark(where, "zero-byte", message, tuple(f"line {line}" for line in lines))


def too_much() -> Answer:
    """The refusal of a file that needs more than a reader gets."""
    size = MEMORY // 1024 // 1024
    message = f"Reading it needs more than {size} MB of memory. Divide it, or export a shorter time."
    return "too-large", message, (), ()


def too_long() -> Answer:
    """The refusal of a file that takes too long."""
    message = f"Reading it takes more than {SECONDS} seconds. Divide it, or export a shorter time."
    return "too-slow", message, (), ()


def bind() -> None:
    """Limit this process from now on."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # some systems know no such limit
            resource.setrlimit(kind, (most, most))


def _require_few(reading: Reading) -> None:
    dates = sum(len(found.occurrences) for found in reading.events)
    if len(reading.events) > MOST_EVENTS or dates > MOST_DATES:
        message = (
            f"It has {len(reading.events):,} events on {dates:,} dates; {MOST_EVENTS:,} on {MOST_DATES:,} "
            "are the most. Choose a shorter time by --from and --until."
        )
        raise Refused("too-many", message)
    if sum(len(found.description) for found in reading.events) > MOST_TEXT:
        raise Refused("too-large", "Its descriptions are longer than those of any season. Divide it.")
