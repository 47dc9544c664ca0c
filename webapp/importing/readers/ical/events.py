"""An event of a calendar in the terms that every source shares."""

from datetime import datetime, timedelta

from webapp.importing.readers import cleaning
from webapp.importing.readers.ical.clocks import IN_UTC, Clock
from webapp.importing.readers.ical.entries import Entry
from webapp.importing.readers.ical.series import Date, Series, date_of, instant, is_within, repeats
from webapp.importing.readers.ical.tree import Component
from webapp.importing.readers.ical.venues import venue
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Found, Occurrence, When, Window

UNTITLED = "Untitled"


def event(master: Entry, overrides: list[Entry], window: Window, notes: Notes) -> Found:
    """The event with its dates inside the window; `BadItem` where its recurrence makes no sense."""
    is_series = bool(overrides) or (master.replaces is None and repeats(master))
    title = master.title or _title(master, notes)
    dates = _dates(master, overrides, window, notes)
    first = date_of(master)
    clock = _shown(first)
    starts, ends = _times(first, clock)
    _other_places(master, overrides, notes)
    return Found(
        uid=master.uid,
        title=title,
        starts=starts,
        ends=ends,
        occurrences=tuple(_occurrence(date, master, title, clock) for date in dates),
        where=f"line {master.line}",
        description=_description(master.component),
        zone=None if master.start.is_day else clock.name,
        status=master.status or "confirmed",
        venue=venue(master.component),
        is_series=is_series,
    )


def _dates(master: Entry, overrides: list[Entry], window: Window, notes: Notes) -> list[Date]:
    if master.replaces is not None:
        window = window.of_finite()
        # The series is not in the file: what is known of it are these dates.
        dates = [date_of(one) for one in (master, *overrides)]
        return sorted(
            (date for date in dates if is_within(date.moment, window)), key=lambda date: instant(date.moment)
        )
    if repeats(master) or overrides:
        return Series(master, overrides, window, notes).dates()
    only = date_of(master)
    return [only] if is_within(only.moment, window.of_finite()) else []


def _shown(date: Date) -> Clock:
    """The clock that people look at: moments in UTC are told in the calendar's own zone."""
    own = date.entry.clocks.own
    return own if own is not None and date.clock == IN_UTC else date.clock


def _occurrence(date: Date, master: Entry, title: str, clock: Clock) -> Occurrence:
    starts, ends = _times(date, clock)
    status = date.entry.status or master.status or "confirmed"
    return Occurrence(starts, ends, date.entry.title or title, status)


def _times(date: Date, clock: Clock) -> tuple[When, When]:
    """When it begins and ends; of days the last one."""
    if date.is_day:
        return date.moment.date(), (date.moment + timedelta(days=max(1, date.length.days) - 1)).date()
    ends = date.length.after(date.moment, date.clock)
    return _told(date.moment, date.clock, clock), _told(ends, date.clock, clock)


def _told(moment: datetime, date_clock: Clock, clock: Clock) -> datetime:
    if clock is date_clock or (clock.name is None and moment.tzinfo):
        return moment  # also where an event of days or of no zone has one date at a known moment
    if moment.tzinfo is None:
        # A date changed to a time without a zone is the event's own clock.
        return clock.moment(moment)
    return clock.shown(moment)


def _title(master: Entry, notes: Notes) -> str:
    words = cleaning.title(_first_line(master.component)) if master.component.first("DESCRIPTION") else ""
    notes.add(f"line {master.line}", "no-title", "The event has no SUMMARY. Please give it a title.")
    return words or UNTITLED


def _first_line(component: Component) -> str:
    return next((line for line in component.text("DESCRIPTION").splitlines() if line.strip()), "")


def _description(component: Component) -> str:
    if (plain := component.text("DESCRIPTION")) and (clean := cleaning.description(plain)):
        return clean
    rich = component.first("STYLED-DESCRIPTION", "X-ALT-DESC")
    is_html = rich is not None and "html" in rich.parameters.get("FMTTYPE", "text/html").lower()
    return cleaning.description(rich.text) if rich and is_html else ""


def _other_places(master: Entry, overrides: list[Entry], notes: Notes) -> None:
    usual = master.component.text("LOCATION")
    for one in overrides:
        place = one.component.text("LOCATION")
        if place and place != usual and one is not master:
            notes.add(
                f"line {one.line}",
                "other-place",
                f"“{(one.title or master.title)[:60]}” is at “{cleaning.title(place)[:80]}” this time only.",
            )
