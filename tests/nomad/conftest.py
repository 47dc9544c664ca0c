"""A Consul and a Nomad of their own for what only they can say of a job; skipped where no Nomad is."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import urllib3

from local import ports
from local.cluster import agents, tools
from local.paths import ROOT
from local.server import Server

Run = Callable[..., subprocess.CompletedProcess[str]]
# The laptop's largest figures, so that a plan never fails for want of a processor.
ROOM = {"cpu_total_compute": 50_000, "memory_total_mb": 50_000}


@pytest.fixture(scope="session")
def programs() -> dict[str, Path]:
    found = {tool.name: path for tool in (tools.NOMAD, tools.CONSUL) if (path := tools.find(tool))}
    if len(found) < 2:
        pytest.skip("Nomad and Consul are not on this machine yet: `make cluster` builds them.")
    return found


@pytest.fixture(scope="session")
def servers(programs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Nomad that knows one zone, set up as a client of the cluster is."""
    folder = tmp_path_factory.mktemp("nomad")
    with ExitStack() as ending:
        consul = _consul(programs["consul"], folder)
        nomad = _nomad(programs["nomad"], folder, consul.url)
        for server in (consul, nomad):
            server.start()
            ending.callback(server.stop)
        with nomad.patience(60) as again:
            while again() and not _is_ready(nomad.url):
                pass
        yield nomad.url


@pytest.fixture(scope="session")
def ask(programs: dict[str, Path], servers: str) -> Run:
    """`nomad WORDS…` as an operator types it, at the checkout's root."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "NOMAD_ADDR": servers}
        command = [str(programs["nomad"]), *words]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    return run


def _consul(program: Path, folder: Path) -> Server:
    port = ports.any_free()
    others = [f"-{name}-port={ports.any_free()}" for name in ("server", "serf-lan", "serf-wan", "grpc")]
    command = [str(program), "agent", "-dev", f"-http-port={port}", "-dns-port=-1", "-grpc-tls-port=-1"]
    return _server("consul", [*command, *others], port, folder)


def _nomad(program: Path, folder: Path, consul: str) -> Server:
    """With the committed file of clients, and the volumes that they have."""
    http, rpc, serf = (ports.any_free() for _ in range(3))
    names = [*(name.strip("/") for name in agents.SYSTEM), "artifacts", "media"]
    own: dict[str, Any] = {
        "ports": {"http": http, "rpc": rpc, "serf": serf},
        "consul": {"address": consul.removeprefix("http://")},
        "client": {
            "meta": {"zone": "a"},
            "host_volume": {name: {"path": str(folder), "read_only": name != "media"} for name in names},
            **ROOM,
        },
    }
    written = folder / "own.json"
    written.write_text(json.dumps(own))
    committed = ROOT / "nomad" / "agent" / "client.hcl"
    command = [str(program), "agent", "-dev", f"-config={committed}", f"-config={written}"]
    return _server("nomad", command, http, folder)


def _server(name: str, command: list[str], port: int, folder: Path) -> Server:
    env = {name: os.environ[name] for name in agents.NEEDED if name in os.environ}
    return Server(name, command, f"http://127.0.0.1:{port}", folder / f"{name}.log", env=env, bound=True)


def _is_ready(url: str) -> bool:
    """A job can be placed once its node is ready and knows of Consul."""
    try:
        nodes = urllib3.request("GET", f"{url}/v1/nodes", retries=False, timeout=2).json()
        if not nodes or nodes[0]["Status"] != "ready":
            return False
        node = urllib3.request("GET", f"{url}/v1/node/{nodes[0]['ID']}", retries=False, timeout=2).json()
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
        return False
    return "consul.version" in node["Attributes"]


@pytest.fixture(scope="session")
def driver() -> str:
    """Only root has the driver that isolates."""
    return f"-var=driver={'exec' if os.geteuid() == 0 else 'raw_exec'}"
