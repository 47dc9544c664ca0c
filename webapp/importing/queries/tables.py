"""The lines of a preview, imports that were made, what became of one and what was doubtful, as tables."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.core.tables import Column, Sieve, Table, days

KINDS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "The same"),
    ("doubtful", "Doubtful"),
    ("refused", "Refused"),
)

# What a person has to look at comes first, and what stays as it is last.
URGENT = "array_position(ARRAY['refused', 'doubtful', 'changed', 'new', 'same'], l.kind)"


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


@dataclass(frozen=True)
class Doubt:
    """Something about a file that was doubtful when it went in."""

    position: int
    place: str
    code: str
    message: str


@dataclass(frozen=True)
class Made:
    """An import that was made; the numbers are of its events."""

    id: UUID
    file: str
    state: str
    new: int
    changed: int
    same: int
    at: datetime
    made_by: str


LINES = Table(
    name="preview",
    row=Line,
    columns=(
        Column("position", "Line", sort="l.position", number=True, shown=False),
        Column("kind", "What", sort=URGENT),
        Column("title", "Event", sort="l.title"),
        Column("at", "When", shown=False),
        Column("place", "Where", sort="l.place", shown=False),
        Column("said", "Why"),
    ),
    select="l.position, l.kind, l.change, l.title, l.at, l.place, l.reasons",
    source="import_lines l JOIN import_drafts d ON d.id = l.draft_id",
    where="l.draft_id = :draft AND d.organizer_id = :organizer",
    sort="kind",
    tie="l.position",
    per_page=25,
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

DOUBTS = Table(
    name="doubts",
    prefix="doubt_",
    row=Doubt,
    columns=(
        Column("position", "Line", sort="w.position", shown=False),
        Column("place", "Where", sort="w.doubt ->> 0"),
        Column("message", "What", sort="w.doubt ->> 2"),
        Column("code", "Code", sort="w.doubt ->> 1"),
    ),
    select="w.position, w.doubt ->> 0 AS place, w.doubt ->> 1 AS code, w.doubt ->> 2 AS message",
    source="""imports i CROSS JOIN LATERAL
              jsonb_array_elements(i.report -> 'warnings') WITH ORDINALITY AS w (doubt, position)""",
    where="i.id = :import AND i.organizer_id = :organizer",
    sort="position",
    tie="w.position",
    per_page=25,
    words="w.doubt::text ILIKE :like",
    words_head="Place, words or code",
)

STATE = """CASE WHEN i.undone_at IS NOT NULL THEN 'undone'
                WHEN jsonb_array_length(i.report->'warnings') > 0 THEN 'doubts' ELSE 'in' END"""
STATES = (("in", "In"), ("doubts", "With doubts"), ("undone", "Undone"))
COUNT = "CAST(i.report->'counts'->>'{kind}' AS int)"
NEW, CHANGED, SAME = (COUNT.format(kind=kind) for kind in ("new", "changed", "same"))

MADE = Table(
    name="made",
    row=Made,
    columns=(
        Column("file", "File", sort="lower(i.file)"),
        Column("state", "State"),
        Column("new", "New", sort=NEW, number=True),
        Column("changed", "Changed", sort=CHANGED, number=True),
        Column("same", "The same", sort=SAME, number=True),
        Column("at", "When", sort="i.made_at"),
        Column("made_by", "By", sort="lower(i.made_by)"),
    ),
    select=f"""i.id, i.file, {STATE} AS state, {NEW} AS new, {CHANGED} AS changed, {SAME} AS same,
               i.made_at AS at, i.made_by""",
    source="imports i",
    where="i.organizer_id = :organizer",
    sort="-at",
    tie="i.id",
    words="i.file ILIKE :like OR i.made_by ILIKE :like",
    words_head="File or who brought it",
    sieves=(
        *days("i.made_at"),
        Sieve("state", "State", STATE, STATES, kind="tabs"),
    ),
)
