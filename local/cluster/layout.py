"""Where the parts of the cluster listen and lie, and what is known of one that runs."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from local.paths import LOGS, VAR

FOLDER = VAR / "cluster"
STATE = FOLDER / "cluster.json"
ENVIRONMENT = FOLDER / "env"
HELD = FOLDER / "held"
LOG = LOGS / "cluster"
REGION, DATACENTER = "global", "dc1"
SERVER_ADDRESS = "127.0.0.1"
# A zone of ours is an address of the loopback network; on EC2 it is an availability zone.
ZONES = {"a": "127.0.0.11", "b": "127.0.0.12", "c": "127.0.0.13"}
CONSUL_PORT, NOMAD_PORT, INGRESS_PORT = 8501, 4646, 8443
# Ours come last: a taken one is most likely another cluster's, and the first that is named should say so.
AGENT_PORTS = (NOMAD_PORT, 4647, 4648, CONSUL_PORT, 8300, 8301, 8503, 8600)


@dataclass(frozen=True)
class Cluster:
    """One that runs: addresses, the files with its tokens and certificates, processes by their ids."""

    version: str
    ingress: str
    ingress_ca: str
    nomad: dict[str, str]
    consul: dict[str, str]
    zones: dict[str, dict[str, str | int]]
    servers: dict[str, int]
    database_url: str
    redis_url: str
    tools: dict[str, str]
    supervisor: int
    driver: str
    started: float

    def write(self) -> None:
        """Whole or not at all, and for nobody else's eyes."""
        keep("cluster.json.new", json.dumps(asdict(self), indent=2) + "\n").replace(STATE)

    @classmethod
    def read(cls) -> "Cluster | None":
        """What `make cluster` wrote last; None when none runs."""
        return cls(**json.loads(STATE.read_text())) if STATE.exists() else None


def consul_url(address: str = SERVER_ADDRESS) -> str:
    """Where the Consul agent of a place answers."""
    return f"https://{address}:{CONSUL_PORT}"


def nomad_url(address: str = SERVER_ADDRESS) -> str:
    """Where the Nomad agent of a place answers."""
    return f"https://{address}:{NOMAD_PORT}"


def folder(name: str, mode: int = 0o700) -> Path:
    """The folder of one part, for nobody else's eyes unless a mode says so."""
    path = FOLDER / name
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def keep(name: str, secret: str) -> Path:
    """A file with a secret, for nobody else's eyes."""
    path = FOLDER / name
    path.touch(mode=0o600)
    path.write_text(secret)
    return path
