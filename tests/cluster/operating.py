"""What operators do: deploy, go back, scale, rotate, migrate, move; and what was seen."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from local import ports
from local.cluster.layout import ENVIRONMENT, FOLDER
from local.paths import ROOT
from local.problem import Problem
from tests.cluster.ground import PATH, Ground, send
from tests.cluster.putting_right import restore, switch_autoscaler

ROLLED = (*PATH, "worker")
READERS = (*PATH, "worker", "clock")
PROBES = "webapp/web/probes.py"
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


def told(ended: dict[str, str]) -> str:
    """A sentence about deployments; a Problem when one was not successful."""
    bad = {name: status for name, status in ended.items() if status != "successful"}
    if bad:
        raise Problem("Deployments ended otherwise: " + ", ".join(f"{n} {s}" for n, s in bad.items()) + ".")
    return f"Deployed: {', '.join(ended)}."


def next_version(ground: Ground) -> str:
    """The version that does not run: two take turns."""
    other = f"{ground.cluster.version}-next"
    if ground.release_of("catalog") == other:
        return ground.cluster.version
    return ground.release("next")


def rolling(ground: Ground) -> str:
    return told(ground.roll(ROLLED, flags={"version": next_version(ground)}))


def blue_green(ground: Ground) -> str:
    """As many new copies as old ones, all taken at once; then the same back."""
    flags = {"canaries": "2"}
    there = told(ground.roll(PATH, flags=flags | {"version": next_version(ground)}))
    time.sleep(6)
    return there + " Back: " + told(ground.roll(PATH, flags=flags | {"version": next_version(ground)}))


def never_ready(ground: Ground) -> str:
    """The new version says 503 when asked whether it is ready; Nomad goes back by itself."""
    bad = ground.release("unready", {PROBES: says_503})
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
    done = shell("deploy", bad, "--service=catalog")
    if done.returncode != 1:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Problem(f"`cluster deploy` ended with {done.returncode} instead of 1: {' '.join(said)}")
    if ground.release_of("catalog") != good:
        raise Problem("The wrong version stands as the one that is wanted.")
    return f"Refused: {(done.stderr or done.stdout).strip().splitlines()[-1]}"


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`flask cluster …` as an operator says it, with what `make cluster` wrote for a shell."""
    said = '. "$0"; flask --app wsgi cluster "$@"'
    command = ["/bin/sh", "-c", said, str(ENVIRONMENT), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)


def says_503(text: str) -> str:
    return text.replace("200 if database", "503 if database")


def ingress_replaced(ground: Ground) -> str:
    """Another copy of nginx takes over the port that the old one still holds."""
    mark = f'job "ingress" {{\n  meta {{\n    drill = "{time.time():.0f}"\n  }}\n'
    return told(ground.roll(["ingress"], edit=lambda text: text.replace('job "ingress" {\n', mark)))


def scaled(ground: Ground) -> str:
    for count in (1, 5, 1, 2):
        ground.scale("catalog", count)
        time.sleep(2)
    return "The catalog: 2, 1, 5, 1, 2 copies."


def autoscaled(ground: Ground) -> str:
    """Guests hurry and the one worker hangs, until the autoscaler adds copies; then it takes them away."""
    for name in ("catalog", "worker"):
        ground.scale(name, 1)
    switch_autoscaler(ground, is_on=True)
    assert ground.crowd
    hung = [pid for pid in ground.tasks(ground.copies("worker")) if _takes_jobs(pid)]
    send(hung, signal.SIGSTOP)
    try:
        ground.crowd.think = 0.01
        up = ground.until("more copies of the catalog", lambda: ground.passing("catalog") >= 3, 120)
        aged = up + ground.until("more copies of the worker", lambda: ground.passing("worker") >= 2, 60)
    finally:
        send(hung, signal.SIGCONT)
    ground.crowd.think = 2.0
    down = ground.until(
        "one copy of each", lambda: all(ground.passing(n) == 1 for n in ("catalog", "worker")), 240
    )
    return (
        f"Three copies of the catalog {up:.0f} s after guests began to hurry, and {aged:.0f} s after the "
        f"worker hung there was another; one of each {down:.0f} s after all had calmed down."
    )


def _takes_jobs(pid: int) -> bool:
    """Whether a worker's process is one that takes jobs: they are niced, what answers for the copy is not."""
    return os.getpriority(os.PRIO_PROCESS, pid) > 0


def settings_changed(ground: Ground) -> str:
    """A secret that all copies read, and a setting; web copies take them by a deploy."""
    ground.tell(READERS, {"MAIL_WEBHOOK_SECRET": f"drill-{secrets.token_urlsafe(24)}"})
    ground.consul.ask("PUT", "/v1/kv/marquee/settings/MESSAGES_PER_SECOND", b"7")
    return f"A secret in {len(READERS)} jobs, a setting in all. {_taken(ground)}"


def _taken(ground: Ground) -> str:
    """The version that runs anew, with the settings of now; worker and clock have had time to restart."""
    flags = {"version": ground.release_of("catalog"), "settings": f"{time.time():.0f}"}
    return told(ground.roll(PATH, flags=flags))


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
    took = ground.until("the migration has ended", lambda: "complete" in _states(ground, name))
    return f"Migrated in {took:.0f} s. " + told(ground.roll(PATH, flags={"version": version}))


def _states(ground: Ground, name: str) -> list[str]:
    return [one["ClientStatus"] for one in ground.nomad.ask("GET", f"/v1/job/{name}/allocations")]


def unmigrate(ground: Ground) -> None:
    """The column goes again, and with it what the next `make cluster` would not know."""
    ground.deploy("migrate", flags={"version": ground.cluster.version})
    ground.good.pop("migrate")
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
        _taken(ground)
        time.sleep(6)
        lines = [_lines_to(url) for url in new.values()]
        ground.tell(READERS, old)
        _taken(ground)
        time.sleep(6)
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
