"""Pages of staff that find, narrow and watch."""

from uuid import UUID


def calm(code: str, event_id: UUID, date_id: UUID) -> dict[str, str]:
    """Names and addresses behind the organizer's, after an order with this code."""
    return {
        "search": "/search",
        "search-found": f"/search?q={code[:4]}",
        "search-many": "/search?q=a+night",
        "search-nothing": "/search?q=qwertzuiop",
        "wall": "/wall",
        "wall-one": f"/wall?date={date_id}",
        "orders-narrowed": f"/orders?event={event_id}&state=paid&sort=buyer&since=2026-01-01",
        "orders-of": "/orders?event=night",
        "attendees": "/attendees",
        "attendees-nobody": "/attendees?date=nothing+like+this",
        "dates": "/dates",
    }
