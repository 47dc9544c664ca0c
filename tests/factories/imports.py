"""A file on its way in, an import that was made, and a feed, as the tables hold them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from webapp.core import clock
from webapp.core.db import Session
from webapp.core.ids import uuid7
from webapp.importing.models import Draft, Feed, Import

BY: dict[str, Any] = {"kind": "staff", "name": "Alice Adams", "id": None}


def on_its_way(db: Session, organizer_id: UUID) -> dict[str, str]:
    """The ids that stand in addresses; the import was undone, and the file is going in."""
    counts = {"new": 2, "changed": 0, "same": 0, "doubtful": 0, "refused": 0}
    made = Import(
        id=uuid7(), organizer_id=organizer_id, file="season.ics", outcome="imported",
        report={"counts": counts, "warnings": [], "notes": []},
        undo={"added": [], "changed": [], "venues": []}, made_by="Alice Adams", undone_at=clock.now(),
    )  # fmt: skip
    feed = Feed(
        id=uuid7(), organizer_id=organizer_id, url=f"https://example.org/{uuid7()}.ics", file="example.org",
        mode="ask", due_at=clock.now() + timedelta(days=300), made_by=BY,
    )  # fmt: skip
    draft = Draft(
        id=uuid7(), organizer_id=organizer_id, file="season.ics", url="https://example.org/season.ics",
        content=b"BEGIN:VCALENDAR", size=15, state="importing", found={"counts": counts, "moves": []},
        asks={}, agreed={}, made_by=BY,
    )  # fmt: skip
    db.add_all([made, feed, draft])
    db.flush()
    return {"draft_id": str(draft.id), "import_id": str(made.id), "feed_id": str(feed.id)}
