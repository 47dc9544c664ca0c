"""A series as somebody fills it in; times are clock readings at the venue."""

from datetime import date, time
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from werkzeug.datastructures import MultiDict

from webapp.catalog.forms.editing import Form
from webapp.core import money
from webapp.core.errors import Invalid
from webapp.planning.rules import regions
from webapp.planning.rules.clocks import Times
from webapp.planning.rules.repeating import WEEKDAYS, WHICH, Rule
from webapp.planning.rules.sentences import Pattern
from webapp.planning.rules.skipping import skipped
from webapp.planning.service.series import Wares, Wish
from webapp.web.merging import Choices


def _typed_days(typed: object) -> frozenset[date]:
    return skipped(typed) if isinstance(typed, str) else frozenset()


Weekday = Annotated[int, Field(ge=0, le=6)]
Ahead = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]


class PatternForm(Form):
    """The rule and the times, as both making and changing a series ask for them."""

    venue_id: UUID
    every: Literal["day", "week", "month"] = "week"
    interval: int = Field(default=1, ge=1, le=52)
    weekdays: list[Weekday] = Field(default=[], max_length=7)
    which: Literal["0", "1", "2", "3", "4", "-1"] = "0"
    first: Ahead
    until: Ahead | None = None
    number: int | None = Field(default=None, ge=1, le=400, validate_default=True)
    skip: Annotated[frozenset[date], BeforeValidator(_typed_days)] = frozenset()
    holidays: Annotated[str, Field(max_length=40)] = ""
    begins: time
    ends: time
    doors: time | None = None
    later: int = Field(default=0, ge=0, le=59)

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("first")
        if until and first and until < first:
            raise ValueError("It ends before it begins. Choose a later last day.")
        return until

    @field_validator("number")
    @classmethod
    def _is_bounded(cls, number: int | None, info: ValidationInfo) -> int | None:
        if number is None and "until" in info.data and info.data["until"] is None:
            raise ValueError("Say until when, or how many dates.")
        return number

    def pattern(self, country: str) -> Pattern:
        """`country` is the venue's, whose public holidays are left out where that is asked for."""
        try:
            place = regions.place(self.holidays, country)
        except ValueError as error:
            raise Invalid("We kept everything you typed.", fields={"holidays": str(error)}) from error
        rule = Rule(
            every=self.every,
            first=self.first,
            interval=self.interval,
            weekdays=tuple(sorted(set(self.weekdays))),
            which=int(self.which) if self.every == "month" else 0,
            until=self.until,
            number=self.number,
            skipped=self.skip,
            country=place,
        )
        doors = _minute(self.doors) if self.doors else None
        return Pattern(rule, Times(_minute(self.begins), _minute(self.ends), doors, self.later))


class SeriesForm(PatternForm):
    """`day` are the ticked days of the preview; `like` is the date whose offer is copied."""

    id: UUID
    like: UUID | None = None
    places: int | None = Field(default=None, ge=0, le=1_000_000)
    price: str = "0"
    day: list[date] = Field(default=[], max_length=400)

    def wares(self, currency: str) -> Wares:
        return Wares(self.like, self.places, money.parsed(self.price, currency))

    def wish(self, country: str, wares: Wares) -> Wish:
        return Wish(self.id, self.venue_id, self.pattern(country), frozenset(self.day), wares)


def rule_of(asked: MultiDict[str, str]) -> str:
    """All that the days of a series depend on, as it was typed."""
    return urlencode([(name, typed) for name in PatternForm.model_fields for typed in asked.getlist(name)])


class MoreForm(Form):
    number: int = Field(ge=1, le=100)
    ends: date


# What the fields of a pattern are called on its form, where their names do not say it.
LABELS = {
    "interval": "How often",
    "weekdays": "On these weekdays",
    "which": "In a month",
    "first": "First day",
    "skip": "Leave out",
    "holidays": "Public holidays",
    "later": "Ends so many days later",
}
CHOICES: Choices = {
    "weekdays": list(enumerate(WEEKDAYS)),
    "which": [(0, "the same day of the month"), *((key, f"the {name}") for key, name in WHICH.items())],
}


def shown(pattern: Pattern, venue_id: UUID, since: str = "") -> dict[str, Any]:
    """The fields of a remembered pattern, as its form shows them for its dates from the day `since` on."""
    rule, times = pattern.rule, pattern.times
    return {
        "venue_id": venue_id,
        "every": rule.every,
        "interval": rule.interval,
        "weekdays": [str(day) for day in rule.weekdays],
        "which": str(rule.which),
        "first": since or rule.first.isoformat(),
        "until": rule.until.isoformat() if rule.until else "",
        "skip": "\n".join(day.isoformat() for day in sorted(rule.skipped)),
        "holidays": regions.chosen(rule.country),
        "begins": f"{times.begins:%H:%M}",
        "ends": f"{times.ends:%H:%M}",
        "doors": f"{times.doors:%H:%M}" if times.doors else "",
        "later": times.later or "",
    }


def _minute(reading: time) -> time:
    return reading.replace(second=0, microsecond=0, tzinfo=None)
