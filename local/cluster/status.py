"""What is printed when the cluster stands, and `make cluster-status`: one page about it."""

import os
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.cluster import api, sweep
from local.cluster.api import Api
from local.cluster.layout import ENVIRONMENT, FOLDER, LOG, SERVER_ADDRESS, ZONES, Cluster
from local.keep import is_alive
from local.problem import Problem

NOT_AS_ROOT = """\
  Not as root, so tasks run by `raw_exec` as you: no isolation, no limits of memory and CPU, no cgroups,
  and no folders of their own. Run `sudo make cluster` for the `exec` driver."""


def words(cluster: Cluster, seconds: float) -> str:
    """What a newcomer needs to know."""
    lines = [
        "",
        f"  Marquee runs in three zones: {cluster.ingress}",
        f"  Staff pages:                 {cluster.ingress}/staff",
        f"  Its certificate is signed by {cluster.ingress_ca}",
        "",
        f"  Nomad:    {cluster.nomad['address']}{_console(cluster.nomad)}",
        f"            token in {cluster.nomad['token_file']}",
        f"  Consul:   {cluster.consul['address']}{_console(cluster.consul)}",
        f"            token in {cluster.consul['token_file']}",
        f"  Commands: . {ENVIRONMENT}; nomad status",
    ]
    accounts = FOLDER / "accounts.txt"
    if accounts.exists():
        told = [f"  {line}".rstrip() for line in accounts.read_text(encoding="utf-8").splitlines()]
        lines += ["", "  Demo accounts", *told]
    if cluster.driver != "exec":
        lines += ["", NOT_AS_ROOT]
    size = memory(sweep.left_processes(cluster.supervisor))
    lines += ["", f"  It took {seconds:.0f} s and uses {size:,} MiB.  make cluster-stop ends it."]
    return "\n".join([*lines, ""])


def _console(agent: dict[str, str]) -> str:
    """The agents that we build have no console in them; those of the makers do."""
    asked = Api("Agent", agent["address"], Path(agent["ca"]), "")
    return "/ui" if asked.has_page("/ui/") else " (this build has no console; `/staff/cluster` is one)"


def memory(pids: Iterable[int]) -> int:
    """MiB that processes hold together, shared pages counted once."""
    total = 0
    for pid in pids:
        try:
            said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
    return total // 1024


def show() -> int:
    """The page; exit status 1 when no cluster runs or a part of it is not well."""
    cluster = Cluster.read()
    if cluster is None or not is_alive(cluster.supervisor):
        raise Problem("No cluster runs from this checkout: `make cluster` starts one.")
    nomad = api.nomad(cluster.nomad["address"], Path(cluster.nomad["ca"]), _token(cluster.nomad))
    consul = api.consul(cluster.consul["address"], Path(cluster.consul["ca"]), _token(cluster.consul))
    minutes = (time.time() - cluster.started) / 60
    size = memory(sweep.left_processes(cluster.supervisor))
    print(f"Marquee {cluster.version} at {cluster.ingress}, for {minutes:.0f} min, {size:,} MiB\n")
    nodes = {node["Name"]: node for node in nomad.ask("GET", "/v1/nodes")}
    checks = consul.ask("GET", "/v1/health/state/any")
    lines, are_well = [*agents(cluster, nodes), ""], True
    for line, is_well in jobs(nomad, checks):
        lines.append(line)
        are_well = are_well and is_well
    print(
        "\n".join([*lines, "", f"Logs: {os.path.relpath(LOG)}; data and tokens: {os.path.relpath(FOLDER)}"])
    )
    return 0 if are_well else 1


def agents(cluster: Cluster, nodes: dict[str, dict[str, Any]]) -> list[str]:
    """A line for the servers and for each zone."""
    lines = [f"{'place':<9}{'address':<13}{'Consul':>9}{'Nomad':>9}  state"]
    servers: dict[str, str | int] = {"address": SERVER_ADDRESS, **cluster.servers}
    places = {"servers": servers, **cluster.zones}
    for name, facts in places.items():
        node = nodes.get(f"zone-{name}", {})
        state = node.get("Status", "")
        if node.get("Drain"):
            state += ", drains"
        elif node.get("SchedulingEligibility") == "ineligible":
            state += ", takes no new copies"
        shown = name if name == "servers" else f"zone {name}"
        pids = "".join(f"{_process(int(facts[kind])):>9}" for kind in ("consul_pid", "nomad_pid"))
        lines.append(f"{shown:<9}{facts['address']:<13}{pids}  {state}".rstrip())
    return lines


def jobs(nomad: Api, checks: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """A line for each job, and whether all its copies run and pass their checks."""
    heads = "".join(f"{zone:>4}" for zone in ZONES)
    lines = [(f"{'job':<13}{'state':<10}{'copies':>8}{heads}  {'version':<22}checks", True)]
    for job in nomad.ask("GET", "/v1/jobs?meta=true"):
        if not job.get("ParentID") and not job.get("ParameterizedJob"):
            groups = () if job.get("Stop") else nomad.ask("GET", f"/v1/job/{job['ID']}")["TaskGroups"]
            copies = nomad.ask("GET", f"/v1/job/{job['ID']}/allocations")
            mine = [check for check in checks if check["ServiceName"] == job["ID"]]
            lines.append(job_line(job, sum(group["Count"] for group in groups), copies, mine))
    return lines


def job_line(
    job: dict[str, Any], wanted: int, copies: list[dict[str, Any]], checks: list[dict[str, Any]]
) -> tuple[str, bool]:
    """One job: how many copies run, in which zones, of which version; and whether all is well."""
    zones = Counter(c["NodeName"].removeprefix("zone-") for c in copies if c["ClientStatus"] == "running")
    running = zones.total()
    failing = sorted({check["Name"] for check in checks if check["Status"] != "passing"})
    told = f"not passing: {', '.join(failing)}" if failing else "passing" if checks else "none"
    spread = "".join(f"{zones[zone] or '·':>4}" for zone in ZONES)
    version = (job.get("Meta") or {}).get("version", "")
    line = f"{job['ID']:<13}{job['Status']:<10}{f'{running} of {wanted}':>8}{spread}  {version:<22}{told}"
    return line, running >= wanted and not failing


def _process(pid: int) -> str:
    return str(pid) if is_alive(pid) else "gone"


def _token(agent: dict[str, str]) -> str:
    return Path(agent["token_file"]).read_text(encoding="utf-8").strip()
