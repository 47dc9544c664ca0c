"""Pages of the programme that change while people look at them."""

from uuid import UUID

from sqlalchemy import select

from webapp.catalog.models import Event, EventDate
from webapp.catalog.queries.event import event_page
from webapp.core.errors import NotFound
from workers.context import Context


def redraw_date(context: Context, date_id: UUID) -> None:
    """Render what is left of a date once, and send it to everybody who looks at it."""
    with context.database.reading() as db:
        slug = db.scalar(select(Event.slug).join(Event.dates).where(EventDate.id == date_id))
        if slug is None:
            return
        try:
            page = event_page(db, slug, context.now(), date_id=date_id)
        except NotFound:
            # Nobody looks at a draft.
            return
    context.live.publish(
        f"date:{date_id}", "availability", context.render("catalog/_availability.html", page=page)
    )
