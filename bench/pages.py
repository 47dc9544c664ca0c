"""How quick pages are, against a bare Flask page on the same machine in the same run."""

from collections.abc import Iterator

import psycopg

from bench.pace import Pace
from bench.profile import profiled
from bench.results import Result
from bench.stack import Stack, floor
from bench.wrk import Load, load

CACHED_GOAL = 1000.0
CATEGORIES = ("music", "sport", "conference", "festival", "theatre", "talk", "family", "food")


def page(stack: Stack, pace: Pace) -> Iterator[Result]:
    """Event pages: every event of the season in random order, and one event that everybody looks at."""
    paths = [f"/events/{slug}" for slug in published(stack)]
    limit = _limit(stack, pace)
    # Cold, nearly every request renders its page for the first time; then most are kept by their version.
    cold = load(stack.base, paths, seconds=pace.whole_seconds(8), warm=0)
    yield _against(
        "page_cold", cold, limit, what="every event page in random order, nearly each for the first time"
    )
    with profiled(stack, pace, "page"):
        kept = load(stack.base, paths, seconds=pace.whole_seconds(8), warm=pace.whole_seconds(30))
    yield _against("page", kept, limit, what="the same, most pages kept by their version", goal=1.0)
    one = load(stack.base, paths[:1], seconds=pace.whole_seconds(8))
    yield Result(
        name="page_cached",
        value=one.rate,
        unit="req/s",
        limit=CACHED_GOAL,
        limit_name="goal",
        ratio=one.rate / CACHED_GOAL,
        p95_ms=one.p95_ms,
        errors=one.errors,
        what="one event page that everybody looks at, 64 connections",
        goal=1.0,
        p95_goal=100.0,
    )


def listing(stack: Stack, pace: Pace) -> Iterator[Result]:
    """The search page with the words, cities and kinds that people ask for."""
    limit = _limit(stack, pace)
    with profiled(stack, pace, "list"):
        measured = load(stack.base, _searches(stack), seconds=pace.whole_seconds(8))
    yield _against("list", measured, limit, what="search by words, cities and kinds", goal=0.7)


def published(stack: Stack) -> list[str]:
    """The slugs of all events that guests see."""
    return _column(stack, "SELECT slug FROM events WHERE status = 'published' ORDER BY id")


def cities(stack: Stack) -> list[str]:
    """The twelve with most venues."""
    return _column(
        stack, "SELECT city_slug FROM venues GROUP BY city_slug ORDER BY count(*) DESC, city_slug LIMIT 12"
    )


def _searches(stack: Stack) -> list[str]:
    """Addresses of the search page: by city, by kind, by words, and further pages."""
    return [
        *(f"/search?city={city}" for city in cities(stack)),
        *(f"/search?category={kind}" for kind in CATEGORIES),
        *(f"/search?category={kind}&free=1" for kind in CATEGORIES[:4]),
        *("/search", "/search?page=2", "/search?q=festival", "/search?q=grand+prix", "/search?q=python"),
    ]


def _column(stack: Stack, query: str) -> list[str]:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        return [str(row[0]) for row in connection.execute(query)]


def _limit(stack: Stack, pace: Pace) -> Load:
    ids = _column(stack, "SELECT id FROM events WHERE status = 'published' ORDER BY id LIMIT 5000")
    with floor(stack) as base:
        return load(base, [f"/{event_id}" for event_id in ids], seconds=pace.whole_seconds(8))


def _against(name: str, measured: Load, limit: Load, *, what: str, goal: float | None = None) -> Result:
    return Result(
        name=name,
        value=measured.rate,
        unit="req/s",
        limit=limit.rate,
        limit_name="bare Flask page",
        ratio=measured.rate / limit.rate,
        p95_ms=measured.p95_ms,
        errors=measured.errors,
        what=what,
        goal=goal,
    )
