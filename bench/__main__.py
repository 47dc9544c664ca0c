"""`python -m bench [NAME...]`: measures what is named, else everything, and renders docs/performance.md."""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import groupby

from bench import report
from bench.calm import settle, verify
from bench.pace import Pace
from bench.registry import BENCHMARKS, Benchmark
from bench.stack import Stack, running
from local import run
from local.problem import Problem
from local.server import allow_many_files


def main(arguments: Sequence[str]) -> int:
    asked = _asked(arguments)
    pace = Pace(scale=asked.scale, profile=asked.profile)
    wrong = [] if asked.render else measure(_chosen(asked.names), pace)
    if pace.is_full:
        report.write()
    for name in wrong:
        print(f"{name} could not be measured: its error stands above.", file=sys.stderr)
    return 1 if wrong else 0


def measure(chosen: Sequence[Benchmark], pace: Pace) -> list[str]:
    """Measure in the order of the register, in as few houses as can be; returns what could not be."""
    run.catch()
    allow_many_files()
    wrong = []
    for house, residents in groupby(chosen, key=lambda benchmark: benchmark.house):
        with running(dates=house.dates) as stack:
            wrong += [one.name for one in residents if not _is_measured(one, stack, pace)]
    return wrong


def _is_measured(benchmark: Benchmark, stack: Stack, pace: Pace) -> bool:
    """Print and keep each row as it comes; a benchmark that fails does not keep the others from it."""
    began = time.monotonic()
    print(f"{benchmark.name}: {benchmark.about}", flush=True)
    try:
        for result in benchmark.measure(stack, pace):
            print("\n".join(result.lines), flush=True)
            if pace.is_full:
                result.keep()
        settle(stack)
        if benchmark.sells:
            verify(stack)
    except Exception as error:  # noqa: BLE001  # whatever it was, it is told, and the others go on
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    print(f"{'':22} took {time.monotonic() - began:.0f} s", flush=True)
    return True


def _chosen(names: Sequence[str]) -> list[Benchmark]:
    return [benchmark for benchmark in BENCHMARKS if not names or benchmark.name in names]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    listed = "\n".join(f"  {one.name:12} {one.about}" for one in BENCHMARKS)
    parser = argparse.ArgumentParser(
        "bench", epilog=listed, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [one.name for one in BENCHMARKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all without a name")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        metavar="F",
        help="a part of each load, to try out; nothing is kept",
    )
    parser.add_argument("--profile", action="store_true", help="say where the time of our processes goes")
    parser.add_argument("--render", action="store_true", help="only write docs/performance.md anew")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(known)):
        parser.error(f"there is no benchmark called {', '.join(unknown)}: choose from {', '.join(known)}")
    if not 0 < asked.scale <= 1:
        parser.error("--scale is more than 0 and at most 1")
    return asked


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(str(problem))
