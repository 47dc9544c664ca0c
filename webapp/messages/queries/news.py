"""What the link of a mail with news opens: whose news, for which address, wanted or not."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.core.errors import NotFound

NEWS = text("""
    SELECT g.name AS organizer, g.slug, r.address,
           coalesce((SELECT wants FROM news_choices c WHERE c.organizer_id = g.id
                       AND lower(c.address) = lower(r.address) ORDER BY c.id DESC LIMIT 1), true) AS wants
    FROM message_recipients r JOIN messages m ON m.id = r.message_id
    JOIN organizers g ON g.id = m.organizer_id
    WHERE r.secret = :secret
""")


@dataclass(frozen=True)
class News:
    organizer: str
    slug: str
    address: str
    wants: bool


def news(db: Session, secret: str) -> News:
    row = db.execute(NEWS, {"secret": secret}).one_or_none()
    if row is None:
        raise NotFound("This link leads nowhere. It was not copied whole, or its mail was deleted.")
    return News(**row._mapping)
