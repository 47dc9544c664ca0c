"""Events of the season in every state that a page may show them in."""

from sqlalchemy import text

from tests.factories.house import House

FACTS = """
SELECT e.slug, d.id AS date_id, e.category, v.city_slug, o.slug AS organizer
FROM event_dates d JOIN events e ON e.id = d.event_id JOIN venues v ON v.id = d.venue_id
JOIN organizers o ON o.id = e.organizer_id
WHERE e.status = 'published' AND {what}
ORDER BY (o.slug = 'night-circuit') DESC, d.starts_at, d.id LIMIT 1
"""
PLAIN = """
d.status = 'on_sale' AND d.starts_at > now() + interval '2 days' AND d.on_sale_at IS NULL
AND NOT EXISTS (SELECT FROM questions WHERE event_id = e.id)
AND d.plan_id IS NULL AND (SELECT min(capacity - taken) FROM pools WHERE date_id = d.id) > 20
AND (SELECT min(price) FROM ticket_types WHERE date_id = d.id) {price} 0
"""
STATES = {
    "open": PLAIN.format(price=">"),
    "free": PLAIN.format(price="=") + "AND (SELECT max(price) FROM ticket_types WHERE date_id = d.id) = 0",
    "sold-out": "d.status = 'on_sale' AND d.starts_at > now()"
    " AND (SELECT sum(capacity - taken) FROM pools WHERE date_id = d.id) = 0",
    "cancelled": "d.status = 'cancelled'",
    "past": "d.ends_at < now()",
    "tomorrow": "d.on_sale_at > now()",
    "eight-types": "(SELECT count(*) FROM ticket_types WHERE date_id = d.id) >= 8",
    "series": "(SELECT count(*) FROM event_dates s WHERE s.event_id = e.id) >= 12",
    "questions": "EXISTS (SELECT FROM questions WHERE event_id = e.id) AND d.starts_at > now()",
    "nearly-gone": "d.starts_at > now()"
    " AND (SELECT sum(capacity - taken) FROM pools WHERE date_id = d.id) = 6",
}


def events(house: House, *names: str) -> dict[str, dict[str, str]]:
    """An event for each of these states, by the state's name."""
    chosen: dict[str, dict[str, str]] = {}
    with house.database.reading() as db:
        for name in names:
            row = db.execute(text(FACTS.format(what=STATES[name]))).mappings().first()
            assert row is not None, f"The season has no event that is {name}."
            chosen[name] = {key: str(value) for key, value in row.items()}
    return chosen
