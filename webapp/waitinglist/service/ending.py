"""How waiting ends without the guest: an offer is paid or runs out, or nothing is sold any more."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core import outbox
from webapp.core.db import Database
from webapp.waitinglist import rules
from webapp.waitinglist.events import ListClosed, OfferLapsed
from webapp.waitinglist.queries import line as queries
from webapp.waitinglist.service import line

# The hold says how its offer ended; it ran out when somebody took its places back.
SETTLE = text("""
    UPDATE waitlist_entries n SET ended_at = :now,
           state = CASE WHEN h.state = 'converted' THEN 'bought' ELSE 'lapsed' END
    FROM waitlist_offers o JOIN holds h ON h.id = o.hold_id
    WHERE o.id = (SELECT id FROM waitlist_offers WHERE entry_id = n.id ORDER BY id DESC LIMIT 1)
      AND n.state IN ('offered', 'taken') AND h.state <> 'active'
    RETURNING n.state, o.id AS offer_id
""")

FORGET = text("DELETE FROM waitlist_entries WHERE state = 'unconfirmed' AND asked_at < :before")

AT_ONCE = 200


def settle_offers(db: Session, now: datetime) -> int:
    """Write down which offers were paid and which ran out; who let one pass has left the list and is told."""
    rows = db.execute(SETTLE, {"now": now}).all()
    for row in rows:
        if row.state == "lapsed":
            outbox.record(db, OfferLapsed(row.offer_id))
    return len(rows)


def close_lists(database: Database, now: datetime) -> None:
    """Take wishes out of the line that nothing can be sold for any more; an entry's last one ends it."""
    with database.reading() as db:
        entries = queries.dead_entries(db, now, most=AT_ONCE)
    for entry_id in entries:
        with database.writing() as db:
            if line.drop_dead(db, entry_id, now):
                outbox.record(db, ListClosed(entry_id))


def forget_unconfirmed(db: Session, now: datetime) -> None:
    """Nobody confirmed these addresses within a day."""
    db.execute(FORGET, {"before": now - rules.UNCONFIRMED_FOR})
