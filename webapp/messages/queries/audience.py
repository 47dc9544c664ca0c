"""Who would get a message now: each address once, with the order that its fields are filled from."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.messages.rules.audience import Audience

# Of several orders of one address, the next date counts, then the newest order.
GUESTS = """
    SELECT DISTINCT ON (lower(o.buyer_email))
           o.buyer_email AS address, o.buyer_name AS name, o.id AS order_id,
           CAST(NULL AS uuid) AS entry_id, i.date_id
    FROM orders o JOIN order_lines i ON i.order_id = o.id JOIN event_dates d ON d.id = i.date_id
    JOIN ticket_types y ON y.id = i.ticket_type_id
    WHERE o.organizer_id = :organizer AND o.buyer_email <> '' AND {which}
    ORDER BY lower(o.buyer_email), d.starts_at < now(), d.starts_at, o.id DESC
"""
# Who gave back all their tickets of a date is no guest of it any more, whatever else the order is for.
OF_EVENT = """
    d.event_id = :event AND (CAST(:date AS uuid) IS NULL OR d.id = :date)
    AND (:every_type OR y.name = ANY(:types)) AND o.state = ANY(:states)
    AND (o.state NOT IN ('paid', 'part_refunded')
         OR EXISTS (SELECT FROM tickets t WHERE t.order_line_id = i.id AND t.state <> 'void'))
    AND (:door <> 'came'
         OR EXISTS (SELECT FROM tickets t WHERE t.order_line_id = i.id AND t.state = 'used'))
    AND (:door <> 'missing'
         OR NOT EXISTS (SELECT FROM tickets t
                        WHERE t.order_id = o.id AND t.date_id = d.id AND t.state = 'used'))
"""
CHOSEN = "o.code = ANY(:codes)"

WAITING = """
    SELECT DISTINCT ON (lower(n.email)) n.email AS address, n.name, CAST(NULL AS uuid) AS order_id,
           n.id AS entry_id, d.id AS date_id
    FROM waitlist_entries n JOIN events e ON e.id = n.event_id
    JOIN ticket_types y ON y.id = ANY(n.ticket_type_ids) JOIN event_dates d ON d.id = y.date_id
    WHERE e.organizer_id = :organizer AND n.event_id = :event AND n.email <> ''
      AND n.state IN ('waiting', 'offered', 'taken') AND (CAST(:date AS uuid) IS NULL OR d.id = :date)
      AND (:every_type OR y.name = ANY(:types))
    ORDER BY lower(n.email), d.starts_at, n.id
"""

# Why an address of an organizer is not written to; empty when it is. News need a yes that is newer than any
# no: given with an order that was paid, or on the page of the link.
WHY_NOT = """
    CASE WHEN EXISTS (
        SELECT FROM mail_bounces b WHERE b.organizer_id = :organizer AND lower(b.address) = lower({address})
          AND b.kind <> 'soft' AND b.cleared_at IS NULL
    ) THEN 'mail to it came back'
    WHEN :news AND NOT coalesce((
        SELECT wants FROM news_choices c
        WHERE c.organizer_id = :organizer AND lower(c.address) = lower({address}) ORDER BY c.id DESC LIMIT 1
    ), false) AND NOT EXISTS (
        SELECT FROM orders p WHERE lower(p.buyer_email) = lower({address}) AND p.organizer_id = :organizer
          AND p.wants_news AND p.paid_at > coalesce((
              SELECT max(c.at) FROM news_choices c
              WHERE c.organizer_id = :organizer AND lower(c.address) = lower({address}) AND NOT c.wants
          ), '-infinity')
    ) THEN 'did not ask for news' ELSE '' END
"""

COUNT = """
    SELECT why, count(*)::int AS number FROM (SELECT {why} AS why FROM ({who}) AS a) AS w
    GROUP BY why ORDER BY why
"""
NTH = "SELECT a.*, {why} AS why FROM ({who}) AS a ORDER BY lower(a.address) LIMIT 1 OFFSET :nth"


def who(audience: Audience) -> str:
    """The query of an audience; its values are those of `values`."""
    if audience.who == "waiting":
        return WAITING
    return GUESTS.format(which=CHOSEN if audience.who == "orders" else OF_EVENT)


def values(organizer_id: UUID, audience: Audience, purpose: str) -> dict[str, Any]:
    return {
        "organizer": organizer_id,
        "news": purpose == "news",
        "event": audience.event_id,
        "date": audience.date_id,
        "types": list(audience.types),
        "every_type": not audience.types,
        "states": list(audience.states),
        "door": audience.door,
        "codes": list(audience.codes),
    }


def counted(db: Session, organizer_id: UUID, audience: Audience, purpose: str) -> dict[str, int]:
    """How many would get it now, under the empty reason, and how many would not, by reason."""
    sql = COUNT.format(why=WHY_NOT.format(address="a.address"), who=who(audience))
    rows = db.execute(text(sql), values(organizer_id, audience, purpose))
    return {row.why: row.number for row in rows}


def nth(db: Session, organizer_id: UUID, audience: Audience, purpose: str, number: int) -> Any | None:
    """One of those who would get it, counted from 0 in the order of their addresses."""
    sql = NTH.format(why=WHY_NOT.format(address="a.address"), who=who(audience))
    asked = values(organizer_id, audience, purpose) | {"nth": number}
    return db.execute(text(sql), asked).one_or_none()


def known_codes(db: Session, organizer_id: UUID, codes: Collection[str]) -> set[str]:
    """Which of these are codes of the organizer's orders."""
    found = text("SELECT code FROM orders WHERE organizer_id = :organizer AND code = ANY(:codes)")
    return set(db.scalars(found, {"organizer": organizer_id, "codes": list(codes)}))
