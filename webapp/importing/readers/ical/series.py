"""The dates of an event: its rules expanded, exceptions left out, single dates changed. Within the window."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from webapp.importing.readers.ical import old_rules, rules
from webapp.importing.readers.ical.clocks import Clock, reading
from webapp.importing.readers.ical.entries import Entry
from webapp.importing.readers.ical.faults import BadItem
from webapp.importing.readers.ical.lines import Line
from webapp.importing.readers.ical.times import Span, Stamp, span, stamp_of, zone_of
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Window

REPEATING = ("RRULE", "RDATE")
# An override may come from far outside the window into it.
SLACK = timedelta(days=2)
MOST_RULES = 50
LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # whoever asks for all times means no later ones


@dataclass(frozen=True)
class Date:
    """One date: when it begins by its own clock, and the entry that says what it is."""

    moment: datetime
    length: Span
    entry: Entry
    clock: Clock
    is_day: bool


def instant(moment: datetime) -> datetime:
    """A moment in UTC; a reading without a zone as if it were that."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_within(moment: datetime, window: Window) -> bool:
    """Whether a date that begins then is asked for."""
    return (window.start is None or window.start <= instant(moment)) and instant(moment) < window.until


def repeats(entry: Entry) -> bool:
    """Whether it is a series."""
    return any(entry.component.first(name) for name in REPEATING)


def date_of(entry: Entry, length: Span | None = None) -> Date:
    """The date that an entry itself is."""
    start = entry.start
    return Date(
        start.clock.moment(start.reading) if not start.is_day else start.reading,
        length or entry.length,
        entry,
        start.clock,
        start.is_day,
    )


def is_endless(master: Entry) -> bool:
    """Whether a rule has no end of its own, or so many dates that it needs one."""
    lines = master.component.all("RRULE")
    texts = [(old_rules.modern(line.value) or line.value).upper() for line in lines]
    return any(
        not ("UNTIL=" in text or "COUNT=" in text)
        or any(unit in text for unit in ("HOURLY", "MINUTELY", "SECONDLY"))
        for text in texts
    )


