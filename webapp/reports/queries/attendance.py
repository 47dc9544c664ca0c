"""Who came: sold, checked in and stayed away; when, and through which gate."""

from webapp.reports.rules.sheets import Column, Sheet, View

# Every ticket that opens a door, and the scan that let its holder in.
DOOR = """
    WITH door AS (
        SELECT t.state = 'used' AS came, d.id AS date_id, d.starts_at, d.ends_at, d.zone, e.title AS event,
               y.name AS type, c.at, c.gate
        FROM event_dates d JOIN events e ON e.id = d.event_id AND e.status <> 'rehearsal'
        JOIN tickets t ON t.date_id = d.id AND t.state <> 'void'
        JOIN ticket_types y ON y.id = t.ticket_type_id
        LEFT JOIN LATERAL (
            SELECT at, gate FROM check_ins WHERE ticket_id = t.id AND kind = 'entry'
            ORDER BY id DESC LIMIT 1
        ) c ON t.state = 'used'
        WHERE {{scope:e.organizer_id}} AND {{days:d.starts_at}} AND {{event:e.id}}
    )
    SELECT {columns} FROM door {where} GROUP BY {groups}
"""
# Who has not come to what goes on may still come.
COUNTS = """
    count(*) AS sold, count(*) FILTER (WHERE came) AS came,
    count(*) FILTER (WHERE NOT came AND ends_at < now()) AS missing,
    count(*) FILTER (WHERE came)::float / count(*) AS share
"""
FIGURES = (
    Column("sold", "Sold", "count", summed=True),
    Column("came", "Checked in", "count", summed=True),
    Column("missing", "No-shows", "count", summed=True),
    Column("share", "Came", "share"),
)
CAME = Column("came", "Checked in", "count", summed=True)
STARTS, EVENT = Column("starts", "Date", "moment"), Column("event", "Event")
DATE = "starts_at AT TIME ZONE zone AS starts, event"


def _counted(columns: str, groups: str) -> str:
    return DOOR.format(columns=f"{columns}, {COUNTS}", groups=groups, where="")


def _scanned(columns: str, groups: str) -> str:
    return DOOR.format(columns=f"{columns}, count(*) AS came", groups=groups, where="WHERE came")


ATTENDANCE = Sheet(
    "attendance",
    "Attendance",
    "Tickets that were not given back, by the dates they are for. Days and hours are those of each"
    " event’s own time zone; no-shows are counted once a date is over.",
    {
        "date": View(
            "Date",
            (STARTS, EVENT, *FIGURES),
            _counted(DATE, "date_id, starts_at, zone, event"),
            "-starts",
            ("starts", "came"),
        ),
        "type": View(
            "Ticket type",
            (EVENT, Column("type", "Ticket type"), *FIGURES),
            _counted("event, type", "event, type"),
            "event",
            ("type", "came"),
        ),
        "hour": View(
            "Hour",
            (Column("hour", "Hour from", "moment"), EVENT, CAME),
            _scanned("date_trunc('hour', at AT TIME ZONE zone) AS hour, event", "1, date_id, event"),
            "hour",
            ("hour", "came"),
        ),
        "gate": View(
            "Gate",
            (STARTS, EVENT, Column("gate", "Gate"), CAME),
            _scanned(f"{DATE}, coalesce(gate, 'unknown') AS gate", "date_id, starts_at, zone, event, gate"),
            "-starts",
            ("gate", "came"),
        ),
    },
    period="all",
    days_of="Days of the dates",
)
