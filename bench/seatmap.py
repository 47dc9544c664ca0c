"""The map of 10,000 seats in a browser that is slowed down: when it answers, and what it weighs."""

import os
import shutil
from collections.abc import Iterator
from statistics import median

import psycopg
from playwright.sync_api import Browser, sync_playwright

from bench.pace import Pace
from bench.results import Result
from bench.stack import Stack
from local.problem import Problem

SEATS = 10_000
SLOWED = 4
VISITS = 9
ANSWERS_WITHIN_MS = 1000.0
MOST_BYTES = 150_000

DATE = """
    SELECT d.id, e.slug, o.slug, d.venue_id FROM event_dates d JOIN events e ON e.id = d.event_id
    JOIN organizers o ON o.id = e.organizer_id JOIN venues v ON v.id = d.venue_id AND v.organizer_id = o.id
    WHERE d.status = 'on_sale' AND e.status = 'published' AND d.ends_at > now() AND d.plan_id IS NULL
    ORDER BY d.starts_at DESC, d.id LIMIT 1
"""
SEAT = """
    WITH plan AS (SELECT id FROM seat_plans ORDER BY created_at DESC LIMIT 1),
         date AS (UPDATE event_dates SET plan_id = plan.id FROM plan WHERE event_dates.id = %(date)s)
    INSERT INTO pool_levels (date_id, level_id, pool_id)
    SELECT %(date)s, l.id, (SELECT id FROM pools WHERE date_id = %(date)s ORDER BY id LIMIT 1)
    FROM price_levels l JOIN plan ON plan.id = l.plan_id
"""

# When the map can be used, counted from the address; then a press on a section, until its seats are painted.
READY = "Number(document.querySelector('[data-seat-map]').dataset.ready)"
PRESS = """async () => {
    const began = performance.now();
    const section = document.querySelectorAll(".seat-block")[3];
    section.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
}"""
WEIGHT = """
    performance.getEntriesByType("resource").find(one => one.name.includes("/seat-plans/")).encodedBodySize
"""


def seat_map(stack: Stack, pace: Pace) -> Iterator[Result]:
    """A map of ten thousand seats on a phone, its processor slowed down four times: until it can be used."""
    address = _hall(stack)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        visits = [_visit(browser, stack.base + address) for _ in range(pace.many(VISITS))]
        browser.close()
    ready, press, weight = (median(of) for of in zip(*visits, strict=True))
    yield Result(
        name="map",
        value=ready,
        unit="ms",
        limit=ANSWERS_WITHIN_MS,
        limit_name="a second",
        ratio=ready / ANSWERS_WITHIN_MS,
        goal=1.0,
        at_most=True,
        what=f"the map of {SEATS:,} seats on a phone, processor slowed {SLOWED} times, until it can be used",
        details={"Milliseconds": {"from a press on a section to its seats": round(press, 1)}},
    )
    yield Result(
        name="map_weight",
        value=weight / 1000,
        unit="kB",
        limit=MOST_BYTES / 1000,
        limit_name="150 kB",
        ratio=weight / MOST_BYTES,
        goal=1.0,
        at_most=True,
        what=f"the same map over the line, every one of {SEATS:,} seats in it",
    )


def _hall(stack: Stack) -> str:
    """Puts the last date of the season into a hall of so many seats; returns the address of its map."""
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        found = connection.execute(DATE).fetchone()
        if found is None:
            raise Problem("The season has no date that could be in a large hall.")
        date, slug, organizer, venue = map(str, found)
        stack.flask("plan", "generate", "--seats", str(SEATS), "--organizer", organizer, "--venue", venue)
        connection.execute(SEAT, {"date": date})
    return f"/events/{slug}/seats?date={date}"


def _visit(browser: Browser, url: str) -> tuple[float, float, float]:
    """Milliseconds until the map can be used, and from a press to its seats; the map's bytes."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(url, wait_until="load")
    page.wait_for_selector("[data-seat-map][data-ready]", state="attached")
    measured = page.evaluate(READY), page.evaluate(PRESS), page.evaluate(WEIGHT)
    context.close()
    return measured
