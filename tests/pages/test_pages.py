"""Every page in a real browser: axe finds nothing, nothing is too wide, the console stays empty."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.factories.house import House
from tests.pages.crawl import Crawl
from tests.pages.eyes import eyes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
HIDDEN = """() => {
    const view = document.querySelector(".seat-map-view");
    return [view.scrollWidth - view.clientWidth, view.scrollHeight - view.clientHeight];
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page) -> list[str]:
    """What axe finds; it comes in past the page's policy, by the way of the developer tools."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_every_page_can_be_read_by_everybody(
    house: House, walked: Crawl, browser: Browser, width: int, scheme: str
) -> None:
    found: list[str] = []
    with eyes(house, walked, browser, width=width, scheme=scheme) as seen:
        for sheet in walked.sheets:
            page = seen.show(sheet)
            found += [f"{sheet.name}: {one}" for one in violations(page)]
            if wide := page.evaluate(TOO_WIDE):
                found.append(f"{sheet.name}: {wide} px wider than the window")

    assert not found + seen.complaints, "\n".join(found + seen.complaints)


def test_no_page_is_wider_than_a_small_phone(house: House, walked: Crawl, browser: Browser) -> None:
    with eyes(house, walked, browser, width=360) as seen:
        wide = {sheet.name: seen.show(sheet).evaluate(TOO_WIDE) for sheet in walked.sheets}

    assert {name: more for name, more in wide.items() if more} == {}


def test_a_plan_is_seen_as_a_whole_on_a_phone_and_on_a_desk(
    house: House, walked: Crawl, browser: Browser
) -> None:
    """Where no seat is chosen, nothing of the plan is hidden behind an edge that has to be moved."""
    plans = [sheet for sheet in walked.sheets if sheet.name in ("staff-plan", "staff-plan-preview")]
    for width in (390, 1440):
        with eyes(house, walked, browser, width=width) as seen:
            hidden = [seen.show(sheet).evaluate(HIDDEN) for sheet in plans]
        assert hidden == [[0, 0], [0, 0]]


def test_the_first_visit_to_an_event_weighs_at_most_60_kb(
    house: House, walked: Crawl, browser: Browser
) -> None:
    """Everything with its headers, as the browser counts what came over the line."""
    path = next(sheet.path for sheet in walked.sheets if sheet.name == "event-open")
    context = browser.new_context(base_url=house.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    names: dict[str, str] = {}
    weights: dict[str, int] = {}
    tools.on(
        "Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]})
    )
    tools.on(
        "Network.loadingFinished",
        lambda told: weights.update({names[told["requestId"]]: int(told["encodedDataLength"])}),
    )
    page.goto(path, wait_until="load")
    page.wait_for_timeout(1000)
    context.close()

    assert sum(weights.values()) <= 60_000, sorted(weights.items(), key=lambda one: -one[1])
