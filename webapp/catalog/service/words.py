"""The vocabulary that search suggests from: the words of all published events."""

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from webapp.catalog.models import Word
from webapp.catalog.queries.spelling import trigrams
from webapp.core.ids import uuid7

SHORTEST = 3

KNOWN = text("""
    SELECT word, ndoc FROM ts_stat('SELECT search FROM events WHERE status = ''published''')
    WHERE length(word) >= :shortest AND word !~ '^[0-9]+$'
""")


def rebuild_words(db: Session) -> int:
    """Write the vocabulary anew; returns how many words it has."""
    rows = [
        {"id": uuid7(), "word": row.word, "events": row.ndoc, "trigrams": trigrams(row.word)}
        for row in db.execute(KNOWN, {"shortest": SHORTEST})
    ]
    db.execute(text("DELETE FROM words"))
    if rows:
        db.execute(insert(Word), rows)
    return len(rows)
