"""The storms: one line each says what is done to the system while everybody buys."""

import shutil
import sys

from bench.stack import Stack
from local import debian, ports
from local.problem import Problem
from tests.chaos import harms
from tests.chaos.guests import SeatShop
from tests.chaos.stages import numbered_seats
from tests.chaos.storm import Storm

# How far one process is ahead, and another one behind.
SKEW_SECONDS = 45


def _on_a_wire(stack: Stack) -> None:
    """The processes reach PostgreSQL by a network that can be cut."""
    direct = stack.env["DIRECT_DATABASE_URL"]
    target = direct.rsplit(":", 1)[1].split("/")[0]
    port = str(ports.any_free())
    stack.env["DATABASE_URL"] = direct.replace(f":{target}/", f":{port}/")
    wire = {"wire": [sys.executable, "-m", "tests.chaos.wire", port, target]}
    stack.commands = wire | stack.commands


def _with_few_connections(stack: Stack) -> None:
    stack.env["DATABASE_POOL_SIZE"] = "1"


def _with_clocks_apart(stack: Stack) -> None:
    """A second copy of the pages and the clock live in another minute than the rest."""
    port = ports.any_free()
    old, new = stack.base.removeprefix("http://"), f"127.0.0.1:{port}"
    web = [new if part == old else part for part in stack.commands["web"]]
    stack.commands["other"] = [*_shifted(SKEW_SECONDS), *web]
    stack.commands["clock"] = [*_shifted(-SKEW_SECONDS), *stack.commands["clock"]]
    stack.env["OTHER_BASE"] = f"http://127.0.0.1:{port}"


def _shifted(seconds: int) -> list[str]:
    # As on a machine whose clock is wrong: what is waited for by the monotonic clock takes as long as ever.
    return ["faketime", "--exclude-monotonic", "-f", f"{seconds:+d}s"]


def can_shift_clocks() -> bool:
    """Whether this machine has, or may get, the program that shifts a process's clock."""
    try:
        debian.need("faketime", "faketime", "faketime (for clocks that differ)")
    except Problem:
        return False
    return shutil.which("faketime") is not None


STORMS = (
    Storm("rush", "200 buyers for 20 places", places=20, buyers=200, sells_out=True, faithless=0.1),
    Storm("web", "kill -9 of a process that answers", harms.kill_web),
    Storm("worker", "kill -9 of the worker or its work horse", harms.kill_worker),
    Storm("clock", "kill -9 of the clock", harms.kill_clock),
    Storm("postgres", "kill -9 of PostgreSQL, crash recovery", harms.kill_postgres, harms=2),
    Storm("redis", "Redis killed, its data deleted", harms.lose_redis),
    Storm(
        "network", "the network to PostgreSQL cut for seconds", harms.cut_network, harms=2, arrange=_on_a_wire
    ),
    Storm("gateway", "callbacks doubled, late, out of order, lost", harms.misbehave),
    Storm("skew", "clocks of two processes 90 s apart", arrange=_with_clocks_apart),
    Storm(
        "seats",
        "300 buyers for 50 seats, best available and chosen ones",
        places=50,
        buyers=300,
        faithless=0.1,
        stage=numbered_seats,
        shop=SeatShop,
    ),
    Storm("capacity", "staff make the hall smaller and larger", harms.change_capacity, harms=8),
    Storm("starved", "no connection left", harms.hog_connections, harms=2, arrange=_with_few_connections),
    Storm("everything", "any process, again and again", harms.kill_anything, harms=5),
)
