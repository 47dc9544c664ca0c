"""Ports on 127.0.0.1: the usual one when it is free, else another."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

from local.problem import Problem

DEFAULTS = {"web": 8000, "live": 8001, "sandbox": 8002, "mail": 8025, "postgres": 8054, "redis": 8063}


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def reserve(port: int) -> bool:
    """Whether nobody else is about to listen there: two starts at once must not choose the same port.

    The reservation is a locked file, and ends with this process.
    """
    path = Path(tempfile.gettempdir()) / f"marquee-port-{port}"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        # Another user's reservation may not be opened at all.
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    return True


def any_free() -> int:
    """A port that nobody listens on, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def near(port: int, used: set[int]) -> int:
    """The first free port after `port`, so that a second checkout gets 8010 and not 41873."""
    for candidate in range(port + 10, port + 1000, 10):
        if candidate not in used and is_free(candidate) and reserve(candidate):
            return candidate
    return any_free()


def chosen(name: str, variable: str) -> int | None:
    """The port a person asked for by an environment variable."""
    value = os.environ.get(variable, "")
    if not value:
        return None
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Problem(f"{variable}={value} is not a port: choose a number between 1 and 65535.")
    if not is_free(int(value)):
        raise Problem(f"{variable}={value} is taken by another program: choose another port for {name}.")
    return int(value)


def take(name: str, used: set[int], variable: str = "") -> int:
    """The port for `name`: the chosen one, else the default, else another near it, and says so."""
    wanted = chosen(name, variable) if variable else None
    default = DEFAULTS[name]
    if wanted is not None:
        port = wanted
    elif default not in used and is_free(default) and reserve(default):
        port = default
    else:
        port = near(default, used)
        print(f"Port {default} is taken, so {name} uses {port}.", flush=True)
    used.add(port)
    return port
