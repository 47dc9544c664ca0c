"""The lines of a preview, and what the events of an import became, as tables."""

from dataclasses import dataclass
from uuid import UUID

from webapp.core.tables import Column, Sieve, Table

KINDS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "The same"),
    ("doubtful", "Doubtful"),
    ("refused", "Refused"),
)


@dataclass(frozen=True)
class Line:
    """One line of a preview; `reasons` are pairs of code and sentence."""

    position: int
    kind: str
    change: str
    title: str
    at: str
    place: str
    reasons: list[list[str]]

    @property
    def said(self) -> str:
        return " ".join(message for _, message in self.reasons)


@dataclass(frozen=True)
class Became:
    """An event that an import added or changed."""

    id: UUID
    title: str
    status: str
    dates: int
    change: str


LINES = Table(
    name="preview",
    row=Line,
    columns=(
        Column("position", "Line", sort="l.position", number=True, shown=False),
        Column("kind", "What", sort="l.kind"),
        Column("title", "Event", sort="l.title"),
        Column("at", "When"),
        Column("place", "Where", sort="l.place"),
        Column("said", "Why"),
    ),
    select="l.position, l.kind, l.change, l.title, l.at, l.place, l.reasons",
    source="import_lines l JOIN import_drafts d ON d.id = l.draft_id",
    where="l.draft_id = :draft AND d.organizer_id = :organizer",
    sort="position",
    tie="l.position",
    words="l.title ILIKE :like OR l.place ILIKE :like OR l.reasons::text ILIKE :like",
    words_head="Event, place or reason",
    sieves=(Sieve("kind", "What", "l.kind", KINDS, "tabs", "All lines"),),
)

BECAME = Table(
    name="events",
    row=Became,
    columns=(
        Column("title", "Event", sort="e.title"),
        Column("change", "What", sort="change"),
        Column("dates", "Dates", sort="dates", number=True),
        Column("status", "State", sort="e.status"),
    ),
    select="""e.id, e.title, e.status, CASE WHEN e.id = ANY(:added) THEN 'added' ELSE 'changed' END AS change,
              (SELECT count(*) FROM event_dates d WHERE d.event_id = e.id)::int AS dates""",
    source="events e",
    where="e.organizer_id = :organizer AND e.id = ANY(:events)",
    sort="title",
    tie="e.id",
    words="e.title ILIKE :like",
    words_head="Event",
)
