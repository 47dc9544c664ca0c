"""Guest lists and requests as tables that staff filter, sort and take away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.booking.queries.sold import Told, told_of
from webapp.core.reach import within
from webapp.core.sheets import amount
from webapp.core.tables import Column, Sieve, Table, days
from webapp.desk.queries.requests import FACTS, NAMES, SOURCE, STATE, RequestFacts

# Everybody on a list has tickets; `came` of `places` are in.
PLACES = """CROSS JOIN LATERAL (
    SELECT count(*)::int AS places, count(*) FILTER (WHERE i.state = 'used')::int AS came,
           min(y.name) AS type_name,
           string_agg(nullif(concat_ws(' ', n.name, s.row, s.number), ''), ', ' ORDER BY s.ordinal) AS seats
    FROM tickets i JOIN ticket_types y ON y.id = i.ticket_type_id
    LEFT JOIN seats s ON s.id = i.seat_id LEFT JOIN sections n ON n.id = s.section_id
    WHERE i.order_id = g.order_id AND i.state <> 'void'
) t"""

IS_IN = """CASE WHEN EXISTS (SELECT FROM tickets i WHERE i.order_id = g.order_id AND i.state = 'used')
                THEN 'in' ELSE 'expected' END"""

# Each answer with its question as (label, kind, answer), those for the order before those for its tickets.
TOLD = """coalesce((
    SELECT jsonb_agg(jsonb_build_array(q.label, q.kind, a.value) ORDER BY a.n, q.position, q.id) FROM (
        SELECT 0 AS n, key, value FROM jsonb_each_text(coalesce(r.answers -> 'order', '{}'))
        UNION ALL SELECT i.n, x.key, x.value
        FROM jsonb_array_elements(coalesce(r.answers -> 'tickets', '[]')) WITH ORDINALITY AS i (pair, n),
             jsonb_each_text(i.pair -> 1) x
    ) a JOIN questions q ON CAST(q.id AS text) = a.key AND q.event_id = d.event_id WHERE a.value <> ''
), '[]')"""

# What is still to answer comes first, the most urgent before the rest; then what was asked last.
URGENT = f"""{STATE} <> 'asked' {{way}}, CASE WHEN {STATE} = 'asked' THEN r.answer_by END {{way}},
             r.asked_at DESC"""

STATES = (
    ("asked", "To answer"),
    ("to_pay", "Approved, to pay"),
    ("done", "Approved"),
    ("lapsed", "Not paid in time"),
    ("declined", "Declined"),
    ("over", "Not answered"),
    ("withdrawn", "Taken back"),
)


@dataclass(frozen=True)
class Listed:
    """Somebody on the list: `came` of `places` are in."""

    id: UUID
    name: str
    more: int
    email: str
    note: str
    made_by: str
    made_at: datetime
    code: str
    type_name: str
    places: int
    came: int
    seats: str


@dataclass(frozen=True)
class RequestRow(RequestFacts):
    """One request; `told` are its answers as (question, kind, answer)."""

    told: Sequence[tuple[str, str, str]]

    @property
    def answers(self) -> list[Told]:
        return [told_of(*told) for told in self.told]


GUESTS = Table(
    name="guests",
    row=Listed,
    columns=(
        Column("name", "Name", sort="lower(g.name)"),
        Column("more", "More", shown=False),
        Column("email", "E-mail", shown=False),
        Column("places", "Places", sort="t.places", number=True),
        Column("came", "In", sort="t.came", number=True),
        Column("note", "Note", sort="lower(g.note)"),
        Column("type_name", "Ticket", sort="t.type_name"),
        Column("seats", "Seats", shown=False),
        Column("code", "Order", shown=False),
        Column("made_at", "Added", sort="g.made_at"),
        Column("made_by", "Added by", shown=False),
        Column("change", "Change", filed=False),
    ),
    select="""g.id, g.name, g.more, g.email, g.note, g.made_by, g.made_at, o.code, t.places, t.came,
              coalesce(t.type_name, '') AS type_name, coalesce(t.seats, '') AS seats""",
    source="guest_entries g JOIN orders o ON o.id = g.order_id",
    joins=PLACES,
    where="g.date_id = :date AND g.organizer_id = :organizer AND g.removed_at IS NULL",
    sort="name",
    tie="g.id",
    words="concat_ws(' ', g.name, g.email, g.note, g.made_by, o.code) ILIKE :like",
    words_head="Name, note, mail or order",
    sieves=(
        Sieve(
            *("state", "Whether they came", IS_IN),
            (("expected", "Expected"), ("in", "Came in")),
            kind="tabs",
        ),
    ),
)

REQUESTS = Table(
    name="requests",
    row=RequestRow,
    columns=(
        Column("answer", "Answer", filed=False),
        Column("who", "Who", sort="lower(r.name)", cell=lambda row: row.name),
        Column("email", "E-mail", shown=False),
        Column("what", "What", sort="e.title", cell=lambda row: row.title),
        Column("starts_at", "Date", shown=False),
        Column("quantity", "Tickets", shown=False),
        Column("type_name", "Ticket", shown=False),
        Column(
            "price", "Worth", cell=lambda row: amount(row.price * row.quantity, row.currency), shown=False
        ),
        Column("currency", "Currency", shown=False),
        Column("words", "In their words"),
        Column(
            "answers",
            "Answers",
            cell=lambda row: "; ".join(f"{told.label} {told.text}" for told in row.answers),
            shown=False,
        ),
        Column("asked_at", "Asked", sort="r.asked_at"),
        Column("urgent", "Answer by", sort=URGENT, cell=lambda row: row.answer_by),
        Column("state", "State", cell=lambda row: dict(STATES)[row.state], shown=False),
        Column("answered_at", "Answered", shown=False),
        Column("answered_by", "Answered by", shown=False),
        Column("code", "Order", shown=False),
    ),
    select=f"{FACTS}, {TOLD} AS told",
    source=SOURCE,
    joins=NAMES,
    where=f"r.organizer_id = :organizer AND {within('e.id')}",
    sort="urgent",
    tie="r.id",
    words="concat_ws(' ', r.name, r.email, r.words, e.title, o.code) ILIKE :like",
    words_head="Name, mail, words or event",
    sieves=(
        *days("d.starts_at", "Takes place from", zone="d.zone"),
        Sieve("state", "State", STATE, STATES, kind="tabs"),
    ),
)
