"""The agents: each reads the committed files of its kind and one generated file with what is its own."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cluster.certificates import Certificate
from local.cluster.layout import (
    CONSUL_PORT,
    DATACENTER,
    FOLDER,
    LOG,
    REGION,
    SERVER_ADDRESS,
    ZONES,
    consul_url,
    folder,
    nomad_url,
)
from local.paths import ROOT
from local.server import Server

# Each client hands out ports of its own: they all stand on one machine.
PORTS_OF_A_ZONE = 1_000
FIRST_PORT = 21_000
# Every process of the cluster has it in its environment, tasks too: so `make cluster-stop` finds them all.
MARK = "MARQUEE_CLUSTER"
# What the system's programs need; nothing of the person's shell (AWS_CA_BUNDLE stops a Nomad agent).
NEEDED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
# The folders of the machine that a task of the `exec` driver sees, read-only: nothing is copied for it.
SYSTEM = ("/bin", "/usr", "/lib", "/lib64")


@dataclass(frozen=True)
class Place:
    """Where an agent runs: its name, its address, and which zone it is, counted from 0; None for servers."""

    name: str
    address: str
    zone: int | None = None

    @property
    def kind(self) -> str:
        """`server` or `client`, as the configuration files are called."""
        return "server" if self.zone is None else "client"


SERVER = Place("server", SERVER_ADDRESS)
PLACES = tuple(Place(name, address, zone) for zone, (name, address) in enumerate(ZONES.items()))


def slice_of(place: Place) -> str:
    """The tree of cgroups that the tasks of a zone live in."""
    return f"marquee-{place.name}.slice"


def consul(
    program: Path, place: Place, certificate: Certificate, gossip: str, tokens: dict[str, str]
) -> Server:
    """A Consul agent; `tokens` are those of its `acl.tokens` block."""
    own: dict[str, Any] = {
        "node_name": f"zone-{place.name}" if place.kind == "client" else place.name,
        "datacenter": DATACENTER,
        "data_dir": str(folder(f"consul-{place.name}")),
        "bind_addr": place.address,
        "client_addr": place.address,
        "encrypt": gossip,
        "tls": {"defaults": certificate.settings()},
        "acl": {"tokens": tokens},
        "ports": {"serf_wan": -1},
    }
    if place.kind == "server":
        own["bootstrap_expect"] = 1
    else:
        own["retry_join"] = [SERVER_ADDRESS]
        own["node_meta"] = {"zone": place.name}
    configured = [ROOT / "consul" / "base.hcl", ROOT / "consul" / f"{place.kind}.hcl"]
    command = [str(program), "agent", *_files("config-file", [*configured, _written("consul", place, own)])]
    return _server("Consul", place, command, consul_url(place.address))


def nomad(
    program: Path, place: Place, certificate: Certificate, gossip: str, beside: dict[str, Any]
) -> Server:
    """A Nomad agent; `beside` is how it reaches the Consul agent of its place."""
    own: dict[str, Any] = {
        "name": f"zone-{place.name}" if place.kind == "client" else place.name,
        "region": REGION,
        "datacenter": DATACENTER,
        "data_dir": str(folder(f"nomad-{place.name}", 0o711)),
        "bind_addr": place.address,
        # On loopback Nomad refuses to guess.
        "advertise": {"http": place.address, "rpc": place.address, "serf": place.address},
        "tls": certificate.settings(),
        "consul": beside,
    }
    if place.zone is None:
        own["server"] = {"bootstrap_expect": 1, "encrypt": gossip}
    else:
        own["client"] = _client(place, place.zone)
    configured = [ROOT / "nomad" / "agent" / "base.hcl", ROOT / "nomad" / "agent" / f"{place.kind}.hcl"]
    command = [str(program), "agent", *_files("config", [*configured, _written("nomad", place, own)])]
    return _server("Nomad", place, command, nomad_url(place.address))


def consul_of(place: Place, authority: Path, token: str) -> dict[str, Any]:
    """How a Nomad agent reaches the Consul agent beside it."""
    return {
        "address": f"{place.address}:{CONSUL_PORT}",
        "ssl": True,
        "ca_file": str(authority),
        "token": token,
    }


def _client(place: Place, zone: int) -> dict[str, Any]:
    first = FIRST_PORT + zone * PORTS_OF_A_ZONE
    volumes = {name.strip("/"): {"path": name, "read_only": True} for name in SYSTEM if Path(name).is_dir()}
    volumes["artifacts"] = {"path": str(folder("releases", 0o755)), "read_only": True}
    # Whoever a task runs as may add a poster: one folder of all copies stands in for S3.
    volumes["media"] = {"path": str(folder("media", 0o1777)), "read_only": False}
    return {
        "servers": [f"{SERVER_ADDRESS}:4647"],
        "network_interface": "lo",
        "cgroup_parent": slice_of(place),
        "min_dynamic_port": first,
        "max_dynamic_port": first + PORTS_OF_A_ZONE - 1,
        "meta": {"zone": place.name},
        "host_volume": volumes,
        "alloc_mounts_dir": str(folder(f"nomad-{place.name}/mounts", 0o711)),
        # Each zone is a third of this machine.
        "memory_total_mb": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20 // len(ZONES),
    }


def _files(option: str, paths: list[Path]) -> list[str]:
    return [f"-{option}={path}" for path in paths]


def _written(kind: str, place: Place, own: dict[str, Any]) -> Path:
    path = folder("agents") / f"{kind}-{place.name}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(own, indent=2) + "\n")
    return path


def _server(kind: str, place: Place, command: list[str], url: str) -> Server:
    env = {name: os.environ[name] for name in NEEDED if name in os.environ} | {MARK: str(FOLDER)}
    log = LOG / f"{kind.lower()}-{place.name}.log"
    return Server(f"{kind} of {place.name}", command, url, log, env=env, bound=True)
