"""What a source says of events, whatever its form. Readers make it; nothing here knows a format."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

# A day of an all-day event; a clock reading in no zone (naive: a floating time); or an instant with its zone.
When = date | datetime
# No season is announced so far ahead.
FINITE = datetime(2200, 1, 1, tzinfo=UTC)

Status = Literal["confirmed", "tentative", "cancelled"]
Availability = Literal["available", "limited", "sold_out", "unavailable"]


@dataclass(frozen=True)
class Place:
    """Where it is, as far as the source says: a house, a room in it, an address or city, a link."""

    name: str | None = None
    room: str | None = None
    place: str | None = None
    online_url: str | None = None


@dataclass(frozen=True)
class Price:
    """One offer. What is unknown is None; what is free is 0. `low` and `high` span a range of prices."""

    price: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    availability: Availability | None = None


@dataclass(frozen=True)
class Occurrence:
    """One time at which it happens. `ends` of an all-day event is its last day."""

    starts: When
    ends: When | None
    title: str
    status: Status


@dataclass(frozen=True)
class Found:
    """One entry of a source: a single event has one occurrence, a series those of the window asked for.

    `uid` is the source's own, empty where it has none. `starts` of a series is its master's, even where that
    one is left out. `zone` is the IANA name chosen, None for a floating time and for days, and the name as
    written where only the source defines it. `description` is clean text or safe HTML. `where` says to a
    person where in the source it stands.
    """

    uid: str
    title: str
    starts: When
    ends: When | None
    occurrences: tuple[Occurrence, ...]
    where: str
    description: str = ""
    zone: str | None = None
    status: Status = "confirmed"
    venue: Place | None = None
    offers: tuple[Price, ...] = ()
    people: tuple[str, ...] = ()
    is_series: bool = False


@dataclass(frozen=True)
class Remark:
    """What a person should look at, where in the source it is, and a code for machines.

    `places` are all of them, where the same is said of several.
    """

    where: str
    code: str
    message: str
    places: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_loss(self) -> bool:
        """Whether something of the source does not go in for it."""
        return "left out" in self.message and self.code not in {"sheet-chosen", "list-chosen"}


@dataclass(frozen=True)
class Column:
    """A column of a table: what it is called, what it is understood as, and what stands in it first."""

    name: str
    field: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Everything that a source says, and what is doubtful about it. Only tables have `columns`."""

    events: tuple[Found, ...] = ()
    remarks: tuple[Remark, ...] = ()
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Window:
    """Occurrences that start in [start, until). Days and floating times compare by their reading, as if UTC.

    None for `start` leaves nothing past out. An `until` that nobody asked for only bounds endless rules.
    """

    start: datetime | None
    until: datetime
    is_asked: bool = True

    def of_finite(self) -> "Window":
        """The window for single dates and for rules that end by themselves."""
        return self if self.is_asked else replace(self, until=FINITE)


@dataclass(frozen=True)
class Asked:
    """What whoever imports says: the zone of times that have none, the window, and how columns are read."""

    window: Window
    zone: ZoneInfo | None = None
    mapping: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A source that cannot be read: what is wrong and where, what would be right, and a code for machines."""

    def __init__(
        self, code: str, message: str, remarks: tuple[Remark, ...] = (), columns: tuple[Column, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.remarks, self.columns = code, message, remarks, columns
