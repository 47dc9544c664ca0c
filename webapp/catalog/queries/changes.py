"""Whether anything at all was written since somebody looked: cheaper than asking what."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# A copy that only reads tells how far it has followed.
WRITTEN = text("""
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
""")


def written(db: Session) -> str:
    """The place in the write-ahead log: it moves with every change, and rests when nothing is written."""
    return str(db.scalar(WRITTEN))
