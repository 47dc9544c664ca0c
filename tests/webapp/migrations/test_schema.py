"""Moving the schema while copies of an older version run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from webapp.core.db import Database
from webapp.core.ids import secret
from webapp.migrations import schema

TAKES_AWAY = """\
\"\"\"Forget the nicknames.\"\"\"

from alembic import op

revision = "9999"
down_revision = "{before}"
contract = True


def upgrade() -> None:
    op.execute("DROP TABLE heartbeats")
"""


@pytest.fixture
def empty(database: Database) -> Iterator[str]:
    """A database without a table."""
    url = database.engine.url.set(drivername="postgresql")
    name = f"empty_{secret()[:8].lower().replace('-', '_')}"
    with psycopg.connect(url.render_as_string(False), autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        yield url.set(database=name).render_as_string(False)
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Our migrations, and after them one that takes something away."""
    copied = shutil.copytree(schema.SCRIPTS, tmp_path / "migrations")
    newest = max(path.name[:4] for path in (copied / "versions").glob("[0-9]*.py"))
    (copied / "versions" / "9999_forget.py").write_text(TAKES_AWAY.format(before=newest))
    return copied


def test_what_takes_away_waits_until_no_older_version_runs(empty: str, scripts: Path) -> None:
    done, left = schema.upgrade(empty, others={"old"}, contracts=False, scripts=scripts)
    assert done
    assert left == ["9999 Forget the nicknames."]
    assert schema.upgrade(empty, others={"old"}, contracts=False, scripts=scripts) == ([], left)

    with pytest.raises(schema.StillNeeded, match="what copies of old still need"):
        schema.upgrade(empty, others={"old"}, contracts=True, scripts=scripts)
    assert _has_heartbeats(empty), "a refusal changes nothing"

    assert schema.upgrade(empty, others=(), contracts=True, scripts=scripts) == (left, [])
    assert not _has_heartbeats(empty)


def test_a_schema_that_is_right_is_left_alone(empty: str) -> None:
    assert schema.upgrade(empty, others=(), contracts=False)[0]
    assert schema.upgrade(empty, others=(), contracts=False) == ([], [])


def _has_heartbeats(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('heartbeats')").fetchone()
    return found is not None and found[0] is not None
