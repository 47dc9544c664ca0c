"""A series in one sentence, and as it is remembered."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from webapp.planning.rules.clocks import Times, said_times
from webapp.planning.rules.repeating import Rule, said_days, said_end


@dataclass(frozen=True)
class Pattern:
    """Which days, and at what times."""

    rule: Rule
    times: Times

    def until(self, day: date) -> "Pattern":
        return Pattern(replace(self.rule, until=day, number=None), self.times)

    def later(self, by: int) -> "Pattern":
        """The same on days that are so many later; a rule by months need not name them."""
        rule, days = self.rule, timedelta(days=by)
        moved = replace(
            rule,
            first=rule.first + days,
            until=rule.until + days if rule.until else None,
            weekdays=tuple(sorted((day + by) % 7 for day in rule.weekdays)),
            skipped=frozenset(day + days for day in rule.skipped),
        )
        return Pattern(moved, self.times)

    def without(self, *days: date) -> "Pattern":
        return Pattern(replace(self.rule, skipped=self.rule.skipped | set(days)), self.times)


_PATTERN = TypeAdapter(Pattern)


def sentence(pattern: Pattern, number: int) -> str:
    """`every Tuesday at 20:00 until 30 June 2027, 24 dates`."""
    return said_days(pattern.rule) + said_times(pattern.times) + said_end(pattern.rule, number)


def kept(pattern: Pattern) -> dict[str, Any]:
    """In the words of JSON."""
    said: dict[str, Any] = _PATTERN.dump_python(pattern, mode="json")
    said["rule"]["skipped"] = sorted(said["rule"]["skipped"])
    return said


def remembered(said: dict[str, Any]) -> Pattern:
    return _PATTERN.validate_python(said)
