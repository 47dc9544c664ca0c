"""The process that owns the cluster: it starts everything, starts ended agents again, and ends everything."""

import fcntl
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local import ports, run, settings, sound
from local.cluster import bring, jobs, kernel, rights, status, supply, sweep, tools
from local.cluster.agents import PLACES
from local.cluster.bring import Standing
from local.cluster.certificates import Authority
from local.cluster.jobs import Jobs
from local.cluster.layout import (
    AGENT_PORTS,
    ENVIRONMENT,
    FOLDER,
    HELD,
    INGRESS_PORT,
    LOG,
    SERVER_ADDRESS,
    Cluster,
    folder,
    keep,
)
from local.keep import die_with_parent, outlive_parent
from local.paths import VENV
from local.problem import Problem
from local.server import Server, allow_many_files, kept

LOCK = FOLDER / "lock"
INGRESS = f"https://{SERVER_ADDRESS}:{INGRESS_PORT}"
LOOK_EVERY_SECONDS = 0.5


@contextmanager
def alone() -> Iterator[None]:
    """One cluster per checkout; the ports let there be only one per machine."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                "The cluster of this checkout runs already: `make cluster-status` shows it, "
                "`make cluster-stop` ends it."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def holder() -> int:
    """The process that starts or keeps the cluster, 0 when there is none."""
    try:
        with alone():
            return 0
    except Problem:
        return int(LOCK.read_text() or 0)


def check_ports() -> None:
    """A Problem when somebody listens where the cluster has to: its agents cannot go elsewhere."""
    addresses = [SERVER_ADDRESS, *(place.address for place in PLACES)]
    wanted = [(address, port) for address in addresses for port in AGENT_PORTS]
    for address, port in [*wanted, (SERVER_ADDRESS, INGRESS_PORT)]:
        if not ports.is_free(port, address):
            raise Problem(
                f"Port {port} on {address} is taken, and the cluster needs it: another cluster or another "
                "program runs on this machine. End it, then try again."
            )


def serve(version: str) -> int:
    """Everything from nothing to a printed address, then until somebody says stop."""
    die_with_parent(signal.SIGTERM)
    run.catch()
    allow_many_files()
    began = time.time()
    with alone(), ExitStack() as ending:
        sweep.everything()
        check_ports()
        programs = {tool.name: tools.need(tool) for tool in tools.TOOLS}
        authority = Authority(programs["nomad"], "ingress").make()
        env = outside(ending, authority)
        ending.callback(sweep.everything)
        kernel.set_up()
        standing = bring.stand(ending, programs, [*jobs.service_names(), *jobs.system_names(), "migrate"])
        print(f"Consul and Nomad stand in three zones ({time.time() - began:.0f} s).", flush=True)
        cluster = describe(standing, programs, env, version, began)
        tell(standing, programs, env, authority)
        start_jobs(standing, programs, env, cluster)
        cluster.write()
        print(status.words(cluster, time.time() - began), flush=True)
        leave_the_terminal()
        watch(standing.agents, cluster)
    return 0


def outside(ending: ExitStack, authority: Authority) -> dict[str, str]:
    """What AWS and others provide in production: PostgreSQL, Redis, mail and payments; and all settings."""
    used: set[int] = set()
    made = {"PORT": str(INGRESS_PORT), "BASE_URL": INGRESS, "LIVE_PORT": str(INGRESS_PORT)}
    made |= settings.stand_ins(used, FOLDER) | {"TRUSTED_PROXIES": "1"}
    made |= run.start_servers(ending, used, FOLDER)
    env = settings.compose(made, FOLDER) | {"MARQUEE_ENV": "production"}
    mailbox = env.pop("MAILBOX_DIR", "")
    sound.settings(env)
    # The payment provider calls back through nginx, whose certificate it has to trust.
    beside = env | {"SSL_CERT_FILE": str(authority.certificate), "MAILBOX_DIR": mailbox}
    for name, variable in run.REPLACED_BY.items():
        if settings.is_embedded(variable):
            module = "sandbox" if name == "sandbox" else "local.mailbox"
            command = kept([sys.executable, "-m", module])
            server = Server(name, command, env[variable], LOG / f"{name}.log", env=beside)
            ending.callback(server.stop)
            server.start()
    return env


def describe(
    standing: Standing, programs: dict[str, Path], env: dict[str, str], version: str, began: float
) -> Cluster:
    """What others need to know; and a file that a shell reads for `nomad`, `consul` and `flask cluster`."""
    consul, nomad = standing.consul, standing.nomad
    known = {
        "NOMAD_ADDR": nomad.url,
        "NOMAD_TOKEN": nomad.token,
        "NOMAD_CACERT": str(nomad.authority),
        "CONSUL_HTTP_ADDR": consul.url,
        "CONSUL_HTTP_TOKEN": consul.token,
        "CONSUL_CACERT": str(consul.authority),
    }
    folders = ":".join(str(programs[name].parent) for name in ("nomad", "consul"))
    # Who steers is told in the history, so `flask` gets the settings of a copy. Nothing else in that shell
    # does: `make run` and `make cluster` would take its DATABASE_URL for one to use.
    of_copy = {name: env[name] for name in (*supply.PUBLIC, *supply.SECRET, "MEDIA_DIR") if env.get(name)}
    lines = [
        *_exports(known),
        f'export PATH={shlex.quote(folders)}:"$PATH"',
        *("flask() (", *_exports(of_copy), f'exec {shlex.quote(str(VENV / "bin" / "flask"))} "$@"', ")"),
    ]
    keep(ENVIRONMENT.name, "\n".join([*lines, ""]))
    zones, servers = pids(standing.agents)
    return Cluster(
        version=version,
        ingress=INGRESS,
        nomad={"address": nomad.url, "ca": str(nomad.authority), "token_file": str(FOLDER / "nomad.token")},
        consul={
            "address": consul.url,
            "ca": str(consul.authority),
            "token_file": str(FOLDER / "consul.token"),
        },
        ingress_ca=str(FOLDER / "certificates" / "ingress" / "nomad-agent-ca.pem"),
        zones=zones,
        servers=servers,
        database_url=env["DATABASE_URL"],
        redis_url=env["REDIS_URL"],
        tools={name.removeprefix("nomad-"): str(path) for name, path in programs.items()},
        supervisor=os.getpid(),
        driver="exec" if os.geteuid() == 0 else "raw_exec",
        started=began,
    )


def _exports(variables: dict[str, str]) -> list[str]:
    return [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]


def tell(standing: Standing, programs: dict[str, Path], env: dict[str, str], authority: Authority) -> None:
    """Settings, secrets and rights, before the first job asks for them."""
    consul, nomad = standing.consul, standing.nomad
    rights.intentions(consul, programs["consul"])
    rights.queries(consul)
    supply.settings(consul, env)
    supply.secrets(nomad, env, [*jobs.service_names(), "migrate"])
    shown = authority.issue("nginx", "client", SERVER_ADDRESS)
    supply.variable(
        nomad, "ingress", {"certificate": shown.shown.read_text(), "certificate_key": shown.key.read_text()}
    )
    for job, policy in (("staff", "operator"), ("autoscaler", "autoscaler"), ("prometheus", "prometheus")):
        token = rights.policy_token(consul, "operator", job)
        supply.variable(nomad, job, supply.operator(nomad, consul, rights.nomad_token(nomad, policy), token))


def start_jobs(standing: Standing, programs: dict[str, Path], env: dict[str, str], cluster: Cluster) -> None:
    """The migration, then every job, and wait until all are healthy."""
    nomad = standing.nomad
    reached = {"NOMAD_ADDR": nomad.url, "NOMAD_TOKEN": nomad.token, "NOMAD_CACERT": str(nomad.authority)}
    releases = folder("releases", 0o755)
    in_chroot = cluster.driver == "exec"
    variables = {
        "version": cluster.version,
        "driver": cluster.driver,
        "home": "/opt/marquee" if in_chroot else str(releases),
        "media": "/srv/media" if in_chroot else str(FOLDER / "media"),
        "listen": f"{SERVER_ADDRESS}:{INGRESS_PORT}",
    }
    made = Jobs(nomad, programs["nomad"], reached, variables)
    print("Migrating the database.", flush=True)
    made.migrate()
    fill(env)
    early = [name for name in jobs.system_names() if name not in jobs.LAST]
    late = [name for name in jobs.system_names() if name in jobs.LAST]
    print("Starting the jobs.", flush=True)
    made.system(early)
    made.services()
    made.until_healthy(early)
    made.system(late)
    made.until_healthy(late)


def fill(env: dict[str, str]) -> None:
    """Loads the demo season the first time."""
    database = run.database_name(env)
    stamp = f"cluster {database}"
    if env.get("MARQUEE_DEMO") != "no" and not run.is_noted("cluster-demo", stamp):
        print("Loading the demo season.", flush=True)
        run.do("Loading the demo season", run.flask("demo", "load"), env)
        accounts = run.do("Reading the demo accounts", run.flask("demo", "accounts"), env)
        (FOLDER / "accounts.txt").write_text(accounts)
        run.note("cluster-demo", stamp)


def leave_the_terminal() -> None:
    """From here on nobody reads along; whoever started this may end."""
    outlive_parent()
    LOG.mkdir(parents=True, exist_ok=True)
    log = os.open(LOG / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)


def watch(agents: dict[str, Server], cluster: Cluster) -> None:
    """Starts an agent again when it ended, unless a file with its name in `held/` wants it to stay away."""
    while True:
        for name, server in agents.items():
            ended = server.process is not None and server.process.poll() is not None
            if ended and not (HELD / name).exists():
                print(f"{server.name} ended and is started again.", flush=True)
                server.start()
                zones, servers = pids(agents)
                cluster.zones.update(zones)
                cluster.servers.update(servers)
                cluster.write()
        time.sleep(LOOK_EVERY_SECONDS)


def pids(agents: dict[str, Server]) -> tuple[dict[str, dict[str, str | int]], dict[str, int]]:
    """The processes of each zone, and of the servers."""

    def of(name: str) -> int:
        process = agents[name].process
        return process.pid if process else 0

    zones: dict[str, dict[str, str | int]] = {
        place.name: {
            "address": place.address,
            "nomad_pid": of(f"nomad-{place.name}"),
            "consul_pid": of(f"consul-{place.name}"),
        }
        for place in PLACES
    }
    return zones, {"nomad_pid": of("nomad-server"), "consul_pid": of("consul-server")}
