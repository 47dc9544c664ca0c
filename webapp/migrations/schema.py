"""Moving the schema while copies run: what adds comes before a release, what takes away long after it.

A migration that takes something away says so by `contract = True`. It is left out until it is asked for, and
is refused while a copy of another version runs, which may still need what would go.
"""

from collections.abc import Collection
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

SCRIPTS = Path(__file__).resolve().parent


class StillNeeded(Exception):
    """A migration would take away what copies that run still need."""


def upgrade(
    url: str, *, others: Collection[str], contracts: bool, scripts: Path = SCRIPTS
) -> tuple[list[str], list[str]]:
    """Run what is due; returns the names of the migrations done and of those left for later.

    `others` are the versions besides this one that run now.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["url"] = url
    due = pending(url, ScriptDirectory.from_config(config))
    first = next((at for at, script in enumerate(due) if is_contract(script)), len(due))
    if contracts and first < len(due) and others:
        raise StillNeeded(
            f"{due[first].doc} would take away what copies of {', '.join(sorted(others))} still need: "
            "deploy this version to every service first, then try again."
        )
    now = due if contracts else due[:first]
    if now:
        command.upgrade(config, now[-1].revision)
    names = [f"{script.revision} {script.doc}" for script in due]
    return names[: len(now)], names[len(now) :]


def pending(url: str, scripts: ScriptDirectory) -> list[Script]:
    """The migrations that this database has not seen, oldest first."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return list(reversed(list(scripts.iterate_revisions("heads", here or "base"))))


def is_contract(script: Script) -> bool:
    return bool(getattr(script.module, "contract", False))
