"""The drills, in the order of what an operator meets most often, and the controls that must fail."""

import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from local import ports
from local.cluster.layout import FOLDER
from local.paths import ROOT
from local.problem import Problem
from tests.cluster.ground import PATH, Ground, send
from tests.cluster.putting_right import quiet, restore, switch_autoscaler
from tests.cluster.run import Drill

ROLLED = (*PATH, "worker")
READERS = (*PATH, "worker", "clock")
PROBES = "webapp/web/probes.py"
BEARS_KILL = "what was on its way to a copy that died, and could not be asked again, is gone"
BEARS_FREEZE = (
    "a frozen copy takes requests and never answers: nginx waits for its time-out before it asks another"
)
# Every page but the probes answers 500, while the probes say "ready".
WRONG = """
_sound = app.wsgi_app
def _wrong(environ, start_response):
    if environ["PATH_INFO"] in ("/livez", "/readyz", "/metrics"):
        return _sound(environ, start_response)
    start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
    return [b"wrong"]
app.wsgi_app = _wrong
"""
NEW_COLUMN = '''"""A column that only the next version uses."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "drill", "{head}"
def upgrade():
    op.add_column("events", sa.Column("drill", sa.Text()))
def downgrade():
    op.drop_column("events", "drill")
'''


def _told(ended: dict[str, str]) -> str:
    """A sentence about deployments; a Problem when one was not successful."""
    bad = {name: status for name, status in ended.items() if status != "successful"}
    if bad:
        raise Problem("Deployments ended otherwise: " + ", ".join(f"{n} {s}" for n, s in bad.items()) + ".")
    return f"Deployed: {', '.join(ended)}."


def _next(ground: Ground) -> str:
    """The version that does not run: two take turns."""
    other = f"{ground.cluster.version}-next"
    if ground.release_of("catalog") == other:
        return ground.cluster.version
    return ground.release("next")


def rolling(ground: Ground) -> str:
    return _told(ground.roll(ROLLED, flags={"version": _next(ground)}))


def blue_green(ground: Ground) -> str:
    """As many new copies as old ones, all taken at once; then the same back."""
    flags = {"canaries": "2"}
    there = _told(ground.roll(PATH, flags=flags | {"version": _next(ground)}))
    time.sleep(6)
    return there + " Back: " + _told(ground.roll(PATH, flags=flags | {"version": _next(ground)}))


def never_ready(ground: Ground) -> str:
    """The new version says 503 when asked whether it is ready; Nomad goes back by itself."""
    bad = ground.release("unready", {PROBES: _says_503})
    good = ground.release_of("booking")
    ground.deploy("booking", flags={"version": bad})
    took = ground.until(
        "booking is back at its version",
        lambda: ground.release_of("booking") == good and ground.passing("booking") > 0,
        seconds=120,
    )
    return f"Nomad went back after {took:.0f} s."


