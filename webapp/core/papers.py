"""Files that people hand in with their answers: looked into, bounded, kept in PostgreSQL.

They are not media: those are pictures for everybody, these are somebody's certificate. They are only ever
sent as a download, to who may see the order.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.answers import paper_id
from webapp.core.db import Base, id_column
from webapp.core.errors import Invalid, NotFound
from webapp.core.text import one_line

MOST_BYTES = 5_000_000
# A basket that has handed in so many without ordering hands in no more.
MOST_LOOSE = 20
KINDS_SAID = "PDF, JPEG, PNG, WebP or plain text, up to 5 MB"
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.txt"

_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/plain": ".txt",
}

LOOSE = text("SELECT count(*) FROM papers WHERE basket = :basket AND reference IS NULL")
BIND = text("""
    UPDATE papers SET reference = :reference
    WHERE id = ANY(:ids) AND (basket = :basket AND reference IS NULL OR reference = :reference) RETURNING id
""")


class Paper(Base):
    """One file. `basket` is whose it is before there is an order; `reference` the order it came with."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("octet_length(content) BETWEEN 1 AND 5000000", name="size"),
        Index("ix_papers_reference", "reference"),
        Index("ix_papers_loose", "made_at", postgresql_where=text("reference IS NULL")),
    )

    id: Mapped[UUID] = id_column()
    basket: Mapped[str]
    reference: Mapped[UUID | None]
    name: Mapped[str]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True)
class Sheet:
    """A file as it is sent to staff."""

    name: str
    content: bytes


def sniffed(content: bytes) -> str:
    """What the bytes are, whatever the name says; ValueError with a sentence for what is not taken."""
    if len(content) > MOST_BYTES:
        raise ValueError("This file is larger than 5 MB. Send a smaller one.")
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content and _is_text(content):
        return "text/plain"
    raise ValueError(f"This is none of the kinds that are taken: {KINDS_SAID}.")


def keep(db: Session, *, basket: str, name: str, content: bytes) -> str:
    """Keep a file of this basket; returns the answer that stands for it, `id/name`. Raises ValueError.

    Its name gets the ending of what it is.
    """
    kind = sniffed(content)
    if (db.scalar(LOOSE, {"basket": basket}) or 0) >= MOST_LOOSE:
        raise ValueError("These are many files already. Place the order with those, or ask the organizer.")
    stem = one_line(name).replace("/", " ").replace("\\", " ").rsplit(".", 1)[0].strip(". ")[:80] or "file"
    paper = Paper(basket=basket, name=stem + _ENDINGS[kind], kind=kind, content=content)
    db.add(paper)
    db.flush()
    return f"{paper.id}/{paper.name}"


def bind(db: Session, answers: Collection[str], *, basket: str, reference: UUID) -> None:
    """These files came with this order; those that came with it before stay. Raises Invalid for others."""
    ids = [paper_id(answer) for answer in answers]
    bound = db.scalars(BIND, {"ids": ids, "basket": basket, "reference": reference}).all() if ids else []
    if set(ids) - set(bound):
        raise Invalid("One of the files is not there any more. Hand it in once more.")


def find(db: Session, paper_id: UUID, *, of: UUID | str) -> Sheet:
    """A file of this order, or of this basket."""
    whose = Paper.basket == of if isinstance(of, str) else Paper.reference == of
    row = db.execute(select(Paper.name, Paper.content).where(Paper.id == paper_id, whose)).one_or_none()
    if row is None:
        raise NotFound("There is no such file here.")
    return Sheet(row.name, row.content)


def forget(db: Session, references: Collection[UUID]) -> None:
    """Files that came with these orders."""
    db.execute(delete(Paper).where(Paper.reference.in_(references)))


def _is_text(content: bytes) -> bool:
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\r\n\t" for letter in words)