class Series:
    """A master with the entries that change single dates of it."""

    def __init__(self, master: Entry, overrides: list[Entry], window: Window, notes: Notes) -> None:
        self.master, self._notes = master, notes
        self.window = window if is_endless(master) else window.of_finite()
        self._clock, self._is_day = master.start.clock, master.start.is_day
        self._overrides = overrides
        self._start = master.start.reading
        first = master.component.first("DTSTART")
        self._zone = zone_of(first) if first and not self._is_day else ""
        self._end = reading(self._clock.shown(min(self.window.until, LATEST))) + SLACK

    def dates(self) -> list[Date]:
        """All dates inside the window, in order."""
        excluded = self._excluded()
        dates = {key: date for key, date in self._all().items() if not excluded(key)}
        self._change_following(dates)
        days = {key.date(): key for key in reversed(dates)}
        for entry in self._overrides:
            if not entry.following:
                self._change_one(dates, days, entry)
        inside = [date for date in dates.values() if is_within(date.moment, self.window)]
        return sorted(inside, key=lambda date: instant(date.moment))

    def _date(self, at: datetime, length: Span, entry: Entry) -> Date:
        moment = at if self._is_day else self._clock.moment(at)
        return Date(moment, length, entry, self._clock, self._is_day)

    def _all(self) -> dict[datetime, Date]:
        """When it happens by the rules and the single dates added, by what its clock then shows."""
        found: dict[datetime, Date] = {}
        written = [line for line in self.master.component.all("RRULE") if line.value.strip()]
        if len(written) > MOST_RULES:
            raise BadItem("bad-recurrence", f"More than {MOST_RULES} rules for one event.", self.master.line)
        read = [self._rule(line) for line in written]
        # A series whose every rule ends before it begins is how some programs keep one that was deleted.
        if not read or any(self._until(rule) >= self._start for rule in read):
            self._add(found, self._start, self.master.length, self.master.line)
        for rule in read:
            for key in self._made(rule, is_alone=len(read) == 1):
                if self._is_asked(key):
                    self._add(found, key, self.master.length, rule.line)
        for line in self.master.component.all("RDATE"):
            for key, length in self._added(line):
                self._add(found, key, length, line.number)
        return found

    def _rule(self, line: Line) -> rules.Rule:
        rule = rules.read(line.value, line.number, is_day=self._is_day)
        for part in rule.unknown:
            message = f"“{part[:40]}” in the recurrence says nothing that is known; it was passed over."
            self._notes.add(f"line {line.number}", "unknown-rule-part", message)
        return rule

    def _add(self, found: dict[datetime, Date], key: datetime, length: Span, line: int) -> None:
        date = self._date(key, length, self.master)
        if self._zone:
            self.master.clocks.compare(self._zone, key, self.master.start.line)
        found[reading(date.moment)] = date
        if len(found) > rules.MOST_DATES:
            raise rules.too_many(line)

    def _is_asked(self, key: datetime) -> bool:
        start = self.window.start
        return start is None or key.replace(tzinfo=UTC) >= start - SLACK

    def _real(self, key: datetime) -> datetime:
        return key if self._is_day else reading(self._clock.moment(key))

    def _made(self, rule: rules.Rule, *, is_alone: bool) -> Iterator[datetime]:
        """What a rule makes. Of an only rule the start is the first date and counts, made by it or not."""
        last = min(self._end, self._until(rule))
        left = rule.count
        first = None
        for number, key in enumerate(rule.readings(self._start, last)):
            if is_alone and number == 0 and key != self._start:
                left = left - 1 if left else left
            first = first or key
            if left is not None and number >= left:
                break
            yield key
        if is_alone and first != self._start and last >= self._start:
            self._notes.add(
                f"line {rule.line}",
                "start-not-in-rule",
                f"“{self.master.title[:60]}” begins on a date that its rule does not make; it was kept.",
            )

    def _until(self, rule: rules.Rule) -> datetime:
        """The last reading of a rule with an UNTIL: by moment, by reading, or by day, as it is written."""
        if rule.until is None:
            return self._end
        line = Line(rule.line, "UNTIL", {}, rule.until)
        end = stamp_of(rule.until, line, self.master.clocks)
        if self._is_day:
            return end.reading
        if end.is_day:
            return rules.last_moment(end.reading)
        # Without Z it is a reading of the event's own clock.
        return end.on(self._clock) if rule.until.endswith("Z") else end.reading

    def _added(self, line: Line) -> Iterator[tuple[datetime, Span]]:
        for text in line.value.split(","):
            if not text.strip():
                continue
            try:
                begins, _, lasts = text.partition("/")
                start = stamp_of(begins, line, self.master.clocks)
                length = self._period(start, lasts, line) if lasts.strip() else self.master.length
            except BadItem as bad:
                self._passed_over(bad)
                continue
            if (key := self._key(start)) <= self._end and self._is_asked(key):
                yield key, length

    def _period(self, start: Stamp, lasts: str, line: Line) -> Span:
        if lasts.strip().upper().startswith(("P", "+P")):
            return span(replace(line, value=lasts))
        end = stamp_of(lasts, line, self.master.clocks)
        return Span(time=max(end.on(start.clock) - start.reading, timedelta()))

    def _key(self, stamp: Stamp) -> datetime:
        """Which of the series' readings a time means, whatever its type and zone."""
        if self._is_day:
            return stamp.reading.replace(hour=0, minute=0, second=0)
        if stamp.is_day:
            return self._real(datetime.combine(stamp.reading.date(), self._start.time()))
        return stamp.on(self._clock)

    def _excluded(self) -> Callable[[datetime], bool]:
        keys: set[datetime] = set()
        days: set[date] = set()
        for line in self.master.component.all("EXDATE"):
            for text in line.value.split(","):
                if not text.strip():
                    continue
                try:
                    stamp = stamp_of(text, line, self.master.clocks)
                except BadItem as bad:
                    self._passed_over(bad)
                    continue
                if stamp.is_day:
                    days.add(stamp.reading.date())
                else:
                    keys.add(self._key(stamp))
        for line in self.master.component.all("EXRULE"):
            rule = self._rule(line)
            last = min(self._end, self._until(rule))
            keys |= {self._real(key) for key in rule.readings(self._start, last)}
        return lambda key: key in keys or key.date() in days

    def _passed_over(self, bad: BadItem) -> None:
        self._notes.add(f"line {bad.line}", bad.code, f"{bad} It was passed over.")

    def _replaced(self, entry: Entry) -> datetime:
        assert entry.replaces is not None  # noqa: S101 - only such entries are overrides
        return self._key(entry.replaces)

    def _change_one(self, dates: dict[datetime, Date], days: dict[date, datetime], entry: Entry) -> None:
        key = self._replaced(entry)
        if key not in dates and entry.replaces is not None and entry.replaces.is_day:
            key = days.get(key.date(), key)
        if key not in dates and self._is_asked(key) and key < self._end - SLACK:
            # A change older than the series speaks of a date that the series has lost since.
            is_old = entry.version[0] < self.master.version[0]
            said = "was not taken" if is_old else "was added"
            self._notes.add(
                f"line {entry.line}",
                "unknown-date",
                f"“{(entry.title or self.master.title)[:60]}” at {key} is no date of its series; it {said}.",
            )
            if is_old:
                return
        dates[key] = date_of(entry, entry.span or self._same_length(entry))

    def _same_length(self, entry: Entry) -> Span | None:
        return self.master.span if entry.start.is_day == self._is_day else None

    def _change_following(self, dates: dict[datetime, Date]) -> None:
        """Move dates and all later ones by as much, on the clock; each by the last change before it."""
        changes = sorted((one for one in self._overrides if one.following), key=self._replaced)
        begins = [self._replaced(one) for one in changes]
        shifts = [self._key(one.start) - first for one, first in zip(changes, begins, strict=True)]
        for key in dates if changes else ():
            if number := bisect_right(begins, key):
                entry = changes[number - 1]
                dates[key] = self._date(key + shifts[number - 1], entry.span or self.master.length, entry)
