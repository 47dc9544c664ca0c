"""Which zone the times of an entry are in. Pure.

A time with an offset is an instant, and stays it. It is shown in the zone of its place where that is known
and agrees with the offset, else in the zone asked for where that agrees, else as it is written. A clock
reading gets the zone asked for, or stays without: the zone of its place is only a hint.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from webapp.importing.readers import places
from webapp.importing.readers.notes import Notes
from webapp.importing.readers.places import Spot
from webapp.importing.rules.found import When


@dataclass(frozen=True)
class Settled:
    """The zone of an entry's times and its name; neither for clock readings in no zone."""

    zone: tzinfo | None = None
    name: str | None = None

    def at(self, when: When) -> When:
        """The same moment on this zone's clock; a clock reading becomes a moment."""
        if not isinstance(when, datetime) or self.zone is None:
            return when
        if when.tzinfo is None:
            return when.replace(tzinfo=self.zone)
        try:
            return when.astimezone(self.zone)
        except OverflowError:
            return when


def settle(when: When, spot: Spot, asked: ZoneInfo | None, notes: Notes, where: str) -> Settled:
    """The zone for an entry that starts so, at such a place."""
    if not isinstance(when, datetime):
        return Settled()
    if isinstance(when.tzinfo, ZoneInfo):
        return Settled(when.tzinfo, when.tzinfo.key)
    if when.tzinfo is None:
        return _floating(when, spot, asked, notes, where)
    return _written(when, spot, asked, notes, where)


def _floating(when: datetime, spot: Spot, asked: ZoneInfo | None, notes: Notes, where: str) -> Settled:
    hint = places.zone(spot)
    if asked is None:
        advice = f"The place suggests {hint}." if hint else "Nothing says where it is."
        notes.add(
            where, "no-zone", f"The time is in no zone, so nobody knows when it is. {advice} Choose its zone."
        )
        return Settled()
    if hint and not _alike(hint, asked.key, when):
        notes.add(
            where, "zone-differs", f"The time is read in {asked.key} as asked, but the place suggests {hint}."
        )
    if is_in_gap(when, asked):
        notes.add(
            where,
            "clock-gap",
            f"The clocks in {asked.key} leap over {when:%H:%M} on {when:%d %B %Y}; an hour later is taken.",
        )
    return Settled(asked, asked.key)


def _alike(one: str, other: str, when: datetime) -> bool:
    return when.replace(tzinfo=ZoneInfo(one)).utcoffset() == when.replace(tzinfo=ZoneInfo(other)).utcoffset()


def is_in_gap(when: datetime, zone: ZoneInfo) -> bool:
    """Whether no clock of a zone ever shows it: summer time begins then."""
    try:
        back = when.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    except OverflowError:
        return False
    return back.replace(tzinfo=None) != when.replace(tzinfo=None)


def _written(when: datetime, spot: Spot, asked: ZoneInfo | None, notes: Notes, where: str) -> Settled:
    """The zone of a place that has the offset; a Z says only when it is, so any zone will do."""
    name = places.agreeing(spot, when)
    if name is None and asked and (places.agrees(asked.key, when) or when.tzinfo is UTC):
        name = asked.key
    if when.tzinfo is UTC and (home := places.zone(spot)):
        name = home
    if name:
        return Settled(ZoneInfo(name), name)
    others = places.zones(spot) or ((asked.key,) if asked else ())
    if others and when.tzinfo is not UTC:
        notes.add(
            where,
            "offset-differs",
            f"The offset {offset_name(when)} is not that of {others[0]} then; it is kept as it is written.",
        )
    return Settled(when.tzinfo, offset_name(when))


def offset_name(when: datetime) -> str:
    """An offset as the name of a zone that only a source defines; UTC has one."""
    ahead = when.utcoffset() or timedelta(0)
    minutes = abs(int(ahead.total_seconds())) // 60
    return f"{'-' if ahead < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"
