"""Whether an event is out, which its time decides and no job: conditions on `events e` in any statement."""

# A draft that has a time is out from then on. Its row says so only after somebody has written to it.
DUE = "(e.status = 'draft' AND e.publish_at <= now())"

# What can be bought and stands in lists.
OUT = f"(e.status = 'published' OR {DUE})"

# What has a page: a cancelled event tells those who come that it is.
KNOWN = f"(e.status IN ('published', 'cancelled') OR {DUE})"

STATUS = f"(CASE WHEN {DUE} THEN 'published' ELSE e.status END)"
