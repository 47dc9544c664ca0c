"""Messages, the mails of one, and addresses that mail came back from, as tables of staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp.core.tables import Column, Sieve, Table, days
from webapp.messages.queries.messages import said_of
from webapp.messages.rules.audience import Audience

STATES = tuple((state, state.capitalize()) for state in ("draft", "scheduled", "sending", "sent", "stopped"))
# `unknown` is said as what it means: the conversation broke off, and the mail may have arrived.
OUTCOMES = (
    *(("sent", "Sent"), ("sending", "Sending"), ("waiting", "Waiting"), ("failed", "Failed")),
    *(("unknown", "May have arrived"), ("skipped", "Skipped")),
)


@dataclass(frozen=True)
class Written:
    """One message with what came of its mails."""

    id: UUID
    subject: str
    audience: dict[str, Any]
    event: str
    date_starts_at: datetime | None
    date_zone: str | None
    state: str
    at: datetime
    zone: str
    sent: int
    failed: int
    skipped: int
    made_by: str

    @property
    def said(self) -> str:
        return said_of(Audience.of(self.audience), self.event, self.date_starts_at, self.date_zone or "")


@dataclass(frozen=True)
class Mail:
    """One mail of a message."""

    name: str
    address: str
    code: str | None
    state: str
    at: datetime | None
    reason: str


@dataclass(frozen=True)
class BounceRow:
    """An address; `kind` is `cleared` when staff write to it again."""

    id: UUID
    address: str
    kind: str
    reason: str
    source: str
    at: datetime
    times: int


AT = "coalesce(m.started_at, m.send_at, m.made_at)"

MESSAGES = Table(
    name="messages",
    row=Written,
    columns=(
        Column("subject", "Message", sort="lower(m.subject)"),
        Column("said", "To"),
        Column("state", "State", sort="m.state"),
        Column("at", "When", sort=AT),
        Column("sent", "Sent", number=True),
        Column("failed", "Failed", number=True),
        Column("skipped", "Skipped", number=True),
        Column("made_by", "By", sort="lower(m.made_by)"),
    ),
    select=f"""m.id, m.subject, m.audience, coalesce(e.title, '') AS event, d.starts_at AS date_starts_at,
               d.zone AS date_zone, m.state, {AT} AS at, m.zone, c.sent, c.failed, c.skipped, m.made_by""",
    source="messages m",
    joins="""LEFT JOIN events e ON e.id = CAST(m.audience->>'event_id' AS uuid)
             LEFT JOIN event_dates d ON d.id = CAST(m.audience->>'date_id' AS uuid)
             CROSS JOIN LATERAL (
                 SELECT count(*) FILTER (WHERE state = 'sent')::int AS sent,
                        count(*) FILTER (WHERE state IN ('failed', 'unknown'))::int AS failed,
                        count(*) FILTER (WHERE state = 'skipped')::int AS skipped
                 FROM message_recipients WHERE message_id = m.id
             ) c""",
    where="m.organizer_id = :organizer",
    sort="-at",
    tie="m.id",
    words="m.subject ILIKE :like OR m.body ILIKE :like OR m.made_by ILIKE :like",
    words_head="Subject, text or who wrote it",
    sieves=(
        Sieve(
            *("event", "Event", "CAST(m.audience->>'event_id' AS uuid) = ANY(:event)"),
            kind="pick",
            every="Every event",
        ),
        *days(AT),
        Sieve("state", "State", "m.state", STATES, kind="tabs"),
    ),
)

MAILS = Table(
    name="mails",
    row=Mail,
    columns=(
        Column("name", "Guest", sort="lower(r.name)"),
        Column("address", "E-mail", sort="lower(r.address)", shown=False),
        Column("code", "Order"),
        Column("state", "State"),
        Column("at", "When", sort="coalesce(r.ended_at, r.begun_at) {way} NULLS LAST"),
        Column("reason", "Why", sort="r.reason"),
    ),
    select="r.name, r.address, o.code, r.state, coalesce(r.ended_at, r.begun_at) AS at, r.reason",
    source="message_recipients r JOIN messages m ON m.id = r.message_id",
    joins="LEFT JOIN orders o ON o.id = r.order_id",
    where="r.message_id = :message AND m.organizer_id = :organizer",
    sort="-at",
    tie="r.id",
    words="r.name ILIKE :like OR r.address ILIKE :like OR r.reason ILIKE :like",
    words_head="Name, address or reason",
    sieves=(Sieve("state", "State", "r.state", OUTCOMES, kind="tabs"),),
)

KIND = "CASE WHEN b.cleared_at IS NULL THEN b.kind ELSE 'cleared' END"

BOUNCES = Table(
    name="bounces",
    row=BounceRow,
    columns=(
        Column("address", "Address", sort="lower(b.address)"),
        Column("kind", "Kind"),
        Column("reason", "Why", sort="b.reason"),
        Column("source", "Told by"),
        Column("at", "Last", sort="b.at"),
        Column("times", "Times", sort="b.times", number=True),
        Column("clear", ""),
    ),
    select=f"b.id, b.address, {KIND} AS kind, b.reason, b.source, b.at, b.times",
    source="mail_bounces b",
    where="b.organizer_id = :organizer",
    sort="-at",
    tie="b.id",
    words="b.address ILIKE :like OR b.reason ILIKE :like",
    words_head="Address or reason",
    sieves=(
        Sieve(
            *("kind", "Kind", KIND),
            (("hard", "Hard"), ("complaint", "Complaint"), ("soft", "Soft"), ("cleared", "Cleared")),
            kind="tabs",
        ),
    ),
    prefix="b-",
)
