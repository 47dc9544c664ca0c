"""A real Nomad for one test run: one agent that is server and client, with jobs of a few lines."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MISSING = (
    "No Nomad here: put `nomad` on PATH, or name a folder that holds nomad-<version>/nomad in MARQUEE_TOOLS."
)

AGENT = """
disable_update_check = true
log_level = "ERROR"
ports {{
  http = {http}
  rpc  = {rpc}
  serf = {serf}
}}
client {{
  cgroup_parent = "marquee-test-{http}.slice"
  meta {{
    zone = "a"
  }}
  options = {{
    "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"
    "driver.allowlist"     = "raw_exec"
  }}
}}
plugin "raw_exec" {{
  config {{
    enabled = true
  }}
}}
"""

# Answers as its version says: `bad` versions are ready and wrong, `mute` ones never get ready.
COPY = """
import http.server, sys
version, port = sys.argv[1], int(sys.argv[2])
class Copy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = self.path == "/readyz"
        self.send_response(500 if "bad" in version and not ready else 200)
        self.end_headers()
        self.wfile.write(('{"version": "%s"}' % version).encode())
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", port), Copy).serve_forever()
"""

JOB = """
variable "version" {
  type = string
}
variable "promote" {
  type    = string
  default = "auto"
}
variable "most" {
  type = number
}
job "marquee" {
  id   = "catalog"
  name = "catalog"
  meta {
    version = var.version
  }
  update {
    canary            = 1
    auto_promote      = var.promote == "auto"
    auto_revert       = true
    health_check      = "task_states"
    min_healthy_time  = "1s"
    healthy_deadline  = "10s"
    progress_deadline = "15s"
  }
  group "marquee" {
    scaling {
      enabled = false
      min     = 1
      max     = var.most
    }
    network {
      port "http" {}
    }
    task "marquee" {
      driver       = "raw_exec"
      kill_timeout = "1s"
      config {
        command = "@python@"
        args    = ["@copy@", var.version, "${NOMAD_PORT_http}"]
      }
      resources {
        cpu    = 20
        memory = 32
      }
    }
  }
}
"""

MIGRATION = """
variable "version" {
  type = string
}
job "migrate" {
  type = "batch"
  meta {
    version = var.version
  }
  parameterized {}
  group "migrate" {
    reschedule {
      attempts = 0
    }
    restart {
      attempts = 0
    }
    task "migrate" {
      driver = "raw_exec"
      config {
        command = "@folder@/${var.version}"
      }
      resources {
        cpu    = 20
        memory = 32
      }
    }
  }
}
"""


def program() -> Path | None:
    """`nomad` from PATH, else from the folder of tools."""
    if found := shutil.which("nomad"):
        return Path(found)
    places = [Path(os.environ.get("MARQUEE_TOOLS", "")), Path(__file__).parents[3] / ".cache" / "tools"]
    return next((path for place in places for path in sorted(place.glob("nomad-[0-9]*/nomad"))), None)


@dataclass
class Agent:
    url: str
    program: Path
    folder: Path

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method or ("PUT" if data else "GET"))
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def run(self, version: str, *, most: int = 3) -> None:
        """As an operator does: `nomad job run`, and wait until it is deployed."""
        variables = self.folder / "catalog.vars.hcl"
        variables.write_text(f"most = {most}\n")
        self._run("catalog", f"-var-file={variables}", f"-var=version={version}")

    def migrates(self) -> None:
        """Have migrations: the program of a version is missing until somebody lays it into the folder."""
        self._run("migrate", "-var=version=one")

    def _run(self, name: str, *flags: str) -> None:
        file = self.folder / f"{name}.nomad.hcl"
        done = subprocess.run(
            [self.program, "job", "run", *flags, file],
            env={**os.environ, "NOMAD_ADDR": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def forget(self) -> None:
        """No job, as on the first day; the zone takes copies."""
        for job in self.ask("/v1/jobs"):
            self.ask(f"/v1/job/{job['ID']}?purge=true", method="DELETE")
        for node in self.ask("/v1/nodes"):
            self.ask(f"/v1/node/{node['ID']}/drain", {"DrainSpec": None, "MarkEligible": True})


@contextmanager
def running(binary: Path, folder: Path, python: str) -> Iterator[Agent]:
    """An agent on ports of its own; its tasks end with it."""
    http, rpc, serf = _free_ports(3)
    config = folder / "agent.hcl"
    config.write_text(AGENT.format(http=http, rpc=rpc, serf=serf))
    copy = folder / "served.py"
    copy.write_text(COPY)
    job = JOB.replace("@python@", python).replace("@copy@", str(copy))
    (folder / "catalog.nomad.hcl").write_text(job)
    (folder / "migrate.nomad.hcl").write_text(MIGRATION.replace("@folder@", str(folder)))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("NOMAD_", "AWS_"))}
    with (folder / "agent.log").open("w") as log:
        command = [binary, "agent", "-dev", f"-config={config}", f"-data-dir={folder / 'data'}"]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    agent = Agent(f"http://127.0.0.1:{http}", binary, folder)
    try:
        _until_ready(agent, process)
        yield agent
    finally:
        with suppress(OSError):
            agent.forget()
            time.sleep(2)
        process.terminate()
        process.wait(20)


def _until_ready(agent: Agent, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            if [node for node in agent.ask("/v1/nodes") if node["Status"] == "ready"]:
                return
        time.sleep(0.3)
    raise AssertionError((agent.folder / "agent.log").read_text())


def _free_ports(number: int) -> list[int]:
    held = [socket.socket() for _ in range(number)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    """Ask again and again; what does not become so within that time never does."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.3)
