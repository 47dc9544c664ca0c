"""How quick pages are, against a bare Flask page on the same machine in the same run."""

import psycopg

from bench.results import Result
from bench.stack import Stack, floor
from bench.wrk import Load, load


def _column(stack: Stack, query: str) -> list[str]:
    with psycopg.connect(stack.env["DATABASE_URL"]) as connection:
        return [str(row[0]) for row in connection.execute(query)]


def _limit(stack: Stack) -> Load:
    ids = _column(stack, "SELECT id FROM events WHERE status = 'published' ORDER BY id LIMIT 5000")
    with floor(stack) as base:
        return load(base, [f"/{event_id}" for event_id in ids])


def _keep(name: str, measured: Load, limit: float, limit_name: str = "bare Flask page") -> None:
    Result(
        name=name,
        value=measured.rate,
        unit="req/s",
        limit=limit,
        limit_name=limit_name,
        ratio=measured.rate / limit,
        p95_ms=measured.p95_ms,
        errors=measured.errors,
    ).keep()


def page(stack: Stack) -> None:
    """Event pages: every event of the season in random order, and one event that everybody looks at."""
    slugs = _column(stack, "SELECT slug FROM events WHERE status = 'published' ORDER BY id")
    limit = _limit(stack)
    paths = [f"/events/{slug}" for slug in slugs]
    # Cold, nearly every request renders its page for the first time; then most are kept by their version.
    _keep("page_cold", load(stack.base, paths, warm=0), limit.rate)
    _keep("page", load(stack.base, paths, warm=30), limit.rate)
    _keep("page_cached", load(stack.base, [f"/events/{slugs[0]}"]), 1000.0, "goal")


def listing(stack: Stack) -> None:
    """The search page with the words, cities and kinds that people ask for."""
    cities = _column(
        stack, "SELECT city_slug FROM venues GROUP BY city_slug ORDER BY count(*) DESC, city_slug LIMIT 12"
    )
    kinds = ("music", "sport", "conference", "festival", "theatre", "talk", "family", "food")
    paths = [
        *(f"/search?city={city}" for city in cities),
        *(f"/search?category={kind}" for kind in kinds),
        *(f"/search?category={kind}&free=1" for kind in kinds[:4]),
        *("/search", "/search?page=2", "/search?q=festival", "/search?q=grand+prix", "/search?q=python"),
    ]
    limit = _limit(stack)
    _keep("list", load(stack.base, paths), limit.rate)
