"""A file read by a process of its own, which may use so much memory and time and no more."""

import multiprocessing
from dataclasses import dataclass
from pathlib import Path

from webapp.importing.readers import bounded
from webapp.importing.rules.found import Asked, Reading, Refused
from webapp.importing.rules.settled import Limits
from webapp.importing.rules.sizes import LARGEST, too_large


@dataclass(frozen=True)
class Source:
    """A file: what it is called, and its bytes."""

    name: str
    content: bytes


def opened(path: Path) -> Source:
    """A file of this machine; refused where it is none or too large, before it is read."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Refused("no-file", "It is a folder. Name the files in it.")
        if size > LARGEST:
            raise Refused("too-large", too_large(size))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise Refused("no-file", f"It cannot be read: {reason}. Name a file that is there.") from None
    if len(content) > LARGEST:
        raise Refused("too-large", too_large(len(content)))
    # A name may hold bytes that are no letters, which are kept nowhere.
    return Source(path.name.encode("utf-8", "replace").decode(), content)


def read(source: Source, asked: Asked, limits: Limits, *, seconds: int = bounded.SECONDS) -> Reading:
    """What a source says; a process that is ended by its bounds is a refusal like any other."""
    processes = multiprocessing.get_context("spawn")
    receiving, sending = processes.Pipe(duplex=False)
    child = processes.Process(
        target=bounded.answer, args=(sending, source.content, asked, limits), daemon=True
    )
    child.start()
    sending.close()
    try:
        said: bounded.Answer = receiving.recv() if receiving.poll(seconds) else bounded.too_long()
    except EOFError:  # it was ended in the middle
        child.join(5)
        said = bounded.too_long() if child.exitcode == -bounded.OUT_OF_TIME else bounded.too_much()
    finally:
        child.kill()
        child.join()
        receiving.close()
    if isinstance(said, Reading):
        return said
    raise Refused(*said)
