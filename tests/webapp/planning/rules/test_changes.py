"""What a change does to a date, whatever its zone and season."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.webapp.planning.rules.test_clocks import clocks, days, zones
from webapp.planning.rules import following
from webapp.planning.rules.changes import proposed
from webapp.planning.rules.clocks import Readings, at
from webapp.planning.rules.facts import Facts, Place, PoolFacts
from webapp.planning.rules.proposals import Wanted

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HALL, OTHER = UUID(int=1), UUID(int=2)

minutes = st.integers(1, 600).map(lambda many: timedelta(minutes=many))


@st.composite
def dates(draw: st.DrawFn, taken: int = 0) -> Facts:
    """A date at any instant, which need not be a whole minute."""
    begins = datetime.combine(draw(days), draw(clocks))
    zone = draw(zones)
    doors = draw(st.none() | minutes)
    span = at(Readings(begins, begins + draw(minutes), begins - doors if doors else None), zone)
    odd = timedelta(seconds=draw(st.sampled_from([0, 0, 41])))
    return Facts(
        id=UUID(int=3),
        starts_at=span.starts_at + odd,
        ends_at=span.ends_at + odd,
        doors_at=span.doors_at + odd if span.doors_at else None,
        place=Place(HALL, "Hall", zone),
        status="scheduled",
        on_sale_at=None,
        plan_id=None,
        sold=0,
        pools=(PoolFacts(UUID(int=4), "Floor", 40, taken, False),),
    )


@given(dates())
def test_what_is_not_asked_for_never_changes(facts: Facts) -> None:
    proposal = proposed(facts, Wanted(), "EUR", LONG_AGO)

    assert (proposal.lines, proposal.values, proposal.refused) == ((), {}, "")


@given(dates(), clocks, st.integers(-30, 30))
def test_a_new_time_is_that_reading_on_the_wanted_day(facts: Facts, begins: time, later: int) -> None:
    proposal = proposed(facts, Wanted(begins=begins, days_later=later), "EUR", LONG_AGO)
    changed = proposal.values
    wanted = datetime.combine(facts.readings().begins.date() + timedelta(days=later), begins)
    starts = changed.get("starts_at", facts.starts_at)

    assert at(
        Readings(wanted, wanted + timedelta(hours=1), None), facts.place.zone
    ).starts_at == starts.replace(second=0)
    assert starts < changed.get("ends_at", facts.ends_at)
    doors = changed.get("doors_at", facts.doors_at)
    assert doors is None or doors <= starts


@given(dates(), zones)
def test_a_date_in_another_house_reads_the_same_on_the_clock_there(facts: Facts, zone: str) -> None:
    proposal = proposed(facts, Wanted(place=Place(OTHER, "Other", zone)), "EUR", LONG_AGO)
    # In its own zone it stays where it is, also in the second of two hours that read the same.
    there = facts if zone == facts.place.zone else at(facts.readings(), zone)

    assert proposal.values["zone" if zone != facts.place.zone else "venue_id"] in (zone, OTHER)
    assert proposal.values.get("starts_at", facts.starts_at).replace(second=0) == there.starts_at.replace(
        second=0
    )


@given(dates(), st.integers(0, 80), st.integers(0, 40))
def test_a_capacity_is_refused_below_what_is_taken_and_only_then(
    facts: Facts, capacity: int, taken: int
) -> None:
    pool = PoolFacts(UUID(int=4), "Floor", 40, taken, False)
    known = Facts(**{**vars(facts), "pools": (pool,)})
    proposal = proposed(known, Wanted(capacity=("Floor", capacity)), "EUR", LONG_AGO)

    assert bool(proposal.refused) == (capacity < taken)
    assert proposal.is_change == (taken <= capacity != 40)


@given(st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=40), st.integers(-6, 6))
def test_days_that_all_move_alike_are_paired_one_to_one(old: set[date], later: int) -> None:
    """Weekly dates that move within the week each become the next one's neighbour, never two the same."""
    weekly = sorted({day - timedelta(days=day.weekday()) for day in old})
    new = [day + timedelta(days=later) for day in weekly]
    pairs = following.paired(weekly, new, "week")

    assert len(set(pairs.values())) == len(pairs)
    assert all(abs(pairs[day] - day) <= timedelta(days=6) for day in pairs)
    assert all(day in pairs and pairs[day] == day for day in set(weekly) & set(new))


def test_a_later_weekday_moves_each_date_into_its_own_week() -> None:
    tuesdays = [date(2027, 1, 5) + timedelta(weeks=n) for n in range(6)]
    saturdays = [day + timedelta(days=4) for day in tuesdays]

    assert following.paired(tuesdays, saturdays, "week") == dict(zip(tuesdays, saturdays, strict=True))
    assert following.paired(saturdays, tuesdays, "week") == dict(zip(saturdays, tuesdays, strict=True))
