"""What somebody may have meant: the words of the programme that look most like what was typed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.text import words

ALIKE = 0.3

HAS_PG_TRGM = text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")

BY_PG_TRGM = text("""
    SELECT word FROM words WHERE similarity(word, :word) > :alike
    ORDER BY similarity(word, :word) DESC, events DESC, word LIMIT 2
""")

BY_VOCABULARY = text("""
    SELECT word FROM (
        SELECT word, events, cardinality(trigrams) AS length,
               (SELECT count(*) FROM unnest(trigrams) piece WHERE piece = ANY(:pieces)) AS shared
        FROM words WHERE trigrams && CAST(:pieces AS text[])
    ) near WHERE shared::float / (length + :number - shared) > :alike
    ORDER BY shared::float / (length + :number - shared) DESC, events DESC, word LIMIT 2
""")


def did_you_mean(db: Session, typed: str) -> list[str]:
    """Other spellings of words that find nothing, as whole searches, best first; empty when all are known."""
    asked = words(typed)
    known = set(db.scalars(text("SELECT word FROM words WHERE word = ANY(:asked)"), {"asked": asked}))
    if known.issuperset(asked):
        return []
    nearest = by_pg_trgm if db.scalar(HAS_PG_TRGM) else by_vocabulary
    corrected = [[word] if word in known else nearest(db, word) or [word] for word in asked]
    if corrected == [[word] for word in asked]:
        return []
    best, next_best = (" ".join(found[place] for found in corrected) for place in (0, -1))
    return list(dict.fromkeys((best, next_best)))


def by_pg_trgm(db: Session, word: str) -> list[str]:
    """The two nearest words, compared by the extension where it is installed."""
    return list(db.scalars(BY_PG_TRGM, {"word": word, "alike": ALIKE}))


def by_vocabulary(db: Session, word: str) -> list[str]:
    """The two nearest words, compared by the pieces that the vocabulary keeps: works everywhere."""
    pieces = trigrams(word)
    values = {"pieces": pieces, "number": len(pieces), "alike": ALIKE}
    return list(db.scalars(BY_VOCABULARY, values))


def trigrams(word: str) -> list[str]:
    """The three-letter pieces of a word with its beginning and end, each once: as pg_trgm cuts it."""
    padded = f"  {word} "
    return sorted({padded[i : i + 3] for i in range(len(padded) - 2)})
