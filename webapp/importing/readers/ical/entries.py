"""One VEVENT as its source means it: when, how long, and which others it belongs to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from webapp.importing.readers import cleaning
from webapp.importing.readers.ical.clocks import reading
from webapp.importing.readers.ical.definitions import Clocks
from webapp.importing.readers.ical.faults import BadItem
from webapp.importing.readers.ical.times import Span, Stamp, span, stamp
from webapp.importing.readers.ical.tree import Component
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Status

STATUSES: dict[str, Status] = {
    "CONFIRMED": "confirmed",
    "TENTATIVE": "tentative",
    "CANCELLED": "cancelled",
    "CANCELED": "cancelled",
}
ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY")


@dataclass(frozen=True)
class Entry:
    """One VEVENT. `replaces` is its RECURRENCE-ID; `following` says that it changes all later ones too."""

    component: Component = field(repr=False)
    clocks: Clocks = field(repr=False)
    uid: str
    title: str
    start: Stamp
    span: Span | None
    status: Status | None
    version: tuple[int, str, str]
    replaces: Stamp | None
    following: bool

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.component.number

    @property
    def length(self) -> Span:
        """How long it takes; a day without an end is that day, a time without one ends as it begins."""
        return self.span or Span(days=1 if self.start.is_day else 0)


def entry(component: Component, clocks: Clocks, notes: Notes, *, is_cancelled: bool) -> Entry:
    """What a VEVENT says; `BadItem` where it says too little."""
    replaces = component.first("RECURRENCE-ID")
    instead = stamp(replaces, clocks) if replaces else None
    first = component.first("DTSTART")
    if not first and instead is None:
        raise BadItem("no-start", f"The event{_named(component)} has no DTSTART.", component.number)
    start = stamp(first, clocks) if first else instead
    assert start is not None  # noqa: S101 - one of the two is there
    length = _length(component, start, clocks, notes)
    if _is_all_day(component, start, length):
        start, length = Stamp(start.reading, True, start.clock, start.line), _days(length)
    reach = replaces.parameters.get("RANGE", "").upper() if replaces else ""
    return Entry(
        component=component,
        clocks=clocks,
        uid=component.text("UID")[:1000],
        title=cleaning.title(component.text("SUMMARY")),
        start=start,
        span=length,
        status="cancelled" if is_cancelled else STATUSES.get(component.text("STATUS").upper()),
        version=_version(component),
        replaces=instead,
        following=reach == "THISANDFUTURE",
    )


def _named(component: Component) -> str:
    title = cleaning.title(component.text("SUMMARY"))
    return f" “{title[:60]}”" if title else ""


def _version(component: Component) -> tuple[int, str, str]:
    sequence = component.text("SEQUENCE")
    number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 12 else 0
    return number, component.text("LAST-MODIFIED"), component.text("DTSTAMP")


def _length(component: Component, start: Stamp, clocks: Clocks, notes: Notes) -> Span | None:
    """From DTEND or else DURATION; None without both, or where they make no sense."""
    end, lasting = component.first("DTEND"), component.first("DURATION")
    try:
        if end:
            return _until(start, stamp(end, clocks))
        if lasting:
            return _whole(span(lasting)) if start.is_day else span(lasting)
    except BadItem as bad:
        notes.add(
            f"line {bad.line}", bad.code, f"{bad} The event{_named(component)} goes in without its end."
        )
    return None


def _whole(length: Span) -> Span:
    return Span(max(1, length.days + -(-length.time // timedelta(days=1))))


def _until(start: Stamp, end: Stamp) -> Span:
    backwards = BadItem("ends-before-start", "DTEND is before DTSTART.", end.line)
    if start.is_day:
        last = end.reading.replace(hour=0, minute=0, second=0)
        days = (last - start.reading).days + (last != end.reading)
        if days < 0:
            raise backwards
        return Span(max(1, days))
    its_own = end.is_day or end.is_bare or end.clock.name is None or start.clock.name is None
    clock = start.clock if its_own else end.clock
    finish = clock.moment(end.reading)
    moment = start.clock.moment(start.reading)
    if _utc(finish) < _utc(moment):
        # It may end in the second of two equal hours in autumn.
        finish = clock.moment(end.reading, second=True)
    if _utc(finish) < _utc(moment):
        raise backwards
    return Span(time=_utc(finish) - _utc(moment))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_all_day(component: Component, start: Stamp, length: Span | None) -> bool:
    """Midnights may mean days: Outlook says so in a field of its own, others by VALUE=DATE."""
    first = component.first("DTSTART")
    is_called_date = first is not None and first.parameters.get("VALUE", "").upper() == "DATE"
    is_said = component.text(*ALL_DAY).upper() in {"TRUE", "1"} or (
        is_called_date and length and length != Span()
    )
    if start.is_day or not is_said:
        return False
    begins = reading(start.clock.moment(start.reading))
    ends = reading(length.after(start.clock.moment(start.reading), start.clock)) if length else begins
    return begins.time() == ends.time() == datetime.min.time()


def _days(length: Span | None) -> Span | None:
    if length is None:
        return None
    # A day of summer time's change has 23 or 25 hours.
    return Span(max(1, length.days + round(length.time / timedelta(days=1))))
