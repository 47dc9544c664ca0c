"""Which days a rule names, and how it reads."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.planning.rules import repeating
from webapp.planning.rules.clocks import Times
from webapp.planning.rules.repeating import Day, Rule
from webapp.planning.rules.sentences import Pattern, kept, remembered, sentence
from webapp.planning.rules.skipping import skipped

EVENING = Times(time(20), time(22, 30))
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))

rules = st.builds(
    Rule,
    every=st.sampled_from(["day", "week", "month"]),
    first=DAYS,
    interval=st.integers(1, 4),
    weekdays=st.lists(st.integers(0, 6), max_size=7).map(tuple),
    which=st.sampled_from([0, 1, 2, 3, 4, -1]),
    number=st.integers(1, 40),
    skipped=st.frozensets(DAYS, max_size=3),
    country=st.sampled_from(["", "NO", "US", "JP"]),
)


def said(rule: Rule) -> str:
    return sentence(Pattern(rule, EVENING), sum(not day.left_out for day in repeating.days(rule)))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Rule("week", date(2027, 1, 5), until=date(2027, 6, 30)),
            "every Tuesday at 20:00 until 30 June 2027, 26 dates",
        ),
        (
            Rule("week", date(2027, 1, 5), interval=2, weekdays=(1, 3), number=8),
            "every second week on Tuesday and Thursday at 20:00, 8 dates",
        ),
        (
            Rule("month", date(2027, 1, 1), which=-1, weekdays=(4,), number=6),
            "on the last Friday of every month at 20:00, 6 dates",
        ),
        (
            Rule("month", date(2027, 1, 31), number=3),
            "on the 31st of every month that has one at 20:00, 3 dates",
        ),
        (Rule("day", date(2027, 1, 1), number=1), "every day at 20:00, 1 date"),
        (
            Rule("week", date(2027, 1, 4), weekdays=(0, 1, 2), interval=9, number=3),
            "every 9 weeks on Monday, Tuesday and Wednesday at 20:00, 3 dates",
        ),
    ],
)
def test_a_rule_reads_as_people_say_it(rule: Rule, words: str) -> None:
    assert said(rule) == words


def test_the_last_friday_is_never_followed_by_another_in_its_month() -> None:
    rule = Rule("month", date(2027, 1, 1), which=-1, weekdays=(4,), number=3)

    assert [day.day for day in repeating.days(rule)] == [
        date(2027, 1, 29),
        date(2027, 2, 26),
        date(2027, 3, 26),
    ]


def test_holidays_and_skipped_days_are_named_and_do_not_count() -> None:
    rule = Rule("day", date(2026, 12, 24), number=2, skipped=frozenset({date(2026, 12, 24)}), country="NO")

    assert repeating.days(rule) == (
        Day(date(2026, 12, 24), "skipped"),
        Day(date(2026, 12, 25), "Christmas Day"),
        Day(date(2026, 12, 26), "Second Day of Christmas"),
        Day(date(2026, 12, 27)),
        Day(date(2026, 12, 28)),
    )


def test_a_regions_holidays_are_left_out_with_those_of_its_country() -> None:
    mondays = Rule("week", date(2027, 2, 8), until=date(2027, 2, 22), country="CA-ON")
    whole = replace(mondays, country="CA")

    assert [day.left_out for day in repeating.days(mondays)] == ["", "Family Day", ""]
    assert [day.left_out for day in repeating.days(whole)] == ["", "", ""]
    assert repeating.holiday_names("CA-ON", 2027)[date(2027, 7, 1)] == "Canada Day"
    assert repeating.holiday_names("CA-XX", 2027) == {}


@given(rules)
def test_days_fit_the_rule_and_are_as_many_as_it_says(rule: Rule) -> None:
    named = repeating.days(rule)
    days = [day.day for day in named]

    assert days == sorted(set(days))
    assert all(day >= rule.first for day in days)
    assert sum(not day.left_out for day in named) == rule.number
    if rule.every == "week" or (rule.every == "month" and rule.which):
        assert {day.weekday() for day in days} <= set(rule.chosen_weekdays())


@given(rules, st.integers(1, 20))
def test_the_next_days_go_on_where_the_rule_ended(rule: Rule, number: int) -> None:
    """Cut anywhere, what follows is what the longer rule would have named."""
    longer = repeating.days(Rule(**{**vars(rule), "number": (rule.number or 0) + number}))
    first = repeating.days(rule)
    remembered_rule = Pattern(rule, EVENING).until(first[-1].day).rule

    assert first + repeating.following(remembered_rule, number, first[-1].day) == longer


@given(rules)
def test_a_remembered_rule_is_the_same_rule(rule: Rule) -> None:
    pattern = Pattern(rule, EVENING)

    assert remembered(kept(pattern)) == pattern


def test_days_to_leave_out_are_typed_as_people_write_them() -> None:
    typed = "24 December 2026, 2026-12-31 to 2027-01-02\n6 Jan 2027; 2027-02-01"

    assert sorted(skipped(typed)) == [
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
        date(2027, 1, 6),
        date(2027, 2, 1),
    ]


@pytest.mark.parametrize(
    "typed", ["Christmas", "2027-02-30", "2027-02-02 to 2027-02-01", "2026-01-01 to 2029-01-01"]
)
def test_what_is_no_day_is_refused_with_its_words(typed: str) -> None:
    with pytest.raises(ValueError, match=typed):
        skipped(typed)
