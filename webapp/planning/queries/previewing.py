"""A pattern laid over the programme: its days, with what is there already and who has the venue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.catalog.models import Venue
from webapp.planning.queries import programme
from webapp.planning.rules import repeating
from webapp.planning.rules.previews import Line, previewed
from webapp.planning.rules.repeating import Day
from webapp.planning.rules.sentences import Pattern, sentence


@dataclass(frozen=True)
class Preview:
    sentence: str
    zone: str
    lines: list[Line]

    @property
    def made(self) -> int:
        return sum(line.is_made for line in self.lines)


def preview_of(db: Session, event_id: UUID, venue: Venue, pattern: Pattern, now: datetime) -> Preview:
    lines = lines_of(db, venue, pattern, repeating.days(pattern.rule), event_id=event_id, now=now)
    return Preview(sentence(pattern, sum(line.is_made for line in lines)), venue.zone, lines)


def lines_of(
    db: Session, venue: Venue, pattern: Pattern, days: Sequence[Day], *, event_id: UUID, now: datetime
) -> list[Line]:
    bare = previewed(days, pattern, venue.zone, event_id=event_id, busy=(), now=now)
    busy = programme.busy(db, venue.id, [line.span.starts_at for line in bare])
    return previewed(days, pattern, venue.zone, event_id=event_id, busy=busy, now=now)
