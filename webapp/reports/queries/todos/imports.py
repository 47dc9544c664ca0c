"""Imports that left something open."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.reach import Reach
from webapp.reports.rules.todos import Todo

FRESH = timedelta(days=30)
MOST = 5

DOUBTFUL = text("""
    SELECT id, file, jsonb_array_length(report->'warnings') AS number, report->'warnings'->0->>2 AS first
    FROM imports
    WHERE organizer_id = :organizer AND undone_at IS NULL AND outcome = 'imported_with_warnings'
      AND made_at > :since AND jsonb_array_length(report->'warnings') > 0
    ORDER BY id DESC LIMIT :most
""")


def doubtful_imports(db: Session, organizer_id: UUID, reach: Reach, now: datetime) -> list[Todo]:  # noqa: ARG001  # as all sources
    """Files of the last month that went in with something doubtful."""
    rows = db.execute(DOUBTFUL, {"organizer": organizer_id, "since": now - FRESH, "most": MOST})
    return [
        Todo(
            key=f"import:{row.id}",
            kind="warn",
            number=row.number,
            what=f"Doubtful in the import of {row.file}",
            why=row.first or "What the file says could not be read for certain.",
            link="Correct",
            path=f"/imports/{row.id}",
            action="import.edit",
        )
        for row in rows
    ]
