"""`python -m bench [page] [list] [sale] [memory]`: all without a name."""

import sys

from bench import memory, pages, sale
from bench.stack import running
from local import run
from local.problem import Problem

NAMES = ("page", "list", "sale", "memory")


def main(wanted: list[str]) -> int:
    if unknown := sorted(set(wanted) - set(NAMES)):
        print(
            f"There is no benchmark called {', '.join(unknown)}: choose from {', '.join(NAMES)}.",
            file=sys.stderr,
        )
        return 2
    chosen = wanted or list(NAMES)
    run.catch()
    with running(dates=10_000) as stack:
        if "memory" in chosen:
            memory.memory(stack, "rest")
        if "page" in chosen:
            pages.page(stack)
        if "list" in chosen:
            pages.listing(stack)
        if {"sale", "memory"} & set(chosen):
            sale.sale(stack)
        if "memory" in chosen:
            memory.memory(stack, "load")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(str(problem))
