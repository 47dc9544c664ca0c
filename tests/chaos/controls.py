"""Storms with one guard cut out of the running programs: each must be caught by the count afterwards.

Guards that need no storm are cut out one by one in `guards`.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from bench.stack import Stack
from local import ports, postgres
from tests.chaos.storm import Storm

LOST = "paid orders lost"

RUSH = Storm("rush", "100 buyers for 20 places", places=20, buyers=100, seconds=8, faithless=0.1)


@dataclass(frozen=True)
class Control:
    """`guard` is cut out of the programs (see `unguarded`), `drops` out of PostgreSQL; `told` is found."""

    guard: str
    told: str
    storm: Storm = RUSH
    drops: tuple[str, ...] = ()
    moves_gateway: bool = False

    @property
    def unguarded(self) -> Storm:
        return replace(self.storm, name=self.guard, arrange=self._arrange)

    def _arrange(self, stack: Stack) -> None:
        if self.moves_gateway:
            _give_gateway_its_own_server(stack)
        with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as database:
            for statement in self.drops:
                database.execute(statement)
        for name in ("web", "worker", "clock"):
            python, flag, *program = stack.commands[name]
            stack.commands[name] = [python, flag, "tests.chaos.unguarded", self.guard, *program]


def _give_gateway_its_own_server(stack: Stack) -> None:
    """A gateway that writes on the same server would write our promises down with its own."""
    folder = Path(stack.env["MEDIA_DIR"]).parent / "gateway"
    folder.mkdir()
    folder.chmod(0o755)
    server = postgres.prepare(folder, ports.any_free(), durable=True)
    server.start()
    postgres.wait(server)
    stack.servers["gateway's PostgreSQL"] = server
    stack.env["SANDBOX_DATABASE_URL"] = postgres.make_database(server, "sandbox")


CONTROLS = (
    Control(
        "sell_beyond_capacity",
        "no pool has more places taken than it has",
        drops=("ALTER TABLE pools DROP CONSTRAINT ck_pools_taken_within_capacity",),
    ),
)
