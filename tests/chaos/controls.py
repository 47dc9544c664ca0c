"""Storms with one guard cut out of the running programs: each must be caught by the count afterwards.

Guards that need no storm are cut out one by one in `guards`; what only a dying server shows is in
`test_promises`.
"""

from dataclasses import dataclass, replace

import psycopg

from bench.stack import Stack
from tests.chaos.storm import Storm

RUSH = Storm("rush", "100 buyers for 20 places", places=20, buyers=100, seconds=8, faithless=0.1)


@dataclass(frozen=True)
class Control:
    """`guard` is cut out of the programs (see `unguarded`), `drops` out of PostgreSQL; `told` is found."""

    guard: str
    told: str
    storm: Storm = RUSH
    drops: tuple[str, ...] = ()

    @property
    def unguarded(self) -> Storm:
        return replace(self.storm, name=self.guard, arrange=self._arrange)

    def _arrange(self, stack: Stack) -> None:
        with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as database:
            for statement in self.drops:
                database.execute(statement)
        for name in ("web", "worker", "clock"):
            python, flag, *program = stack.commands[name]
            stack.commands[name] = [python, flag, "tests.chaos.unguarded", self.guard, *program]


CONTROLS = (
    Control(
        "sell_beyond_capacity",
        "no pool has more places taken than it has",
        drops=("ALTER TABLE pools DROP CONSTRAINT ck_pools_taken_within_capacity",),
    ),
)
