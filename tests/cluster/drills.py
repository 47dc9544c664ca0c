"""The drills, in the order of what operators meet most often, and the controls that must fail."""

from tests.cluster import controls, losing, operating
from tests.cluster.putting_right import by_dns, no_retries, quiet, restore
from tests.cluster.run import Drill

BEARS_KILL = "what was on its way to a copy that died, and could not be asked again, is gone"
BEARS_FREEZE = (
    "a frozen copy takes requests and never answers: nginx waits for its time-out before it asks another"
)

DRILLS = (
    Drill("rolling deploy", "a new version of four services, a canary each", operating.rolling),
    Drill(
        "deploy, no retries",
        "the same while nginx may ask nobody else",
        operating.rolling,
        ingress=no_retries,
    ),
    Drill(
        "deploy, by DNS",
        "the same while nginx asks Consul's DNS for copies",
        operating.rolling,
        ingress=by_dns,
    ),
    Drill("blue/green and back", "as many new copies as old ones, all at once, twice", operating.blue_green),
    Drill(
        "canary answers 500",
        "a version that calls itself ready and is wrong",
        operating.answers_500,
        after=restore,
    ),
    Drill("canary never ready", "a version whose /readyz says 503", operating.never_ready, after=restore),
    Drill("zone drained", "everything leaves a zone", losing.drain),
    Drill("copy killed", "kill -9 of one copy of booking", losing.kill_copy),
    Drill(
        "zone killed",
        "kill -9 of a zone: client, Consul agent, all tasks",
        losing.kill_zone,
        bears=BEARS_KILL,
    ),
    Drill(
        "zone frozen",
        "a zone stands still for 25 s (SIGSTOP) and comes back",
        losing.freeze_zone,
        bears=BEARS_FREEZE,
    ),
    Drill(
        "zone frozen, by DNS",
        "the same while nginx asks Consul's DNS for copies",
        losing.freeze_zone,
        bears=BEARS_FREEZE,
        ingress=by_dns,
    ),
    Drill("agents restarted", "Consul's and Nomad's agents and servers", losing.agents_restarted),
    Drill("settings changed", "a secret rotated, a setting changed", operating.settings_changed),
    Drill(
        "schema moved",
        "a column added, then the version that uses it",
        operating.migrated,
        after=operating.unmigrate,
    ),
    Drill("scaled by hand", "the catalog 1, 5, 1 copies", operating.scaled, watched=("catalog",)),
    Drill(
        "autoscaled",
        "guests hurry and calm down, the worker hangs and goes on",
        operating.autoscaled,
        guests=60,
        watched=("catalog", "worker"),
        after=quiet,
    ),
    Drill("nginx replaced", "another nginx takes over the port", operating.ingress_replaced),
    Drill("data moved", "PostgreSQL and Redis get another address", operating.moved),
)
CONTROLS = (
    Drill(
        "no shutdown_delay",
        "old copies end before nginx has heard of it",
        controls.without_delay,
        before=controls.without_delay,
        after=restore,
        ingress=no_retries,
        is_control=True,
    ),
    Drill(
        "no SIGTERM",
        "old copies are killed with what they are doing",
        controls.without_sigterm,
        before=controls.without_sigterm,
        after=restore,
        ingress=no_retries,
        is_control=True,
    ),
    Drill(
        "no readiness",
        "new copies are taken before they can answer",
        controls.without_readiness,
        after=restore,
        ingress=no_retries,
        is_control=True,
    ),
    Drill(
        "no retries",
        "kill -9 of one copy, and nobody else is asked",
        losing.kill_copy,
        ingress=no_retries,
        is_control=True,
    ),
    Drill(
        "no auto_revert",
        "a version that never gets ready",
        controls.without_revert,
        after=restore,
        is_control=True,
    ),
)
