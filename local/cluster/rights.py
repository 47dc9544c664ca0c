"""Who may do what: Consul's and Nomad's ACLs, made once the servers stand. Everything else is denied.

Jobs get no token written down: Nomad signs who they are, and Consul trusts what Nomad signed.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from local.cluster.api import Api
from local.cluster.layout import DATACENTER
from local.paths import ROOT
from local.problem import Problem

POLICIES = ROOT / "consul" / "policies"
INTENTIONS = ROOT / "consul" / "intentions"
QUERIES = ROOT / "consul" / "queries"
AUTH_METHOD = "nomad-workloads"
# Jobs that only look for others; all others are Marquee's own.
LOOKING = ("ingress", "prometheus", "autoscaler", "alarm")


def policies(consul: Api) -> None:
    """The committed policies, under the names of their files."""
    for path in sorted(POLICIES.glob("*.hcl")):
        wanted = {"Name": f"marquee-{path.stem}", "Rules": path.read_text()}
        consul.ask("PUT", "/v1/acl/policy", wanted)


def consul_token(consul: Api, description: str, **rights: Any) -> str:
    """A token with these rights: `Policies`, `NodeIdentities`, `Roles`."""
    made = consul.ask("PUT", "/v1/acl/token", {"Description": description, **rights})
    return str(made["SecretID"])


def node_token(consul: Api, name: str) -> str:
    """For a Consul agent: to be itself."""
    identity = [{"NodeName": name, "Datacenter": DATACENTER}]
    return consul_token(consul, f"Consul agent of {name}", NodeIdentities=identity)


def policy_token(consul: Api, policy: str, description: str) -> str:
    return consul_token(consul, description, Policies=[{"Name": f"marquee-{policy}"}])


def trust_workloads(consul: Api, nomad_url: str, authority: Path, jobs: list[str]) -> None:
    """Let tasks and services of Nomad in as what they are."""
    config = {
        "JWKSURL": f"{nomad_url}/.well-known/jwks.json",
        "JWKSCACert": authority.read_text(),
        "JWTSupportedAlgs": ["RS256"],
        "BoundAudiences": ["consul.io"],
        "ClaimMappings": {
            name: name for name in ("nomad_namespace", "nomad_job_id", "nomad_task", "nomad_service")
        },
    }
    method = {"Name": AUTH_METHOD, "Type": "jwt", "Description": "Nomad's workloads", "Config": config}
    consul.ask("PUT", "/v1/acl/auth-method", method)
    for job in jobs:
        policy = "ingress" if job in LOOKING else "service"
        role = {"Name": f"nomad-{job}", "Policies": [{"Name": f"marquee-{policy}"}]}
        consul.ask("PUT", "/v1/acl/role", role)
    for kind, name, selector in (
        ("service", "${value.nomad_service}", '"nomad_service" in value'),
        ("role", "nomad-${value.nomad_job_id}", '"nomad_service" not in value'),
    ):
        rule = {"AuthMethod": AUTH_METHOD, "BindType": kind, "BindName": name, "Selector": selector}
        consul.ask("PUT", "/v1/acl/binding-rule", rule)


def intentions(consul: Api, program: Path) -> None:
    """Who may talk to whom through the mesh; everything else is denied."""
    env = {
        "CONSUL_HTTP_ADDR": consul.url,
        "CONSUL_HTTP_TOKEN": consul.token,
        "CONSUL_CACERT": str(consul.authority),
    }
    for path in sorted(INTENTIONS.glob("*.hcl")):
        command = [str(program), "config", "write", str(path)]
        done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Problem(f"Consul did not take {path.name}: {(done.stderr or done.stdout).strip()}")


def queries(consul: Api) -> None:
    """Ways to find a copy in a zone, or the nearest one."""
    for path in sorted(QUERIES.glob("*.json")):
        consul.ask("POST", "/v1/query", json.loads(path.read_text(encoding="utf-8")))


def nomad_token(nomad: Api, name: str) -> str:
    """A client token with the committed policy of that name."""
    path = ROOT / "nomad" / "agent" / f"{name}.policy.hcl"
    nomad.ask("POST", f"/v1/acl/policy/{name}", {"Name": name, "Rules": path.read_text()})
    made = nomad.ask("POST", "/v1/acl/token", {"Name": name, "Type": "client", "Policies": [name]})
    return str(made["SecretID"])
