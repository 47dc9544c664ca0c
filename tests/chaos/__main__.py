"""`make storm RUNS=30`: storm after storm, a line each, a table at the end; exit 1 when one was not clean."""

import argparse
import os
import secrets
import sys
from collections import defaultdict
from datetime import UTC, datetime
from itertools import cycle, islice

from local import run
from local.paths import ROOT
from local.problem import Problem
from tests.chaos.storm import Outcome, blow
from tests.chaos.storms import STORMS, can_shift_clocks

DOCUMENT = ROOT / "docs" / "no-double-sale.md"
BEGIN, END = "<!-- storms -->", "<!-- end of storms -->"


def main() -> int:
    asked = _asked()
    chosen = [storm for storm in STORMS if asked.storm in ("", storm.name)]
    if not can_shift_clocks():
        print("The storm `skew` is left out: faketime is missing (apt-get install faketime, as root).")
        chosen = [storm for storm in chosen if storm.name != "skew"]
    if not chosen:
        print(f"No storm is called {asked.storm}: choose from {', '.join(s.name for s in STORMS)}.")
        return 2
    run.catch()
    outcomes = []
    for storm in islice(cycle(chosen), asked.runs):
        outcome = blow(storm, asked.seed or secrets.randbelow(10**9))
        outcomes.append(outcome)
        print(outcome.line(), flush=True)
        for wrong in (*outcome.breaches, *outcome.surprises):
            print(f"             {wrong}")
    said = table(outcomes)
    print(said)
    if asked.record:
        DOCUMENT.write_text(recorded(DOCUMENT.read_text(), said, datetime.now(UTC)))
    return 0 if all(outcome.is_clean for outcome in outcomes) else 1


def table(outcomes: list[Outcome]) -> str:
    """All runs by storm, as Markdown."""
    by_storm: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_storm[outcome.storm.name].append(outcome)
    lines = [
        "| storm | what is done | runs | clean | sold | refused | oversold | paid orders lost | breaches |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in by_storm.items():
        sums = (
            sum(run.is_clean for run in runs),
            sum(run.sold for run in runs),
            sum(run.refused for run in runs),
            sum(run.oversold for run in runs),
            sum(run.lost for run in runs),
            sum(len(run.breaches) for run in runs),
        )
        lines.append(f"| {name} | {runs[0].storm.says} | {len(runs)} | " + " | ".join(map(str, sums)) + " |")
    clean = sum(outcome.is_clean for outcome in outcomes)
    return "\n".join([*lines, "", f"{clean} of {len(outcomes)} runs were clean."])


def recorded(document: str, said: str, now: datetime) -> str:
    """The document with this table in the place of the last one."""
    before, _, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise Problem(f"{DOCUMENT.name} has no place for the table: it lacks {BEGIN} and {END}.")
    when = f"Recorded on {now:%-d %B %Y} on {os.cpu_count()} cores, which buyers and servers share."
    return f"{before}{BEGIN}\n{when}\n\n{said}\n{END}{after}"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make storm")
    parser.add_argument("--runs", type=int, default=len(STORMS))
    parser.add_argument("--storm", default="", help="only this one")
    parser.add_argument("--seed", type=int, default=0, help="repeat the run with this seed")
    parser.add_argument("--record", action="store_true", help=f"write the table into docs/{DOCUMENT.name}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
