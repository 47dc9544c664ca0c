"""What is found, how it is counted, and what somebody may have meant."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.factories.accounts import an_organizer
from tests.factories.programme import NOW, a_name, an_event
from webapp.catalog.models import PriceStep, TicketType
from webapp.catalog.queries import spelling
from webapp.catalog.queries.asked import Search
from webapp.catalog.queries.search import Results, nearest, results
from webapp.catalog.service.words import rebuild_words
from webapp.core.db import Database


@pytest.fixture
def word() -> str:
    """Only this test's events have it in their title."""
    return a_name()


def found(database: Database, search: Search, now: datetime = NOW) -> Results:
    with database.reading() as db:
        return results(db, search, now)


def titles(database: Database, search: Search, now: datetime = NOW) -> list[str]:
    return [card.title for card in found(database, search, now).cards]


def test_words_are_found_by_their_beginning_and_without_marks(database: Database, word: str) -> None:
    an_event(database, title=f"Café {word}")
    assert titles(database, Search(q=f"CAFE {word[:-3]}")) == [f"Café {word}"]


def test_signs_in_the_words_do_no_harm(database: Database) -> None:
    assert found(database, Search(q="a & ! | ( :* ' \\ <-> _")).pages >= 0


def test_drafts_and_cancelled_dates_are_not_found(database: Database, word: str) -> None:
    an_event(database, title=word, status="draft")
    an_event(database, title=word, date_status="cancelled")
    assert titles(database, Search(q=word)) == []


def test_what_is_over_is_not_found(database: Database, word: str) -> None:
    an_event(database, title=word, starts=[NOW - timedelta(hours=4)])
    assert titles(database, Search(q=word)) == []


def test_an_event_with_several_dates_is_one_result_with_its_next_date(database: Database, word: str) -> None:
    an_event(database, title=word, starts=[NOW + timedelta(days=day) for day in (9, 2, 5)])
    shown = found(database, Search(q=word))
    assert [(card.starts_at, card.dates) for card in shown.cards] == [(NOW + timedelta(days=2), 3)]
    assert (shown.dates, shown.events) == (3, 1)


def test_a_day_is_the_day_there(database: Database, word: str) -> None:
    # Half past eight in the evening of the 5th in Los Angeles is the 6th in UTC.
    starts = datetime(2030, 1, 6, 4, 30, tzinfo=UTC)
    an_event(database, title=word, zone="America/Los_Angeles", starts=[starts])
    fifth = Search(q=word, since=date(2030, 1, 5), until=date(2030, 1, 5))
    sixth = Search(q=word, since=date(2030, 1, 6), until=date(2030, 1, 6))
    assert (titles(database, fifth), titles(database, sixth)) == ([word], [])


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("today", ["today"]),
        ("weekend", ["saturday"]),
        ("week", ["today", "saturday"]),
        ("2030-01", ["month"]),
    ],
)
def test_when_narrows_to_days(database: Database, word: str, when: str, days: list[str]) -> None:
    wednesday = datetime(2029, 12, 26, 10, 0, tzinfo=UTC)
    begins = {"today": 0, "saturday": 3, "month": 10}
    for day, ahead in begins.items():
        an_event(database, title=f"{word} {day}", starts=[wednesday + timedelta(days=ahead, hours=3)])
    shown = titles(database, Search(q=word, when=when), wednesday)
    assert shown == [f"{word} {day}" for day in days]


def test_counts_say_what_a_choice_would_show(database: Database, word: str) -> None:
    city = a_name("Port")
    an_event(database, title=word, category="music", city=city)
    an_event(database, title=word, category="food", city=city)
    an_event(database, title=word, category="food", city=f"Nova {city}")
    shown = found(database, Search(q=word, categories=("music",)))
    assert [(one.value, one.dates) for one in shown.categories] == [("food", 2), ("music", 1)]
    assert [(one.label, one.dates) for one in shown.cities] == [(city, 1)]
    assert shown.dates == 1


def test_months_are_counted(database: Database, word: str) -> None:
    starts = [datetime(2031, month, 3, 19, 0, tzinfo=UTC) for month in (2, 2, 4)]
    an_event(database, title=word, starts=starts)
    days = found(database, Search(q=word)).days
    assert [(one.value, one.label, one.dates) for one in days if one.value.startswith("20")] == [
        ("2031-02", "February 2031", 2),
        ("2031-04", "April 2031", 1),
    ]


def test_a_price_is_compared_by_its_number_in_any_currency(database: Database, word: str) -> None:
    yen = an_organizer(database, currency="JPY")
    dinar = an_organizer(database, currency="KWD")
    an_event(database, title=f"{word} yen", price=25, organizer=yen)
    an_event(database, title=f"{word} dinar", price=26_000, organizer=dinar)
    an_event(database, title=f"{word} euro", price=2_500)
    assert sorted(titles(database, Search(q=word, price=25))) == [f"{word} euro", f"{word} yen"]


