"""The cluster that drills are held on: what runs, who deploys, and how something is done to it."""

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from bench.stack import Stack
from local.cluster import api
from local.cluster.api import Api
from local.cluster.jobs import declares
from local.cluster.layout import FOLDER, HELD, Cluster
from local.paths import ROOT
from local.problem import Problem
from tests.cluster.crowd import Crowd

GROUP = "marquee"
# The services that a guest needs to browse, hold and buy.
PATH = ("catalog", "booking", "payment")
PATIENCE_SECONDS = 150.0
AWAY = (Problem, urllib3.exceptions.HTTPError)


@dataclass
class Ground:
    """One cluster that runs, with tokens that may do everything."""

    cluster: Cluster
    nomad: Api
    consul: Api
    stack: Stack
    good: dict[str, dict[str, Any]] = field(default_factory=dict)
    crowd: Crowd | None = None
    ingress: Callable[[str], str] = str

    @classmethod
    def find(cls) -> "Ground":
        """The cluster of this checkout; a Problem when none runs."""
        cluster = Cluster.read()
        if cluster is None:
            raise Problem("No cluster runs: `make cluster` starts one.")
        nomad = api.nomad(cluster.nomad["address"], Path(cluster.nomad["ca"]), _token(cluster.nomad))
        consul = api.consul(cluster.consul["address"], Path(cluster.consul["ca"]), _token(cluster.consul))
        return cls(cluster, nomad, consul, Stack(cluster.ingress, "", _settings(cluster, nomad, consul)))

    # Deploying

    def deploy(
        self, name: str, *, edit: Callable[[str], str] = str, flags: dict[str, str] | None = None
    ) -> int:
        """Submit a job as it was first submitted, with some variables or lines changed; its new version."""
        first = self.good.setdefault(name, self._submission(name))
        source, values = edit(first["Source"]), FOLDER / "drill.vars.hcl"
        if edit is not str and source == first["Source"]:
            raise Problem(f"The job file of {name} has changed: this control changes nothing in it.")
        job = FOLDER / "drill.nomad.hcl"
        job.write_text(source)
        values.write_text(first.get("Variables") or "")
        given = (first.get("VariableFlags") or {}) | (flags or {})
        given = {key: value for key, value in given.items() if declares(source, key)}
        command = [self.cluster.tools["nomad"], "job", "run", "-detach", "-preserve-counts"]
        command += [f"-var-file={values}", *(f"-var={key}={value}" for key, value in given.items()), str(job)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.nomad_env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Problem(f"Nomad did not take {name}: {' '.join((done.stderr or done.stdout).split())}")
        return int(self.nomad.ask("GET", f"/v1/job/{name}")["Version"])

    def deployed(self, name: str, version: int, seconds: float = PATIENCE_SECONDS) -> str:
        """How the deployment of this version of a job ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(*AWAY):
                for one in self.nomad.ask("GET", f"/v1/job/{name}/deployments") or ():
                    if one["JobVersion"] == version and one["Status"] in {
                        "successful",
                        "failed",
                        "cancelled",
                    }:
                        return str(one["Status"])
            time.sleep(0.3)
        raise Problem(f"The deployment of {name} came to no end within {seconds:.0f} s.")

    def roll(
        self,
        names: Iterable[str],
        *,
        edit: Callable[[str], str] = str,
        flags: dict[str, str] | None = None,
        within: float = PATIENCE_SECONDS,
    ) -> dict[str, str]:
        """All of these at once; how each ended. What did not change needs no deployment."""
        before = {name: self.version_of(name) for name in names}
        versions = {name: self.deploy(name, edit=edit, flags=flags) for name in before}
        changed = {name: version for name, version in versions.items() if version != before[name]}
        return {name: self.deployed(name, version, within) for name, version in changed.items()}

    def version_of(self, name: str) -> int:
        return int(self.nomad.ask("GET", f"/v1/job/{name}")["Version"])

    def release_of(self, name: str) -> str:
        """Which release a job asks for now."""
        return str(self.nomad.ask("GET", f"/v1/job/{name}")["Meta"]["version"])

    def release(self, suffix: str, changes: dict[str, Callable[[str], str]] | None = None) -> str:
        """Another version of what runs, laid where the zones find it; unchanged files are shared."""
        version = f"{self.cluster.version}-{suffix}"
        place = FOLDER / "releases" / version
        if place.exists():
            return version  # copies may run it
        shutil.copytree(
            FOLDER / "releases" / self.cluster.version, place, symlinks=True, copy_function=os.link
        )
        for name, change in (changes or {}).items():
            file = place / "app" / name
            text = file.read_text() if file.exists() else ""
            file.unlink(missing_ok=True)  # the good version has the same file by another name
            file.write_text(change(text))
            file.chmod(0o644)
            for kept in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
                kept.unlink()
        return version

    # Looking

    def copies(self, name: str) -> list[dict[str, Any]]:
        """Allocations of a job that run and shall run."""
        found = self.nomad.ask("GET", f"/v1/job/{name}/allocations") or []
        return [one for one in found if one["ClientStatus"] == "running" and one["DesiredStatus"] == "run"]

    def until(self, what: str, is_so: Callable[[], bool], seconds: float = 90.0) -> float:
        """Seconds until something is so; a Problem when it does not come to that."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with contextlib.suppress(*AWAY):
                if is_so():
                    return time.monotonic() - began
            time.sleep(0.3)
        raise Problem(f"Not within {seconds:.0f} s: {what}.")

    def recovers(self, is_well: Callable[[], bool]) -> float:
        """Seconds until all is well again after something was done; Consul has to hear of it first."""
        ill = self.until("Consul hears of it", lambda: not is_well(), seconds=30)
        return ill + self.until("all is well again", is_well)

    def passing(self, name: str) -> int:
        """How many copies Consul would send a guest to."""
        found = self.consul.ask("GET", f"/v1/health/service/{name}?tag=live&passing=true")
        return len(found)

    def zone_of(self, name: str) -> str:
        """The zone of the first copy of a job."""
        return str(self.copies(name)[0]["NodeName"]).removeprefix("zone-")

    def zone_to_lose(self) -> str:
        """The zone that guests need most, but without the way in: that is a load balancer's business."""
        entrance = self.zone_of("ingress")
        needed = {zone: len(self.needed_in(zone)) for zone in self.cluster.zones if zone != entrance}
        zone = max(needed, key=lambda name: needed[name])
        if not needed[zone]:
            raise Problem("No zone beside that of the ingress has a copy that guests need.")
        return zone

    def needed_in(self, zone: str) -> list[str]:
        """The services with a copy there that guests need."""
        return [name for name in PATH if any(one["NodeName"] == f"zone-{zone}" for one in self.copies(name))]

    # Doing something to it

    def scale(self, name: str, count: int) -> None:
        """As many copies of a job, and wait until guests reach them."""
        asked = {"Count": count, "Target": {"Group": GROUP}, "Message": "drill"}
        # Nomad takes no new count while a deployment is under way.
        self.until(
            f"{name} may be scaled", lambda: bool(self.nomad.ask("POST", f"/v1/job/{name}/scale", asked))
        )
        self.until(f"{count} copies of {name}", lambda: self.passing(name) == count)

    def tell(self, jobs: Iterable[str], items: dict[str, str]) -> None:
        """Other secrets for some jobs, in their Nomad variables."""
        for name in jobs:
            known = self.nomad.ask("GET", f"/v1/var/nomad/jobs/{name}")
            known["Items"] |= items
            self.nomad.ask("PUT", f"/v1/var/nomad/jobs/{name}", known)

    def node(self, zone: str) -> str:
        """The id of a zone's Nomad client that is up."""
        nodes = self.nomad.ask("GET", "/v1/nodes")
        named = [node for node in nodes if node["Name"] == f"zone-{zone}"]
        return str(max(named, key=lambda node: node["Status"] == "ready")["ID"])

    def drain(self, zone: str) -> None:
        """Everything leaves a zone."""
        spec = {"DrainSpec": {"Deadline": int(120e9), "IgnoreSystemJobs": True}}
        node = self.node(zone)
        self.nomad.ask("PUT", f"/v1/node/{node}/drain", spec)
        self.until(f"nothing runs in zone {zone}", lambda: not self._on(node))

    def undrain(self, zone: str) -> None:
        self.nomad.ask("PUT", f"/v1/node/{self.node(zone)}/drain", {"DrainSpec": None, "MarkEligible": True})

    def tasks(self, copies: Iterable[dict[str, Any]]) -> list[int]:
        """The processes of some allocations."""
        marks = [f"NOMAD_ALLOC_ID={copy['ID']}\0".encode() for copy in copies]
        return [pid for pid, environ in _environments() if any(mark in environ for mark in marks)]

    def everything_in(self, zone: str) -> list[int]:
        """Its Nomad client, its Consul agent and all tasks."""
        now = Cluster.read() or self.cluster
        agents = [int(now.zones[zone][kind]) for kind in ("nomad_pid", "consul_pid")]
        return [*agents, *self.tasks(self._on(self.node(zone)))]

    def hold(self, zone: str) -> None:
        """The supervisor does not start this zone's agents again until `let_go`."""
        HELD.mkdir(parents=True, exist_ok=True)
        for kind in ("nomad", "consul"):
            (HELD / f"{kind}-{zone}").touch()

    def let_go(self, zone: str) -> None:
        for kind in ("nomad", "consul"):
            (HELD / f"{kind}-{zone}").unlink(missing_ok=True)
        self.until(f"zone {zone} takes work", lambda: self._is_ready(zone))

    def agent(self, place: str, kind: str) -> int:
        """The process of an agent: `place` is a zone or `servers`."""
        now = Cluster.read() or self.cluster
        facts: dict[str, Any] = now.servers if place == "servers" else now.zones[place]
        return int(facts[f"{kind}_pid"])

    @property
    def nomad_env(self) -> dict[str, str]:
        """What `nomad` reads."""
        nomad, consul = self.cluster.nomad, self.cluster.consul
        return os.environ | {
            "NOMAD_ADDR": nomad["address"],
            "NOMAD_TOKEN": _token(nomad),
            "NOMAD_CACERT": nomad["ca"],
            "CONSUL_HTTP_ADDR": consul["address"],
            "CONSUL_HTTP_TOKEN": _token(consul),
            "CONSUL_CACERT": consul["ca"],
        }

    def _submission(self, name: str) -> dict[str, Any]:
        version = self.version_of(name)
        found: dict[str, Any] = self.nomad.ask("GET", f"/v1/job/{name}/submission?version={version}")
        return found

    def _on(self, node: str) -> list[dict[str, Any]]:
        found = self.nomad.ask("GET", f"/v1/node/{node}/allocations") or []
        return [one for one in found if one["ClientStatus"] == "running"]

    def _is_ready(self, zone: str) -> bool:
        nodes = self.nomad.ask("GET", "/v1/nodes")
        return any(node["Name"] == f"zone-{zone}" and node["Status"] == "ready" for node in nodes)


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Whoever has ended meanwhile needs no signal."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _environments() -> list[tuple[int, bytes]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                found.append((int(entry.name), (entry / "environ").read_bytes()))
    return found


def _token(agent: dict[str, str]) -> str:
    return Path(agent["token_file"]).read_text(encoding="utf-8").strip()


def _settings(cluster: Cluster, nomad: Api, consul: Api) -> dict[str, str]:
    """The environment of a copy, and where the count looks."""
    told = consul.ask("GET", "/v1/kv/marquee/settings?recurse=true")
    public = {one["Key"].rsplit("/", 1)[1]: base64.b64decode(one["Value"] or "").decode() for one in told}
    secret = nomad.ask("GET", "/v1/var/nomad/jobs/booking")["Items"]
    env = os.environ | public | {name: value for name, value in secret.items() if name.isupper()}
    database = cluster.database_url
    return env | {
        "MEDIA_DIR": str(FOLDER / "media"),
        "DIRECT_DATABASE_URL": database,
        "SANDBOX_DATABASE_URL": database.rsplit("/", 1)[0] + "/marquee_sandbox",
    }
