"""The agents, from nothing to three zones that take work, in the order that they need each other."""

import base64
import os
import secrets
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.cluster import agents, api, rights
from local.cluster.agents import PLACES, SERVER, Place
from local.cluster.api import Api
from local.cluster.certificates import Authority
from local.cluster.layout import FOLDER, SERVER_ADDRESS, consul_url, folder, keep, nomad_url
from local.server import Server

SHARES_OF_A_PROCESS = 1024
PROCESSES_WORTH = 16


@dataclass(frozen=True)
class Standing:
    """Agents that run, by names as `consul-a`, and the two APIs with tokens that may do everything."""

    consul: Api
    nomad: Api
    agents: dict[str, Server]


def stand(ending: ExitStack, programs: dict[str, Path], jobs: list[str]) -> Standing:
    """Start all agents; `ending` stops them. `jobs` are those that may ask Consul."""
    authorities = {name: Authority(programs[name]).make() for name in ("consul", "nomad")}
    running: dict[str, Server] = {}
    consul = _consul_server(ending, authorities["consul"], running)
    rights.policies(consul)
    nomad = _nomad_server(ending, authorities, consul, running)
    rights.trust_workloads(consul, nomad.url, nomad.authority, jobs)
    for place in PLACES:
        _zone(ending, place, authorities, consul, running)
    nomad.until(
        "three zones that take work",
        "/v1/nodes",
        lambda nodes: sum(node["Status"] == "ready" for node in nodes or ()) == len(PLACES),
    )
    give_weight()
    return Standing(consul, nomad, running)


def give_weight() -> None:
    """With the first version of cgroups all tasks together would get as much CPU as one process."""
    shares = Path("/sys/fs/cgroup/cpu/nomad/cpu.shares")
    if os.geteuid() == 0 and shares.exists():
        shares.write_text(str(SHARES_OF_A_PROCESS * PROCESSES_WORTH))


def _consul_server(ending: ExitStack, authority: Authority, running: dict[str, Server]) -> Api:
    management = str(uuid.uuid4())
    tokens = {"initial_management": management, "agent": management, "dns": management}
    certificate = authority.issue("server", "server", SERVER_ADDRESS)
    server = agents.consul(authority.program, SERVER, certificate, _gossip("consul"), tokens)
    _start(ending, running, "consul-server", server)
    asked = api.consul(consul_url(), authority.certificate, management)
    asked.agent = server
    asked.until("a leader", "/v1/status/leader", bool)
    asked.until("its ACLs", "/v1/acl/policies", lambda found: isinstance(found, list))
    keep("consul.token", management)
    return asked


def _nomad_server(
    ending: ExitStack, authorities: dict[str, Authority], consul: Api, running: dict[str, Server]
) -> Api:
    nomad, trusted = authorities["nomad"], authorities["consul"].certificate
    beside = agents.consul_of(SERVER, trusted, rights.policy_token(consul, "agent", "Nomad server"))
    certificate = nomad.issue("server", "server", SERVER_ADDRESS)
    server = agents.nomad(nomad.program, SERVER, certificate, _gossip("nomad"), beside)
    _start(ending, running, "nomad-server", server)
    asked = api.nomad(nomad_url(), nomad.certificate)
    asked.agent = server
    asked.until("a leader", "/v1/status/leader", bool)
    management = str(uuid.uuid4())
    asked.ask("POST", "/v1/acl/bootstrap", {"BootstrapSecret": management})
    asked.token = management
    keep("nomad.token", management)
    return asked


def _zone(
    ending: ExitStack,
    place: Place,
    authorities: dict[str, Authority],
    consul: Api,
    running: dict[str, Server],
) -> None:
    """The Consul and Nomad agent of one zone, on its own address."""
    trusted = authorities["consul"].certificate
    tokens = {
        "agent": rights.node_token(consul, f"zone-{place.name}"),
        "dns": rights.policy_token(consul, "ingress", f"DNS of zone {place.name}"),
    }
    certificate = authorities["consul"].issue(place.name, "client", place.address)
    beside = agents.consul(authorities["consul"].program, place, certificate, _gossip("consul"), tokens)
    token = rights.policy_token(consul, "agent", f"Nomad client of zone {place.name}")
    reached = agents.consul_of(place, trusted, token)
    certificate = authorities["nomad"].issue(place.name, "client", place.address)
    client = agents.nomad(authorities["nomad"].program, place, certificate, "", reached)
    _start(ending, running, f"consul-{place.name}", beside)
    _start(ending, running, f"nomad-{place.name}", client)


def _start(ending: ExitStack, running: dict[str, Server], name: str, server: Server) -> None:
    ending.callback(_end, server)
    server.start()
    running[name] = server


def _end(server: Server) -> None:
    """At once: its data go with it, and what it ran is swept up afterwards."""
    if server.process is not None:
        server.process.kill()
        server.process.wait()


def _gossip(name: str) -> str:
    """The key that agents of one kind share, made once per cluster."""
    path = folder("keys") / f"{name}.gossip"
    if not path.exists():
        keep(str(path.relative_to(FOLDER)), base64.b64encode(secrets.token_bytes(32)).decode())
    return path.read_text()
