"""Whatever belongs to an event or a date is copied with it, or stays behind on purpose."""

from webapp.app import make_app  # noqa: F401  # every table
from webapp.core.db import Base

SUBJECTS = {"events", "event_dates", "pools", "ticket_types", "questions"}

# What `planning.service.copying` and `planning.service.cloning` make again.
COPIED = {"event_dates", "pools", "ticket_types", "questions", "pool_levels", "price_steps"}

# What only the first event or date has: what was sold, held, asked for, awaited, imported, let in, kept.
STAYS = {
    *(
        "holds",
        "orders",
        "message_recipients",
        "hold_lines",
        "order_lines",
        "tickets",
        "ticket_returns",
        "seat_claims",
        "seat_blocks",
    ),
    *("waitlist_entries", "waitlist_wishes", "waitlist_offers", "waiting_rooms", "rehearsals"),
    *(
        "event_roles",
        "ticket_requests",
        "guest_entries",
        "vouchers",
        "imported_events",
        "series",
        "series_dates",
    ),
}


def test_every_table_of_an_event_is_copied_or_stays_on_purpose() -> None:
    belongs = {
        table.name
        for table in Base.metadata.sorted_tables
        if {key.column.table.name for key in table.foreign_keys} & SUBJECTS
    }

    assert belongs - COPIED - STAYS == set(), "Copy it in webapp/planning/service, or say here that it stays."