def answers_500(ground: Ground) -> str:
    """The new version is ready and wrong; `cluster deploy` asks the hidden copy and refuses it."""
    bad, good = ground.release("wrong", {"wsgi.py": lambda text: text + WRONG}), ground.release_of("catalog")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "cluster", "deploy", bad, "--wait"]
    done = subprocess.run(
        command,
        env=ground.stack.env | ground.nomad_env,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if done.returncode != 1:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Problem(f"`cluster deploy` ended with {done.returncode} instead of 1: {' '.join(said)}")
    if ground.release_of("catalog") != good:
        raise Problem("The wrong version stands as the one that is wanted.")
    return f"Refused: {(done.stderr or done.stdout).strip().splitlines()[-1]}"


def drain(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    ground.drain(zone)
    time.sleep(6)
    ground.undrain(zone)
    return f"Zone {zone} was emptied and takes work again."


def kill_copy(ground: Ground) -> str:
    victim = ground.copies("booking")[0]
    pids = ground.tasks([victim])
    send(pids, signal.SIGKILL)
    took = ground.until("two copies of booking again", lambda: ground.passing("booking") >= 2)
    return f"{len(pids)} processes of one copy of booking; two copies again after {took:.0f} s."


def kill_zone(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    ground.hold(zone)
    pids = ground.everything_in(zone)
    send(pids, signal.SIGKILL)
    took = ground.until("everything has two copies again", lambda: _are_two(ground))
    ground.let_go(zone)
    return f"Zone {zone}, {len(pids)} processes; everything in two copies again after {took:.0f} s."


def freeze_zone(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    pids = ground.everything_in(zone)
    send(pids, signal.SIGSTOP)
    try:
        time.sleep(25)
    finally:
        send(pids, signal.SIGCONT)
    took = ground.until("everything has two copies", lambda: _are_two(ground))
    return f"Zone {zone} was silent for 25 s; all well {took:.0f} s after it came back."


def _are_two(ground: Ground) -> bool:
    return all(ground.passing(name) >= 2 for name in PATH)


def agents_restarted(ground: Ground) -> str:
    """Consul's agent of a zone and the servers of both, one after the other."""
    zone = ground.zone_to_lose()
    for place, kind in ((zone, "consul"), ("servers", "consul"), ("servers", "nomad"), (zone, "nomad")):
        old = ground.agent(place, kind)
        send([old], signal.SIGTERM)
        ground.until(
            f"{kind} of {place} is back",
            lambda place=place, kind=kind, old=old: ground.agent(place, kind) != old,
            seconds=60,
        )
        ground.until("all is listed", lambda: _are_two(ground), seconds=60)
        time.sleep(3)
    return f"Consul of zone {zone}, Consul's server, Nomad's server, Nomad of zone {zone}."


def ingress_replaced(ground: Ground) -> str:
    """Another copy of nginx takes over the port that the old one still holds."""
    mark = f'job "ingress" {{\n  meta {{\n    drill = "{time.time():.0f}"\n  }}\n'
    return _told(ground.roll(["ingress"], edit=lambda text: text.replace('job "ingress" {\n', mark)))


def scaled(ground: Ground) -> str:
    for count in (1, 5, 1, 2):
        ground.scale("catalog", count)
        time.sleep(2)
    return "The catalog: 2, 1, 5, 1, 2 copies."


def settings_changed(ground: Ground) -> str:
    """A secret that all copies read, and a setting: each copy starts its processes anew, one after the other."""
    ground.tell(READERS, {"MAIL_WEBHOOK_SECRET": f"drill-{time.time():.0f}-{secrets.token_urlsafe(24)}"})
    time.sleep(12)
    ground.consul.ask("PUT", "/v1/kv/marquee/settings/MESSAGES_PER_SECOND", b"7")
    time.sleep(12)
    return f"A secret in {len(READERS)} jobs, then a setting in all."


def migrated(ground: Ground) -> str:
    """The schema gets a column while both versions sell, then the version that uses it is deployed."""
    with psycopg.connect(ground.cluster.database_url) as database:
        head = database.execute("SELECT version_num FROM alembic_version").fetchone()
    added = {
        "webapp/migrations/versions/9999_drill.py": lambda _: NEW_COLUMN.format(head=head[0] if head else "")
    }
    version = ground.release("schema", added)
    ground.deploy("migrate", flags={"version": version})
    name = ground.nomad.ask("POST", "/v1/job/migrate/dispatch", {"Meta": {}})["DispatchedJobID"]
    took = ground.until("the migration has ended", lambda: _is_complete(ground, name))
    return f"Migrated in {took:.0f} s. " + _told(ground.roll(PATH, flags={"version": version}))


def _is_complete(ground: Ground, name: str) -> bool:
    states = [one["ClientStatus"] for one in ground.nomad.ask("GET", f"/v1/job/{name}/allocations")]
    if "failed" in states:
        raise SystemError(f"The migration {name} failed.")
    return "complete" in states


def unmigrate(ground: Ground) -> None:
    """The column goes again, and with it what the next `make cluster` would not know."""
    restore(ground)
    versions = FOLDER / "releases" / ground.cluster.version / "app" / "webapp" / "migrations" / "versions"
    head = max(path.name.split("_")[0] for path in versions.glob("0*.py"))
    with psycopg.connect(ground.cluster.database_url) as database:
        database.execute("ALTER TABLE events DROP COLUMN IF EXISTS drill")
        database.execute("UPDATE alembic_version SET version_num = %s WHERE version_num = 'drill'", [head])


def moved(ground: Ground) -> str:
    """PostgreSQL and Redis get another address; the old ones answer on, as a provider's do for a while."""
    known = ground.nomad.ask("GET", "/v1/var/nomad/jobs/booking")["Items"]
    old = {name: known[name] for name in ("DATABASE_URL", "REDIS_URL")}
    new, wires = {}, []
    for name, url in old.items():
        target, port = url.rsplit(":", 1)[1].split("/")[0], str(ports.any_free())
        wires.append(subprocess.Popen([sys.executable, "-m", "tests.chaos.wire", port, target], cwd=ROOT))
        new[name] = url.replace(f":{target}/", f":{port}/")
    try:
        time.sleep(1)
        ground.tell(READERS, new)
        time.sleep(16)
        lines = [_lines_to(url) for url in new.values()]
        ground.tell(READERS, old)
        time.sleep(16)
    finally:
        send([wire.pid for wire in wires], signal.SIGTERM)
    if not all(lines):
        raise Problem(f"Nobody came by a new address: {lines} connections.")
    return f"{lines[0]} connections to PostgreSQL and {lines[1]} to Redis by the new addresses, then back."


def _lines_to(url: str) -> int:
    """How many connections lead to a port of this machine now."""
    port = f":{int(url.rsplit(':', 1)[1].split('/', maxsplit=1)[0]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(port) and row[3] == "01" for row in rows)


def autoscaled(ground: Ground) -> str:
    """Guests hurry until the autoscaler adds copies of the catalog, and calm down until it takes them away."""
    ground.scale("catalog", 1)
    switch_autoscaler(ground, is_on=True)
    assert ground.crowd
    ground.crowd.think = 0.01
    up = ground.until("more copies of the catalog", lambda: ground.passing("catalog") >= 3, 120)
    ground.crowd.think = 2.0
    down = ground.until("one copy of the catalog", lambda: ground.passing("catalog") == 1, 240)
    return f"Three copies {up:.0f} s after guests began to hurry, one {down:.0f} s after they calmed down."


# Negative controls: what one promise less costs. The last resort, nginx asking another copy, is off in them.


def without_delay(ground: Ground) -> str:
    """Twice, since an old copy leaves by what its own version says."""
    edit = _edited((r'shutdown_delay = "\d+s"', 'shutdown_delay = "0s"'))
    return _told(ground.roll(PATH, edit=edit, flags={"version": _next(ground), "canaries": "2"}))


def without_sigterm(ground: Ground) -> str:
    edit = _edited(
        (r'shutdown_delay = "\d+s"', 'shutdown_delay = "0s"'),
        (r'kill_signal  = "SIGTERM"', 'kill_signal = "SIGKILL"'),
    )
    return _told(ground.roll(PATH, edit=edit, flags={"version": _next(ground), "canaries": "2"}))


def without_readiness(ground: Ground) -> str:
    """Nobody asks the new copies whether they are ready, and they need twelve seconds to be."""
    slow = ground.release("slow", {"wsgi.py": lambda text: f"import time\ntime.sleep(12)\n{text}"})
    edit = _edited(
        (r"^      check \{\n(?:.*\n)*?^      \}\n", ""),
        (r'health_check      = "checks"', 'health_check = "task_states"'),
    )
    return _told(ground.roll(PATH, edit=edit, flags={"version": slow, "canaries": "2"}))


def without_revert(ground: Ground) -> str:
    """The version that never gets ready stays the one that is wanted: each copy that ends is lost for good."""
    bad = ground.release("unready", {PROBES: _says_503})
    edit = _edited(
        ("auto_revert       = true", "auto_revert = false"),
        (r'healthy_deadline  = "30s"', 'healthy_deadline = "12s"'),
        (r'progress_deadline = "60s"', 'progress_deadline = "15s"'),
    )
    ended = ground.roll(["booking"], edit=edit, flags={"version": bad})
    if ground.release_of("booking") == bad:
        raise Problem(
            f"The deployment {ended['booking']}, and the bad version is still the one that is wanted."
        )
    return "Nomad went back all the same."


def _edited(*changes: tuple[str, str]) -> Callable[[str], str]:
    """A job file with some lines put otherwise; each must be there."""

    def edit(text: str) -> str:
        for pattern, instead in changes:
            text, times = re.subn(pattern, instead, text, flags=re.MULTILINE)
            if not times:
                raise Problem(f"The job file has no {pattern} any more: this control takes nothing away.")
        return text

    return edit


def _says_503(text: str) -> str:
    return text.replace("200 if database", "503 if database")


def twice(act: Callable[[Ground], str]) -> Callable[[Ground], None]:
    """The first time nobody looks: it gives the copies that are to leave the fault that is tried."""

    def prepare(ground: Ground) -> None:
        act(ground)

    return prepare


DRILLS = (
    Drill("rolling deploy", "a new version of four services, a canary each", rolling),
    Drill("deploy, no retries", "the same while nginx may ask nobody else", rolling, retries=False),
    Drill("blue/green and back", "as many new copies as old ones, all at once, twice", blue_green),
    Drill("canary answers 500", "a version that calls itself ready and is wrong", answers_500, after=restore),
    Drill("canary never ready", "a version whose /readyz says 503", never_ready, after=restore),
    Drill("zone drained", "everything leaves a zone", drain),
    Drill("copy killed", "kill -9 of one copy of booking", kill_copy),
    Drill("zone killed", "kill -9 of a zone: client, Consul agent, all tasks", kill_zone, bears=BEARS_KILL),
    Drill(
        "zone frozen",
        "a zone stands still for 25 s (SIGSTOP) and comes back",
        freeze_zone,
        bears=BEARS_FREEZE,
    ),
    Drill("agents restarted", "Consul's and Nomad's agents and servers", agents_restarted),
    Drill("settings changed", "a secret rotated, a setting changed", settings_changed),
    Drill("schema moved", "a column added, then the version that uses it", migrated, after=unmigrate),
    Drill("scaled by hand", "the catalog 1, 5, 1 copies", scaled, watched=("catalog",)),
    Drill(
        "autoscaled", "guests hurry and calm down", autoscaled, guests=40, watched=("catalog",), after=quiet
    ),
    Drill("nginx replaced", "another nginx takes over the port", ingress_replaced),
    Drill("data moved", "PostgreSQL and Redis get another address", moved),
)
CONTROLS = (
    Drill(
        "no shutdown_delay",
        "old copies end before nginx has heard of it",
        without_delay,
        before=twice(without_delay),
        after=restore,
        retries=False,
        is_control=True,
    ),
    Drill(
        "no SIGTERM",
        "old copies are killed with what they are doing",
        without_sigterm,
        before=twice(without_sigterm),
        after=restore,
        retries=False,
        is_control=True,
    ),
    Drill(
        "no readiness",
        "new copies are taken before they can answer",
        without_readiness,
        after=restore,
        retries=False,
        is_control=True,
    ),
    Drill(
        "no retries",
        "kill -9 of one copy, and nobody else is asked",
        kill_copy,
        retries=False,
        is_control=True,
    ),
    Drill(
        "no auto_revert", "a version that never gets ready", without_revert, after=restore, is_control=True
    ),
)