def test_what_is_found_by_price_is_what_is_asked_for_now(database: Database, word: str) -> None:
    """The step in force counts, or the least where guests choose; no step that is full or over."""
    for name, price, floor, steps in (
        ("steady", 3000, None, ()),
        ("early", 4500, None, ((2000, None, None), (3500, None, 9))),
        ("gone", 4500, None, ((2000, NOW - timedelta(days=999), None), (2500, None, 0))),
        ("chosen", 4000, 1000, ()),
    ):
        made = an_event(database, title=f"{word} {name}", price=price)
        with database.writing() as db:
            kind = db.get_one(TicketType, made.types[0])
            kind.price_floor = floor
            for position, (less, ends_at, most) in enumerate(steps):
                until = ends_at or (None if most is not None else NOW + timedelta(days=9999))
                db.add(
                    PriceStep(ticket_type_id=kind.id, price=less, ends_at=until, most=most, position=position)
                )

    assert sorted(titles(database, Search(q=word, price=25))) == [f"{word} chosen", f"{word} early"]
    by_price = [f"{word} {name}" for name in ("chosen", "early", "steady", "gone")]
    assert titles(database, Search(q=word, sort="price")) == by_price


def test_free_only_shows_what_costs_nothing(database: Database, word: str) -> None:
    an_event(database, title=f"{word} paid")
    an_event(database, title=f"{word} free", price=0)
    assert titles(database, Search(q=word, price=0)) == [f"{word} free"]


def test_only_what_can_be_booked_leaves_out_full_paused_and_not_yet_sold(
    database: Database, word: str
) -> None:
    an_event(database, title=f"{word} full", taken=100)
    an_event(database, title=f"{word} paused", date_status="paused")
    an_event(database, title=f"{word} later", sale_starts_at=NOW + timedelta(days=1))
    an_event(database, title=f"{word} hidden", hidden=True)
    an_event(database, title=f"{word} open")
    assert titles(database, Search(q=word, available=True)) == [f"{word} open"]


@pytest.mark.parametrize(
    ("sort", "order"), [("date", "abc"), ("price", "bca"), ("left", "cab"), ("best", "abc"), ("new", "abc")]
)
def test_results_can_be_ordered(database: Database, word: str, sort: str, order: str) -> None:
    for name, price, taken, day in (("a", 3000, 50, 1), ("b", 1000, 10, 2), ("c", 2000, 90, 3)):
        an_event(
            database, title=f"{word} {name}", price=price, taken=taken, starts=[NOW + timedelta(days=day)]
        )
    assert titles(database, Search(q=word, sort=sort)) == [f"{word} {name}" for name in order]


def test_pages_hold_twenty_and_the_one_behind_the_last_says_how_many_there_are(
    database: Database, word: str
) -> None:
    for day in range(21):
        an_event(database, title=word, starts=[NOW + timedelta(days=day + 1)])
    sizes = [len(found(database, Search(q=word, page=page)).cards) for page in (1, 2, 3)]
    assert sizes == [20, 1, 0]
    assert found(database, Search(q=word, page=3)).pages == 2


def test_more_results_ask_nothing_more(
    database: Database, word: str, counting: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    asked = []
    for number in (1, 2):
        for _ in range(number):
            an_event(database, title=word)
        with counting() as statements, database.reading() as db:
            results(db, Search(q=word), NOW)
        asked.append(len(statements))
    assert asked[0] == asked[1] == 3


def test_the_nearest_date_is_told_with_its_zone(database: Database, word: str) -> None:
    starts = NOW + timedelta(days=12)
    an_event(database, title=word, starts=[starts])
    with database.reading() as db:
        assert nearest(db, Search(q=word, when="today"), NOW) == (starts, "Europe/Lisbon")


def test_a_word_with_a_slip_leads_to_the_word_of_the_programme(database: Database, word: str) -> None:
    an_event(database, title=word)
    with database.writing() as db:
        rebuild_words(db)
        assert spelling.did_you_mean(db, word[:5] + word[6:])[0] == word


def test_the_vocabulary_finds_the_word_without_the_extension(database: Database, word: str) -> None:
    an_event(database, title=word)
    with database.writing() as db:
        rebuild_words(db)
        assert spelling.by_vocabulary(db, word[:5] + word[6:])[0] == word


def test_the_extension_finds_the_word_where_it_is_installed(database: Database, word: str) -> None:
    an_event(database, title=word)
    with database.writing() as db:
        if not db.scalar(spelling.HAS_PG_TRGM):
            pytest.skip("This PostgreSQL comes without pg_trgm; the vocabulary does its work.")
        rebuild_words(db)
        assert spelling.by_pg_trgm(db, word[:5] + word[6:])[0] == word


def test_words_that_are_all_known_suggest_nothing(database: Database, word: str) -> None:
    an_event(database, title=word)
    with database.writing() as db:
        rebuild_words(db)
        assert spelling.did_you_mean(db, word) == []


def test_the_vocabulary_is_written_anew(database: Database) -> None:
    with database.writing() as db:
        rebuild_words(db)
        assert rebuild_words(db) == db.scalar(text("SELECT count(*) FROM words"))
