"""A program of ours with one guard cut out: `python -m tests.chaos.unguarded GUARD MODULE ARGUMENT…`.

Storms without a guard show that the sweep afterwards would tell. Nothing of this is known to the product.
"""

import runpy
import sys
from collections.abc import Callable

from sqlalchemy import TextClause, text

from webapp.booking.service import claims


def sell_beyond_capacity() -> None:
    """Places are taken without asking whether there are any."""
    claims.CLAIM_NEW = _without(claims.CLAIM_NEW, "AND taken + :places <= capacity")
    claims.TAKE = _without(claims.TAKE, "AND taken + :places <= capacity")


GUARDS: dict[str, Callable[[], None]] = {cut.__name__: cut for cut in (sell_beyond_capacity,)}


def _without(statement: TextClause, guard: str) -> TextClause:
    assert guard in statement.text, f"{guard} is not in the statement any more"
    return text(statement.text.replace(guard, ""))


if __name__ == "__main__":
    GUARDS[sys.argv[1]]()
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
