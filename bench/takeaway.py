"""Reports taken away as files: how quick, and in how much memory, from ten thousand rows to a million."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growing import rows
from bench.pace import Pace
from bench.results import Result
from bench.sale import event_with_room
from bench.stack import Stack
from local.paths import ROOT
from webapp.config import Settings
from webapp.core.db import Database
from webapp.reports import documents
from webapp.reports.queries import sheets
from webapp.reports.rules.asking import wanted

ALL = 1_000_000
PART = 100
MOST_GROWTH = 1.3
FORMS = {"csv": "as CSV", "xlsx": "as a workbook"}


@dataclass(frozen=True)
class Taken:
    """`first` is when the first piece left, in seconds; `mib` is the most that the process had in memory."""

    rows: int
    seconds: float
    first: float
    size: int
    mib: float


def takeaway(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Every ticket as CSV and as a workbook: rows a second, and memory at all rows against a hundredth."""
    wanted = round(ALL * pace.scale)
    # Orders are of two tickets, so one may be missing to what was grown before.
    if (there := rows.tickets(stack)) < wanted - 1:
        rows.prepare(stack, event_with_room(stack))
        rows.grow(stack, first=0, last=(wanted - there) // 2 - 1)
    for form, words in FORMS.items():
        few, many = (_taken(stack, form, most) for most in (wanted // PART, wanted))
        yield Result(
            name=f"takeaway_{form}",
            value=many.mib,
            unit="MiB",
            limit=few.mib,
            limit_name=f"with {few.rows:,} rows",
            ratio=many.mib / few.mib,
            what=f"the memory of a process that writes {many.rows:,} tickets {words}",
            goal=MOST_GROWTH,
            at_most=True,
            details={
                "rows a second": {form: many.rows / many.seconds},
                "seconds until the first piece": {
                    f"{few.rows:,} rows": few.first,
                    f"{many.rows:,} rows": many.first,
                },
            },
        )


def _taken(stack: Stack, form: str, most: int) -> Taken:
    """In a process of its own, whose memory nothing else has touched."""
    command = [sys.executable, "-m", "bench.takeaway", form, str(most)]
    said = subprocess.run(command, cwd=ROOT, env=stack.env, check=True, capture_output=True, text=True)
    return Taken(**json.loads(said.stdout.splitlines()[-1]))


def measure(form: str, most: int) -> Taken:
    """Make a file of so many tickets, of which nothing is kept."""
    query = sheets.Query(wanted(sheets.SHEETS["tickets"], {"period": "all"}), None, (None, None))
    database = Database(Settings.from_env().database_url)
    began, number, size, first = time.monotonic(), 0, 0, 0.0
    with database.streaming() as db:

        def counted() -> Iterator[Mapping[str, Any]]:
            nonlocal number
            for number, row in enumerate(islice(sheets.stream(db, query), most), start=1):  # noqa: B007
                yield row

        for piece in documents.pieces(query.view, "Tickets", counted(), form):
            first = first or (time.monotonic() - began if piece else 0.0)
            size += len(piece)
    return Taken(number, time.monotonic() - began, first, size, _most_mib())


def _most_mib() -> float:
    """What this program had in memory at most; `ru_maxrss` would begin at what started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps(vars(measure(sys.argv[1], int(sys.argv[2])))))
