"""`make drill`: one after the other, a line each, a table, docs/drills.md; exit 1 when one did not pass."""

import argparse
import json
import sys
from datetime import UTC, datetime

from local.problem import Problem
from tests.cluster import report
from tests.cluster.drills import CONTROLS, DRILLS
from tests.cluster.ground import Ground
from tests.cluster.putting_right import quiet, restore
from tests.cluster.run import Drill, Outcome, hold, kept
from tests.cluster.stand import standing


def main() -> int:
    asked = _asked()
    known = {drill.name: drill for drill in (*DRILLS, *CONTROLS)}
    if unknown := set(asked.names) - set(known):
        print(f"No drill is called {', '.join(sorted(unknown))}: choose from {', '.join(known)}.")
        return 2
    chosen = [known[name] for name in asked.names] or list(known.values())
    try:
        with standing():
            outcomes = all_of(chosen)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print("\n" + report.table(outcomes))
    report.write(kept())
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def all_of(drills: list[Drill]) -> list[Outcome]:
    """One after the other on the cluster that runs; each result is kept at once."""
    ground = Ground.find()
    quiet(ground)
    outcomes = []
    for drill in drills:
        try:
            outcome = hold(drill, ground)
        except Exception as problem:  # noqa: BLE001 - the other drills are held all the same
            wrong = f"{type(problem).__name__}: {problem}"
            outcome = Outcome(drill.name, drill.says, drill.is_control, wrong=wrong, broken=True)
            restore(ground)
        outcome.keep()
        outcomes.append(outcome)
        print(outcome.line(), flush=True)
        for said in filter(None, [outcome.seen, outcome.wrong, *outcome.reasons]):
            print(f"{'':24} {said}", flush=True)
        _tell(ground, outcomes)
    restore(ground)
    return outcomes


def _tell(ground: Ground, outcomes: list[Outcome]) -> None:
    """The operators' page shows the last drill."""
    lines = [
        {
            "name": one.name,
            "passed": one.passed,
            "sent": one.sent,
            "failed": one.failed,
            "says": one.seen or one.wrong or one.says,
        }
        for one in outcomes
    ]
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "lines": lines}
    ground.consul.ask("PUT", "/v1/kv/marquee/drills/last", json.dumps(told).encode())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill")
    parser.add_argument("names", nargs="*", help="only these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
